"""The three bands of the table, side by side: what a row is, its clock, and the facts about it.

Textual redraws a widget from its left edge, so a tick of the clock would send nearly the whole row.
With a band of its own it sends the few cells of the countdown: that is most of why an idle pane
costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.strip import Strip
from textual.widget import Widget

from awsttl.tui.table.paint import Plan


class Band(Widget):
    """Some columns of every visible row."""

    def __init__(self, name: str, paint: Callable[[int], Strip]) -> None:
        super().__init__(id=f"band-{name}")
        self._paint = paint

    def render_line(self, y: int) -> Strip:
        return self._paint(y)

    def redraw(self, y: int, width: int | None = None) -> None:
        """Draw a line again, up to *width* cells of it."""
        self.refresh(Region(0, y, self.size.width if width is None else width, 1))


class BandLayout(Layout):
    """Gives the bands the widths of the columns that a table of that size has.

    A widget that learns its size from an event has already been painted once by then, for the size
    that it had before. So the columns are settled in the layout itself.
    """

    name = "bands"

    def __init__(self, plan: Callable[[int], Plan], below: Callable[[Size], int]) -> None:
        self._plan = plan
        """The width of the table → its columns."""
        self._below = below
        """The size of the table → how many of its last lines no row needs."""

    def arrange(
        self,
        parent: Widget,  # noqa: ARG002 (Textual's own signature)
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002, FBT001, FBT002 (as above)
    ) -> ArrangeResult:
        """Put the bands next to each other; the last child gets the lines below them."""
        *bands, last = children
        below = self._below(size)
        height = size.height - below
        regions = [Region(0, height, size.width, below)]
        x = 0
        for width in self._plan(size.width).widths:
            regions.insert(-1, Region(x, 0, width, height))
            x += width
        return [
            WidgetPlacement(region, Offset(), Spacing(), child)
            for region, child in zip(regions, (*bands, last), strict=True)
        ]
