"""``awsttl can``: whether a session lasts, as an exit code."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from typing import Final

from awsttl.commands import choosing, exit_codes
from awsttl.commands.output import show
from awsttl.commands.parsing import Parser, span
from awsttl.core import countdown, keeping, lasting
from awsttl.core.lasting import Answer, Verdict
from awsttl.core.model import Parent, Status
from awsttl.core.view.layout import printable
from awsttl.core.view.rows import WORDS
from awsttl.disk.locations import Locations
from awsttl.engine.look import OneLook

CODES: Final = {
    Answer.LASTS: exit_codes.DONE,
    Answer.RENEWS: exit_codes.FAILED,
    Answer.NEEDS_YOU: exit_codes.NEEDS_YOU,
}


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.add_argument("profile", metavar="PROFILE", help="the profile")
    parser.add_argument(
        "span",
        nargs="?",
        type=span,
        default=0.0,
        metavar="SPAN",
        help="such as 45m; now if left out",
    )
    parser.add_argument(
        "--renew", action="store_true", help="renew it if it does not last and that asks nobody"
    )
    parser.add_argument("--parent", action="store_true", help="ask this of its sign-in instead")
    parser.add_argument("-q", "--quiet", action="store_true", help="the exit code only")
    parser.explains(
        "Exit codes: 0 it lasts; 1 it does not, but renews by itself; 3 a person is needed;\n"
        "2 there is no such profile."
    )
    parser.shows(
        "awsttl can prod 45m && make deploy", "awsttl can prod --renew -q || awsttl login prod"
    )


def run(given: Namespace) -> int:
    """Answer. Returns the exit code."""
    look = OneLook(Locations.of(os.environ), os.environ, only=given.profile)
    if look.snapshot.status(given.profile) is None:
        # All names are there to be told of, and to be suggested.
        look = OneLook(Locations.of(os.environ), os.environ)
    status = choosing.one(given.profile, look.snapshot)
    now = time.time()
    verdict = _verdict(status, look, given, now)
    if verdict.answer is Answer.RENEWS and given.renew:
        status, verdict = _renewed(status, look, given)
    if not given.quiet:
        show(_line(status, verdict, time.time(), of_parent=given.parent))
    return CODES[verdict.answer]


def _verdict(status: Status, look: OneLook, given: Namespace, now: float) -> Verdict:
    if given.parent:
        return lasting.parent_verdict(status, now, given.span)
    if lasting.lasts(status, now, given.span):
        return Verdict(Answer.LASTS)  # without a look at the settings
    allowed = keeping.allowed(look.files, look.settings.look().settings)
    return lasting.verdict(status, now, given.span, allowed)


def _renewed(status: Status, look: OneLook, given: Namespace) -> tuple[Status, Verdict]:
    """The profile once it is renewed without a question, and what is to be said of it then."""
    # botocore's world is loaded when a renewal is due, and not before.
    from awsttl.commands.acting import Acting, code_of
    from awsttl.commands.prompts import Prompts

    allowed = keeping.allowed(look.files, look.settings.look().settings)
    with Acting(Prompts(no_input=True)) as acting:
        jobs = acting.renew_silently([status], frozenset(allowed.values()))
        status = acting.status(status.name)
    verdict = _verdict(status, look, given, time.time())
    for job in jobs:
        if code_of(job) == exit_codes.NEEDS_YOU:
            return status, Verdict(Answer.NEEDS_YOU, job.problem)
        if job.problem is not None:
            return status, verdict._replace(problem=job.problem)
    return status, verdict


def _line(status: Status, verdict: Verdict, now: float, *, of_parent: bool) -> str:
    """What is the case, and what follows from it."""
    whose, is_so = status.name, _standing(status, now)
    if of_parent and (parent := status.parent):
        whose, is_so = f"{parent.name} ({parent.kind})", _parent_standing(parent, now)
    if verdict.problem is not None:
        is_so += f"; {verdict.problem.message}"
    elif verdict.answer is Answer.RENEWS:
        is_so += "; renews by itself"
    return printable(f"{whose}: {is_so}")


def _standing(status: Status, now: float) -> str:
    word = WORDS[countdown.standing(status, now).state]
    ends = countdown.expires_at(status)
    if ends is None:
        return word
    left = countdown.left(ends, now).text
    return f"{word}, {left} left" if now < ends else f"{word} {left}"


def _parent_standing(parent: Parent, now: float) -> str:
    if parent.expires_at is None:
        return "no session"
    left = countdown.left(parent.expires_at, now).text
    return f"{left} left" if now < parent.expires_at else f"expired {left}"
