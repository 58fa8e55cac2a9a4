"""`m`: what an edit mends of what is wrong with the row."""
