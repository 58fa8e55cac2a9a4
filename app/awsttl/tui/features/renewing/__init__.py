"""`r` and `R`: sessions are renewed, with an MFA code where one is needed."""
