"""The line in which a filter is typed, and in which it stays in sight while it is kept."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

TYPING: Final = "⏎ keeps  esc clears"
KEPT: Final = "esc clears"


class FilterLine(Horizontal):
    """``/``, the words, and what ends it. Its parent hears what its input says.

    *hints* are shown while it is typed into, and while it is not.
    """

    def __init__(
        self, placeholder: str, name: str = "filter", hints: tuple[str, str] = (TYPING, KEPT)
    ) -> None:
        super().__init__(id=name)
        self._hints = hints
        # Else that would come a moment later, and select what was typed meanwhile.
        self.input = Input(placeholder=placeholder, select_on_focus=False)
        self.input.cursor_blink = False
        self._hint = Static(hints[0], classes="hint", markup=False)

    def compose(self) -> ComposeResult:
        yield Static("/", classes="sign", markup=False)
        yield self.input
        yield self._hint

    def on_descendant_focus(self) -> None:
        self._hint.update(self._hints[0])

    def on_descendant_blur(self) -> None:
        self._hint.update(self._hints[1])
