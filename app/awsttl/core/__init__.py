"""What awsttl knows: profiles, sessions and clocks, as pure values and functions.

Nothing in here opens a file, asks the time or imports a terminal library: what is needed comes
in as an argument. That is what makes the rest of the program a matter of plumbing.
"""
