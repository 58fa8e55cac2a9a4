"""``awsttl list``: the rows of the dashboard, as a table or as JSON.

It loads neither Textual nor boto3, which would take 800 ms.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable

from awsttl.commands import choosing
from awsttl.commands.exit_codes import DONE
from awsttl.commands.output import show, show_lines
from awsttl.commands.parsing import Parser
from awsttl.commands.remedies import said
from awsttl.commands.suggestions import did_you_mean
from awsttl.core.model import State
from awsttl.core.settings import Sort
from awsttl.core.view import listing
from awsttl.core.view.listing import COLUMNS
from awsttl.disk.locations import Locations, shown
from awsttl.engine.look import OneLook


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.takes_profiles("these only; globs are welcome")
    parser.add_argument(
        "--columns",
        type=_words_of(COLUMNS),
        default=[],
        metavar="NAMES",
        help=f"these columns, in this order, with commas between: {','.join(COLUMNS)}",
    )
    parser.add_argument(
        "--sort", choices=[str(each) for each in Sort], help=f"by {', '.join(Sort)}"
    )
    parser.add_argument(
        "--state",
        type=_words_of(State),
        default=[],
        metavar="STATES",
        help=f"only profiles in one of these states: {','.join(State)}",
    )
    parser.add_argument(
        "--needs-you",
        action="store_true",
        help="only profiles that need somebody: broken, or waiting for a code, a sign-in, new keys",
    )
    parser.takes_json()
    parser.shows(
        "awsttl list --needs-you",
        "awsttl list --state expired,expiring",
        "awsttl list 'dev-*' --columns profile,left,account",
        "awsttl list --json | jq -r '.profiles[].profile'",
    )


def run(given: Namespace) -> int:
    """Print the rows. Returns the exit code."""
    locations = Locations.of(os.environ)
    look = OneLook(locations, os.environ)
    seen, keep = look.snapshot, look.settings.look().settings.keep
    nothing = listing.why_empty(seen, (shown(locations.config), shown(locations.credentials)))
    now = time.time()
    if given.profiles or given.state or given.needs_you:
        chosen = choosing.some(given.profiles, seen) if given.profiles else seen.profiles
        if seen.profiles and given.state:
            nothing = f"no profile is {' or '.join(given.state)}"
        if seen.profiles and given.needs_you:
            nothing = "no profile needs you"
        seen = listing.narrowed(seen, chosen, given.state, now, keep, only_needing=given.needs_you)
    if given.json:
        if given.sort:
            seen = listing.ordered(seen, Sort(given.sort), now, keep)
        show_lines(listing.json_lines(seen, now, said, keep))
    else:
        sort = Sort(given.sort or Sort.URGENCY)
        width, columns = _width(), given.columns
        show(listing.as_table(seen, now, width, sort, columns, nothing=nothing, keep=keep))
    return DONE


def _words_of(known: Iterable[str]) -> Callable[[str], list[str]]:
    """Reads words with commas between, each of which must be *known*."""

    def read(text: str) -> list[str]:
        words = [word.strip().lower() for word in text.split(",") if word.strip()]
        for word in words:
            if word not in [str(each) for each in known]:
                near = did_you_mean(word, map(str, known))
                raise ArgumentTypeError(f'"{word}" is none of them{near}')
        return words

    return read


def _width() -> int:
    """The columns that a line may have: those of the terminal, or many where there is none."""
    import shutil

    if sys.stdout is None or not sys.stdout.isatty():
        return 160
    return shutil.get_terminal_size((120, 40)).columns
