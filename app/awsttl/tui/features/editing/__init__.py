"""`E`: the settings of a profile."""
