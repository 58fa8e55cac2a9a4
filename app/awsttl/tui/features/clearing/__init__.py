"""`c` and `C`: cache entries go."""
