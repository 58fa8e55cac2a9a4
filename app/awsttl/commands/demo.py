"""``awsttl demo``: the dashboard on a sandbox."""

from __future__ import annotations

import sys

from awsttl.commands import dashboard
from awsttl.commands.exit_codes import USAGE


def run() -> int:
    """Open the dashboard on a throwaway home. Returns the exit code."""
    if message := dashboard.needs_terminal():
        if sys.stderr:
            sys.stderr.write(message + "\n")
        return USAGE
    from awsttl.demo import home

    return home.run(dashboard.run)
