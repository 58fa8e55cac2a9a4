"""How every key edits config and credentials: the lines that differ, a yes, and the writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from awsttl.core.files import CacheEntry, Files
from awsttl.core.ini.plans import Plan
from awsttl.core.remedies import Problem
from awsttl.engine.editing import Difference, Edited, RefusedError
from awsttl.tui.host import Host
from awsttl.tui.keymap import key_of
from awsttl.tui.remedies import told

_AGAIN = 0.05


def when_read(host: Host, act: Callable[[Files], None]) -> None:
    """Act on the files as read: at once, or a moment later where a key comes before they are."""
    files = host.files
    if files is None:
        host.after(_AGAIN, lambda: when_read(host, act))
    else:
        act(files)


class Wanted(NamedTuple):
    """An edit that a person asked for."""

    name: str
    """What is edited: a profile mostly."""
    plan: Plan
    title: str
    """That of the dialog with the lines that differ."""
    done: str
    """What to say afterwards, for example ``prod is made``."""
    said: str
    """What the log says of it."""
    lead: Sequence[str] = ()
    """What else is to be known before the yes."""
    clearing: tuple[CacheEntry, ...] = ()
    """The cache entries that go with it."""
    closing: tuple[str, ...] = ()
    """The files that others than their owner are no longer to read."""
    yes: str = "write"


def write(host: Host, wanted: Wanted, then: Callable[[Edited], None] | None = None) -> None:
    """Show what an edit would change, and write it on a yes. *then* is called when it is done."""
    _Writing(host, wanted, then).begin()


class _Writing:
    """One edit on its way from the wish to the file."""

    def __init__(self, host: Host, wanted: Wanted, then: Callable[[Edited], None] | None) -> None:
        self._host, self._wanted, self._then = host, wanted, then

    def begin(self) -> None:
        """Look what would be different."""
        self._host.in_background(self._look, self._show)

    def _look(self) -> tuple[Difference, ...] | Problem:
        try:
            return self._host.engine.editing.preview(self._wanted.plan)
        except RefusedError as error:
            return error.problem

    def _show(self, found: tuple[Difference, ...] | Problem) -> None:
        from awsttl.tui.difference_dialog import DifferenceDialog

        wanted = self._wanted
        if isinstance(found, Problem):
            self._host.say(told(found), "error", 10)
        elif not (found or wanted.clearing or wanted.closing):
            self._host.say("nothing is different")
        else:
            dialog = DifferenceDialog(wanted.title, found, wanted.lead, yes=wanted.yes)
            self._host.open(dialog, self._answered)

    def _answered(self, answer: bool | None) -> None:  # noqa: FBT001 (Textual's callback)
        if answer:
            self._host.in_background(self._carry_out, self._tell)

    def _carry_out(self) -> Edited | Problem:
        wanted = self._wanted
        try:
            editing = self._host.engine.editing
            return editing.write(
                wanted.plan, wanted.name, wanted.said, wanted.clearing, wanted.closing
            )
        except RefusedError as error:
            return error.problem

    def _tell(self, edited: Edited | Problem) -> None:
        if isinstance(edited, Problem):
            self._host.say(told(edited), "error", 10)
            return
        undo = f"{key_of('bring_back')} undoes it"
        if not edited.can_be_undone:
            undo = "it cannot be undone: no place to keep it"
        self._host.tell(f"{self._wanted.done}; {undo}", edited.failures)
        if self._then is not None:
            self._then(edited)
