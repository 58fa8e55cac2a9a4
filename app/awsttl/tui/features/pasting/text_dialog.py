"""Waits for a text with a session in it, and says what is missing in one that has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from awsttl.core.pasted.model import Reading
from awsttl.core.pasted.reading import read
from awsttl.core.view import layout
from awsttl.tui.background import in_background
from awsttl.tui.dialog import Dialog
from awsttl.tui.remedies import said

_FORMS = (
    "Paste the session now: export lines of any shell, JSON of the AWS CLI, a section of config or",
    "credentials, CSV, a table, a whole mail. What you paste is not shown.",
)


class TextDialog(Dialog[Reading | str | None]):
    """Dismissed with what was read, once there is a session in it, or with ``None``.

    Of a text that is an error message it is dismissed with that, for another to explain.

    *reading* is of a text that was pasted before, and holds no session.
    """

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q", "close", "Close")]

    def __init__(self, reading: Reading | None = None) -> None:
        super().__init__()
        self._reading = reading

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "paste a session"
            dialog.border_subtitle = "esc close"
            with VerticalScroll(id="lines", can_focus=False):
                yield Static(id="text")

    def on_mount(self) -> None:
        self._draw()

    def _draw(self) -> None:
        self.query_one("#text", Static).update(Text("\n").join(self._lines()))

    def _lines(self) -> Iterator[Text]:
        reading = self._reading
        if reading is not None and reading.problem is not None:
            problem = reading.problem
            yield self._line("✗", problem.message, "bold")
            for words in reading.understood:
                yield self._line("", words)
            yield self._line("next", f"{said(problem.fix)}, and paste it here", "bold")
            yield Text("")
        yield Text(" ".join(_FORMS), "dim")

    @staticmethod
    def _line(label: str, words: str, style: str = "") -> Text:
        return Text.assemble((f"{label:6}", "dim"), (layout.printable(words), style))

    def on_paste(self, event: events.Paste) -> None:
        """Read it; off the event loop, as it may be long."""
        event.stop()
        text = event.text
        in_background(self.app, lambda: _read(text), self._take)

    def _take(self, reading: Reading | str) -> None:
        if not self.is_current:
            return
        if isinstance(reading, str):
            self.dismiss(reading)
            return
        if reading.sessions:
            self.dismiss(reading)
            return
        self._reading = reading
        self._draw()

    def action_close(self) -> None:
        """Paste nothing."""
        self.dismiss(None)


def _read(text: str) -> Reading | str:
    """What there is in a text; the text itself where it is an error that AWS's clients print."""
    reading = read(text)
    if reading.is_credentials:
        return reading
    from awsttl.core.why.errors import find
    from awsttl.core.why.errors.text import Message

    found = find(Message.of(text))
    return text if found is not None and found.certain else reading
