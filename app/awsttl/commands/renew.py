"""``awsttl renew``: new sessions, as the keys r and R get them."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Iterable

from awsttl.commands import choosing, exit_codes
from awsttl.commands.acting import Acting, code_of, code_of_problem
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.output import show
from awsttl.commands.parsing import Parser
from awsttl.commands.prompts import Prompts, is_code
from awsttl.commands.remedies import said
from awsttl.core import countdown, keeping, lasting
from awsttl.core.model import Renewal, Status
from awsttl.core.profiles.timestamps import iso_utc
from awsttl.core.remedies import Problem
from awsttl.core.secret import Secret
from awsttl.core.view.layout import printable
from awsttl.core.why import obstacles
from awsttl.engine.jobs import Job, Phase
from awsttl.engine.renewing import due


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.takes_profiles("profiles and globs; without any, the profile of AWS_PROFILE")
    parser.add_argument(
        "--all", action="store_true", help="all that are expiring or expired and need nobody"
    )
    parser.add_argument(
        "-f", "--force", action="store_true", help="renew also what lasts long enough"
    )
    parser.takes_span("--min", text="how long a session must last (default: to its reuse point)")
    parser.add_argument(
        "--mfa-code",
        "--mfa-token",
        metavar="CODE",
        help="an MFA code that is at hand; with - it is read from stdin",
    )
    parser.takes_no_input()
    parser.takes_json()
    parser.explains(
        "Without --force nothing is done before the reuse point. The exit code is the worst:\n"
        "0 done, 1 failed, 3 a person is needed and nobody could be asked."
    )
    parser.shows("awsttl renew prod", "awsttl renew 'dev-*' --min 30m", "awsttl renew --all")


def run(given: Namespace) -> int:
    """Renew, with a line for each profile as it goes. Returns the worst exit code."""
    if given.all and given.profiles:
        raise CommandError("either profiles or --all")
    person = Prompts(no_input=given.no_input, code=_code(given.mfa_code))
    report = _Report(as_json=given.json)
    with Acting(person, report.hear) as acting:
        if given.all:
            _renew_all(acting, given, report)
        else:
            wanted = choosing.some(given.profiles, acting.look.snapshot)
            jobs = acting.renew(_due(wanted, given, report))
            report.add_codes(map(code_of, jobs))
        report.finish(acting)
    return report.code


def _renew_all(acting: Acting, given: Namespace, report: _Report) -> None:
    """As the key ``R`` does: nobody is asked, and what is hidden is left out."""
    now, arrangement = time.time(), acting.look.latest
    if given.force:
        hidden = arrangement.view.left_out
        statuses: Iterable[Status] = [
            status
            for status in arrangement.snapshot.profiles
            if status.name not in hidden and _is_silent(status, now)
        ]
    elif given.min:
        statuses = [
            status
            for status in arrangement.snapshot.profiles
            if status.name not in arrangement.view.left_out
            and status.session is not None
            and _is_silent(status, now)
            and lasting.is_due(status, now, given.min)
        ]
    else:
        statuses = due(arrangement, now)
    allowed = keeping.allowed(acting.look.files, arrangement.settings)
    jobs = acting.renew_silently(statuses, frozenset(allowed.values()))
    report.add_codes(map(code_of, jobs))


def _is_silent(status: Status, now: float) -> bool:
    return status.renewal(now) is Renewal.SILENT and not obstacles.cannot_renew(status, now)


def _due(wanted: Iterable[Status], given: Namespace, report: _Report) -> list[Status]:
    """Those that are to be renewed; of the others it is told why they are not."""
    now = time.time()
    found = []
    for status in wanted:
        if not given.force and not lasting.is_due(status, now, given.min or 0.0):
            report.tell(status.name, "lasts", _left(status, now))
        elif problem := obstacles.cannot_renew(status, now):
            report.tell(status.name, "failed", problem=problem)
            report.add_codes([code_of_problem(problem)])
        else:
            found.append(status)
    return found


def _left(status: Status, now: float) -> str:
    session = status.profile.mfa_session
    ends = countdown.expires_at(status) or (session.expires_at if session else None)
    return "long-term keys" if ends is None else f"{countdown.left(ends, now).text} left"


def _code(given: str | None) -> Secret | None:
    """The MFA code that was given beforehand."""
    if given is None:
        return None
    typed = (sys.stdin.readline() if given == "-" else given).strip().replace(" ", "")
    if not is_code(typed):
        raise CommandError("an MFA code is six digits")
    return Secret(typed)


class _Report:
    """Prints a line for each profile as it goes, or a document at the end."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._told: dict[str, tuple[str, Problem | None]] = {}
        self.code = exit_codes.DONE

    def add_codes(self, codes: Iterable[int]) -> None:
        """Take these into account."""
        self.code = max(self.code, *codes, exit_codes.DONE)

    def hear(self, job: Job) -> None:
        """A renewal has come further."""
        if job.phase is Phase.DONE:
            self.tell(job.name, "renewed")
        elif job.phase is Phase.CANCELLED:
            self.tell(job.name, "given up")
        elif job.phase is Phase.FAILED:
            self.tell(job.name, "failed", problem=job.problem)

    def tell(self, name: str, result: str, more: str = "", problem: Problem | None = None) -> None:
        """What has come of a profile."""
        self._told[name] = (result, problem)
        if self._as_json:
            return
        words = f"{result}, {more}" if more else result
        if problem is not None:
            words = f"{problem.message}; {said(problem.fix)}"
        show(printable(f"{name}: {words}"))

    def finish(self, acting: Acting) -> None:
        """Print the document, if that is what was asked for."""
        if not self._as_json:
            return
        from awsttl.core.view import json_text

        found = []
        for name, (result, problem) in self._told.items():
            status = acting.look.snapshot.status(name)
            ends = countdown.expires_at(status) if status else None
            found.append(
                {
                    "profile": name,
                    "result": result,
                    "expires_at": None if ends is None else iso_utc(ends),
                    "problem": problem
                    and {
                        "code": problem.code,
                        "message": problem.message,
                        "fix": said(problem.fix),
                        "remedy": problem.fix.fields(),
                    },
                }
            )
        show(json_text.dumps({"renewals": found}, indent=2))
