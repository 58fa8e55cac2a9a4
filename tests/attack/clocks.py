"""Clocks that are set, in both directions and again and again, while the dashboard draws."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from awsttl.core.model import State
from awsttl.core.view import rows
from awsttl.disk.locations import Locations
from awsttl.engine.feed import Feed
from awsttl.engine.stepping_clock import SteppingClock
from awsttl.tui.app import Dashboard
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, role

from .kit import Attack, Effort, Finding

_NOW: Final = 1_795_210_200.0
_HOURS: Final = range(1, 13)
_PATIENCE: Final = 10.0


class _Wall:
    """A wall clock that goes, and that somebody sets."""

    def __init__(self) -> None:
        self.ahead, self._began = 0.0, time.monotonic()

    def __call__(self) -> float:
        return _NOW + time.monotonic() - self._began + self.ahead


def _run(effort: Effort) -> Sequence[Finding]:
    home = Home(Path.home())
    sections = {f"h{hours}": role(number=hours) for hours in _HOURS}
    home.config(config_text({"base": BASE, **sections}))
    for hours in _HOURS:
        home.cli_cache(role(number=hours), expires_at=_NOW + 3600 * hours)
    return asyncio.run(_attack(effort))


async def _attack(effort: Effort) -> Sequence[Finding]:
    painted = Finding("steps of the clock, and a key")
    healed = Finding("steps, and steps back, until all is right")
    dice, wall = effort.dice("clocks"), _Wall()
    clock, locations = SteppingClock(wall), Locations.of(os.environ)
    feed = Feed(locations, os.environ, clock)
    clock.stepped = feed.clock_was_set
    app = Dashboard(feed, locations, clock)
    feed.start()
    longest = 0.0
    try:
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            end = time.monotonic() + _PATIENCE
            while app.main.arrangement.total < len(_HOURS) and time.monotonic() < end:
                await pilot.pause(0.01)
            for _ in range(effort.times(15, 150)):
                wall.ahead = dice.uniform(-4, 14) * 3600
                painted.tried += 1
                app.main.table._draw()  # as after a key
                if wrong := _ended_but_valid(app, wall()):
                    painted.count("wrong", f"{wrong} at {wall.ahead / 3600:.2f} h")
                if dice.random() < 0.5:
                    await asyncio.sleep(dice.uniform(0, 0.6))
                    wall.ahead = dice.uniform(-4, 14) * 3600
                healed.tried += 1
                began = time.monotonic()
                while not _is_right(app, wall()) and time.monotonic() < began + _PATIENCE:
                    await pilot.pause(0.005)
                took = time.monotonic() - began
                longest = max(longest, took)
                if took > _PATIENCE:
                    healed.count("late", f"not right {took:.0f} s after {wall.ahead / 3600:.1f} h")
    finally:
        feed.stop(1)
    healed.note = f"at most {1000 * longest:.0f} ms"
    return [painted, healed]


def _ended_but_valid(app: Dashboard, now: float) -> str:
    """A row of the last frame that says of an ended session that it is valid."""
    for line in app.main.table._frame.values():
        ends = getattr(getattr(line.item, "session", None), "expires_at", None)
        if ends is not None and ends <= now and line.row.state in (State.VALID, State.EXPIRING):
            return line.row.name
    return ""


def _is_right(app: Dashboard, now: float) -> bool:
    """Whether rows, order and header are those of this moment."""
    view = app.main.arrangement.view
    frame = app.main.table._frame.values()
    expected = sum(_NOW + 3600 * hours <= now for hours in _HOURS)
    counted = sum(line.row.state is State.EXPIRED for line in frame)
    return counted == expected and all(
        line.row.left == rows.row(line.item, now, view.threshold, view.keep).left for line in frame
    )


ATTACKS: Final = (Attack("clocks", _run),)
