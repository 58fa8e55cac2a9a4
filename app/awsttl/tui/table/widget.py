"""The table: a widget that draws lines, and only those whose text has changed.

What stands on its lines is a *frame*: the visible rows in words. A frame is made where it is known
that the screen is no longer true (other rows, another cursor, a text whose time has come), and
:meth:`SessionTable._draw` redraws what differs from the frame before. A table of another size has
no frame yet: it is made while the first of its lines is painted, so that no frame on the screen is
ever a part of one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.layout import Layout
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from awsttl.core.files import EMPTY
from awsttl.core.model import FOREVER
from awsttl.core.remedies import Problem
from awsttl.core.settings import Sort
from awsttl.core.view import layout, rows
from awsttl.core.view.arrangement import Arrangement
from awsttl.core.view.ranking import View
from awsttl.tui.redraw_timer import Wake
from awsttl.tui.table.ahead import Ahead
from awsttl.tui.table.bands import Band, BandLayout
from awsttl.tui.table.frame import Glance, Line, Wording, change
from awsttl.tui.table.paint import Painter, Plan, Remark
from awsttl.tui.table.pointing import SORTED_BY, column_at
from awsttl.tui.table.selection import Selection
from awsttl.tui.table.viewport import Viewport

if TYPE_CHECKING:
    from awsttl.core.view.groups import Head

_RIGHT: Final = 3
"""The number of the mouse's right button."""
_WHEEL: Final = 3
"""Rows for each notch of the wheel."""


def _judged(view: View) -> tuple[object, ...]:
    """What the state of a row depends on, besides files and clock."""
    return view.threshold, view.keep


