"""What opens above the table: one module, and one stylesheet, for each dialog."""
