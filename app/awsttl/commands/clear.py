"""``awsttl clear``: removes cache entries, as the keys c and C do, and brings them back."""

from __future__ import annotations

import time
from argparse import Namespace

from awsttl.commands import choosing, exit_codes
from awsttl.commands.acting import Acting
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.output import say, show
from awsttl.commands.parsing import Parser
from awsttl.commands.prompts import Prompts
from awsttl.core import countdown
from awsttl.core.files import CacheEntry
from awsttl.core.view.layout import printable
from awsttl.disk.locations import shown
from awsttl.engine import clearing
from awsttl.engine.clearing import Report, ToClear


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.takes_profiles("profiles and globs: their own entries, and not those they come from")
    parser.add_argument("--all", action="store_true", help="all that is recognised in the cache")
    parser.add_argument("--expired", action="store_true", help="only sessions that have ended")
    parser.add_argument("--corrupt", action="store_true", help="only files that cannot be read")
    parser.add_argument("-n", "--dry-run", action="store_true", help="name the files, and stop")
    parser.add_argument("--undo", action="store_true", help="bring back what was cleared last")
    parser.explains(
        "Only what awsttl recognises in ~/.aws/cli/cache is removed. Without a profile or an\n"
        "option nothing is. Until --undo or the next clearing, what was removed is kept in\n"
        "awsttl's state folder, readable by you alone."
    )
    parser.shows("awsttl clear prod", "awsttl clear --expired --dry-run", "awsttl clear --undo")


def run(given: Namespace) -> int:
    """Clear. Returns the exit code."""
    chosen = bool(given.profiles) or given.all or given.expired or given.corrupt
    if given.undo and chosen:
        raise CommandError("--undo stands alone")
    if not given.undo and not chosen:
        raise CommandError("name profiles, or say --expired, --corrupt or --all")
    if given.all and given.profiles:
        raise CommandError("either profiles or --all")
    with Acting(Prompts(no_input=True)) as acting:
        if given.undo:
            return _undo(acting)
        what = _wanted(acting, given)
        if not what.entries:
            say("awsttl clear: there is nothing to clear")
            return exit_codes.DONE
        if given.dry_run:
            show("\n".join(_line("would remove", entry) for entry in what.entries))
            return exit_codes.DONE
        report = acting.engine.clearing.clear(what)
        gone = set(report.paths)
        lines = [_line("removed", entry) for entry in what.entries if entry.path in gone]
        if lines:
            show("\n".join(lines))
            acting.engine.clearing.keep_last()
            say("awsttl clear --undo brings them back")
        return _code(report)


def _wanted(acting: Acting, given: Namespace) -> ToClear:
    seen, now = acting.look, time.time()
    if given.profiles:
        statuses = choosing.some(given.profiles, seen.snapshot)
        what = clearing.together([clearing.of_row(status, seen) for status in statuses])
    else:
        what = clearing.of_everything(seen)
    if given.expired or given.corrupt:
        has_ended = clearing.has_ended(now)
        what = clearing.only(
            what,
            lambda entry: (
                (given.expired and has_ended(entry))
                or (given.corrupt and clearing.is_corrupt(entry))
            ),
        )
    return what


def _undo(acting: Acting) -> int:
    report = acting.engine.clearing.undo_kept()
    if report is None:
        say("awsttl clear: no clearing of a command is kept")
        return exit_codes.FAILED
    if report.paths:
        show(printable(f"brought back {report.more} ({report.name})"))
    return _code(report)


def _code(report: Report) -> int:
    for failure in report.failures:
        say(f"awsttl clear: {failure}")
    return exit_codes.FAILED if report.failures else exit_codes.DONE


def _line(verb: str, entry: CacheEntry) -> str:
    """What happens to a file, and what was in it."""
    role = f"{entry.role} of {entry.account_id}, " if entry.role and entry.account_id else ""
    if entry.expires_at is None:
        what = entry.reason or "no session"
    else:
        now = time.time()
        left = countdown.left(entry.expires_at, now).text
        what = f"{role}{left} left" if now < entry.expires_at else f"{role}expired {left}"
    return printable(f"{verb} {shown(entry.path)}: {what}")
