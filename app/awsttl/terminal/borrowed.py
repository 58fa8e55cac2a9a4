"""The terminal in front of which the person sits, whatever stdin and stderr lead to."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Final

_KEYS, _SCREEN = 0, 2
"""The file descriptors that a program with a screen reads keys from and draws on."""

_TERMINAL: Final = "/dev/tty"


@contextlib.contextmanager
def borrowed() -> Iterator[None]:
    """For a while, stdin and stderr are the controlling terminal.

    stdout stays what it is: in ``$(…)`` it is the pipe to the shell that waits for the answer.
    Raises ``OSError`` where there is no terminal.
    """
    if os.isatty(_KEYS) and os.isatty(_SCREEN):
        yield
        return
    terminal = os.open(_TERMINAL, os.O_RDWR)
    if sys.stderr is not None:
        sys.stderr.flush()
    before = {number: os.dup(number) for number in (_KEYS, _SCREEN)}
    try:
        for number in before:
            os.dup2(terminal, number)
        os.close(terminal)
        yield
    finally:
        for number, old in before.items():
            os.dup2(old, number)
            os.close(old)
