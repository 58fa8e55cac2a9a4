"""Signals that are taken one by one, by the thread that waits for them."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any, Final, NamedTuple, Self

_HELD: Final = (
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGALRM,
    signal.SIGCHLD,
)
"""The signals that awsttl takes one by one. Those of job control do to it what they always do."""
_TO_ALL: Final = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
"""What a terminal sends to every process of its group."""
_NOT_BY_A_PROCESS: Final = 128
"""Linux's ``SI_KERNEL``: the signal comes from the terminal's driver."""


_LOOK_EVERY: Final = 5.0
"""Seconds between two looks at what has come past this thread."""


class Came(NamedTuple):
    """A signal; its number is 0 where none has come for a while."""

    number: int
    by_terminal: bool = False
    """Whether the terminal has sent it, to every process in its foreground."""


class Signals:
    """A context manager that keeps signals for :meth:`next`.

    To be entered before the threads are made that are to leave the signals to this one.
    """

    def __init__(self) -> None:
        # What was ignored before stays so, for the command as well: nohup.
        self.held = [each for each in _HELD if signal.getsignal(each) is not signal.SIG_IGN]
        self.strays: list[int] = []
        """Signals that the system has given to another thread, one that was there before."""
        self._before: list[tuple[int, Any]] = []
        self._mask: set[int] = set()

    def __enter__(self) -> Self:
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, self.held)
        for each in self.held:
            self._before.append((each, signal.signal(each, self._stray)))
        return self

    def _stray(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self.strays.append(number)

    def __exit__(self, *_: object) -> None:
        # One that nobody has taken would end awsttl before it can say its exit code.
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
        for number, before in self._before:
            signal.signal(number, before)

    def next(self) -> Came:
        """Wait for the next signal."""
        if self.strays:
            return Came(self.strays.pop(0))
        if hasattr(signal, "sigtimedwait"):
            found = signal.sigtimedwait(self.held, _LOOK_EVERY)
            if found is None:
                return Came(0)
            is_kernels = found.si_code == _NOT_BY_A_PROCESS
            return Came(found.si_signo, is_kernels and found.si_signo in _TO_ALL)
        # macOS does not tell who sent it: in the foreground, it is the terminal.
        number = signal.sigwait(self.held)
        return Came(number, number in _TO_ALL and _in_foreground())

    def come(self) -> int:
        """A signal that has come already, before there is a command; 0 for none."""
        waiting = signal.sigpending() & set(self.held) - {signal.SIGCHLD}
        return next(iter((*self.strays, *waiting)), 0)


def _in_foreground() -> bool:
    try:
        return os.tcgetpgrp(sys.__stdin__.fileno() if sys.__stdin__ else 0) == os.getpgrp()
    except (OSError, ValueError):
        return False
