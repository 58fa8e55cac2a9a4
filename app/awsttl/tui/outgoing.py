"""The terminal as a file to write to, which no state of the terminal makes fail.

Textual writes in a thread of its own, which ends at the first failure; the screen then stands
still for ever, as soon as the queue to that thread is full.
"""

from __future__ import annotations

import contextlib
import os
import select
from typing import Final, TextIO

_PATIENCE_MS: Final = 1_000


class Terminal:
    """Writes at once. A terminal that is gone takes everything: the hang-up ends the program."""

    def __init__(self, file: TextIO) -> None:
        self._descriptor = file.fileno()
        self._encoding = file.encoding or "utf-8"

    def fileno(self) -> int:
        """The descriptor that is written to."""
        return self._descriptor

    def isatty(self) -> bool:
        """Whether it is a terminal indeed."""
        return os.isatty(self._descriptor)

    def write(self, text: str) -> int:
        """Write all of it. What the encoding does not know becomes a question mark."""
        rest = memoryview(text.encode(self._encoding, "replace"))
        with contextlib.suppress(OSError):
            while rest:
                try:
                    rest = rest[os.write(self._descriptor, rest) :]
                except BlockingIOError:
                    # A program before us has left the terminal in that mode.
                    poll = select.poll()
                    poll.register(self._descriptor, select.POLLOUT)
                    poll.poll(_PATIENCE_MS)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""
