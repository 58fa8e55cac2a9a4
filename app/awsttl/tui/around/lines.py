"""Lines of text that change one by one, as many as there are for the width that they get."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

Wrap = Callable[[int], list[Strip]]
"""The cells that there are for each line → the lines."""


class Lines(Widget):
    """Asks *wrap* for its lines when it is laid out, so that they are there in the same frame.

    A clock among them costs one line a second.
    """

    def __init__(self, name: str, wrap: Wrap) -> None:
        super().__init__(id=name)
        self._wrap = wrap
        self._wrapped_for = 0
        """The width for which the lines were made; 0 while there are none."""
        self._strips: list[Strip] = []
        self._is_outdated = False
        """Whether what Textual keeps of the last time they were shown is no longer true."""

    def get_content_height(
        self,
        container: Size,  # noqa: ARG002 (Textual's own signature)
        viewport: Size,  # noqa: ARG002 (as above)
        width: int,
    ) -> int:
        """As many as there are lines."""
        return len(self._lines_for(width))

    def redraw(self) -> None:
        """Ask for the lines again, and draw those that differ from what is there."""
        width = self._wrapped_for
        if not width:
            # Not laid out yet, or shown again: then Textual would paint what it has kept.
            if self._is_outdated:
                self._is_outdated = False
                self.refresh(layout=True)
            return
        old, self._strips = self._strips, self._wrap(width)
        if len(old) != len(self._strips):
            self.refresh(layout=True)
            return
        for y, (before, after) in enumerate(zip(old, self._strips, strict=True)):
            if before != after:
                # No further than there is text: the rest of the line is blank already.
                self.refresh(Region(0, y, max(before.cell_length, after.cell_length), 1))

    def forget(self) -> None:
        """Ask for the lines again when they are laid out the next time, and not before."""
        self._is_outdated = self._is_outdated or bool(self._wrapped_for)
        self._wrapped_for = 0

    def _lines_for(self, width: int) -> list[Strip]:
        if width != self._wrapped_for:
            self._wrapped_for, self._strips = width, self._wrap(width)
        return self._strips

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.rich_style
        strips = self._lines_for(width)
        if y >= len(strips):
            return Strip.blank(width, base)
        return strips[y].adjust_cell_length(width, base).apply_style(base)
