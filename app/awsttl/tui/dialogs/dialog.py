"""What all dialogs have in common: a box in the middle, and their stylesheet."""

from __future__ import annotations

from typing import ClassVar

from textual.screen import ModalScreen, ScreenResultType

from awsttl.tui import theme


class Dialog(ModalScreen[ScreenResultType]):
    """A box above the table. Its rules are read when the first one opens."""

    CSS_PATH: ClassVar = theme.stylesheets("dialogs")
