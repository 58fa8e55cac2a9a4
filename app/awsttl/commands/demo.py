"""``awsttl demo``: the dashboard on a sandbox."""

from __future__ import annotations

from argparse import Namespace

from awsttl.commands import dashboard
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.parsing import Parser


def declare(parser: Parser) -> None:
    """Say what it is."""
    parser.explains("A throwaway home and a loopback STS: nothing of yours is touched.")
    parser.shows("awsttl demo")


def run(_given: Namespace) -> int:
    """Open the dashboard on a throwaway home. Returns the exit code."""
    if message := dashboard.needs_terminal():
        raise CommandError(message)
    from awsttl.demo import home

    return home.run(dashboard.run)
