"""A tick box that reads as one without colours: ``[x]`` is on, ``[ ]`` is off."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.widgets import Checkbox

ON: Final = "[x]"
OFF: Final = "[ ]"


def sign(*, is_on: bool) -> str:
    """What stands before a line that is chosen, or not."""
    return ON if is_on else OFF


class Tick(Checkbox):
    """A line that Space, Enter or a click switches on and off.

    Textual draws the same cross in both states, and tells them apart by its shade alone.
    """

    def render(self) -> Content:
        """The box and its words; as wide as Textual's own, which says how wide it is."""
        label = self.label.pad(1, 1).stylize_before(self.get_visual_style("toggle--label"))
        return Content.assemble(sign(is_on=self.value), label)
