"""A dashboard on a throwaway home, driven in this process, with a clock that the test moves."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from awsttl.core.view.rows import Row, row
from awsttl.disk.locations import Locations
from awsttl.engine.feed import Feed
from awsttl.tui.app import Dashboard

NOW = 1_795_210_200.0
"""Friday 20 November 2026, 21:30 UTC."""

DEADLINE = 20.0
"""Seconds after which a condition that does not come true fails the test."""


class Clock:
    """A wall clock that stands still until it is moved."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Stage:
    """A running dashboard, and what a person would do with it."""

    def __init__(self, app: Dashboard, pilot: Pilot[Any], clock: Clock) -> None:
        self.app, self.pilot, self.clock = app, pilot, clock

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def until(self, condition: Callable[[], bool], what: str = "") -> None:
        """Wait for a condition; fail with *what* was awaited and what is on the screen."""
        end = time.monotonic() + DEADLINE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"never came true: {what or condition}\n{self.text()}")
            await self.pilot.pause(0.01)
            await asyncio.sleep(0)

    async def settle(self) -> None:
        """Let everything that is under way arrive on the screen."""
        await self.pilot.pause()
        await self.pilot.pause()

    @property
    def names(self) -> list[str]:
        """The keys of the rows, in their order."""
        return [key.removeprefix("profile ") for key in self.app.main.arrangement.keys]

    def row(self, name: str) -> Row:
        """What the row of a profile says now."""
        status = self.app.main.arrangement.snapshot.status(name)
        assert status is not None, f"no profile {name}"
        return row(status, self.clock())

    @property
    def cursor(self) -> str:
        """The name of the row under the cursor."""
        arrangement = self.app.main.arrangement
        return arrangement.keys[self.app.main.table.cursor].removeprefix("profile ")

    async def go_to(self, name: str) -> None:
        """Put the cursor on a profile."""
        self.app.main.table.move_to(self.names.index(name))
        await self.settle()

    def text(self) -> str:
        """The screen as a person reads it, without colours."""
        return screen_text(self.app)

    async def sees(self, text: str) -> None:
        """Wait until *text* can be read on the screen."""
        await self.until(lambda: text in self.text(), f"{text!r} on the screen")

    @property
    def messages(self) -> list[str]:
        """What is said now: on the line of the keys, and in the corner of a dialog."""
        corner = [each.message for each in self.app._notifications]
        return [*self.app.main.messages.texts, *corner]

    async def hears(self, text: str) -> None:
        """Wait until a message says *text*, wherever its lines are broken."""

        def said() -> bool:
            return any(words in "".join(each.split()) for each in self.messages)

        words = "".join(text.split())
        await self.until(said, f"a message with {text!r}")

    async def sees_no_more(self, text: str) -> None:
        """Wait until *text* can no longer be read on the screen."""
        await self.until(lambda: text not in self.text(), f"{text!r} gone from the screen")


def screen_text(app: Dashboard) -> str:
    """All lines of the topmost screen, with what is below it shining through."""
    width, height = app.size
    update = app.screen._compositor.render_strips(app.size)
    lines = [strip.text.ljust(width) for strip in update[:height]]
    return "\n".join(line.rstrip() for line in lines)


@asynccontextmanager
async def stage(
    size: tuple[int, int] = (120, 40), clock: Clock | None = None, *, wait: bool = True
) -> AsyncIterator[Stage]:
    """Open a dashboard on the files below ``HOME``."""
    clock = clock or Clock()
    locations = Locations.of(os.environ)
    feed = Feed(locations, os.environ, clock=clock)
    app = Dashboard(feed, locations, clock=clock)
    feed.start()
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            opened = Stage(app, pilot, clock)
            if wait:
                await opened.until(lambda: feed.latest is not None, "a first look")
                await opened.until(
                    lambda: app.main.arrangement.total == (feed.latest or _nothing()).total,
                    "the first rows",
                )
                await opened.settle()
            yield opened
    finally:
        feed.stop()


def _nothing() -> Any:
    raise AssertionError("the feed has nothing")


def cache_files(home: Path) -> list[Path]:
    """The entries of the CLI cache."""
    return sorted((home / ".aws" / "cli" / "cache").glob("*.json"))
