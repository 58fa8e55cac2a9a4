"""The table of sessions: what is drawn, and what of it has changed."""
