"""``awsttl __complete profiles|sso-sessions``: the names that a shell completes, a line each.

The completions of every shell ask it at each press of Tab. So it is dispatched before everything
else, and imports nothing but what reads the headers of two files: not even the exit codes, which
would bring the module ``typing`` and a third of the time with them.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from awsttl.disk import section_names


def run(arguments: Sequence[str]) -> int:
    """Print the names. Returns the exit code."""
    match list(arguments):
        case ["profiles"]:
            names = section_names.profiles(os.environ)
        case ["sso-sessions"]:
            names = section_names.sso_sessions(os.environ)
        case _:
            sys.stderr.write("usage: awsttl __complete profiles|sso-sessions\n")
            return 2
    # As bytes: a name is whatever is in the file, and the shell compares it with what is typed.
    lines = "".join(f"{name}\n" for name in names).encode(errors="surrogateescape")
    with contextlib.suppress(OSError):
        while lines:
            lines = lines[os.write(1, lines) :]
    return 0
