"""The bottom line: keys that do something here, as many as fit, the most useful first."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, Final

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from awsttl.tui.action import Action
from awsttl.tui.actions import ACTIONS
from awsttl.tui.keymap import key_of, keys_of

_BY_USE: Final = (
    "help",  # leads to all the others
    "renew",
    "diagnose",
    "filter",
    "renew_all",
    "clear",
    "export",
    "details",
    "keep",
    "log",
    "sort",
    "unset",
    "quit",
    "menu",
    "mark",
    "copy",
    "needing",
    "columns",
)
"""The keys of the bar as they are needed: the first that does not fit ends it."""


def fitting(width: int) -> tuple[Action, ...]:
    """The keys for a bar of *width* cells, in the order of the help.

    A wider bar has all that a narrower one has. What the settings left without a key is in none.
    """
    labelled = {action.name: action for action in ACTIONS if action.label}
    chosen = set()
    for name in _BY_USE:
        if not keys_of(name):
            continue
        width -= len(_part(labelled[name]))
        if width < 0:
            break
        chosen.add(name)
    return tuple(action for action in ACTIONS if action.name in chosen)


def _part(action: Action) -> str:
    return f" {key_of(action.name)} {action.label} "


class KeyBar(Widget):
    """Keys with their labels. One that cannot act on the present row is dimmed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keybar--key", "keybar--label", "keybar--off"}

    class Clicked(Message):
        """A key was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self) -> None:
        super().__init__(id="keybar")
        self._off: frozenset[str] = frozenset()

    def show(self, off: Collection[str]) -> None:
        """*off*: the actions that cannot run now."""
        if self._off != set(off):
            self._off = frozenset(off)
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click does what the key does."""
        end = 0
        for action in fitting(self.size.width):
            end += len(_part(action))
            if event.x < end:
                self.post_message(self.Clicked(action.name))
                return

    def render(self) -> Text:
        key = self.get_component_rich_style("keybar--key", partial=True)
        label = self.get_component_rich_style("keybar--label", partial=True)
        off = self.get_component_rich_style("keybar--off", partial=True)
        text = Text(no_wrap=True, end="")
        for action in fitting(self.size.width):
            inactive = action.name in self._off
            text.append(f" {key_of(action.name)}", off if inactive else key)
            text.append(f" {action.label} ", off if inactive else label)
        return text
