"""Reads a text that is pasted into the terminal, and shows nothing of it.

The terminal's own line editing would cut a line after 4,095 characters, and show it; so it is off
meanwhile. A paste with brackets (``ESC [ 200 ~``, which tmux and all newer terminals send) ends by
itself, any other with Ctrl+D.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Final

_BEGINS: Final = b"\x1b[200~"
_ENDS: Final = b"\x1b[201~"
_ASK_FOR_BRACKETS: Final = b"\x1b[?2004h"
_NO_MORE_BRACKETS: Final = b"\x1b[?2004l"
_CTRL_D: Final = b"\x04"


def read(most: int, ready: Callable[[], None]) -> bytes:
    """What is pasted or typed on stdin, a terminal; at most so many bytes. Waits for it.

    *ready* is called once nothing is shown any more: it is the time to ask for the text. Ctrl+C
    is ``KeyboardInterrupt``. Afterwards the terminal is as it was.
    """
    if sys.platform == "win32":
        ready()
        return sys.stdin.buffer.read(most)
    import termios

    source, sink = sys.stdin.fileno(), sys.stderr.fileno()
    before = termios.tcgetattr(source)
    quiet = termios.tcgetattr(source)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    try:
        termios.tcsetattr(source, termios.TCSAFLUSH, quiet)
        os.write(sink, _ASK_FOR_BRACKETS)
        ready()
        return _to_its_end(source, most)
    finally:
        os.write(sink, _NO_MORE_BRACKETS)
        termios.tcsetattr(source, termios.TCSAFLUSH, before)


def _to_its_end(source: int, most: int) -> bytes:
    text = b""
    while piece := os.read(source, 65536):
        text += piece
        start = text.find(_BEGINS)
        if start >= 0 and _ENDS in text[start:]:
            return text[start + len(_BEGINS) : text.index(_ENDS, start)][:most]
        if start < 0 and _CTRL_D in piece:
            return text[: text.rindex(_CTRL_D)][:most]
        if len(text) > most + len(_BEGINS):
            # What follows is read, too: it must not run as a command in the shell afterwards.
            text = text[: most + len(_BEGINS)] + text[-len(_ENDS) :]
    return text[:most]
