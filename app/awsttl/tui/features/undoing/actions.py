"""``z``: undoes the last edit, clearing or hiding, whichever came last."""

from __future__ import annotations

from typing import NamedTuple

from awsttl.core.model import FOREVER
from awsttl.core.remedies import Problem
from awsttl.core.view import layout
from awsttl.engine.clearing import Report
from awsttl.engine.editing import RefusedError, Undone
from awsttl.tui.host import Host
from awsttl.tui.remedies import told


class Shown(NamedTuple):
    """Profiles that were hidden, and are shown again."""

    names: tuple[str, ...]


class Undoing:
    """Undoes for its host what the engine did last."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def undo(self) -> None:
        """Undo it; where a file has changed since, show first what would be lost."""
        self._host.in_background(self._try, self._tell)

    def _try(self) -> Report | Undone | Shown | Problem | None:
        engine = self._host.engine
        edited, choices = engine.editing.last, engine.choices
        if choices.hidden_at > max(engine.clearing.last_at, edited.at if edited else -FOREVER):
            names = choices.hidden_last
            return choices.show_again() or Shown(names)
        if edited is None or edited.at < engine.clearing.last_at:
            return engine.clearing.undo()
        return self._edit(although_changed=False)

    def _edit(self, *, although_changed: bool) -> Undone | Problem | None:
        try:
            return self._host.engine.editing.undo(although_changed=although_changed)
        except RefusedError as error:
            return error.problem

    def _tell(self, found: Report | Undone | Shown | Problem | None) -> None:
        match found:
            case None:
                self._host.say("nothing has been edited, cleared or hidden yet")
            case Problem():
                self._host.say(told(found), "error", 10)
            case Shown():
                verb = "is" if len(found.names) == 1 else "are"
                self._host.say(f"{layout.listed(found.names)} {verb} shown again")
            case Report():
                self._tell_cleared(found)
            case Undone():
                self._tell_edited(found)

    def _tell_cleared(self, report: Report) -> None:
        done = ""
        if report.in_memory:
            done = f"brought back the session of {report.name}"
        elif report.paths:
            done = f"brought back {report.more}"
        self._host.tell(done, report.failures)

    def _tell_edited(self, undone: Undone) -> None:
        if not undone.is_done:
            self._ask(undone)
            return
        self._host.tell(f"the edit of {undone.name} is undone", undone.failures)

    def _ask(self, undone: Undone) -> None:
        from awsttl.tui.difference_dialog import DifferenceDialog

        def answered(answer: bool | None) -> None:  # noqa: FBT001 (Textual's callback)
            if answer:
                self._host.in_background(lambda: self._edit(although_changed=True), self._tell)

        lead = ("It has been changed since that edit. To undo it takes that back too:",)
        dialog = DifferenceDialog(
            f"undo the edit of {undone.name}", undone.differences, lead, yes="undo"
        )
        self._host.open(dialog, answered)
