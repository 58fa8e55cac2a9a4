"""What the terminal and the shell around it can do: clipboard, tmux, which shell it is."""
