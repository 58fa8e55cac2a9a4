"""Shows a snippet for the person's shell: masked, to be copied, printed or revealed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from awsttl.core import snippets
from awsttl.core.secret import Secret
from awsttl.core.snippets import Line, Shell
from awsttl.core.view import layout
from awsttl.terminal.shells import eval_line
from awsttl.tui.dialog import Dialog
from awsttl.tui.features.exporting.tabs import Tab


class SnippetDialog(Dialog[Secret | None]):
    """Dismissed with the text that is to be printed on stdout, or with ``None``.

    *copy* takes the text to the clipboard and returns a word for the way there. Where there are
    several *tabs*, ``e`` turns to the next one; the first is shown at the beginning.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q", "close", "Close"),
        ("tab,right,l", "turn(1)", "Next shell"),
        ("shift+tab,left,h", "turn(-1)", "Previous shell"),
        ("s", "reveal", "Show secrets"),
        ("c,y", "copy", "Copy"),
        ("p", "print", "Quit and print"),
        ("e", "next", "Profile, keys, or live"),
        *((str(number), f"tab({number - 1})", "Profile, keys, or live") for number in (1, 2, 3)),
        ("down,j,ctrl+n", "scroll(1)", "Down"),
        ("up,k,ctrl+p", "scroll(-1)", "Up"),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"snippet--dim", "snippet--note"}

    def __init__(
        self, title: str, tabs: Sequence[Tab], first: Shell, copy: Callable[[Secret], str]
    ) -> None:
        super().__init__()
        self._title, self._tabs, self._copy = title, tuple(tabs), copy
        self._tab = self._tabs[0]
        self._shells = [first, *(shell for shell in Shell if shell is not first)]
        self._revealed = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = layout.printable(self._title).replace("[", r"\[")
            yield Static(id="shells")
            with VerticalScroll(id="lines", can_focus=False):
                yield Static(id="text")
            yield Static(id="hint", classes="dim")

    def on_mount(self) -> None:
        self._tab.begin(self._changed)
        self._draw()

    def _changed(self) -> None:
        """A tab has something else to show."""
        if self.is_mounted:
            self._draw()

    @property
    def shell(self) -> Shell:
        """The shell that the snippet is for."""
        return self._shells[0]

    def _draw(self) -> None:
        secret = "  s show" if self._tab.has_secrets else ""
        keys = f"esc close  c copy  p print{secret}  ⇥ shell"
        self.query_one(".dialog", Vertical).border_subtitle = keys
        self.query_one("#shells", Static).update(self._heads())
        lines = self._lines()
        if isinstance(lines, str):
            text = Text(lines)
        else:
            text = Text("\n").join(map(self._drawn_line, lines))
        self.query_one("#text", Static).update(text)
        self.query_one("#hint", Static).update(self._hint())

    def _drawn_line(self, line: Line) -> Text:
        """A command; what only makes room for others recedes beside them."""
        shown = layout.printable(line.reveal() if self._revealed else line.masked)
        if not line.is_aside or len(self._tabs) < 2:
            return Text(shown)
        return Text(shown, self.get_component_rich_style("snippet--dim", partial=True))

    def _heads(self) -> Text:
        """What is offered, and for which shells: in one line where it has room for both."""
        shells = _drawn("shell", list(Shell), self.shell)
        if len(self._tabs) < 2:
            return shells
        names = [tab.name for tab in self._tabs]
        above = Text.assemble((" e ", "dim"), _drawn("tab", names, self._tab.name))
        below = Text.assemble((" ⇥ ", "dim"), shells)
        # As styles/dialogs.tcss has it, without border and padding.
        room = min(84, int(self.app.size.width * 0.96)) - 6
        fits = above.cell_len + 3 + below.cell_len <= room
        return Text.assemble(above, "   " if fits else "\n", below)

    def on_click(self, event: events.Click) -> None:
        """A click on a tab or a shell turns to it."""
        place = event.style.meta.get("tab")
        if place is not None:
            self.action_tab(place)
        place = event.style.meta.get("shell")
        if place is not None:
            self.action_turn(place - list(Shell).index(self.shell))

    def _hint(self) -> Text:
        """What becomes of the snippet, and, dim, how it gets into a shell."""
        style = self.get_component_rich_style("snippet--note", partial=True)
        found = [
            Text(layout.printable(line), style) for line in self._tab.said(self.shell).splitlines()
        ]
        if not self._tab.why_not_printed:
            if not (sys.__stdout__ and sys.__stdout__.isatty()):
                found.append(Text("p quits, and the calling shell takes it over"))
            elif way := eval_line(self.shell, "awsttl"):
                found.append(Text(f"for p to change the calling shell, start it as  {way}"))
        return Text("\n").join(found)

    def _lines(self) -> tuple[Line, ...] | str:
        """The snippet, or why there is none for this shell."""
        try:
            return self._tab.lines(self.shell)
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
        self._revealed = self._tab.has_secrets and not self._revealed
        if self._revealed:
            self._tab.taken()
        self._draw()

    def action_next(self) -> None:
        """The next tab; after the last comes the first."""
        place = self._tabs.index(self._tab) + 1
        self.action_tab(place % len(self._tabs))

    def action_tab(self, place: int) -> None:
        """That tab; its secrets are masked until somebody asks for them."""
        if place >= len(self._tabs) or self._tab is self._tabs[place]:
            return
        self._tab, self._revealed = self._tabs[place], False
        self._tab.begin(self._changed)
        self.query_one("#lines").scroll_home(animate=False)
        self._draw()

    def on_unmount(self) -> None:
        for tab in self._tabs:
            tab.left()

    def action_copy(self) -> None:
        """Copy the snippet."""
        lines = self._lines()
        if not isinstance(lines, str):
            self._tab.taken()
            self.notify(self._copy(snippets.text(lines)), markup=False)

    def action_print(self) -> None:
        """Quit, and print the snippet on stdout."""
        lines = self._lines()
        if self._tab.why_not_printed:
            self.notify(self._tab.why_not_printed, severity="warning", markup=False)
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


def _drawn(kind: str, names: Sequence[str], present: str) -> Text:
    """Tabs in a row. A click finds the place of the one under it, by its *kind*."""
    text = Text()
    for place, name in enumerate(names):
        look = Style(reverse=True, bold=True) if name == present else Style(dim=True)
        text.append(f" {name} ", look + Style(meta={kind: place}))
    return text
