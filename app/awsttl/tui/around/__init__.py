"""What stands around the rows: header, details, filter line, key bar."""
