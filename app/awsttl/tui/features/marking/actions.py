"""``space``, ``v`` and ``*``: which rows the next key acts on."""

from __future__ import annotations

from awsttl.core.model import Environment, Status
from awsttl.core.view.rows import key
from awsttl.tui.host import Host
from awsttl.tui.table.selection import RANGE_IS_OPEN


class Marking:
    """Marks rows of its host's table."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def mark(self) -> None:
        """Mark the row under the cursor, or no longer, and go on to the next."""
        table = self._host.table
        table.selection.toggle(table.cursor_key)
        table.marks_changed()
        table.move(1)

    def mark_range(self) -> None:
        """Mark whatever the cursor passes from now on; the second time, leave it at that."""
        table = self._host.table
        if table.selection.has_range:
            table.selection.end(table.arrangement, table.cursor)
        else:
            table.selection.begin(table.cursor_key)
            self._host.say(RANGE_IS_OPEN)
        table.marks_changed()

    def mark_all(self) -> None:
        """Mark all profiles that are shown; where all are, none.

        Where no profile is shown, cache entries are meant.
        """
        table = self._host.table
        items = [item for item in table.arrangement.items if not isinstance(item, Environment)]
        profiles = [item for item in items if isinstance(item, Status)]
        keys = {key(item) for item in profiles or items}
        if not keys:
            self._host.say("there is no row to mark")
            return
        if keys <= {key(item) for item in table.marked}:
            table.selection.clear()
        else:
            table.selection.add(keys)
        table.marks_changed()
