"""A small menu: each line has a key of its own; arrows, Enter and the mouse choose as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from awsttl.core.view import layout
from awsttl.tui.dialog import Dialog


class Entry(NamedTuple):
    """A line of a menu."""

    name: str
    """What the dialog is dismissed with."""
    key: str
    """The key as people know it, which chooses the line at once."""
    keys: tuple[str, ...]
    """The same as Textual names it."""
    words: str
    aside: str = ""
    """Stands dim behind the words: the value that is meant, or why it cannot be had."""
    is_off: bool = False
    """Whether it cannot be chosen now: *aside* says why."""


class MenuDialog(Dialog[str | None]):
    """Dismissed with the name of an entry, or with ``None``.

    An entry that is off can be chosen too: whoever opened the menu says why nothing comes of it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("ctrl+n", "move(1)", show=False),
        Binding("ctrl+p", "move(-1)", show=False, priority=True),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"menu--key", "menu--dim"}

    def __init__(self, title: str, entries: Sequence[Entry], lead: str = "") -> None:
        super().__init__()
        self._title, self._entries, self._lead = title, tuple(entries), lead
        self._by_key = {key: entry for entry in reversed(entries) for key in entry.keys}

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = layout.printable(self._title).replace("[", r"\[")
            dialog.border_subtitle = "a key or ⏎ chooses   esc close"
            if self._lead:
                yield Static(layout.printable(self._lead), markup=False, classes="lead dim")
            yield OptionList(id="entries", compact=True)

    def on_mount(self) -> None:
        listed = self.query_one("#entries", OptionList)
        listed.add_options(Option(self._prompt(entry), id=entry.name) for entry in self._entries)
        listed.highlighted = 0
        listed.focus()

    def _prompt(self, entry: Entry) -> Text:
        width = max(len(each.key) for each in self._entries)
        dim = self.get_component_rich_style("menu--dim", partial=True)
        key = self.get_component_rich_style("menu--key", partial=True)
        # As styles/dialogs.tcss has it, without border, padding and the bar for scrolling.
        room = max(20, min(100, int(self.app.size.width * 0.96)) - 10 - width - 2)
        text = Text(no_wrap=True)
        text.append(f"{entry.key:>{width}}  ", dim if entry.is_off else key)
        words = layout.wrapped(entry.words, room)
        below = "\n" + " " * (width + 2)
        text.append(below.join(words), dim if entry.is_off else "not bold")
        if entry.aside:
            fits = layout.cell_width(words[-1]) + 2 + layout.cell_width(entry.aside) <= room
            aside = [layout.printable(entry.aside)] if fits else layout.wrapped(entry.aside, room)
            text.append(("  " if fits else below) + below.join(aside), dim)
        return text

    def on_key(self, event: events.Key) -> None:
        """A key of an entry chooses it; j and k move where they are no such key."""
        entry = self._by_key.get(event.key)
        steps = {"j": 1, "k": -1}
        if entry is not None and event.key not in ("enter", "up", "down", "escape"):
            event.stop()
            event.prevent_default()
            self.dismiss(entry.name)
        elif event.key in steps:
            event.stop()
            self.action_move(steps[event.key])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def action_move(self, steps: int) -> None:
        """Another line."""
        listed = self.query_one("#entries", OptionList)
        if steps > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    def action_close(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
