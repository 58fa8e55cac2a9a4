"""`U` and the live half of `e`: sessions that live on in a shell."""
