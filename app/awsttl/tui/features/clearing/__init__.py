"""`c`, `C` and `z`: cache entries go, and come back."""
