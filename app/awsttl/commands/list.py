"""``awsttl list``: the rows of the dashboard, as a table or as JSON.

It loads neither Textual nor boto3, which would take 800 ms.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import Namespace

from awsttl.commands.output import show
from awsttl.commands.parsing import Parser
from awsttl.commands.remedies import said
from awsttl.core.view import listing
from awsttl.disk.locations import Locations
from awsttl.engine.look import OneLook


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.takes_json()
    parser.shows("awsttl list --json | jq -r '.profiles[].profile'")


def run(given: Namespace) -> int:
    """Print all rows. Returns the exit code."""
    seen = OneLook(Locations.of(os.environ), os.environ).snapshot
    now = time.time()
    text = listing.as_json(seen, now, said) if given.json else listing.as_table(seen, now, _width())
    show(text)
    return 0


def _width() -> int:
    """The columns that a line may have: those of the terminal, or many where there is none."""
    import shutil

    if sys.stdout is None or not sys.stdout.isatty():
        return 160
    return shutil.get_terminal_size((120, 40)).columns
