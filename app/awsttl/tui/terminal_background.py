"""Whether the terminal's background is light: the terminal itself is asked (OSC 11).

xterm and nearly all terminals of today answer, tmux from 3.4 on for the terminal around it. Some
never answer, and over SSH an answer takes its time: nobody waits for one before drawing.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from typing import Final

QUESTION: Final = "\x1b]11;?\x1b\\"
PATIENCE: Final = 0.3
"""Seconds for which a program that leaves at once waits for the answer: the next program of the
terminal would take it for keys."""

AGAIN: Final = 30.0
"""Seconds after which it is asked again when the person comes back to the terminal: many change
their colours in the evening."""

_UNABLE: Final = ("linux", "eterm", "vt", "cons")
"""Beginnings of ``TERM``: these terminals do not know the question, and might show it."""

_RGB: Final = re.compile(r"rgba?:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})(?:/.*)?")
_HEX: Final = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{9}|[0-9a-f]{12})")


def is_light(answer: str) -> bool | None:
    """Whether a colour as X11 writes it is light; ``None`` where it is no colour.

    ``rgb:ffff/ffff/ffff``, ``rgba:…`` and ``#ffffff`` are used, with one to four digits a part.
    """
    answer = answer.lower()
    if found := _RGB.fullmatch(answer):
        parts = list(found.groups())
    elif found := _HEX.fullmatch(answer):
        length = len(found[1]) // 3
        parts = [found[1][start : start + length] for start in range(0, 3 * length, length)]
    else:
        return None
    red, green, blue = (int(part, 16) / ((1 << 4 * len(part)) - 1) for part in parts)
    # Brightness as an eye sees it (Rec. 601). Vim and others use the same limit.
    return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5


class Background:
    """The question to the terminal, and its answer. Two threads may use it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        # GNU screen keeps the question, and asks it again at each change of its window.
        in_screen = bool(environ.get("STY"))
        self._can_ask = not (in_screen or environ.get("TERM", "").startswith(_UNABLE))
        self._asked: float | None = None
        """When it was asked last (monotonic seconds)."""
        self._answered = threading.Event()
        self._knows = False
        """Whether the terminal has ever answered."""

    def question(self) -> str:
        """What to write to the terminal; empty where it could not answer."""
        if not self._can_ask:
            return ""
        self._asked = time.monotonic()
        self._answered.clear()
        return QUESTION

    def question_again(self) -> str:
        """What to write when the person comes back; empty where it is no use, or too soon."""
        now = time.monotonic()
        if not self._knows or self._asked is None or now < self._asked + AGAIN:
            return ""
        return self.question()

    @property
    def is_awaited(self) -> bool:
        """Whether an answer may still come."""
        return self._asked is not None and not self._answered.is_set()

    def take(self, answer: str) -> bool | None:
        """Whether the background is light; ``None`` where the answer does not tell.

        Only one answer to a question counts: a terminal must not change the colours at will.
        """
        if not self.is_awaited:
            return None
        self._answered.set()
        self._knows = True
        return is_light(answer)

    def let_come(self) -> None:
        """Wait for an answer that is under way, for a moment after the question at most."""
        if self.is_awaited and self._asked is not None:
            # A terminal that did not answer is asked no more: each fg would wait for it again.
            waited = self._answered.wait(max(0.0, self._asked + PATIENCE - time.monotonic()))
            self._can_ask = bool(waited)
            self._answered.set()
