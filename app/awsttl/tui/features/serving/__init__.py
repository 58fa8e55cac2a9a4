"""`U` and the live tab of `e`: sessions that live on in a shell."""
