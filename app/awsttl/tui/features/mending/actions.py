"""``m``: the edits that mend what is wrong with the row, or with the files as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from awsttl.core.files import Files
from awsttl.core.model import Status
from awsttl.core.view import layout
from awsttl.core.why.mending import Mend
from awsttl.engine import mending
from awsttl.tui.host import Host
from awsttl.tui.keymap import key_of
from awsttl.tui.writing import Wanted, when_read, write


class Mending:
    """Mends for its host what a diagnosis finds."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def mend(self) -> None:
        """Look what can be mended; where it is more than one thing, ask which."""
        statuses = [item for item in self._host.chosen if isinstance(item, Status)]
        when_read(self._host, lambda files: self._look(statuses, files))

    def _look(self, statuses: Sequence[Status], files: Files) -> None:
        host = self._host
        names = [status.name for status in statuses]
        name = layout.listed(names) if names else "config and credentials"

        def look() -> tuple[Mend, ...]:
            snapshot, locations = host.arrangement.snapshot, host.engine.locations
            found = mending.found(statuses, snapshot, files, locations, host.clock())
            for status in statuses:
                found += mending.instead_of_pasting(status, snapshot, files, locations)
            return found

        host.in_background(look, lambda found: self._ask(name, found))

    def _ask(self, name: str, found: tuple[Mend, ...]) -> None:
        from awsttl.tui.choice_dialog import ChoiceDialog

        if not found:
            more = f"{key_of('diagnose')} tells what is wrong"
            self._host.say(f"there is nothing here that an edit mends; {more}")
            return
        if len(found) == 1:
            self._write(name, found)
            return

        def answered(places: list[int] | None) -> None:
            if places:
                self._write(name, [found[place] for place in places])

        lines = [mend.finding.message for mend in found]
        dialog = ChoiceDialog(f"mend {name}", lines, several=True, all_marked=True)
        self._host.open(dialog, answered)

    def _write(self, name: str, chosen: Sequence[Mend]) -> None:
        wanted = mending.wanted(chosen)
        lead = [mend.finding.message for mend in chosen]
        write(
            self._host,
            Wanted(
                name,
                wanted.plan,
                f"mend {name}",
                f"{name}: mended",
                wanted.said,
                [*lead, *wanted.closing_lines],
                closing=wanted.closing,
                yes="mend",
            ),
        )
