"""The table: a widget that draws lines, and only those whose text has changed.

Textual redraws whole widgets from their left edge, so the table is three bands side by side:
what a row *is*, its clock, and the facts about it. A tick of the clock touches the narrow
middle band only; that is most of why an idle pane costs next to nothing.

There is one way in which anything gets onto the screen: :meth:`SessionTable._draw` makes the
frame that should be there, compares it with the one that is, and redraws the difference.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar, Final, NamedTuple

from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from awsttl.core.countdown import Timed
from awsttl.core.model import FOREVER, Problem, Status
from awsttl.core.settings import Sort
from awsttl.core.view import layout, rows
from awsttl.core.view.arrangement import Arrangement
from awsttl.core.view.rows import Row
from awsttl.tui.redraw_timer import Wake
from awsttl.tui.table.paint import NO_MARKS, Marks, Painter, Plan, Remark

_FACTS: Final = ("ends", "renews", "source", "account", "role", "region", "note", "finding")


Glance = Callable[[Status, float], Timed]
"""Profile and moment → what its row should say besides, in a few words; mostly nothing."""

_NO_FINDING: Final = Timed("", FOREVER)


class Line(NamedTuple):
    """One line of the frame: a row in words, as it is on the screen."""

    item: rows.Item
    row: Row
    is_cursor: bool
    remark: Remark | None
    marks: Marks = NO_MARKS


class Band(Widget):
    """Some columns of every visible row."""

    DEFAULT_CSS = "Band { height: 1fr; }"

    def __init__(self, name: str, paint: Callable[[int], Strip]) -> None:
        super().__init__(id=f"band-{name}")
        self._paint = paint

    def render_line(self, y: int) -> Strip:
        return self._paint(y)

    def redraw(self, y: int, width: int | None = None) -> None:
        """Draw a line again, up to *width* cells of it."""
        self.refresh(Region(0, y, self.size.width if width is None else width, 1))


class SessionTable(Horizontal):
    """All rows of an arrangement, with a cursor that stays on its profile."""

    can_focus = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--head",
        "table--text",
        "table--bright",
        "table--dim",
        "table--faint",
        "table--accent",
        "table--cursor",
        "table--valid",
        "table--calm",
        "table--expiring",
        "table--expired",
        "table--quiet",
        "table--working",
    }

    class Moved(Message):
        """The cursor is on another row, or the row under it is another object."""

    class Chosen(Message):
        """The row under the cursor was clicked twice."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__(id="table")
        self._clock = clock
        self._painter = Painter(self._style)
        self._identity = Band("identity", self._paint_identity)
        self._clocks = Band("clock", self._paint_clock)
        self._facts = Band("facts", self._paint_facts)
        self._bands = (self._identity, self._clocks, self._facts)
        self.arrangement = Arrangement()
        self._cursor = 0
        self._cursor_key = ""
        self._top = 0
        self._frame: dict[int, Line] = {}
        """Line of the screen → what is on it."""
        self._remarks: dict[str, Remark] = {}
        self._glance: Glance | None = None
        self._findings: dict[str, Timed] = {}
        """Profile → what the glance found, as long as the files and the choices are the same."""
        self._wake = Wake(self, self._draw)
        self._styles: dict[str, Style] = {}
        self._read_at = 0.0
        """The wall clock at the last frame, in seconds UTC."""
        self.ticks = 0
        """How many frames have been made; for tests and benchmarks."""

    def compose(self) -> ComposeResult:
        yield from self._bands

    # ---------------------------------------------------------------- what is shown

    def show(self, arrangement: Arrangement) -> None:
        """Take over a new arrangement. The cursor stays on its row while that is shown."""
        before, old = self.item, self.arrangement
        self.arrangement = arrangement
        if arrangement.snapshot is not old.snapshot or arrangement.settings != old.settings:
            self._findings.clear()
        found = arrangement.places.get(self._cursor_key)
        if found is not None:
            # Keep it at the same height, so that rows move around the cursor; but who looks at
            # the top goes on looking at the top, where what is urgent arrives.
            if self._top:
                self._top += found - self._cursor
            self._cursor = found
        self._cursor = max(0, min(self._cursor, len(arrangement.items) - 1))
        longest, before_it = ((a.longest, a.renews) for a in (arrangement, old))
        if longest != before_it or not self._painter.plan.width:
            self._lay_out()
        if arrangement.view.threshold != old.view.threshold:
            # No row is sure to be true until the moment that it names.
            self._frame.clear()
        if arrangement.view.sort != old.view.sort:
            for band in self._bands:
                band.redraw(0)
        self._keep_cursor_in_view()
        self._draw()
        if self.item is not before:
            self.post_message(self.Moved())

    def look_closer(self, glance: Glance) -> None:
        """From now on rows say what *glance* finds about them."""
        self._glance = glance
        self._findings.clear()
        self._draw()

    def remark(self, key: str, remark: Remark | None) -> None:
        """Say something about a renewal on its row, or take that back."""
        if remark is None:
            self._remarks.pop(key, None)
        else:
            self._remarks[key] = remark
        self._draw()
        if key == self._cursor_key:
            self.post_message(self.Moved())

    @property
    def failure(self) -> Problem | None:
        """Why the last renewal of the row under the cursor failed, until that is dismissed."""
        remark = self._remarks.get(self._cursor_key)
        return remark.problem if remark else None

    @property
    def item(self) -> rows.Item | None:
        """What is under the cursor."""
        items = self.arrangement.items
        return items[self._cursor] if self._cursor < len(items) else None

    @property
    def cursor(self) -> int:
        """The index of the row under the cursor."""
        return self._cursor

    def move(self, steps: int) -> None:
        """Move the cursor, as far as there are rows."""
        self.move_to(self._cursor + steps)

    def move_to(self, index: int) -> None:
        """Put the cursor on a row."""
        before = self._cursor
        self._cursor = max(0, min(index, len(self.arrangement.items) - 1))
        if self._cursor != before:
            self._keep_cursor_in_view()
            self._draw()
            self.post_message(self.Moved())

    @property
    def page(self) -> int:
        """How many rows are visible at once."""
        return max(1, self.size.height - 1)

    def _keep_cursor_in_view(self) -> None:
        count = len(self.arrangement.items)
        if count:
            self._cursor_key = self.arrangement.keys[self._cursor]
        self._top = max(self._cursor - self.page + 1, min(self._top, self._cursor))
        self._top = max(0, min(self._top, count - self.page))

    # ---------------------------------------------------------------- frames

    def _draw(self, *, everything: bool = False) -> None:
        """Make the frame for this moment, redraw what differs, sleep until a text is due.

        The wall clock is read once, here, so that all rows of a frame agree.
        """
        now = self._clock()
        self.ticks += 1
        old, self._frame = self._frame, {}
        due = FOREVER
        rewritten = []
        for y, index in enumerate(self._visible(), start=1):
            line = self._line(index, old.get(y), now)
            self._frame[y] = line
            due = min(due, line.row.until)
            if not everything and self._redraw_difference(y, old.get(y), line):
                rewritten.append(y)
        rewritten.extend(y for y in old if y not in self._frame)
        self._read_at = now
        if everything or len(rewritten) > len(self._frame) // 2:
            for band in self._bands:
                band.refresh()
        else:
            for y in rewritten:
                for band in self._bands:
                    band.redraw(y)
        self._wake.after(due - now)

    def _line(self, index: int, old: Line | None, now: float) -> Line:
        item = self.arrangement.items[index]
        row = old.row if old is not None and old.item is item else None
        if row is None or not self._read_at <= now < row.until:
            row = rows.row(item, now, self.arrangement.view.threshold)
        finding = self._finding(item, row, now)
        if finding.text != row.finding or finding.until < row.until:
            row = row._replace(finding=finding.text, until=min(row.until, finding.until))
        remark = self._remarks.get(row.key) if self._remarks else None
        return Line(item, row, index == self._cursor, remark, self._marks(item))

    def _finding(self, item: rows.Item, row: Row, now: float) -> Timed:
        if self._glance is None or not isinstance(item, Status) or row.note:
            return _NO_FINDING
        found = self._findings.get(item.name)
        if found is None or not self._read_at <= now < found.until:
            found = self._findings[item.name] = self._glance(item, now)
        return found

    def _marks(self, item: rows.Item) -> Marks:
        settings = self.arrangement.settings
        if not isinstance(item, Status) or not (settings.keep or settings.hidden):
            return NO_MARKS
        return Marks(item.name in settings.keep, item.name in settings.hidden)

    def _redraw_difference(self, y: int, old: Line | None, new: Line) -> bool:
        """Redraw the cells of a line that have changed; ``True`` if that is nearly all of it."""
        if old is None or (old.is_cursor, old.marks) != (new.is_cursor, new.marks):
            return True
        before, after = old.row, new.row
        if before is after and old.remark == new.remark:
            return False
        if (before.key, before.state, before.word) != (after.key, after.state, after.word):
            return True
        if old.remark != new.remark:
            self._clocks.redraw(y)
            self._facts.redraw(y)
            return False
        if before.meter != after.meter:
            self._clocks.redraw(y)
        elif before.left != after.left:
            self._clocks.redraw(y, self._painter.plan.left_width)
        if any(getattr(before, fact) != getattr(after, fact) for fact in _FACTS):
            self._facts.redraw(y)
        return False

    def _visible(self) -> range:
        return range(self._top, min(self._top + self.page, len(self.arrangement.items)))

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out(event.size.width)
        self._keep_cursor_in_view()
        self._draw(everything=True)

    def _lay_out(self, width: int | None = None) -> None:
        width = self.size.width if width is None else width
        plan = Plan.of(width, self.arrangement.longest, self.arrangement.renews)
        self._painter.plan = plan
        self._identity.styles.width = plan.identity_width
        self._clocks.styles.width = plan.clock_width
        for band in self._bands:
            band.refresh()

    # ---------------------------------------------------------------- paint

    def notify_style_update(self) -> None:
        """Another theme, other colours."""
        super().notify_style_update()
        self._styles.clear()

    def _style(self, name: str) -> Style:
        """A style by the name of its component class, ``table--NAME``."""
        found = self._styles.get(name)
        if found is None:
            found = self.get_component_rich_style(f"table--{name}", partial=name != "text")
            self._styles[name] = found
        return found

    def _paint_identity(self, y: int) -> Strip:
        plan, line = self._painter.plan, self._frame.get(y)
        if not y:
            segments = self._painter.head(layout.MARGIN - 1, plan.identity, self._sort)
        else:
            segments = (
                self._painter.identity(line.row, line.marks, is_cursor=line.is_cursor)
                if line
                else []
            )
        return self._finish(Strip(segments), self._identity, line)

    def _paint_clock(self, y: int) -> Strip:
        plan, line = self._painter.plan, self._frame.get(y)
        if not y:
            segments = self._painter.head(0, plan.clock, self._sort)
        else:
            segments = self._painter.clock(line.row, line.remark) if line else []
        return self._finish(Strip(segments), self._clocks, line)

    def _paint_facts(self, y: int) -> Strip:
        plan, line = self._painter.plan, self._frame.get(y)
        if not y:
            segments = self._painter.head(layout.GAP, plan.facts, self._sort)
        else:
            segments = self._painter.facts(line.row, line.remark, line.marks) if line else []
        return self._finish(Strip(segments), self._facts, line)

    @property
    def _sort(self) -> Sort:
        return self.arrangement.view.sort

    def _finish(self, strip: Strip, band: Band, line: Line | None) -> Strip:
        base = self._style("text")
        if line is not None and line.is_cursor:
            base += self._style("cursor")
        return strip.adjust_cell_length(band.size.width, base).apply_style(base)

    # ---------------------------------------------------------------- mouse

    def on_click(self, event: events.Click) -> None:
        index = self._top + event.y - 1
        if event.y >= 1 and index < len(self.arrangement.items):
            self.move_to(index)
            if event.chain == 2:
                self.post_message(self.Chosen())

    def on_mouse_scroll_down(self) -> None:
        self.move(3)

    def on_mouse_scroll_up(self) -> None:
        self.move(-3)
