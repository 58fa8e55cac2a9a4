"""One file a shell: the grammar of the command line → a script that completes it."""
