"""What happened while nobody pressed a key: told in one line when somebody comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from awsttl.core.events import Event, What
from awsttl.tui.keymap import key_of

AWAY: Final = 15 * 60.0
"""Seconds without a key from which a person counts as away."""

_TOLD: Final = {
    What.EXPIRED: "expired",
    What.RENEWED: "renewed",
    What.SIGNED_IN: "signed in",
    What.FAILED: "failed",
    What.KEEP_FAILED: "not kept",
}
"""The events that matter to somebody who comes back, in the words for them."""


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
    counts = Counter(event.what for event in events if event.at > since)
    said = [f"{counts[what]} {word}" for what, word in _TOLD.items() if counts[what]]
    if not said:
        return ""
    return f"while you were away: {', '.join(said)}; {key_of('log')} tells more"
