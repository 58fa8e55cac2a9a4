"""``awsttl login``: sign in, to IAM Identity Center or by ``aws login``, where that is needed."""

from __future__ import annotations

from argparse import Namespace

from awsttl.commands import exit_codes
from awsttl.commands.acting import Acting, code_of_problem
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.output import say, show
from awsttl.commands.parsing import Parser
from awsttl.commands.prompts import Prompts
from awsttl.commands.remedies import said
from awsttl.commands.signing import left_of, signed_in_by
from awsttl.core.view.layout import printable
from awsttl.engine.jobs import Job, Phase


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.add_argument(
        "name",
        nargs="?",
        metavar="PROFILE|SESSION",
        help="whose sign-in; without it, that of the profile of AWS_PROFILE",
    )
    parser.add_argument(
        "-f", "--force", action="store_true", help="sign in anew; signs out first, for a new clock"
    )
    parser.takes_span("--min", text="sign in anew if it would not last so long")
    parser.add_argument(
        "--no-browser", action="store_true", help="show the link only, and open no page"
    )
    parser.add_argument(
        "--qr", action="store_true", help="show the link as a QR code for a phone, too"
    )
    parser.add_argument(
        "--remote", action="store_true", help="for aws login: the browser is on another machine"
    )
    parser.takes_no_input()
    parser.explains(
        "At once 0 where the sign-in lives long enough. It brings back the sessions that had\n"
        "ended with it. (What aws-vault calls login, a page of the console, is another command.)"
    )
    parser.shows("awsttl login prod --min 8h", "awsttl login my-sso --no-browser --qr")


def run(given: Namespace) -> int:
    """Sign in. Returns the exit code."""
    person = Prompts(no_input=given.no_input, browser=not given.no_browser, qr=given.qr)
    with Acting(person, _tell) as acting:
        status = signed_in_by(given.name, acting.look.snapshot)
        session = status.hops[-1].link.name
        left = left_of(status, at_least=given.min)
        if left is not None and not given.force:
            show(printable(f"{session}: signed in, {left}"))
            return exit_codes.DONE
        if not person.can_ask:
            raise CommandError(
                f"{session}: a sign-in needs a person and a terminal; run there: "
                f"awsttl login {given.name or status.name}",
                exit_codes.NEEDS_YOU,
            )
        if given.force:
            _, problem = acting.engine.signing_out.sign_out(status)
            if problem is not None:
                say(f"awsttl login: AWS could not be told to sign out: {problem.message}")
        problem = acting.sign_in(acting.status(status.name), remote=given.remote)
        if problem is not None:
            text = "; ".join(part for part in (problem.message, said(problem.fix)) if part)
            raise CommandError(f"{session}: {text}", code_of_problem(problem))
        # aws login may have put another identity in the place of the one that was there.
        status = acting.status(status.name)
        session, left = status.hops[-1].link.name, left_of(status, at_least=None)
    show(printable(f"{session}: signed in, {left or 'but its token is not there'}"))
    return exit_codes.DONE if left else exit_codes.FAILED


def _tell(job: Job) -> None:
    """Say which sessions the sign-in has brought back."""
    if job.phase is Phase.DONE:
        say(f"{job.name}: renewed")
