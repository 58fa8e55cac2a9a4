"""A day of the dashboard in a few minutes: ``day HOME CHANGES``.

The feed and the dashboard as they are, with real files and real events, but without a terminal
and with a clock that is driven: 86,400 seconds pass in steps, and in each of them another
program rewrites some cache files. Prints what the process holds, early and at the end.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from textual.pilot import Pilot
from textual.timer import Timer

from awsttl.disk.locations import Locations
from awsttl.engine.feed import Feed
from awsttl.tui.app import Dashboard

from . import homes, kernel
from .homes import DAY, HOUR, MINUTE, Home
from .pseudo_terminal import COLUMNS, LINES, PATIENCE

PROFILES: Final = 1000
BATCH: Final = 100
"""How many files change in a step."""
KEYS: Final = ("j", "s", "k", "enter", "G", "enter", "g", "s", "down", "s")
"""One is pressed in each step: a person comes by."""


class Clock:
    """A wall clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = float(int(time.time()))

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Holdings:
    """What this process holds at one moment."""

    resident: int
    """Bytes."""
    threads: int
    handles: int
    timers: int
    tasks: int


class Day:
    """A dashboard, its clock, and its files."""

    def __init__(self, home: Home, changes: int) -> None:
        self.home = home
        self.steps = max(10, changes // BATCH)
        self.clock = Clock()
        locations = Locations.of(os.environ)
        self.feed = Feed(locations, os.environ, self.clock)
        self.app = Dashboard(self.feed, locations, self.clock)
        self._names = home.by_name
        self._dice = random.Random(11)

    async def live(self) -> dict[str, Any]:
        """Let the whole day pass."""
        self.feed.start()
        held = {}
        moments = {max(1, self.steps // 100): "start", self.steps // 10: "tenth"}
        async with self.app.run_test(size=(COLUMNS, LINES)) as pilot:
            for step in range(1, self.steps + 1):
                await self._step(pilot, step)
                if name := moments.get(step):
                    held[name] = await self._holdings(pilot)
            held["end"] = await self._holdings(pilot)
        opened, published = self.feed.reader.opened, self.feed.published
        self.feed.stop()
        return {
            **{name: asdict(holdings) for name, holdings in held.items()},
            "changes": self.steps * BATCH,
            "opened": opened,
            "published": published,
        }

    async def _step(self, pilot: Pilot[Any], step: int) -> None:
        """Some time passes, files change, a key is pressed; all of it reaches the screen."""
        self.clock.now += DAY / self.steps
        names = self._dice.sample(self._names, BATCH)
        for name in names:
            expires_at = self.clock.now + self._dice.randrange(-20 * MINUTE, 8 * HOUR)
            self.home.write_one(name, expires_at)
        self.feed.changed()
        await pilot.press(KEYS[step % len(KEYS)])
        await self._until_shown(pilot, names[-1])

    async def _until_shown(self, pilot: Pilot[Any], name: str) -> None:
        """Until the table has the file that was written last."""
        deadline = time.monotonic() + PATIENCE
        while True:
            await pilot.pause()
            status = self.app.main.arrangement.snapshot.status(name)
            session = status.session if status else None
            if session is not None and session.expires_at == self.home.expiries[name]:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} never reached the table")
            await asyncio.sleep(0.005)

    async def _holdings(self, pilot: Pilot[Any]) -> Holdings:
        """What is held when all work of the moment is done, and garbage is gone."""
        deadline = time.monotonic() + PATIENCE
        while any(thread.name == "background" for thread in threading.enumerate()):
            if time.monotonic() > deadline:
                raise TimeoutError("a background thread never ends")
            await asyncio.sleep(0.01)
        await pilot.pause()
        gc.collect()
        return Holdings(
            kernel.memory(os.getpid()).resident,
            threading.active_count(),
            kernel.open_handles(),
            sum(isinstance(thing, Timer) for thing in gc.get_objects()),
            len(asyncio.all_tasks()),
        )


def main() -> None:
    """Live a day, and say in JSON what it left behind."""
    home = Home(Path(sys.argv[1]), PROFILES)
    home.write(homes.usual)
    story = asyncio.run(Day(home, int(sys.argv[2])).live())
    sys.stdout.write(json.dumps(story) + "\n")


if __name__ == "__main__":
    main()
