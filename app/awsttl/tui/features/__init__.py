"""What keys do, one folder each: the actions, and the dialog if there is one."""
