"""What all dialogs have in common: a box in the middle, and their stylesheet."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.screen import ModalScreen, ScreenResultType

from awsttl.tui import theme

LOW: Final = 24
"""Lines of a pane below which dialogs do without margins; those that scroll fill it."""
NARROW: Final = 60
"""Columns below which they are as wide as the pane."""


class Dialog(ModalScreen[ScreenResultType]):
    """A box above the table. Its rules are read when the first one opens."""

    CSS_PATH: ClassVar = theme.stylesheets("dialogs")

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height < LOW, "-low")
        self.set_class(event.size.width < NARROW, "-narrow")
