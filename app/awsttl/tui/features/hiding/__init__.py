"""`h` and `H`: profiles that the table leaves out."""
