"""The keys, and what the marks mean."""

from __future__ import annotations

from typing import ClassVar

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from awsttl.core.model import State
from awsttl.core.view.rows import GLYPHS, WORDS
from awsttl.tui.actions import ACTIONS
from awsttl.tui.dialog import Dialog
from awsttl.tui.keymap import key_of
from awsttl.tui.table.paint import HIDDEN, KEPT

_MEANINGS = {
    State.VALID: "alive, and the AWS CLI reuses it",
    State.EXPIRING: "past its reuse point: the AWS CLI gets a new one at next use",
    State.EXPIRED: "over",
    State.NONE: "nothing cached yet: the AWS CLI gets one at first use",
    State.LONG_TERM: "keys that do not expire",
    State.UNKNOWN: "temporary keys, and nobody recorded when they end",
    State.BROKEN: "cannot work until what the row says is fixed",
}


class HelpScreen(Dialog[None]):
    """Any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q,question_mark,enter", "close", "Close"),
        ("down,j", "scroll(1)", "Down"),
        ("up,k", "scroll(-1)", "Up"),
        ("pagedown,space", "scroll(10)", "Page down"),
        ("pageup", "scroll(-10)", "Page up"),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "keys"
            dialog.border_subtitle = "esc close"
            with VerticalScroll(id="help", can_focus=False):
                yield Static(_page())

    def action_close(self) -> None:
        """Back to the table."""
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Show more."""
        self.query_one("#help").scroll_relative(y=lines, animate=False)


def _page() -> Group:
    """The three parts; in each the text hangs beside the sign, however narrow the pane is."""
    keys, states, marks = _grid(), _grid(), _grid()
    keys.add_column()
    marks.add_column()
    for action in ACTIONS:
        keys.add_row(key_of(action.name), action.description)
    states.add_column(width=max(map(len, WORDS.values())))
    states.add_column()
    for state, meaning in _MEANINGS.items():
        states.add_row(GLYPHS[state], WORDS[state], Text(meaning, "dim"))
    marks.add_row("━━╌┊╌╌", "the last hour of a session; ┊ is the reuse point")
    marks.add_row(KEPT, "kept alive")
    marks.add_row(HIDDEN, "hidden, and shown all the same")
    return Group(keys, "", states, "", marks)


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", width=7, style="bold")
    return grid
