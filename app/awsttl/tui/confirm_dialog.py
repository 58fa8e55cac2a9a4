"""One question before something large or lasting. It names what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from awsttl.core.view import layout
from awsttl.tui.dialog import Dialog


class ConfirmDialog(Dialog[bool]):
    """``y`` or Enter goes ahead, ``n`` or Escape does not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y,enter", "go", "Yes"),
        ("n,escape,q", "stay", "No"),
        ("down,j,ctrl+n", "scroll(1)", "Down"),
        ("up,k,ctrl+p", "scroll(-1)", "Up"),
    ]

    def __init__(
        self,
        title: str,
        question: str,
        lines: Sequence[str],
        *,
        yes: str = "clear",
        no: str = "keep",
    ) -> None:
        super().__init__()
        self._title, self._question, self._lines = title, question, lines
        self._yes, self._no = yes, no

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = f"y {self._yes}   esc {self._no}"
            yield Static(self._question, markup=False, classes="lead")
            with VerticalScroll(id="what", can_focus=False):
                yield Static(
                    "\n".join(map(layout.printable, self._lines)), markup=False, classes="dim"
                )

    def action_go(self) -> None:
        """Do it."""
        self.dismiss(result=True)

    def action_stay(self) -> None:
        """Leave everything as it is."""
        self.dismiss(result=False)

    def action_scroll(self, lines: int) -> None:
        """Show more of what goes."""
        self.query_one("#what").scroll_relative(y=lines, animate=False)
