"""`n`: a new profile."""
