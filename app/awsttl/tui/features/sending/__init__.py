"""`t`: a session for the shell in another pane of the tmux window."""
