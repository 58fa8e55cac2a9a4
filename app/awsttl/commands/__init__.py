"""The command line: one file a command. Owns stdout and the exit codes."""
