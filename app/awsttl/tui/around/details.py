"""The pane beside or below the table: one row at length."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from awsttl.core import countdown
from awsttl.core.model import Problem, Status
from awsttl.core.view import details, layout, rows
from awsttl.core.view.details import Detail, Page, Setting
from awsttl.tui.redraw_timer import Wake
from awsttl.tui.remedies import said

LABEL_WIDTH = 9

Line = list[Segment]


class Details(VerticalScroll):
    """Draws the page of one item, and again when one of its texts is no longer true."""

    can_focus = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "details--title",
        "details--label",
        "details--dim",
        "details--accent",
        "details--valid",
        "details--expiring",
        "details--expired",
    }

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__(id="details")
        self._clock = clock
        self._lines = Lines()
        self._item: rows.Item | None = None
        self._settings: Sequence[Setting] = ()
        self._failure: Problem | None = None
        self._choices: Sequence[Detail] = ()
        self._threshold = countdown.THRESHOLD
        self._wake = Wake(self, self.redraw)

    def compose(self) -> ComposeResult:
        yield self._lines

    def show(
        self,
        item: rows.Item | None,
        threshold: float,
        failure: Problem | None = None,
        settings: Sequence[Setting] | None = None,
        choices: Sequence[Detail] = (),
    ) -> None:
        """Another item, or the same one with news. Settings come later than the rest."""
        before = self._item
        same = item is not None and before is not None and rows.key(item) == rows.key(before)
        if settings is not None:
            self._settings = settings
        elif not same:
            self._settings = ()
            self.scroll_home(animate=False)
        self._item, self._threshold, self._failure = item, threshold, failure
        self._choices = choices
        self.redraw()

    def redraw(self) -> None:
        """Draw the page as it is now, if anybody can see it."""
        self._wake.cancel()
        if not self.display or not self.is_mounted:
            return
        if self._item is None:
            self._lines.show([])
            return
        now = self._clock()
        say = partial(said, row=self._item.name if isinstance(self._item, Status) else "")
        page = details.page(self._item, now, say, self._threshold, self._settings)
        page.insert("kind", self._choices)
        if self._failure is not None:
            page.lines[:0] = details.failed(self._failure, say)
        width = max(20, self.scrollable_content_region.width)
        self._lines.show([Strip(line) for line in self._draw(page, width)])
        self._wake.after(page.until - now)

    def on_resize(self) -> None:
        self.redraw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.is_mounted:
            self.call_later(self.redraw)

    def _draw(self, page: Page, width: int) -> Iterator[Line]:
        state = f"{page.glyph} {page.state}"
        title = layout.fit(page.title, max(4, width - layout.cell_width(state) - 2))
        yield [
            Segment(title, self._style("title")),
            Segment("  " + state, self._style(page.tone)),
        ]
        yield [Segment("─" * width, self._style("dim"))]
        for detail in page.lines:
            yield from self._draw_detail(detail, width - LABEL_WIDTH)

    def _draw_detail(self, detail: Detail, width: int) -> Iterator[Line]:
        """The text, wrapped; what stands aside behind it, or below if there is no room."""
        lead = Segment(layout.fit(detail.label, LABEL_WIDTH), self._style("label"))
        pieces = layout.wrapped(detail.text, width)
        aside = layout.printable(detail.aside)
        beside = aside and layout.cell_width(pieces[-1]) + 2 + layout.cell_width(aside) <= width
        for number, piece in enumerate(pieces, start=1):
            line = [lead, Segment(piece, self._style(detail.tone))]
            if beside and number == len(pieces):
                line.append(Segment("  " + aside, self._style("dim")))
            yield line
            lead = Segment(" " * LABEL_WIDTH)
        if aside and not beside:
            for piece in layout.wrapped(aside, width - 2):
                yield [lead, Segment("  " + piece, self._style("dim"))]

    def _style(self, name: str) -> Style | None:
        return self.get_component_rich_style(f"details--{name}", partial=True) if name else None


class Lines(Widget):
    """Lines of text that change one by one: a clock among them costs one line a second."""

    def __init__(self, name: str = "details-lines") -> None:
        super().__init__(id=name)
        self._strips: list[Strip] = []

    def show(self, strips: list[Strip]) -> None:
        """Show these lines; draws those that differ from what is there."""
        old, self._strips = self._strips, strips
        if len(old) != len(strips):
            self.styles.height = len(strips)
            self.refresh(layout=True)
            return
        for y, (before, after) in enumerate(zip(old, strips, strict=True)):
            if before != after:
                # No further than there is text: the rest of the line is blank already.
                self.refresh(Region(0, y, max(before.cell_length, after.cell_length), 1))

    def render_line(self, y: int) -> Strip:
        base = self.rich_style
        if y >= len(self._strips):
            return Strip.blank(self.size.width, base)
        return self._strips[y].adjust_cell_length(self.size.width, base).apply_style(base)
