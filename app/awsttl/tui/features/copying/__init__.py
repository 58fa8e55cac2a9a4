"""`y`: a word about the row goes to the clipboard."""