class SessionTable(Widget):
    """All rows of an arrangement, with a cursor that stays on its profile."""

    can_focus = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--head",
        "table--group",
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
        """The cursor is on another row, or there is something new to say about its row."""

    class Chosen(Message):
        """The row under the cursor was clicked twice."""

    class Asked(Message):
        """The row under the cursor was clicked with the right button: what can be done with it?"""

    class Sorted(Message):
        """A head was clicked: the rows are to be put in this order, or that order be turned."""

        def __init__(self, sort: Sort) -> None:
            super().__init__()
            self.sort = sort

    def __init__(self, no_rows: Widget, clock: Callable[[], float] = time.time) -> None:
        """*no_rows* lies on top of the bands: why there are no rows, where there are none."""
        super().__init__(id="table")
        self._clock = clock
        self._painter = Painter(self._style)
        self._layout = BandLayout(self._plan_for, self._lines_below)
        self._identity = Band("identity", self._paint_identity)
        self._clocks = Band("clock", self._paint_clock)
        self._facts = Band("facts", self._paint_facts)
        self._bands = (self._identity, self._clocks, self._facts)
        self._ahead = Ahead(self._style, self._clock)
        self._no_rows = no_rows
        self.arrangement = Arrangement()
        self._wanted = self.arrangement.wanted
        """What its columns depend on besides the width; the same object until it changes."""
        self._cursor = 0
        self.cursor_key = ""
        """The key of the row under the cursor."""
        self._found_key = ""
        """The key of the row on which a filter put the cursor."""
        self._viewport = Viewport()
        self._words = Wording()
        self._frame: dict[int, Line] = {}
        """Line of the table → the row on it."""
        self._heads: dict[int, Head] = {}
        """Line of the table → the head of a group on it."""
        self._framed = Size()
        """The size of the table for which the frame was made."""
        self._wake = Wake(self, self._draw)
        self._styles: dict[str, Style] = {}
        self._read_at = 0.0
        """The wall clock at the last frame, in seconds UTC."""
        self._due = FOREVER
        """When the first of its words is no longer true."""
        self.ticks = 0
        """How many frames have been made; for tests and benchmarks."""

    def compose(self) -> ComposeResult:
        yield from self._bands
        yield self._ahead
        yield self._no_rows

    # ---------------------------------------------------------------- what is shown

    def show(self, arrangement: Arrangement, findings: Mapping[str, str] = EMPTY) -> None:
        """Take over a new arrangement. The cursor stays on its row while that is shown.

        *findings*: profile → what its row says besides, as far as it is known already.
        """
        old = self.arrangement
        self.arrangement = arrangement
        found = self._meant(old.view, arrangement)
        self.selection.follow(old, self._cursor, arrangement, found)
        self._words.take(arrangement, findings)
        self._viewport.show(arrangement, self._cursor, found)
        self._point_at(found)
        self._ahead.take(arrangement, self.cursor_key)
        has_other_columns = arrangement.wanted != self._wanted
        if has_other_columns:
            self._wanted = arrangement.wanted
        if has_other_columns or self._ahead.size.height != self._lines_below(self.size):
            # The child asks: Textual forgets the layouts of its ancestors, not that of who asks.
            self._ahead.refresh(layout=True)
        else:
            self._ahead.redraw()
        if has_other_columns:
            # A band of the same width may have other columns now.
            for band in self._bands:
                band.refresh()
        if _judged(arrangement.view) != _judged(old.view):
            # No row is sure to be true until the moment that it names.
            self._frame.clear()
        before, after = old.view, arrangement.view
        if (before.sort, before.backwards) != (after.sort, after.backwards):
            self._viewport.follow()
            for band in self._bands:
                band.redraw(0)
        self._draw()

    def _meant(self, before: View, arrangement: Arrangement) -> int:
        """The index of the row that the cursor stands on from now on.

        That is the same row as long as it is shown. A filter that is the name of a profile means
        that one; one that leaves the row out means what it finds best, and so does each keystroke
        after it, until the person moves the cursor.
        """
        stays = arrangement.places.get(self.cursor_key)
        words = arrangement.view.filter.strip()
        if arrangement.items and words and words != before.filter.strip():
            place, is_name = arrangement.best
            if is_name or stays is None or self.cursor_key == self._found_key:
                self._found_key = arrangement.keys[place]
                return place
        return self._cursor if stays is None else stays

    def look_closer(self, glance: Glance) -> None:
        """From now on rows say what *glance* finds about them."""
        self._words.look_closer(glance)
        self._draw()

    def remark(self, key: str, remark: Remark | None) -> None:
        """Say something about a renewal on its row, or take that back."""
        if remark is None:
            self._words.remarks.pop(key, None)
        else:
            self._words.remarks[key] = remark
        self._draw()
        if key == self.cursor_key:
            self.post_message(self.Moved())

    def look_again(self, name: str) -> None:
        """Something that is in no file has changed what the row of a profile says."""
        self._words.forget_finding(name)
        self._draw()
        if self.cursor_key == f"profile {name}":
            self.post_message(self.Moved())

    @property
    def failure(self) -> Problem | None:
        """Why the last renewal of the row under the cursor failed, until that is dismissed."""
        remark = self._words.remarks.get(self.cursor_key)
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

    def turn(self, pages: int) -> None:
        """Move the cursor by as many screens; a head of a group takes the place of a row."""
        self._viewport.height = self.page
        self.move_to(self._viewport.turned(self._cursor, pages))

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, and in view."""
        before = self._cursor
        self._point_at(index)
        if self._viewport.follow() or self._cursor != before:
            self._draw()
            self.post_message(self.Moved())

    # ---------------------------------------------------------------- marks

    @property
    def selection(self) -> Selection:
        """Which rows are marked."""
        return self._words.selection

    @property
    def marked(self) -> tuple[rows.Item, ...]:
        """The rows that are marked and shown, in their order."""
        return self.selection.items(self.arrangement, self._cursor) if self.selection else ()

    def clear_marks(self) -> bool:
        """Mark nothing; ``False`` where no mark is in sight: those that a filter hides stay."""
        if not self.marked:
            return False
        self.selection.clear()
        self.marks_changed()
        return True

    def marks_changed(self) -> None:
        """Draw the marks of :attr:`selection` as they are now."""
        self._draw()
        self.post_message(self.Moved())

    @property
    def page(self) -> int:
        """How many lines there are below the heads of the columns."""
        return max(1, self.size.height - 1)

    @property
    def widest(self) -> int:
        """The cells that its columns can use, at most."""
        return layout.widest(self._wanted)

    @property
    def shows_ahead(self) -> bool:
        """Whether the next twelve hours are on the screen."""
        return bool(self._ahead.size)

    def _point_at(self, index: int) -> None:
        """Put the cursor on the row with that index, or the nearest that there is."""
        keys = self.arrangement.keys
        self._cursor = max(0, min(index, len(keys) - 1))
        if keys:
            self.cursor_key = keys[self._cursor]

    # ---------------------------------------------------------------- frames

    def _draw(self) -> None:
        """Make the frame for this moment, and redraw what differs from the one before."""
        if not self._framed:
            return  # not laid out yet
        self._ahead.point_at(self.cursor_key)
        old, heads = self._frame, self._heads
        self._make_frame()
        rewritten = [y for y in old if y not in self._frame]
        for y in heads.keys() | self._heads.keys():
            if heads.get(y) != self._heads.get(y) and y not in rewritten:
                rewritten.append(y)
        for y, line in self._frame.items():
            if self._redraw_difference(y, old.get(y), line):
                rewritten.append(y)
        if len(rewritten) > len(self._frame) // 2:
            for band in self._bands:
                band.refresh()
        else:
            for y in rewritten:
                for band in self._bands:
                    band.redraw(y)

    @property
    def _is_true(self) -> bool:
        """Whether the rows are still as the last frame has them."""
        return self._read_at <= self._clock() < self._due

    def catch_up(self) -> set[Widget]:
        """Draw the rows of this moment, if those on the screen are not.

        Returns the widgets that are to be painted for that.
        """
        if not self._framed or self._is_true:
            return set()
        self._draw()
        return set(self._bands)

    def _make_frame(self) -> None:
        """Put the visible rows into words, and sleep until one of these is no longer true.

        The wall clock is read once, here, so that all rows of a frame agree.
        """
        self._viewport.height = self.page
        self._viewport.settle(self._cursor)
        now = self._clock()
        self.ticks += 1
        old, self._frame, self._heads = self._frame, {}, {}
        due = FOREVER
        in_sight = list(self._viewport.in_sight())
        visible = [at for _, at in in_sight if isinstance(at, int)]
        self._words.begin(visible, self._plan_for(self.size.width).name_width)
        for y, at in in_sight:
            if not isinstance(at, int):
                self._heads[y + 1] = at
                continue
            line = self._words.line(at, self._cursor, old.get(y + 1), now)
            self._frame[y + 1] = line
            due = min(due, line.row.until)
        self._words.end(now)
        self._read_at, self._due = now, due
        self._framed = self.size
        self._wake.after(due - now)

    def _line_at(self, y: int) -> Line | None:
        """What is to be painted on a line of the table; ``None`` on its head and below its rows."""
        # Whoever paints may come before the timer: after a sleep, a suspend, a clock that was set.
        if self._framed != self.size:
            self._make_frame()
        elif not self._is_true:
            # Textual may paint only some of the lines now: the others are drawn next.
            self._draw()
        return self._frame.get(y)

    def _redraw_difference(self, y: int, old: Line | None, new: Line) -> bool:
        """Redraw the cells of a line that have changed; ``True`` if that is nearly all of it."""
        changed = change(old, new)
        if changed.clock:
            self._clocks.redraw(y)
        elif changed.left:
            self._clocks.redraw(y, self._painter.plan.left_width)
        if changed.facts:
            self._facts.redraw(y)
        return changed.whole

    @property
    def layout(self) -> Layout:
        """The bands, side by side."""
        return self._layout

    def _plan_for(self, width: int) -> Plan:
        """The columns for a table of that width."""
        plan = self._painter.plan
        if plan.width != width or plan.wanted is not self._wanted:
            plan = self._painter.plan = Plan.of(width, self._wanted)
        return plan

    def _lines_below(self, size: Size) -> int:
        """How many lines at the bottom of a table of that size are for the next twelve hours."""
        if not size.width:
            return 0
        name = self._plan_for(size.width).identity[0]
        return self._ahead.lines_for(size.height - 1 - len(self._viewport.lines), name.width)

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
        plan, line = self._plan_for(self.size.width), self._line_at(y)
        if not y:
            segments = self._painter.head(layout.MARGIN - 1, plan.identity, self.arrangement.view)
        elif line is not None:
            segments = self._painter.identity(
                line.row, line.marks, line.name, is_cursor=line.is_cursor
            )
        else:
            segments = self._group_head(y, 0, plan.identity_width)
        return self._finish(Strip(segments), self._identity, line)

    def _paint_clock(self, y: int) -> Strip:
        plan, line = self._plan_for(self.size.width), self._line_at(y)
        if not y:
            segments = self._painter.head(0, plan.clock, self.arrangement.view)
        elif line is not None:
            segments = self._painter.clock(line.row, line.remark)
        else:
            segments = self._group_head(y, plan.identity_width, plan.clock_width)
        return self._finish(Strip(segments), self._clocks, line)

    def _paint_facts(self, y: int) -> Strip:
        plan, line = self._plan_for(self.size.width), self._line_at(y)
        if not y:
            segments = self._painter.head(layout.GAP, plan.facts, self.arrangement.view)
        elif line is not None:
            segments = self._painter.facts(line.row, line.remark, line.marks)
        else:
            start = plan.identity_width + plan.clock_width
            segments = self._group_head(y, start, plan.facts_width)
        return self._finish(Strip(segments), self._facts, line)

    def _group_head(self, y: int, start: int, width: int) -> list[Segment]:
        """The part of a group's head that is in a band; nothing where the line is empty."""
        head = self._heads.get(y)
        return [] if head is None else self._painter.group(head, start, width)

    def _finish(self, strip: Strip, band: Band, line: Line | None) -> Strip:
        base = self._style("text")
        if line is not None and line.is_cursor:
            base += self._style("cursor")
        return strip.adjust_cell_length(band.size.width, base).apply_style(base)

    # ---------------------------------------------------------------- mouse

    def on_click(self, event: events.Click) -> None:
        x, y = event.screen_x - self.region.x, event.screen_y - self.region.y
        index = self._viewport.row_at(y - 1) if y else None
        if event.widget is self._ahead:
            self.move_to(self.arrangement.places.get(self._ahead.key_at(event.y), self._cursor))
        elif not y:
            column = column_at(self._painter.plan, x)
            if column is not None and (sort := SORTED_BY.get(column.field)):
                self.post_message(self.Sorted(sort))
        elif index is not None:
            self.move_to(index)
            if event.button == _RIGHT:
                self.post_message(self.Asked())
            elif event.chain == 2:
                self.post_message(self.Chosen())

    def on_mouse_scroll_down(self) -> None:
        self._scroll(_WHEEL)

    def on_mouse_scroll_up(self) -> None:
        self._scroll(-_WHEEL)

    def _scroll(self, rows: int) -> None:
        """Show other rows; the cursor stays on its row, in view or not."""
        if self._viewport.scroll(rows):
            self._draw()
