"""What a key or a command does. Nothing here draws, prints, or loads Textual."""
