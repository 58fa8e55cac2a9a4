"""What there is to say, on the line of the keys: it lies on no row, and on no details."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from awsttl.core.view import layout
from awsttl.tui.around.lines import Lines
from awsttl.tui.dialog import LOW
from awsttl.tui.redraw_timer import Wake

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

_MOST: Final = 3
"""Messages at a time; in a low pane there is one."""
_MOST_LINES: Final = 6
"""Lines that they take at most; in a low pane half of them."""
_SHORT: Final = 5
"""Seconds. A warning or a failure that is said for longer than this stays when another message
comes; what is said for less is about the last key alone."""
_LEAD: Final = 3
"""Cells before a text: a space, a sign, a space."""
_SIGNS: Final = {"information": "›", "warning": "!", "error": "✗"}


class Said(NamedTuple):
    """A message, and until when it stays (monotonic seconds)."""

    text: str
    severity: SeverityLevel
    until: float
    stays: bool = False
    """Whether it stays when another one comes."""


class Messages(Lines):
    """The last messages, each for some seconds; where there is none, the keys stand here.

    What is only news, and why a key did not act, gives way to whatever is said after it; a failure
    stays for its time.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "messages--information",
        "messages--warning",
        "messages--error",
    }

    class Changed(Message):
        """There is something to say, or nothing any more."""

    def __init__(self) -> None:
        super().__init__("messages", self._in_lines)
        self._said: list[Said] = []
        self._wake = Wake(self, self._forget_old)

    @property
    def texts(self) -> list[str]:
        """What is on the screen, the oldest first."""
        return [said.text for said in self._said]

    def say(self, text: str, severity: SeverityLevel, seconds: float) -> None:
        """One more message. Said again while it is there, it stays for longer."""
        kept = [said for said in self._said if said.stays and said.text != text]
        most = 1 if self.app.size.height < LOW else _MOST
        stays = severity != "information" and seconds > _SHORT
        new = Said(text, severity, time.monotonic() + seconds, stays)
        self._show([*kept, new][-most:])

    def take_back(self, text: str) -> None:
        """Say it no more."""
        self._show([said for said in self._said if said.text != text])

    def clear(self) -> None:
        """Say nothing."""
        self._show([])

    def _show(self, messages: list[Said]) -> None:
        if messages != self._said:
            begins_or_ends = bool(messages) != bool(self._said)
            self._said = messages
            if begins_or_ends:
                self.forget()
                if messages:
                    # Where another one was taken back in the same turn, the line was never hidden,
                    # and Textual would go on showing what it has painted.
                    self.refresh(layout=True)
                self.post_message(self.Changed())
            else:
                self.redraw()
        if messages:
            self._wake.after(min(said.until for said in messages) - time.monotonic())
        else:
            self._wake.cancel()

    def _forget_old(self) -> None:
        now = time.monotonic()
        self._show([said for said in self._said if said.until > now])

    def on_click(self, event: events.Click) -> None:
        """A click takes them away."""
        event.stop()
        self.clear()

    def _in_lines(self, width: int) -> list[Strip]:
        most = _MOST_LINES // 2 if self.app.size.height < LOW else _MOST_LINES
        lines: list[Strip] = []
        for said in self._said:
            sign = self.get_component_rich_style(f"messages--{said.severity}", partial=True)
            lead = Segment(f" {_SIGNS[said.severity]} ", sign)
            for line in said.text.splitlines():
                for piece in layout.wrapped(line, max(10, width - _LEAD - 1)):
                    lines.append(Strip([lead, Segment(piece)]))
                    lead = Segment(" " * _LEAD)
        # The first lines of a message say what it is about.
        return lines[:most]
