"""The wall clock, which notices when it was set, or when the machine slept.

Whoever draws reads the clock, and sleeps until what was drawn is no longer true, by a timer that
knows nothing of the wall clock. So a reading tells whether the wall clock has stepped since the
reading before, whoever took that one. All readers of a dashboard share one clock of this kind, so
that nothing is on the screen of which the clock has not told.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

STEP: Final = 0.25
"""Seconds by which wall clock and monotonic clock part when it was set. Less is the time between
two readings on a busy machine, or a clock that is being slowed down."""


class SteppingClock:
    """Gives seconds UTC. *wall* and *monotonic* are the clocks that it reads."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._parted = wall() - monotonic()
        self.stepped: Callable[[], None] = lambda: None
        """Is called after each step, by the thread that has noticed it; it must not wait."""

    def __call__(self) -> float:
        """The wall clock, now."""
        now = self._wall()
        parted = now - self._monotonic()
        if abs(parted - self._parted) > STEP:
            self._parted = parted
            self.stepped()
        return now
