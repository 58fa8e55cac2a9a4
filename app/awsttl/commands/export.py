"""``awsttl export``: a session's credentials for a shell, a program or a file."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from awsttl.commands import handing_out
from awsttl.commands.exit_codes import DONE, CommandError
from awsttl.commands.output import is_terminal, show_exactly
from awsttl.commands.parsing import Parser
from awsttl.core import formats
from awsttl.core.formats import Format
from awsttl.core.model import Status
from awsttl.core.secret import Secret
from awsttl.core.view import rows
from awsttl.engine import exporting


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.takes_profile()
    parser.add_argument(
        "--format",
        choices=[str(each) for each in Format],
        default=str(Format.ENV),
        help=f"one of: {', '.join(Format)} (default: env)",
    )
    parser.add_argument(
        "--name-only", action="store_true", help="select the profile by AWS_PROFILE, without keys"
    )
    parser.add_argument("--show", action="store_true", help="print secrets on a terminal, too")
    parser.takes_span("--min", text="renew first if it would not last so long", default=0.0)
    parser.takes_no_input()
    parser.explains(
        "A session that has ended is renewed first, as is one that is past its reuse point and\n"
        "renews by itself. Format process is what a credential_process answers:\n"
        "  credential_process = awsttl export prod --format process"
    )
    parser.shows('eval "$(awsttl export prod)"', "awsttl export prod --format fish | source")


def run(given: Namespace) -> int:
    """Print the credentials. Returns the exit code."""
    how = Format(given.format)
    if not given.name_only and not given.show and is_terminal(sys.stdout):
        raise CommandError("this would print secrets on the terminal; if that is meant: --show")
    status = handing_out.profile(given.profile)
    try:
        text = _name(how, status) if given.name_only else _keys(how, status, given)
    except ValueError as error:
        raise CommandError(f"{status.name}: {error}") from None
    show_exactly(text)
    return DONE


def _keys(how: Format, status: Status, given: Namespace) -> Secret:
    status, credentials = handing_out.session(status, seconds=given.min, no_input=given.no_input)
    return formats.export(how, credentials, status.name, rows.account_id(status))


def _name(how: Format, status: Status) -> Secret:
    keep_region = not status.profile.region
    return formats.use(how, status.name, exporting.stale(os.environ, keep_region=keep_region))
