"""`D`: a profile goes, with its cache entries."""
