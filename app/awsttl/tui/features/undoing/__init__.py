"""`z`: the last edit or clearing is undone."""
