"""The table: a widget that draws lines, and only those whose text has changed.

Textual redraws whole widgets from their left edge, so the table is three bands side by side:
what a row *is*, its clock, and the facts about it. A tick of the clock touches the narrow
middle band only; that is most of why an idle pane costs next to nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from awsttl.core import layout, rows
from awsttl.core.countdown import METER_CELLS, METER_REUSE_CELL
from awsttl.core.layout import GAP, Column
from awsttl.core.model import FOREVER, State
from awsttl.core.rows import Arrangement, Row

LONGEST_SLEEP: Final = 30.0
"""Seconds after which the clock is read even if no text is due: clocks get set."""
SHORTEST_SLEEP: Final = 0.005

ROOM_FOR_REMARK: Final = 32
"""Cells below which the facts of a row are too narrow for a sentence."""

_CLOCK_FIELDS: Final = ("left", "meter")
_STYLES: Final = {
    State.VALID: "valid",
    State.EXPIRING: "expiring",
    State.EXPIRED: "expired",
    State.NONE: "quiet",
    State.LONG_TERM: "quiet",
    State.UNKNOWN: "expiring",
    State.BROKEN: "expired",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """What a renewal has to say on its row, in place of the facts."""

    text: str
    tone: str
    """``working``, ``valid`` or ``expired``: a style of the table."""


class Band(Widget):
    """Some columns of every visible row."""

    DEFAULT_CSS = "Band { height: 1fr; }"

    def __init__(self, table: SessionTable, name: str) -> None:
        super().__init__(id=f"band-{name}")
        self._table = table
        self.columns: tuple[Column, ...] = ()
        self.lead = 0
        """Cells before the first column."""

    def render_line(self, y: int) -> Strip:
        return self._table.line(self, y)


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
        "table--expiring",
        "table--expired",
        "table--quiet",
        "table--calm",
        "table--working",
    }

    class Moved(Message):
        """The cursor is on another row, or the row under it is another object."""

        def __init__(self, item: rows.Item | None) -> None:
            super().__init__()
            self.item = item

    class Chosen(Message):
        """The row under the cursor was clicked twice."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__(id="table")
        self._clock = clock
        self._identity = Band(self, "identity")
        self._clocks = Band(self, "clock")
        self._facts = Band(self, "facts")
        self._bands = (self._identity, self._clocks, self._facts)
        self.arrangement = Arrangement()
        self._index: Mapping[str, int] = {}
        self._cursor = 0
        self._cursor_key = ""
        self._top = 0
        self._drawn: dict[int, Row] = {}
        """Index → the row as it was last put into words, for visible rows."""
        self._remarks: dict[str, Remark] = {}
        self._longest = 0
        self._timer: Timer | None = None
        self._palette: dict[str, Style] = {}
        self._read_at = 0.0
        """The wall clock at the last frame."""
        self.ticks = 0
        """How often the clock has been read; for tests and benchmarks."""

    def compose(self) -> ComposeResult:
        yield from self._bands

    # ---------------------------------------------------------------- what is shown

    def show(self, arrangement: Arrangement) -> None:
        """Take over a new arrangement. The cursor stays on its row while that is shown."""
        before = self.item
        self.arrangement = arrangement
        self._index = arrangement.index
        found = self._index.get(self._cursor_key)
        if found is not None:
            # Keep it at the same height, so that rows move around the cursor.
            self._top += found - self._cursor
            self._cursor = found
        self._cursor = max(0, min(self._cursor, len(arrangement.items) - 1))
        if arrangement.longest != self._longest:
            self._longest = arrangement.longest
            self._lay_out()
        self._keep_cursor_in_view()
        self._drawn.clear()
        self._draw_changes(everything=True)
        if self.item is not before:
            self.post_message(self.Moved(self.item))

    def remark(self, key: str, remark: Remark | None) -> None:
        """Say something about a renewal on its row, or take that back."""
        if remark is None:
            self._remarks.pop(key, None)
        else:
            self._remarks[key] = remark
        index = self._index.get(key)
        if index is not None:
            self._refresh_row(index)

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
        count = len(self.arrangement.items)
        if not count:
            return
        before, top = self._cursor, self._top
        self._cursor = max(0, min(index, count - 1))
        self._cursor_key = self.arrangement.keys[self._cursor]
        self._keep_cursor_in_view()
        if self._top != top:
            self._drawn.clear()
            self._draw_changes(everything=True)
        elif self._cursor != before:
            self._refresh_row(before)
            self._refresh_row(self._cursor)
        if self._cursor != before:
            self.post_message(self.Moved(self.item))

    @property
    def page(self) -> int:
        """How many rows are visible at once."""
        return max(1, self.size.height - 1)

    def _keep_cursor_in_view(self) -> None:
        count = len(self.arrangement.items)
        if (count and not self._cursor_key) or (
            count and self.arrangement.keys[self._cursor] != self._cursor_key
        ):
            self._cursor_key = self.arrangement.keys[self._cursor]
        self._top = max(self._cursor - self.page + 1, min(self._top, self._cursor))
        self._top = max(0, min(self._top, count - self.page))

    # ---------------------------------------------------------------- time

    def _wake(self) -> None:
        self._draw_changes()

    def _draw_changes(self, *, everything: bool = False) -> None:
        """Put visible rows into words where the old ones are no longer true, and sleep again.

        The wall clock is read once, here, so that all rows of a frame agree.
        """
        now = self._clock()
        self.ticks += 1
        due = FOREVER
        for index in self._visible():
            old = self._drawn.get(index)
            row = old
            if row is None or not self._read_at <= now < row.until:
                row = rows.row(self.arrangement.items[index], now, self.arrangement.view.threshold)
                self._drawn[index] = row
            due = min(due, row.until)
            if not everything and old is not None and row is not old:
                self._refresh_changed(index, old, row)
        self._read_at = now
        if everything:
            for band in self._bands:
                band.refresh()
        self._sleep_until(due, now)

    def _sleep_until(self, due: float, now: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        delay = max(SHORTEST_SLEEP, min(due - now, LONGEST_SLEEP))
        self._timer = self.set_timer(delay, self._wake, name="next change")

    def _refresh_changed(self, index: int, old: Row, new: Row) -> None:
        """Redraw the bands of a row whose words differ, and of the clock's only what does."""
        y = index - self._top + 1
        if (old.name, old.state, old.word) != (new.name, new.state, new.word):
            self._refresh_row(index)
            return
        if (old.left, old.meter) != (new.left, new.meter):
            width = self._clocks.size.width
            if old.meter == new.meter:
                width = self._clocks.lead + self._left_width()
            self._clocks.refresh(Region(0, y, width, 1))
        facts = ("ends", "renews", "source", "account", "role", "region", "note")
        if any(getattr(old, fact) != getattr(new, fact) for fact in facts):
            self._facts.refresh(Region(0, y, self._facts.size.width, 1))

    def _left_width(self) -> int:
        return next((c.width for c in self._clocks.columns if c.field == "left"), 0)

    def _refresh_row(self, index: int) -> None:
        y = index - self._top + 1
        if 1 <= y < self.size.height:
            for band in self._bands:
                band.refresh(Region(0, y, band.size.width, 1))

    def _visible(self) -> range:
        return range(self._top, min(self._top + self.page, len(self.arrangement.items)))

    # ---------------------------------------------------------------- drawing

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out(event.size)
        self._keep_cursor_in_view()
        self._drawn.clear()
        self._draw_changes(everything=True)

    def notify_style_update(self) -> None:
        """Another theme, other colours."""
        super().notify_style_update()
        self._palette.clear()

    def _lay_out(self, size: Size | None = None) -> None:
        width = (size or self.size).width
        chosen = layout.columns(width, self._longest)
        identity = tuple(column for column in chosen if column.field in ("name", "word"))
        clocks = tuple(column for column in chosen if column.field in _CLOCK_FIELDS)
        facts = tuple(c for c in chosen if c not in identity and c not in clocks)
        for band, columns, lead in (
            (self._identity, identity, layout.MARGIN - 1),
            (self._clocks, clocks, GAP),
            (self._facts, facts, GAP),
        ):
            band.columns, band.lead = columns, lead
            if band is not self._facts:
                gaps = GAP * max(0, len(columns) - 1)
                band.styles.width = lead + gaps + sum(column.width for column in columns)

    def style(self, name: str) -> Style:
        """A style of the palette, by the name of its component class."""
        found = self._palette.get(name)
        if found is None:
            found = self.get_component_rich_style(f"table--{name}", partial=name != "text")
            self._palette[name] = found
        return found

    def line(self, band: Band, y: int) -> Strip:
        """One line of a band: the head, a row, or nothing."""
        width = band.size.width
        base = self.style("text")
        if y == 0:
            return self._head(band).adjust_cell_length(width, base).apply_style(base)
        index = self._top + y - 1
        row = self._drawn.get(index)
        if row is None:
            return Strip.blank(width, base)
        if index == self._cursor:
            base += self.style("cursor")
        segments = self._row_segments(band, row, is_cursor=index == self._cursor)
        return Strip(segments).adjust_cell_length(width, base).apply_style(base)

    def _head(self, band: Band) -> Strip:
        style = self.style("head")
        segments = [Segment(" " * band.lead, style)]
        for number, column in enumerate(band.columns):
            title = column.title
            if column.field == self._sorted_field():
                title += " ▾"
            segments.append(Segment(" " * (GAP if number else 0), style))
            segments.append(Segment(layout.fit(title, column.width, right=column.right), style))
        return Strip(segments)

    def _sorted_field(self) -> str:
        return {"urgency": "left", "name": "name", "account": "account"}[self.arrangement.view.sort]

    def _row_segments(self, band: Band, row: Row, *, is_cursor: bool) -> list[Segment]:
        tone = self.style(_STYLES[row.state])
        if band is self._identity:
            name, word = band.columns
            recedes = row.state is State.VALID
            bright = is_cursor or row.state in (State.EXPIRING, State.EXPIRED, State.BROKEN)
            return [
                Segment("▌" if is_cursor else " ", self.style("accent")),
                Segment(row.glyph + " ", tone),
                Segment(name.cell(row), self.style("bright") if bright else None),
                Segment("  " + word.cell(row), self.style("dim") if recedes else tone),
            ]
        remark = self._remarks.get(row.key)
        note = self._note(band, row, remark)
        if note is not None:
            return note
        segments = [Segment(" " * band.lead)]
        for number, column in enumerate(band.columns):
            if number:
                segments.append(Segment(" " * GAP))
            if column.field == "meter":
                segments.extend(self._meter(row))
            else:
                segments.append(Segment(column.cell(row), self._cell_style(column, row, tone)))
        return segments

    def _cell_style(self, column: Column, row: Row, tone: Style) -> Style | None:
        if column.field == "left":
            # What is healthy recedes: of a valid row only the glyph is coloured.
            return None if row.state is State.VALID else tone
        if column.field == "renews":
            return self.style("faint" if row.renews == "silent" else "dim")
        return self.style("dim")

    def _note(self, band: Band, row: Row, remark: Remark | None) -> list[Segment] | None:
        """A message that takes the place of a row's columns.

        What a row says of itself replaces its clock too. A renewal's remark leaves the clock
        alone, unless there is no room beside it.
        """
        facts_width = self._facts.size.width
        if remark is not None:
            text, style = remark.text, self.style(remark.tone)
            across = facts_width < ROOM_FOR_REMARK
        elif row.note:
            text, style, across = row.note, self.style("dim"), True
        else:
            return None
        lead = Segment(" " * GAP)
        if not across:
            whole = layout.fit(text, max(1, facts_width - GAP))
            return [lead, Segment(whole, style)] if band is self._facts else None
        clock_width = self._clocks.size.width - GAP
        head, tail = layout.cut(text, clock_width)
        if band is self._clocks:
            return [lead, Segment(head, style)]
        return [Segment(layout.fit(tail, max(1, facts_width - 1)), style)]

    def _meter(self, row: Row) -> list[Segment]:
        """``━━━┿━╸╌╌╌``: the last hour in half cells, the reuse point marked."""
        if row.meter < 0:
            return [Segment(" " * METER_CELLS)]
        full, half = divmod(row.meter, 2)
        bar = "━" * full + "╸" * half
        if full > METER_REUSE_CELL:
            bar = bar[:METER_REUSE_CELL] + "┿" + bar[METER_REUSE_CELL + 1 :]
        rest = METER_CELLS - len(bar)
        empty = "".join(
            "┊" if cell == METER_REUSE_CELL else "╌"
            for cell in range(METER_CELLS - rest, METER_CELLS)
        )
        return [
            Segment(bar, self.style("calm" if row.state is State.VALID else _STYLES[row.state])),
            Segment(empty, self.style("faint")),
        ]

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
