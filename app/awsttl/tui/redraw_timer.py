"""The moment at which a text on the screen is due to change.

A widget that shows the time draws once, asks for how long what it drew stays true, and sleeps
until then. That is cheap as long as waking is: a timer of Textual's is a task and two messages,
made anew for every frame, and costs as much as the frame itself. This is the event loop's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from textual.message_pump import MessagePump

LONGEST: Final = 60.0
"""Seconds after which to look again in any case. The feed tells of clocks that were set."""
SHORTEST: Final = 0.005
"""Seconds to sleep at least, lest a clock that stands still keeps a processor busy."""


class Wake:
    """Calls *call* at one moment, which may be set anew as often as need be."""

    def __init__(self, owner: MessagePump, call: Callable[[], None]) -> None:
        self._owner = owner
        self._call = call
        self._handle: asyncio.TimerHandle | None = None

    def after(self, seconds: float) -> None:
        """Call in that many seconds, within bounds, and not when it was asked for before."""
        self.cancel()
        delay = max(SHORTEST, min(seconds, LONGEST))
        self._handle = asyncio.get_running_loop().call_later(delay, self._ring)

    def cancel(self) -> None:
        """Do not call after all."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _ring(self) -> None:
        self._handle = None
        try:
            self._call()
        except Exception as error:  # noqa: BLE001 (raised again, where Textual sees it)
            self._owner.call_next(_raise, error)


def _raise(error: Exception) -> None:
    raise error
