"""``awsttl pick [QUERY]``: choose a profile from the dashboard's rows; its name is printed.

The rows are drawn on the terminal while stdout is captured: ``awsttl renew "$(awsttl pick)"``.
"""

from __future__ import annotations

import contextlib
import gc
import os
import time
from argparse import Namespace

from awsttl.commands import exit_codes
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.output import show
from awsttl.commands.parsing import Parser
from awsttl.commands.remedies import said
from awsttl.core.settings import Settings
from awsttl.core.view import listing
from awsttl.core.view.arrangement import arrange
from awsttl.core.view.ranking import View
from awsttl.disk.locations import Locations
from awsttl.engine.look import OneLook
from awsttl.terminal.borrowed import borrowed


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.explains(
        "Typing filters by any words of a row, ⏎ chooses, esc gives up.\n"
        "Exit codes: 0 chosen; 1 no profile has the words; 130 given up."
    )
    parser.add_argument("query", nargs="*", metavar="QUERY", help="words to begin with")
    parser.add_argument(
        "-m", "--multi", action="store_true", help="choose several, with ⇥; a name on each line"
    )
    parser.takes_json()
    parser.shows(
        'awsttl renew "$(awsttl pick)"', "awsttl pick --multi dev | xargs -d '\\n' awsttl renew"
    )


def run(given: Namespace) -> int:
    """Let the person choose, and print the names. Returns the exit code."""
    seen = OneLook(Locations.of(os.environ), os.environ)
    names = choose(seen, " ".join(given.query), several=given.multi)
    if given.json:
        chosen = {name: place for place, name in enumerate(names)}
        profiles = [status for status in seen.snapshot.profiles if status.name in chosen]
        profiles.sort(key=lambda status: chosen[status.name])
        show(listing.profiles_as_json(profiles, time.time(), said))
    else:
        show("\n".join(names))
    return exit_codes.DONE


def choose(seen: OneLook, query: str = "", *, several: bool = False) -> list[str]:
    """The names that the person chooses, one at least.

    Raises ``CommandError``: no profile has the words, given up, or nobody can be asked.
    """
    settings = seen.settings.look().settings
    if not _has(seen, settings, query):
        raise CommandError(f'no profile has the words "{query}"', exit_codes.FAILED)
    chosen = _draw(seen, settings, query, several=several)
    if chosen is None:
        raise KeyboardInterrupt
    if not chosen:
        raise CommandError("no profile has these words", exit_codes.FAILED)
    return chosen


def _has(seen: OneLook, settings: Settings, query: str) -> bool:
    """Whether there is a row to choose; if not, nothing needs to be drawn."""
    snapshot = seen.snapshot._replace(environment=None, orphans=())
    view = View(query, hidden=settings.hidden)
    return bool(arrange(snapshot, view, time.time()).items)


def _draw(seen: OneLook, settings: Settings, query: str, *, several: bool) -> list[str] | None:
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise CommandError(
            "to choose needs a terminal that can move its cursor (TERM is dumb)",
            exit_codes.NEEDS_YOU,
        )
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(borrowed())
        except OSError:
            raise CommandError(
                "to choose needs a terminal; name the profile instead", exit_codes.NEEDS_YOU
            ) from None
        # Nothing of what is imported now is garbage; looking for some takes 30 ms.
        gc.disable()
        from awsttl.tui.picker import Picker

        picker = Picker(seen.snapshot, settings, query, several=several)
        chosen = picker.run(mouse=settings.mouse)
        if picker.return_code:
            raise CommandError("the rows could not be drawn", exit_codes.FAILED)
        return chosen
