"""``awsttl unset``: what removes every variable that speaks of a session."""

from __future__ import annotations

import os
from argparse import Namespace

from awsttl.commands.exit_codes import DONE
from awsttl.commands.output import show_exactly
from awsttl.commands.parsing import Parser
from awsttl.core import formats, snippets
from awsttl.core.formats import UNSETTING, Format
from awsttl.engine import exporting, living


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.add_argument(
        "--format",
        choices=[str(each) for each in UNSETTING],
        default=str(Format.ENV),
        help=f"one of: {', '.join(UNSETTING)} (default: env)",
    )
    parser.add_argument(
        "--keep-region", action="store_true", help="leave AWS_REGION and AWS_DEFAULT_REGION alone"
    )
    parser.explains("Besides AWS's own variables, those that other tools leave beside a session.")
    parser.shows('eval "$(awsttl unset)"', "awsttl unset --format fish | source")


def run(given: Namespace) -> int:
    """Print the lines. Returns the exit code."""
    names = exporting.stale(os.environ, keep_region=given.keep_region)
    lines = living.unset(formats.SHELLS[Format(given.format)], names)
    show_exactly(snippets.text(lines))
    return DONE
