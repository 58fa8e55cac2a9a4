"""What stands on the lines of the table: rows in words, and what of them has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from awsttl.core.countdown import Timed
from awsttl.core.model import FOREVER, Status
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.view import rows
from awsttl.core.view.arrangement import Arrangement
from awsttl.core.view.rows import Row
from awsttl.tui.table.paint import NO_MARKS, Marks, Remark
from awsttl.tui.table.selection import Selection
from awsttl.tui.table.short_names import ShortNames

Glance = Callable[[Status, float], Timed]
"""Profile and moment → what its row should say besides, in a few words; mostly nothing."""

_FACTS: Final = ("ends", "renews", "source", "account", "role", "region", "note", "finding")
_NO_FINDING: Final = Timed("", FOREVER)


class Line(NamedTuple):
    """One line of the frame: a row in words, as it is on the screen."""

    item: rows.Item
    row: Row
    is_cursor: bool
    remark: Remark | None
    marks: Marks = NO_MARKS
    name: str = ""
    """The name in as many cells as there are, where it would look like another one's."""


class Change(NamedTuple):
    """The parts of a line that are to be drawn again."""

    whole: bool = False
    """All of it, or nearly all."""
    clock: bool = False
    left: bool = False
    """Of the clock only the time left."""
    facts: bool = False


_NOTHING: Final = Change()
_WHOLE: Final = Change(whole=True)


def change(old: Line | None, new: Line) -> Change:
    """What differs between a line of two frames."""
    if old is None or (old.is_cursor, *old[4:]) != (new.is_cursor, *new[4:]):
        return _WHOLE
    before, after = old.row, new.row
    if before is after and old.remark == new.remark:
        return _NOTHING
    if _looks(before) != _looks(after):
        return _WHOLE
    if old.remark != new.remark:
        return Change(clock=True, facts=True)
    clock = (before.meter, before.mark) != (after.meter, after.mark)
    left = not clock and before.left != after.left
    facts = any(getattr(before, fact) != getattr(after, fact) for fact in _FACTS)
    return Change(clock=clock, left=left, facts=facts)


def _looks(row: Row) -> tuple[object, ...]:
    """What changes the colours or the beginning of a line."""
    return row.key, row.state, row.word, row.needs_you


class Wording:
    """Puts rows into words, with all that is said of them besides: findings, remarks, marks."""

    def __init__(self) -> None:
        self.arrangement = Arrangement()
        self.selection = Selection()
        self.remarks: dict[str, Remark] = {}
        """Key of a row → what a renewal has to say there."""
        self._names = ShortNames()
        self._glance: Glance | None = None
        self._findings: dict[str, Timed] = {}
        """Profile → what the glance found, as long as the files and the choices are the same."""
        self._read_at = 0.0
        """The wall clock at the last frame, in seconds UTC."""

    def take(self, arrangement: Arrangement, findings: Mapping[str, str]) -> None:
        """Take over other rows. *findings*: profile → what is known of it already."""
        old, self.arrangement = self.arrangement, arrangement
        if arrangement.snapshot is not old.snapshot or arrangement.settings != old.settings:
            self._findings = {name: Timed(text, FOREVER) for name, text in findings.items()}
        self.selection.keep_only(arrangement)

    def look_closer(self, glance: Glance) -> None:
        """From now on rows say what *glance* finds about them."""
        self._glance = glance
        self._findings.clear()

    def forget_finding(self, name: str) -> None:
        """Ask the glance again for that profile."""
        self._findings.pop(name, None)

    def begin(self, visible: Sequence[int], name_width: int) -> None:
        """A frame of these rows begins: find out which of their names would look alike."""
        if visible:
            self._names.look(self.arrangement, visible[0], visible[-1], name_width)

    def line(self, index: int, cursor: int, old: Line | None, now: float) -> Line:
        """The row at *index* in words; *old*: what stood on its line in the frame before."""
        item = self.arrangement.items[index]
        row = old.row if old is not None and old.item is item else None
        if row is None or not self._read_at <= now < row.until:
            view = self.arrangement.view
            row = rows.row(item, now, view.threshold, view.keep)
        finding = self._finding(item, row, now)
        if finding.text != row.finding or finding.until < row.until:
            row = row._replace(finding=finding.text, until=min(row.until, finding.until))
        remark = self.remarks.get(row.key) if self.remarks else None
        marks, name = self._marks(item, index, cursor), self._names[row.name]
        return Line(item, row, index == cursor, remark, marks, name)

    def end(self, now: float) -> None:
        """The frame is made, as of *now*."""
        self._read_at = now

    def _finding(self, item: rows.Item, row: Row, now: float) -> Timed:
        if not isinstance(item, Status) or row.note:
            return _NO_FINDING
        found = self._findings.get(item.name)
        if self._glance is not None and (found is None or not self._read_at <= now < found.until):
            found = self._findings[item.name] = self._glance(item, now)
        return found or _NO_FINDING

    def _marks(self, item: rows.Item, index: int, cursor: int) -> Marks:
        settings = self.arrangement.settings
        if not (settings.keep or settings.hidden or self.selection):
            return NO_MARKS
        chosen = self.selection.has(self.arrangement, index, cursor)
        if not isinstance(item, Status):
            return Marks(chosen=chosen)
        return Marks(item.name in settings.keep, item.name in settings.hidden, chosen)
