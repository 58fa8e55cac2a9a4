"""What the screen says to somebody who is new, who comes back, or who is asked something."""

from __future__ import annotations

import os
from pathlib import Path

from awsttl.core.alarms import Ending, told
from awsttl.core.events import Event, What
from awsttl.disk.locations import Locations
from awsttl.engine.feed import Feed
from awsttl.tui.app import Dashboard
from awsttl.tui.away import AWAY, summary
from support.home import Home
from support.roles import DEVICE, KEYS, config, section
from support.stage import NOW, Clock, screen_text, stage


def _event(seconds: float, what: What) -> Event:
    return Event(NOW + seconds, what, "dev")


def test_the_summary_counts_what_happened_since_and_says_nothing_of_the_rest() -> None:
    events = [
        _event(-5, What.FAILED),
        _event(5, What.EXPIRED),
        told([Ending("x", ("y",), NOW + 6, NOW)] * 1200)[0],
        *[_event(6, What.RENEWED)] * 2,
        _event(7, What.KEEP_FAILED),
        _event(8, What.CHANGED),
    ]
    said = "while you were away: 1201 expired, 2 renewed, 1 not kept; l tells more"
    assert summary(events, NOW) == said
    assert summary([_event(8, What.CHANGED)], NOW) == ""


async def test_who_comes_back_hears_once_what_happened(home: Home) -> None:
    home.credentials(KEYS)  # which do not end: nothing else is told of
    async with stage() as opened:
        opened.clock.now += AWAY - 1
        opened.app.main.engine.recorder.record(_event(60, What.EXPIRED))
        await opened.press("j")
        await opened.settle()
        assert not opened.messages
        opened.app.main.engine.recorder.record(_event(AWAY + 60, What.FAILED))
        # The log is written by a thread of its own.
        path = Path(opened.app.main.engine.recorder.log_file.path)
        await opened.until(lambda: path.exists() and "failed" in path.read_text())
        opened.clock.now += AWAY
        await opened.press("j")
        await opened.hears("while you were away: 1 failed; l tells more")


async def test_a_new_person_reads_how_to_begin_until_the_first_key(demo_home: Path) -> None:
    locations = Locations.of(os.environ)
    feed = Feed(locations, os.environ, clock=Clock())
    feed.start()
    for size in ((120, 40), (50, 15)):
        app = Dashboard(feed, locations, clock=Clock(), is_new=True)
        async with app.run_test(size=size) as pilot:
            while "billing" not in screen_text(app):
                await pilot.pause(0.01)
            assert "paste" in screen_text(app).splitlines()[-2]
            await pilot.press("j")
            await pilot.pause()
            assert "paste an error" not in screen_text(app)
    feed.stop()


async def test_in_a_low_pane_no_message_lies_on_a_dialog(home: Home, now: Clock) -> None:
    home.credentials(KEYS)
    home.config(config(one=section("One", mfa_serial=DEVICE)))
    async with stage((50, 15), clock=now) as opened:
        await opened.go_to("one")
        await opened.press("r")
        await opened.sees("6 digits")
        opened.app.main.say("something else has happened")
        await opened.settle()
        assert not opened.messages
        await opened.press("escape")
        await opened.hears("something else has happened")
