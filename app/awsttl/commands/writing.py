"""How every command edits config and credentials: the lines that differ, a yes, and the writing."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from awsttl.commands import exit_codes
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.output import is_colourful, say, show
from awsttl.commands.parsing import Parser
from awsttl.commands.prompts import Prompts
from awsttl.commands.remedies import said as told
from awsttl.core.files import CacheEntry
from awsttl.core.ini.plans import Plan
from awsttl.core.view import layout
from awsttl.engine.editing import Difference, Editing, RefusedError

if TYPE_CHECKING:
    from awsttl.core.ini.differences import Line

_COLOURS = {"+": "\x1b[32m", "-": "\x1b[31m", " ": "\x1b[2m"}


class Wanted(NamedTuple):
    """An edit that a person asked for."""

    name: str
    plan: Plan
    said: str
    """What the log says of it."""
    done: str
    """What is said when it is done: ``prod is made``."""
    lead: Sequence[str] = ()
    """What is to be known before the yes."""
    clearing: tuple[CacheEntry, ...] = ()
    closing: tuple[str, ...] = ()


def takes_yes(parser: Parser) -> None:
    """Take the options that every editing command has."""
    parser.add_argument("-y", "--yes", action="store_true", help="write without a question")
    parser.add_argument(
        "-n", "--dry-run", action="store_true", help="show the lines that would differ, and stop"
    )
    parser.takes_no_input()


def write(editing: Editing, wanted: Wanted, given: Namespace) -> int:
    """Show what an edit would change, and write it on a yes. Returns the exit code.

    Raises ``CommandError`` where a file cannot be edited.
    """
    person = Prompts(no_input=given.no_input)
    try:
        found = editing.preview(wanted.plan)
        if not (found or wanted.clearing or wanted.closing):
            say("nothing is different")
            return exit_codes.DONE
        show_differences(found)
        for line in wanted.lead:
            say(line)
        if given.dry_run:
            return exit_codes.DONE
        if not given.yes and not person.can_ask:
            say("nothing was written: say --yes to write it")
            return exit_codes.NEEDS_YOU
        if not given.yes and not person.agrees("write this?"):
            say("nothing was written")
            return exit_codes.FAILED
        edited = editing.write(
            wanted.plan, wanted.name, wanted.said, wanted.clearing, wanted.closing
        )
    except RefusedError as error:
        raise refusal(error) from None
    undo = "; awsttl edit --undo undoes it" if edited.can_be_undone else ""
    say(f"{wanted.done}{undo}")
    for failure in edited.failures:
        say(failure)
    return exit_codes.FAILED if edited.failures else exit_codes.DONE


def refusal(error: RefusedError) -> CommandError:
    """The error of a command whose edit was refused."""
    fix = told(error.problem.fix)
    text = f"{error.problem.message}; {fix}" if fix else error.problem.message
    return CommandError(layout.printable(text), exit_codes.FAILED)


def show_differences(differences: Sequence[Difference]) -> None:
    """Print the lines that differ on stdout, without secrets."""
    lines: list[str] = []
    for difference in differences:
        lines.append(f"{difference.file} (a new file)" if difference.is_new else difference.file)
        lines.extend(_drawn(line) for line in difference.lines)
    if lines:
        show("\n".join(lines))


def _drawn(line: Line) -> str:
    text = f"{line.number:>5} {line.sign} {layout.printable(line.text)}".rstrip()
    return f"{_COLOURS[line.sign]}{text}\x1b[m" if is_colourful(sys.stdout) else text
