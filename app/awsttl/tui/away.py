"""What happened while nobody pressed a key: told in one line when somebody comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from awsttl.tui.keymap import key_of

if TYPE_CHECKING:
    from awsttl.core.events import Event

AWAY: Final = 15 * 60.0
"""Seconds without a key from which a person counts as away."""


class Away:
    """Knows when the last key was pressed. *now* is the wall clock, in seconds UTC."""

    def __init__(self, now: float) -> None:
        self._last = now

    def pressed(self, now: float) -> float | None:
        """Somebody pressed a key: since when nobody had, if that is long enough to tell of."""
        since, self._last = self._last, now
        return since if now - since >= AWAY else None


def summary(events: Iterable[Event], since: float) -> str:
    """The events after *since* in one line; empty where nothing of note has happened."""
    from awsttl.core.events import What  # 2 ms that the first frame need not pay

    told = (What.EXPIRED, What.RENEWED, What.SIGNED_IN, What.FAILED, What.KEEP_FAILED)
    counts: Counter[What] = Counter()
    for event in events:
        if event.at > since:
            counts[event.what] += event.how_many
    said = [f"{counts[what]} {what}" for what in told if counts[what]]
    if not said:
        return ""
    return f"while you were away: {', '.join(said)}; {key_of('log')} tells more"
