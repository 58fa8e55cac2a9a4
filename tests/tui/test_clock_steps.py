"""The wall clock is set, in either direction, or the machine sleeps: the screen is right again."""

from __future__ import annotations

import os
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.screen import Screen

from awsttl.disk.locations import Locations
from awsttl.engine.feed import Feed
from awsttl.engine.stepping_clock import STEP, SteppingClock
from awsttl.tui.app import Dashboard
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, role
from support.stage import NOW, Clock, Stage, stage

HOUR = 3600


class Wall:
    """A wall clock that goes, and that somebody sets."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return NOW + time.monotonic() - BEGIN + self.ahead


BEGIN = time.monotonic()


@asynccontextmanager
async def dashboard(wall: Wall) -> AsyncIterator[Stage]:
    """A dashboard as the command opens it."""
    clock = SteppingClock(wall)
    locations = Locations.of(os.environ)
    feed = Feed(locations, os.environ, clock)
    clock.stepped = feed.clock_was_set
    app = Dashboard(feed, locations, clock)
    feed.start()
    try:
        async with app.run_test(size=(120, 30), notifications=True) as pilot:
            opened = Stage(app, pilot, Clock())
            await opened.sees("dev")
            yield opened
    finally:
        feed.stop()


@pytest.fixture(autouse=True)
def profiles(home: Home) -> None:
    home.config(config_text({"base": BASE, "dev": role(), "admin": role(number=2)}))
    home.cli_cache(role(), expires_at=NOW + 2 * HOUR)
    home.cli_cache(role(number=2), expires_at=NOW + 3 * HOUR)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What each frame sends to the terminal."""
    frames, display = list[str](), Dashboard._display

    def note(self: Dashboard, screen: Screen[Any], update: Any) -> None:
        if update is not None:  # for nothing there is a frame as well
            frames.append("".join(segment.text for segment in self.console.render(update)))
        display(self, screen, update)

    monkeypatch.setattr(Dashboard, "_display", note)
    return frames


def expired_in(frames: list[str]) -> set[str]:
    """The rows that were painted as expired."""
    return set(re.findall(r"○ (dev|admin) +expired", "".join(frames)))


def states(opened: Stage) -> str:
    """The words that say how the two sessions are."""
    text = opened.text()
    return " ".join(word for word in ("valid", "expired") if f"  {word} " in text)


class TestTheScreen:
    async def test_follows_a_step_and_a_step_back(self) -> None:
        wall = Wall()
        async with dashboard(wall) as opened:
            await opened.until(lambda: states(opened) == "valid", "valid rows")
            wall.ahead = 6 * HOUR
            await opened.until(lambda: states(opened) == "expired", "expired rows")
            wall.ahead = 0
            await opened.until(lambda: states(opened) == "valid", "valid rows again")
            wall.ahead = -12 * HOUR
            await opened.sees("14h")

    async def test_forgets_what_a_frame_between_two_opposite_steps_has_shown(self) -> None:
        """Both steps were over before the feed looked at the clock again."""
        wall = Wall()
        async with dashboard(wall) as opened:
            await opened.until(lambda: states(opened) == "valid", "valid rows")
            table = opened.app.main.table
            wall.ahead = 6 * HOUR
            table._draw()  # a frame, for whatever reason
            table._wake.cancel()  # only news make another frame
            assert "expired" in repr(table._frame)
            wall.ahead = 0
            await opened.until(lambda: "expired" not in repr(table._frame), "valid rows again")

    async def test_never_paints_an_ended_session_as_valid(self) -> None:
        """After a sleep the first frame may be painted before any timer has rung."""
        clock = Clock()
        async with stage((120, 30), clock) as opened:
            assert states(opened) == "valid"
            clock.now = NOW + 6 * HOUR
            opened.app.main.table.refresh()
            for band in opened.app.main.table._bands:
                band.refresh()
            assert states(opened) == "expired"
            clock.now = NOW
            for band in opened.app.main.table._bands:
                band.refresh()
            assert states(opened) == "valid"

    async def test_draws_all_rows_where_one_was_painted_before_its_time(
        self, painted: list[str]
    ) -> None:
        """The others did not differ from that frame any more, and stayed as they were."""
        clock = Clock()
        async with stage((120, 30), clock) as opened:
            await opened.settle()
            table = opened.app.main.table
            opened.app.feed.attach(lambda _: None)  # no news make another frame
            table._wake.cancel()
            painted.clear()
            clock.now = NOW + 6 * HOUR
            table._line_at(1)
            await opened.until(lambda: expired_in(painted) == {"dev", "admin"}, "expired rows")

    async def test_draws_no_other_part_before_the_rows_that_are_no_longer_true(
        self, painted: list[str]
    ) -> None:
        """After a step the header's own time, or a message, may come before that of the table."""
        clock = Clock()
        async with stage((120, 30), clock) as opened:
            await opened.settle()
            painted.clear()
            clock.now = NOW + 6 * HOUR
            opened.app.main.query_one("#header").refresh()
            await opened.until(lambda: bool(painted), "a frame")
            assert expired_in(painted[:1]) == {"dev", "admin"}


class TestTheClock:
    def test_tells_of_each_step_once_and_of_no_drift(self) -> None:
        wall, going = Clock(), Clock(0.0)
        clock, told = SteppingClock(wall, going), []
        clock.stepped = lambda: told.append(wall.now - NOW - going.now)
        for second in range(100):
            going.now, wall.now = float(second), NOW + second + 0.0005 * second
            clock()
        assert told == []
        wall.now += 4
        clock()
        clock()
        assert len(told) == 1
        wall.now -= 4
        clock()
        assert len(told) == 2

    def test_tells_of_a_sleep_in_which_the_other_clock_stands_still(self) -> None:
        wall, going = Clock(), Clock(0.0)
        clock, told = SteppingClock(wall, going), []
        clock.stepped = lambda: told.append(1)
        wall.now += 8 * HOUR
        assert clock() == wall.now
        assert told == [1]

    @pytest.mark.parametrize("step", [STEP / 2, -STEP / 2])
    def test_takes_small_steps_together(self, step: float) -> None:
        wall, going = Clock(), Clock(0.0)
        clock, told = SteppingClock(wall, going), []
        clock.stepped = lambda: told.append(1)
        for _ in range(3):
            wall.now += step
            clock()
        assert told == [1]
