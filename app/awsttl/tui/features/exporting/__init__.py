"""`e` and `u`: snippets for a shell."""
