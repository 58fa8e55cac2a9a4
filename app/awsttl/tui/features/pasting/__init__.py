"""`p`: a pasted session goes into a profile."""
