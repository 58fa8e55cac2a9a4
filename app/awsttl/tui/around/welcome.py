"""The line for somebody who has never used awsttl: how to begin. The first key takes it away."""

from __future__ import annotations

from typing import Final

from rich.text import Text
from textual.widget import Widget

from awsttl.tui.keymap import key_of

_ROOMY: Final = 100
"""Cells from which it speaks in sentences."""


class Welcome(Widget):
    """Says what no key tells: that an error can be pasted here to have it explained."""

    def __init__(self) -> None:
        super().__init__(id="welcome")

    def render(self) -> Text:
        why, keys = key_of("diagnose"), key_of("help")
        if self.size.width >= _ROOMY:
            words = (
                f" New here? {why} says why a row fails; an error that you paste here is explained;"
                f" {keys} has the signs and all keys"
            )
        else:
            words = f" {why} why a row fails  paste an error  {keys} keys"
        return Text(words, no_wrap=True, overflow="ellipsis", end="")
