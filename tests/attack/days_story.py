"""One dashboard for three days in some minutes: ``-m attack.days_story HOME STEPS SEED WRITES``.

The dashboard as it is, with real files, events and requests, but without a terminal and with a
clock that is driven. In each step some files change (where WRITES is not 0), a person does
something, and the clock moves on; now and then it jumps, as after a sleep.

Before the first hour each key is pressed at each size and in each theme: the libraries keep what
they made of the last thousand styles and places, which a day fills, but one hour of 72 in some
minutes does not. Prints what the process holds after the first hour, at half time and at the end:
what is kept for good grows in both halves, what fills itself in the first one alone.
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
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.timer import Timer

from awsttl.disk.locations import Locations
from awsttl.engine.feed import Feed
from awsttl.tui.app import Dashboard
from benchmarks import kernel
from benchmarks.day import Clock
from benchmarks.homes import HOUR, Home

PROFILES: Final = 150
BATCH: Final = 560
"""How many files change in a step."""
RENEWS_EVERY: Final = 10
"""In one of so many steps all sessions are renewed, and no file changes."""
HOURS: Final = 72
_SEEN: Final = 0.5
"""Seconds after which the feed has seen what changed, in most cases."""
_MANY: Final = 100
"""From so many steps on, a growth is told from what fills itself once."""
_PATIENCE: Final = 120.0

_AT_REST: Final = 30
"""How many looks in half-seconds have to find nothing less; a message stays for 15 s at most."""
_AT_WORK: Final = ("background", "renewal")
"""The names of threads that are there as long as they have something to do."""

_PERSON: Final = (
    ("j",), ("d", "escape"), ("s",), ("l", "down", "escape"), ("enter",),
    ("question_mark", "escape"), ("e", "tab", "escape"), ("enter",), ("slash", "z", "escape"),
    ("r",), ("u", "escape"), ("k",), ("n", "escape"), ("v",), ("ctrl+p", "escape"), ("G",),
    ("x", "z"), ("g",), ("E", "escape"), ("space", "c", "escape"), ("p", "escape"),
    ("t", "escape"),
)  # fmt: skip
"""What a person does, one in each step: keys that open and close dialogs among them."""
_SIZES: Final = ((120, 40), (80, 24), (200, 60), (40, 12), (120, 40))
_THEMES: Final = ("nord", "gruvbox", "textual-light", "dracula")


class Days:
    """A dashboard, its clock and its dice."""

    def __init__(self, home: Home, steps: int, seed: int, *, writes: bool) -> None:
        self._home, self._steps, self._writes = home, steps, writes
        self._dice = random.Random(seed)
        self._clock = Clock()
        locations = Locations.of(os.environ)
        self._feed = Feed(locations, os.environ, self._clock)
        self._app = Dashboard(self._feed, locations, self._clock)

    async def live(self) -> dict[str, Any]:
        """Let all days pass."""
        self._feed.start()
        held: dict[str, dict[str, Any]] = {}
        # By then renewals have been there as well.
        hour = max(len(_PERSON) + 3, self._steps // HOURS)
        # Each look comes after the same work.
        marks = {
            step - step % -RENEWS_EVERY: what
            for step, what in ((hour, "hour"), (self._steps // 2, "half"), (self._steps, "end"))
        }
        async with self._app.run_test(size=_SIZES[0]) as pilot:
            if self._steps >= _MANY:
                await self._get_to_know(pilot)
            for step in range(1, self._steps + 1):
                await self._step(pilot, step)
                if step in marks:
                    held[marks[step]] = await self._holdings(pilot)
        self._feed.stop()
        return {**held, "opened": self._feed.reader.opened}

    async def _get_to_know(self, pilot: Pilot[Any]) -> None:
        """Look at everything once, at each size and in each theme."""
        for size, theme in zip(_SIZES, (*_THEMES, self._app.theme), strict=True):
            await pilot.resize_terminal(*size)
            self._app.theme = theme
            for keys in _PERSON:
                await self._press(pilot, keys)

    async def _step(self, pilot: Pilot[Any], step: int) -> None:
        asleep = 2 * HOUR if step % 100 == 0 else 0
        self._clock.now += HOURS * HOUR / self._steps + asleep
        renews = step % RENEWS_EVERY == 0 and self._writes
        if self._writes and not renews:
            for _ in range(BATCH):
                name = self._dice.choice(self._home.by_name)
                ends = self._clock.now + self._dice.randrange(-4 * HOUR, 2 * HOUR)
                self._home.write_one(name, ends)
            self._feed.changed()
        if step % 9 == 0:
            await pilot.resize_terminal(*self._dice.choice(_SIZES))
        if step % 20 == 0:
            self._app.theme = self._dice.choice(_THEMES)
        if renews:
            # A dialog that came late would take the key, and files that the feed has not seen yet
            # count as renewed by another program.
            await self._press(pilot, ("escape", "escape"))
            await pilot.pause(_SEEN)
            # All roles that have ended or soon will: a hundred requests and more.
            await self._press(pilot, ("R",))
        else:
            await self._press(pilot, _PERSON[step % len(_PERSON)])

    async def _press(self, pilot: Pilot[Any], keys: Sequence[str]) -> None:
        for key in keys:
            await pilot.press(key)
        await pilot.pause()

    async def _holdings(self, pilot: Pilot[Any]) -> dict[str, Any]:
        """What is held when all work of the moment is done, and garbage is gone."""
        deadline = time.monotonic() + _PATIENCE
        while busy := [t.name for t in threading.enumerate() if t.name in _AT_WORK]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"still at work: {busy}")
            await asyncio.sleep(0.02)
        for key in ("escape", "escape", "escape"):
            await pilot.press(key)
        await pilot.pause()
        _forget_connections()
        # What is only on its way out, as a message of the corner, is gone after a while.
        least, rests = self._now(), 0
        while rests < _AT_REST and time.monotonic() < deadline:
            await asyncio.sleep(0.5)
            if isinstance(self._app.screen, ModalScreen):
                # A session that was asked for came late, and its dialog with it.
                await pilot.press("escape")
                rests = 0
            now = self._now()
            rests = rests + 1 if all(now[name] >= least[name] for name in least) else 0
            least = {name: min(least[name], now[name]) for name in least}
        named = sorted(task.get_name() for task in asyncio.all_tasks())
        return {**least, "named": named, "resident": kernel.memory(os.getpid()).resident}

    def _now(self) -> dict[str, int]:
        gc.collect()
        return {
            "threads": threading.active_count(),
            "handles": kernel.open_handles(),
            "timers": sum(isinstance(thing, Timer) for thing in gc.get_objects()),
            "tasks": len(asyncio.all_tasks()),
        }


def _forget_connections() -> None:
    """What happens three minutes after the last renewal."""
    if pool := sys.modules.get("awsttl.aws.session_pool"):
        keeper = pool.KEEPER
        if (timer := keeper._timer) is not None:
            timer.cancel()
            timer.join()
        keeper._used_at = (0.0, 0.0)
        keeper.drop_idle()


def main() -> None:
    """Live the days, and say in JSON what they left behind."""
    path, steps, seed, writes = sys.argv[1:]
    home = Home(Path(path), PROFILES)
    story = asyncio.run(Days(home, int(steps), int(seed), writes=writes != "0").live())
    sys.stdout.write(json.dumps(story) + "\n")


if __name__ == "__main__":
    main()
