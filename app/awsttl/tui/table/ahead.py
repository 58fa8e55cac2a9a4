"""The next twelve hours, on the lines of the table that no row needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from awsttl.core.model import FOREVER
from awsttl.core.view import layout
from awsttl.core.view.arrangement import Arrangement
from awsttl.tui.redraw_timer import Wake
from awsttl.tui.table.short_names import short

if TYPE_CHECKING:
    from awsttl.core.view.ahead import Hour, Life, Lives, Scale

_LEAST: Final = 4
"""Lines below which there is no picture: a blank one, the hours and two sessions."""
_NARROWEST: Final = 24
"""Cells of the bars, at least; names give way to them."""
_TITLE: Final = "NEXT 12 HOURS"
_NOW: Final = "now"
_ABOVE: Final = 2
"""The lines before the first session: a blank one, and the hours."""


class Ahead(Widget):
    """A line for each session that lives, the first that needs somebody on top.

    It is as high as there is room below the rows, and not there where that is too little. What is
    on it changes when a cell of its time has passed, which takes some minutes.
    """

    def __init__(self, style: Callable[[str], Style], clock: Callable[[], float]) -> None:
        """*style*: the styles of the table, by name; *clock*: the wall clock, in seconds UTC."""
        super().__init__(id="ahead")
        self._style = style
        self._clock = clock
        self._wake = Wake(self, self.redraw)
        self._arrangement = Arrangement()
        self._cursor_key = ""
        self._name_width = 0
        self._lives: Lives | None = None
        self._strips: list[Strip] = []
        self._made_for = Size()
        """The size for which the lines were made."""
        self._lines = 0
        """How many sessions have a line of their own."""
        self._made_at = 0.0
        """The wall clock, in seconds UTC, when lives or lines were worked out last."""
        self._due = FOREVER
        """When the first of the lines is no longer true, in seconds UTC."""

    def take(self, arrangement: Arrangement, cursor_key: str) -> None:
        """Another arrangement: its sessions, from the next :meth:`lines_for` on."""
        self._arrangement, self._lives, self._cursor_key = arrangement, None, cursor_key

    def lines_for(self, room: int, name_width: int) -> int:
        """How many of *room* free lines it takes; *name_width*: the cells of the table's names."""
        self._name_width = name_width
        if room < _LEAST or not self._arrangement.settings.ahead:
            return 0
        count = len(self._living(self._clock()).lives)
        return min(room, _ABOVE + count) if count else 0

    def key_at(self, y: int) -> str:
        """The key of the row whose session is on a line; empty where none is."""
        lives = self._lives.lives if self._lives is not None else ()
        is_line = _ABOVE <= y < _ABOVE + min(len(lives), self._lines)
        return lives[y - _ABOVE].key if is_line else ""

    def point_at(self, key: str) -> None:
        """The cursor of the table is on that row now."""
        if key != self._cursor_key:
            self._cursor_key = key
            self.redraw()

    def redraw(self) -> None:
        """Draw those lines again that are no longer true."""
        if not self.size:
            self._wake.cancel()
            return
        old = self._strips
        self._make()
        if len(old) != len(self._strips):
            self.refresh()
            return
        for y, (before, after) in enumerate(zip(old, self._strips, strict=True)):
            if before != after:
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        # Textual may paint before the timer comes: after a sleep, or when the clock was set.
        is_true = self._made_at <= self._clock() < self._due
        if not is_true or self._made_for != self.size:
            self._make()
        base = self._style("text")
        return self._strips[y].adjust_cell_length(self.size.width, base).apply_style(base)

    def notify_style_update(self) -> None:
        """Another theme, other colours."""
        super().notify_style_update()
        self._due = 0.0

    def _living(self, now: float) -> Lives:
        """The sessions that live now."""
        found = self._lives
        if found is None or not self._made_at <= now < found.until:
            from awsttl.core.view.ahead import lives  # nobody needs it where there is no room

            view = self._arrangement.view
            found = lives(self._arrangement.items, now, view.threshold, view.keep)
            self._lives, self._made_at = found, now
        return found

    def _make(self) -> None:
        """Put this moment into lines, and sleep until one of them is no longer true."""
        from awsttl.core.view.ahead import Scale, hours

        now = self._clock()
        found = self._living(now)
        size = self.size
        names = min(self._name_width, size.width - layout.MARGIN - layout.GAP - _NARROWEST)
        names = max(1, names)
        scale = Scale.of(now, max(1, size.width - layout.MARGIN - layout.GAP - names))
        at = hours(scale)
        self._made_at, self._due = now, min(found.until, scale.until)
        self._made_for = size
        self._wake.after(self._due - now)
        grid = frozenset(hour.x for hour in at)
        count = size.height - _ABOVE
        strips = [Strip.blank(size.width), self._axis(names, at)]
        more = len(found.lives) - count
        shown = found.lives[: count - 1] if more > 0 else found.lives
        self._lines = len(shown)
        cut = short([life.name for life in shown], names)
        strips += [self._line(life, names, cut, scale, grid) for life in shown]
        if more > 0:
            strips.append(self._rest(found.lives[len(shown) :]))
        self._strips = (strips + [Strip.blank(size.width)] * size.height)[: size.height]

    def _axis(self, names: int, at: Sequence[Hour]) -> Strip:
        """The head: what this is, and the hours."""
        text = "" if at and at[0].x <= len(_NOW) else _NOW
        for hour in at:
            text = text.ljust(hour.x) + hour.text
        lead = " " * (layout.MARGIN - 1) + layout.fit(_TITLE, names) + " " * layout.GAP
        return Strip([Segment(lead + text, self._style("head"))])

    def _line(
        self,
        life: Life,
        names: int,
        cut: Mapping[str, str],
        scale: Scale,
        grid: Collection[int],
    ) -> Strip:
        from awsttl.core.view.ahead import line

        is_cursor = life.key == self._cursor_key
        name = cut.get(life.name) or layout.fit_middle(life.name, names)
        tone = self._style(life.tone)
        styles = {
            # What is healthy recedes, as in the table.
            "bar": self._style("calm") if life.tone == "valid" else tone,
            # Lines that never need anybody must not hide those that do.
            "tail": self._style("faint" if life.needed_at == FOREVER else "dim"),
            "words": self._style("text"),
            "grid": self._style("faint"),
        }
        return Strip(
            [
                Segment("▌" if is_cursor else " ", self._style("accent")),
                Segment(life.glyph, tone),
                Segment(" "),
                Segment(
                    name + " " * layout.GAP,
                    self._style("bright") if is_cursor else self._style("dim"),
                ),
                *(Segment(text, styles[part]) for text, part in line(life, scale, grid)),
            ]
        )

    def _rest(self, others: Sequence[Life]) -> Strip:
        """The last line: how many sessions have no line of their own."""
        alone = all(life.needed_at == FOREVER for life in others)
        what = "that renew by themselves" if alone else "that need you later, or never"
        lead = " " * (layout.MARGIN - 1)
        return Strip([Segment(f"{lead}+ {len(others)} {what}", self._style("dim"))])
