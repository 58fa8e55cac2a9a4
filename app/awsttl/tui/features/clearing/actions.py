"""``c`` and ``C``: cache entries go. ``z``, which brings them back, is :mod:`..undoing`'s."""

from __future__ import annotations

from awsttl.core import countdown
from awsttl.core.model import Orphan, Status
from awsttl.core.view import layout
from awsttl.engine import clearing
from awsttl.engine.clearing import Report, ToClear, counted
from awsttl.tui.host import Host
from awsttl.tui.keymap import key_of


class Clearing:
    """Says for its host what the engine clears."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def clear_row(self) -> None:
        """Clear the entries of the rows that the key acts on."""
        rows = [item for item in self._host.chosen if isinstance(item, Status | Orphan)]
        if not rows:
            return
        parts = [clearing.of_row(item, self._host.engine.seen) for item in rows]
        held = [part for part in parts if part.held]
        for part in held:
            self._clear(part)
        files = [part for part in parts if part.entries]
        if files:
            self._clear(clearing.together(files))
        elif not held:
            self._host.say(
                "awsttl does not know this file, and leaves it alone; remove it by hand", "warning"
            )

    def clear_all(self) -> None:
        """Clear the whole CLI cache, after one question that names what goes."""
        from awsttl.tui.confirm_dialog import ConfirmDialog

        seen = self._host.engine.seen
        what = clearing.of_everything(seen)
        if not what.entries:
            self._host.say("the CLI cache is empty: there is nothing to clear")
            return
        lines = self._living(what)
        loses = "None of them is alive."
        if lines:
            verb = "profile loses its session:" if len(lines) == 1 else "profiles lose a session:"
            loses = f"{len(lines)} {verb}"
        question = f"Remove {counted(len(what.entries))}? {loses}"

        def answered(answer: bool | None) -> None:  # noqa: FBT001 (Textual's callback)
            if answer:
                self._clear(what)

        self._host.open(ConfirmDialog("clear the CLI cache", question, lines), answered)

    def _living(self, what: ToClear) -> list[str]:
        """A line for each profile that loses a living session, what ends first on top."""
        now = self._host.clock()
        found = clearing.living(what, self._host.engine.seen, now)
        width = max((layout.cell_width(name) for _, name in found), default=0)
        return [
            f"{layout.fit(name, width)}  {countdown.left(ends, now).text:>7} left"
            for ends, name in found
        ]

    def _clear(self, what: ToClear) -> None:
        def tell(report: Report) -> None:
            done = ""
            undo = f"{key_of('bring_back')} brings it back"
            if report.in_memory:
                done = f"forgot the session of {report.name}; {undo}"
            elif report.paths:
                done = f"cleared {_called(report)}; {undo}"
            self._host.tell(done, report.failures)

        self._host.in_background(lambda: self._host.engine.clearing.clear(what), tell)


def _called(report: Report) -> str:
    """What was cleared, in words: the whole cache goes by its number of entries."""
    if report.name == clearing.EVERYTHING:
        return report.more
    return f"{report.name} ({report.more})" if report.more else report.name
