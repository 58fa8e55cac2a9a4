"""`?`: the keys, and what the marks mean."""
