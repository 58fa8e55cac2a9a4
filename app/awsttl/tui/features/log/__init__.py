"""`l`: what happened."""
