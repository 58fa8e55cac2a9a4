"""``awsttl logout``: sign out of one SSO session, or of an ``aws login``."""

from __future__ import annotations

from argparse import Namespace

from awsttl.commands import exit_codes
from awsttl.commands.acting import Acting
from awsttl.commands.output import say, show
from awsttl.commands.parsing import Parser
from awsttl.commands.prompts import Prompts
from awsttl.commands.signing import signed_in_by
from awsttl.core.view.layout import printable


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.add_argument(
        "name",
        nargs="?",
        metavar="PROFILE|SESSION",
        help="whose sign-in; without it, that of the profile of AWS_PROFILE",
    )
    parser.explains(
        "Removes the token and the sessions that were got with it, and has AWS forget the token.\n"
        "Other sign-ins stay, where aws sso logout ends them all."
    )
    parser.shows("awsttl logout my-sso")


def run(given: Namespace) -> int:
    """Sign out. Returns the exit code."""
    with Acting(Prompts(no_input=True)) as acting:
        status = signed_in_by(given.name, acting.look.snapshot)
        session = status.hops[-1].link.name
        gone, problem = acting.engine.signing_out.sign_out(status)
    if problem is not None:
        say(f"awsttl logout: AWS could not be told: {problem.message}")
    if not gone:
        show(printable(f"{session}: was not signed in"))
    else:
        count = f"{len(gone)} file{'s' if len(gone) > 1 else ''}"
        show(printable(f"{session}: signed out, {count} removed"))
    return exit_codes.FAILED if problem is not None else exit_codes.DONE
