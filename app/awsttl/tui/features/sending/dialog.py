"""Which pane is to be told what: the panes of the window, and what runs in each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from awsttl.core.view import layout
from awsttl.engine.sending import What
from awsttl.terminal.tmux import Pane
from awsttl.tui.dialog import Dialog
from awsttl.tui.features.exporting.tabs import ends

_WIDEST: dict[str, int] = {"runs": 24, "folder": 30}
"""Cells that what runs in a pane, and its folder, may take."""


class PaneDialog(Dialog[tuple[What, Pane] | None]):
    """Dismissed with what is to be sent and where to, or with ``None``.

    Without a *profile* there is only the unset to be sent.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q", "close", "Close"),
        ("enter,t", "send", "Send"),
        ("tab,right,l", "turn(1)", "Something else"),
        ("shift+tab,left,h", "turn(-1)", "Something else"),
        ("down,j,ctrl+n", "move(1)", "Down"),
        ("up,k,ctrl+p", "move(-1)", "Up"),
    ]

    def __init__(self, profile: str, panes: Sequence[Pane]) -> None:
        super().__init__()
        self._profile, self._panes = profile, list(panes)
        self._whats = list(What) if profile else [What.UNSET]
        self._what = self._whats[0]
        # Where a prompt waits: most likely that is what the window was split for.
        self._cursor = next((place for place, pane in enumerate(panes) if not pane.busy), 0)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "send to another pane"
            dialog.border_subtitle = "esc close  ⏎ send  ⇥ what  ↓ where"
            yield Static(id="shells")
            with VerticalScroll(id="lines", can_focus=False):
                yield Static(id="text")
            yield Static(id="hint", markup=False, classes="dim")

    def on_mount(self) -> None:
        self._draw()

    def _draw(self) -> None:
        tabs = Text()
        for what in self._whats:
            words = str(what) if what is What.UNSET else f"{what} {self._profile}"
            words = layout.printable(words)
            tabs.append(f" {words} ", "reverse bold" if what is self._what else "dim")
        self.query_one("#shells", Static).update(tabs)
        lines = [self._line(pane, place == self._cursor) for place, pane in enumerate(self._panes)]
        self.query_one("#text", Static).update(Text("\n").join(lines))
        self.query_one("#hint", Static).update(self._hint(self._panes[self._cursor]))

    def _line(self, pane: Pane, is_cursor: bool) -> Text:  # noqa: FBT001 (one of two forms)
        runs, folder = layout.printable(pane.runs), layout.printable(pane.folder)
        line = Text("▌" if is_cursor else " ", no_wrap=True)
        line.append(f"{pane.number:>2}  ", "bold")
        line.append(layout.fit(runs, _WIDEST["runs"]), "dim" if pane.busy else "")
        line.append("  ")
        line.append(layout.fit(folder, _WIDEST["folder"]).rstrip(), "dim")
        return line

    def _hint(self, pane: Pane) -> str:
        if pane.busy:
            return f"{pane.busy}: awsttl asks before it types"
        if self._what is What.KEYS:
            return "it reads the keys from a file of its own, which it removes at once"
        if self._what is What.LIVE:
            return ends()
        return "it runs a file of a few lines, which it removes at once"

    def action_turn(self, steps: int) -> None:
        """Send something else."""
        place = self._whats.index(self._what) + steps
        self._what = self._whats[place % len(self._whats)]
        self._draw()

    def action_move(self, steps: int) -> None:
        """Send it to another pane."""
        self._cursor = max(0, min(self._cursor + steps, len(self._panes) - 1))
        self._draw()

    def action_send(self) -> None:
        """Send it."""
        self.dismiss((self._what, self._panes[self._cursor]))

    def action_close(self) -> None:
        """Send nothing."""
        self.dismiss(None)
