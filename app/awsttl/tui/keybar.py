"""The bottom line: keys that do something here, as many as fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual.widget import Widget

from awsttl.tui.actions import ACTIONS


class KeyBar(Widget):
    """Keys with their labels. One that cannot act on the present row is dimmed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keybar--key", "keybar--label", "keybar--off"}

    def __init__(self) -> None:
        super().__init__(id="keybar")
        self._off: Mapping[str, str] = {}

    def show(self, off: Mapping[str, str]) -> None:
        """*off*: action → the reason for which it cannot run now."""
        if off.keys() != self._off.keys():
            self._off = off
            self.refresh()

    def render(self) -> Text:
        key = self.get_component_rich_style("keybar--key", partial=True)
        label = self.get_component_rich_style("keybar--label", partial=True)
        off = self.get_component_rich_style("keybar--off", partial=True)
        text = Text(no_wrap=True, end="")
        shown = [action for action in ACTIONS if action.label]
        # Help is kept in any case; it leads to all the others.
        help_part = next(action for action in shown if action.name == "help")
        room = self.size.width - len(f" {help_part.key} {help_part.label} ")
        for action in shown:
            part = f" {action.key} {action.label} "
            if action is not help_part and text.cell_len + len(part) > room:
                continue
            inactive = action.name in self._off
            text.append(f" {action.key}", off if inactive else key)
            text.append(f" {action.label} ", off if inactive else label)
            if action is help_part:
                room = self.size.width
        return text
