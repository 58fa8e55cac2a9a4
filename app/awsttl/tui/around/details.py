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
from textual.geometry import Size
from textual.layout import DockArrangeResult
from textual.strip import Strip

from awsttl.core.ini.setting import Setting
from awsttl.core.model import Status
from awsttl.core.remedies import Problem
from awsttl.core.view import details, layout, rows
from awsttl.core.view.details import Detail, Page
from awsttl.core.view.ranking import View
from awsttl.tui.around.lines import Lines
from awsttl.tui.keymap import key_of
from awsttl.tui.redraw_timer import Wake
from awsttl.tui.remedies import said

LABEL_WIDTH = 9
_PLACES_TO_CUT = frozenset(" /:")
"""After these a text may go on in another line."""

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
        "details--quiet",
    }

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__(id="details")
        self._clock = clock
        self._lines = Lines("details-lines", self._wrap)
        self._item: rows.Item | None = None
        self._settings: Sequence[Setting] = ()
        self._failure: Problem | None = None
        self._choices: Sequence[Detail] = ()
        self._view = View()
        self._room = 0
        """The lines that are visible at once."""
        self._wake = Wake(self, self.redraw)

    def compose(self) -> ComposeResult:
        yield self._lines

    def arrange(self, size: Size, optimal: bool = False) -> DockArrangeResult:  # noqa: FBT001, FBT002 (Textual's own signature)
        """Lay out the lines, and show the scroll bar that so many need.

        Textual itself decides on the scroll bar after it has painted, one frame too late.
        """
        if size.height != self._room:
            self._room = size.height
            self._lines.forget()
        arranged = super().arrange(size, optimal)
        self.show_vertical_scrollbar = arranged.total_region.height > size.height
        return arranged

    def show(
        self,
        item: rows.Item | None,
        view: View,
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
        self._item, self._view, self._failure = item, view, failure
        self._choices = choices
        self.redraw()

    def turn(self, pages: float) -> bool:
        """Scroll by so many pages; ``False`` where there is nothing more in that direction."""
        before = self.scroll_target_y
        self.scroll_relative(y=round(pages * self._room), animate=False, immediate=True)
        return self.scroll_target_y != before

    def redraw(self) -> None:
        """Draw the page as it is now, if anybody can see it."""
        self._wake.cancel()
        if self.display:
            self._lines.redraw()
        else:
            self._lines.forget()

    def notify_style_update(self) -> None:
        """Another theme, other colours."""
        super().notify_style_update()
        self._lines.redraw()

    def _wrap(self, width: int) -> list[Strip]:
        """The page as it is now, in lines; sleeps until one of its texts is no longer true."""
        if self._item is None:
            return []
        now = self._clock()
        say = partial(said, row=self._item.name if isinstance(self._item, Status) else "")
        page = details.page(
            self._item, now, say, self._view.threshold, self._settings, self._view.keep
        )
        page.insert("kind", self._choices)
        if self._failure is not None:
            page.lines[:0] = details.failed(self._failure, say)
        self._wake.after(page.until - now)
        width = max(20, width)
        lines = list(self._draw(page, width))
        if len(lines) > self._room:
            more = f" {key_of('details_down')} more "
            lines[1] = [Segment(more.rjust(width - 2, "─") + "──", self._style("dim"))]
        return [Strip(line) for line in lines]

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
        """The text, wrapped; what stands aside behind it, or below if there is no room.

        A single word, in which there is no place to wrap it, is cut in its middle.
        """
        lead = Segment(layout.fit(detail.label, LABEL_WIDTH), self._style("label"))
        is_word = _PLACES_TO_CUT.isdisjoint(detail.text)
        pieces = (
            # It is the name of a cache file: beginning and end are enough to find the file.
            [layout.fit_middle(detail.text, width).rstrip()]
            if is_word
            else layout.wrapped(detail.text, width)
        )
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
