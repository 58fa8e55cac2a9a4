"""`.`: all that can be done with the row, in a menu."""
