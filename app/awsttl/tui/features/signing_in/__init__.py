"""Sign-ins that `r` needs: SSO by device code, `aws login` on the terminal."""
