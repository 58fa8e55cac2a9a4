"""Config and credentials as text: which line says what, and how a line is changed."""
