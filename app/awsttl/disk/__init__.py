"""This machine's files: where they are, what they hold, when they change."""
