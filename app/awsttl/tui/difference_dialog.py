"""The lines that an edit would change, before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from awsttl.core.view import layout
from awsttl.engine.editing import Difference
from awsttl.tui.dialog import Dialog


class DifferenceDialog(Dialog[bool]):
    """``y`` or Enter writes, ``n`` or Escape does not. It shows no secret.

    *lead* are lines that stand before the difference: what else is to be known.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y,enter", "go", "Yes"),
        ("n,escape,q", "stay", "No"),
        ("down,j,ctrl+n", "scroll(1)", "Down"),
        ("up,k,ctrl+p", "scroll(-1)", "Up"),
        ("pagedown,space,ctrl+d,ctrl+f,ctrl+v", "scroll(10)", "Page down"),
        ("pageup,ctrl+u,ctrl+b,alt+v", "scroll(-10)", "Page up"),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "difference--new",
        "difference--gone",
        "difference--dim",
    }

    def __init__(
        self,
        title: str,
        differences: Sequence[Difference],
        lead: Sequence[str] = (),
        *,
        yes: str = "write",
        no: str = "leave it",
    ) -> None:
        super().__init__()
        self._title, self._differences, self._lead = title, differences, lead
        self._yes, self._no = yes, no

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = layout.printable(self._title).replace("[", r"\[")
            dialog.border_subtitle = f"y {self._yes}   esc {self._no}   j k scroll"
            if self._lead:
                lead = "\n".join(map(layout.printable, self._lead))
                yield Static(lead, markup=False, classes="lead")
            with VerticalScroll(id="lines", can_focus=False):
                yield Static(id="text")

    def on_mount(self) -> None:
        self.query_one("#text", Static).update(self._text())

    def _text(self) -> Text:
        tones = {"+": self._tone("new"), "-": self._tone("gone"), " ": self._tone("dim")}
        text = Text()
        for difference in self._differences:
            head = f"{difference.file} (a new file)" if difference.is_new else difference.file
            text.append(("\n" if text else "") + head + "\n", "bold")
            width = max((len(str(line.number)) for line in difference.lines), default=1)
            for line in difference.lines:
                shown = f"{line.number:>{width}} {line.sign} {layout.printable(line.text)}\n"
                text.append(shown, tones[line.sign])
        text.rstrip()
        return text

    def _tone(self, name: str) -> Style:
        return self.get_component_rich_style(f"difference--{name}", partial=True)

    def action_go(self) -> None:
        """Write it."""
        self.dismiss(result=True)

    def action_stay(self) -> None:
        """Leave everything as it is."""
        self.dismiss(result=False)

    def action_scroll(self, lines: int) -> None:
        """Show more of it."""
        self.query_one("#lines").scroll_relative(y=lines, animate=False)
