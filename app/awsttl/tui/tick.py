"""A tick box that reads as one without colours: ``[x]`` is on, ``[ ]`` is off."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Checkbox

ON: Final = "[x]"
OFF: Final = "[ ]"


def sign(*, is_on: bool) -> str:
    """The box before a line that is chosen, or not."""
    return ON if is_on else OFF


class Tick(Checkbox):
    """A line that Space, Enter or a click switches on and off.

    Textual draws the same cross in both states, and tells them apart by its shade alone. So it does
    with the focus, for which a mark stands here, as on the table.
    """

    def render(self) -> Content:
        """The mark, the box and its words."""
        label = self.label.pad(1, 1).stylize_before(self.get_visual_style("toggle--label"))
        mark = "▌" if self.has_focus else " "
        return Content.assemble(mark, sign(is_on=self.value), label)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Textual's own width, whose box is as wide, and the mark."""
        return super().get_content_width(container, viewport) + 1
