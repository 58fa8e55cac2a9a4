"""Pasted text → the sessions in it, or why there is none: without I/O and without a clock."""
