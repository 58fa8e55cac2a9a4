"""What a pasted error message means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from awsttl.core.view import layout
from awsttl.core.why.explain import Explanation
from awsttl.disk.locations import shown
from awsttl.tui.dialog import Dialog
from awsttl.tui.remedies import said

MOST_NAMES = 8
"""Profiles that are named; of hundreds nobody reads more."""


class ExplanationDialog(Dialog[str | None]):
    """Dismissed with the profile whose row the person wants to see, or ``None``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q", "close", "Close"),
        ("enter", "go", "To its row"),
        ("down,j,ctrl+n", "scroll(1)", "Down"),
        ("up,k,ctrl+p", "scroll(-1)", "Up"),
    ]

    def __init__(self, found: Explanation) -> None:
        super().__init__()
        self._found = found

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "what this message means"
            row = "⏎ to its row  " if self._found.profiles else ""
            dialog.border_subtitle = f"{row}esc close"
            with VerticalScroll(id="explanation", can_focus=False):
                yield Static(Text("\n").join(self._lines()))

    def _lines(self) -> Iterator[Text]:
        found = self._found
        names = list(found.profiles[:MOST_NAMES])
        if more := len(found.profiles) - len(names):
            names.append(f"and {more} more")
        known = "" if found.recognised else "not known: "
        yield self._line("cause", known + found.problem.message, "bold")
        if names:
            yield self._line("profile", ", ".join(names))
        if found.note:
            yield self._line("", found.note)
        for path in found.files:
            yield self._line("file", shown(path))
        yield self._line("next", said(found.problem.fix), "bold")

    @staticmethod
    def _line(label: str, words: str, style: str = "") -> Text:
        return Text.assemble((f"{label:9}", "dim"), (layout.printable(words), style))

    def action_go(self) -> None:
        """To the row of the first profile that it is about."""
        self.dismiss(next(iter(self._found.profiles), None))

    def action_scroll(self, lines: int) -> None:
        """Show more of it."""
        self.query_one("#explanation").scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """Back to the table."""
        self.dismiss(None)
