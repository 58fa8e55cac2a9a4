"""The pane beside or below the table: one row at length."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.timer import Timer
from textual.widgets import Static

from awsttl.core import countdown, details, layout, rows
from awsttl.core.details import Page, Setting
from awsttl.tui.table import LONGEST_SLEEP, SHORTEST_SLEEP

LABEL_WIDTH = 9


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
        self._text = Static(id="details-text")
        self._item: rows.Item | None = None
        self._settings: Sequence[Setting] = ()
        self._threshold = countdown.THRESHOLD
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield self._text

    def show(
        self, item: rows.Item | None, threshold: float, settings: Sequence[Setting] | None = None
    ) -> None:
        """Another item, or the same one with news. Settings come later than the rest."""
        same = (
            item is not None and self._item is not None and rows.key(item) == rows.key(self._item)
        )
        if settings is not None:
            self._settings = settings
        elif not same:
            self._settings = ()
            self.scroll_home(animate=False)
        self._item, self._threshold = item, threshold
        self.redraw()

    def redraw(self) -> None:
        """Draw the page as it is now, if anybody can see it."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not self.display or not self.is_mounted:
            return
        if self._item is None:
            self._text.update("")
            return
        now = self._clock()
        page = details.page(self._item, now, self._threshold, self._settings)
        self._text.update(self._draw(page))
        delay = max(SHORTEST_SLEEP, min(page.until - now, LONGEST_SLEEP))
        self._timer = self.set_timer(delay, self.redraw, name="details change")

    def on_resize(self) -> None:
        self.redraw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.is_mounted:
            self.call_later(self.redraw)

    def _draw(self, page: Page) -> Text:
        width = max(20, self.scrollable_content_region.width)
        text = Text(no_wrap=True, overflow="ellipsis", end="")
        state = f"{page.glyph} {page.state}"
        room = max(4, width - len(state) - 2)
        text.append(layout.fit(page.title, room), self._style("title"))
        text.append("  " + state + "\n", self._style(page.tone))
        text.append("─" * width + "\n", self._style("dim"))
        for line in page.lines:
            text.append(layout.fit(line.label, LABEL_WIDTH), self._style("label"))
            rest = width - LABEL_WIDTH
            for number, piece in enumerate(_wrapped(layout.printable(line.text), rest)):
                if number:
                    text.append("\n" + " " * LABEL_WIDTH)
                text.append(piece, self._style(line.tone))
                used = layout.cell_width(piece)
            if line.aside:
                aside = layout.printable(line.aside)
                if used + layout.cell_width(aside) + 2 <= rest:
                    text.append("  " + aside, self._style("dim"))
                else:
                    for piece in _wrapped(aside, rest - 2):
                        text.append("\n" + " " * (LABEL_WIDTH + 2))
                        text.append(piece, self._style("dim"))
            text.append("\n")
        return text

    def _style(self, name: str) -> Style | str:
        if not name:
            return ""
        return self.get_component_rich_style(f"details--{name}", partial=True)


def _wrapped(text: str, width: int) -> list[str]:
    """*text* in pieces of at most *width* cells, cut at spaces where there are any."""
    pieces = []
    while layout.cell_width(text) > width:
        cut = text.rfind(" ", 0, width + 1)
        if cut < width // 2:
            cut = width
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text]
