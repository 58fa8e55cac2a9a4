"""Shows a snippet for the person's shell: masked, to be copied, printed or revealed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from awsttl.core import snippets
from awsttl.core.secret import Secret
from awsttl.core.snippets import Line, Shell
from awsttl.core.view import layout
from awsttl.engine import living
from awsttl.terminal.shells import eval_line
from awsttl.tui.dialog import Dialog
from awsttl.tui.keymap import key_of

if TYPE_CHECKING:
    from awsttl.tui.features.serving.actions import Offer

Snippet = Callable[[Shell], tuple[Line, ...]]
AskForOffer = Callable[[Callable[["Offer | str"], None]], None]
"""Gives what there is to be had live, or why nothing, to the call that it gets."""


def ends() -> str:
    """What becomes of the variables of a live session."""
    unset = key_of("unset")
    return f"lives as long as this dashboard: after that it leads nowhere, and {unset} removes it"


class SnippetDialog(Dialog[Secret | None]):
    """Dismissed with the text that is to be printed on stdout, or with ``None``.

    *copy* takes the text to the clipboard and returns a word for the way there. With *live* there
    is a second half: ``e`` changes between keys and a session that lives on.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q", "close", "Close"),
        ("tab,right,l", "turn(1)", "Next shell"),
        ("shift+tab,left,h", "turn(-1)", "Previous shell"),
        ("s", "reveal", "Show secrets"),
        ("c,y", "copy", "Copy"),
        ("p", "print", "Quit and print"),
        ("e", "live", "Keys, or live"),
        ("down,j", "scroll(1)", "Down"),
        ("up,k", "scroll(-1)", "Up"),
    ]

    def __init__(  # noqa: PLR0913 (what it shows, and whom it asks)
        self,
        title: str,
        snippet: Snippet,
        first: Shell,
        copy: Callable[[Secret], str],
        *,
        has_secrets: bool,
        live: AskForOffer | None = None,
    ) -> None:
        super().__init__()
        self._ask_for_offer = live
        self._is_live = False
        self._offer: Offer | str = ""
        """What there is to be had live, or why nothing; empty before that was asked."""
        self._title, self._snippet, self._copy = title, snippet, copy
        self._shells = [first, *(shell for shell in Shell if shell is not first)]
        self._has_secrets = has_secrets
        self._revealed = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = layout.printable(self._title).replace("[", r"\[")
            secret = "  s show" if self._has_secrets else ""
            dialog.border_subtitle = f"esc close  c copy  p print{secret}  ⇥ shell"
            yield Static(id="shells")
            with VerticalScroll(id="lines", can_focus=False):
                yield Static(id="text")
            yield Static(id="hint", markup=False, classes="dim")

    def on_mount(self) -> None:
        self._draw()

    @property
    def shell(self) -> Shell:
        """The shell that the snippet is for."""
        return self._shells[0]

    def _draw(self) -> None:
        tabs = Text()
        for shell in sorted(self._shells, key=list(Shell).index):
            current = shell is self.shell
            tabs.append(f" {shell} ", "reverse bold" if current else "dim")
        if self._ask_for_offer is not None:
            # Behind the shells: in a low pane each line counts.
            tabs.append("   e ", "dim")
            for half, current in ((" keys ", not self._is_live), (" live ", self._is_live)):
                tabs.append(half, "reverse bold" if current else "dim")
        self.query_one("#shells", Static).update(tabs)
        lines = self._lines()
        if isinstance(lines, str):
            text = Text(lines)
        else:
            shown = (line.reveal() if self._revealed else line.masked for line in lines)
            text = Text("\n".join(layout.printable(line) for line in shown))
        self.query_one("#text", Static).update(text)
        self.query_one("#hint", Static).update(self._hint())

    def _hint(self) -> str:
        """How the snippet gets into a shell, and what becomes of it."""
        if self._is_live:
            notes = self._offer.variables.notes if not isinstance(self._offer, str) else ()
            return "\n".join((ends(), *notes))
        if not (sys.__stdout__ and sys.__stdout__.isatty()):
            return "p quits, and the calling shell takes it over"
        way = eval_line(self.shell, "awsttl")
        return f"for p to change the calling shell, start it as  {way}" if way else ""

    def _lines(self) -> tuple[Line, ...] | str:
        """The snippet, or why there is none for this shell."""
        try:
            if self._is_live:
                if isinstance(self._offer, str):
                    return self._offer or "…"
                return living.lines(self.shell, self._offer.variables)
            return self._snippet(self.shell)
        except ValueError as error:
            return f"{self.shell} cannot express this: {error}"

    def action_turn(self, steps: int) -> None:
        """The snippet for another shell."""
        order = list(Shell)
        following = order[(order.index(self.shell) + steps) % len(order)]
        self._shells.remove(following)
        self._shells.insert(0, following)
        self._draw()

    def action_reveal(self) -> None:
        """Show or hide the secrets."""
        self._revealed = self._has_secrets and not self._revealed
        if self._revealed:
            self._take()
        self._draw()

    def action_live(self) -> None:
        """Change between keys and what lives on."""
        if self._ask_for_offer is None:
            return
        self._is_live = not self._is_live
        if self._is_live and not self._offer:
            self._ask_for_offer(self._take_offer)
        self._draw()

    def _take_offer(self, offer: Offer | str) -> None:
        self._offer = offer
        if self.is_mounted:
            self._draw()
        elif not isinstance(offer, str):
            offer.left()

    def _take(self) -> None:
        """Somebody can use what is shown: from here on it is some shell's."""
        if self._is_live and not isinstance(self._offer, str):
            self._offer.taken()

    def on_unmount(self) -> None:
        if not isinstance(self._offer, str):
            self._offer.left()

    def action_copy(self) -> None:
        """Copy the snippet."""
        lines = self._lines()
        if not isinstance(lines, str):
            self._take()
            self.notify(self._copy(snippets.text(lines)), markup=False)

    def action_print(self) -> None:
        """Quit, and print the snippet on stdout."""
        lines = self._lines()
        if self._is_live:
            pane = f"{key_of('send')} gives it to a pane of tmux"
            why = f"p would end awsttl, and it with that; c copies it, {pane}"
            self.notify(why, severity="warning", markup=False)
        elif isinstance(lines, str):
            self.notify(lines, severity="warning", markup=False)
        else:
            self.dismiss(snippets.text(lines))

    def action_scroll(self, lines: int) -> None:
        """Show more of it."""
        self.query_one("#lines").scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """Change nothing."""
        self.dismiss(None)
