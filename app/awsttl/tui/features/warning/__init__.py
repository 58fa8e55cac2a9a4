"""Sessions that end are announced: message, bell, title, desktop notification."""
