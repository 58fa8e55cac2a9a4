"""Profiles in words: rows, columns, details, listings. Nothing here draws."""
