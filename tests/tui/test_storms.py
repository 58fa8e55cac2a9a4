"""A terminal that sends more than can be followed keeps nothing from being drawn."""

from __future__ import annotations

import asyncio
import itertools
import threading

import pytest
from textual import events

from awsttl.tui.app import Dashboard
from awsttl.tui.inside_textual.driver import TerminalDriver
from support.home import Home
from support.stage import Stage, stage


def _moves(count: int) -> list[events.Event]:
    return [
        events.MouseMove(None, number % 20, 5, 1, 0, 0, False, False, False)
        for number in range(count)
    ]


def _keys(count: int) -> list[events.Event]:
    return [events.Key("jk"[number % 2], "jk"[number % 2]) for number in range(count)]


def _comings_and_goings(count: int) -> list[events.Event]:
    return [events.AppFocus() if number % 2 else events.AppBlur() for number in range(count)]


async def _turns(opened: Stage, storm: list[events.Event], patch: pytest.MonkeyPatch) -> list[int]:
    """How many turns the event loop had before each event of a storm that came all at once."""
    loop, turns, seen = asyncio.get_running_loop(), 0, []
    take_in = Dashboard.on_event

    async def note(self: Dashboard, event: events.Event) -> None:
        # Keys come back from the screen, if that does nothing with them.
        if not event.is_forwarded and any(event is each for each in storm):
            seen.append(turns)
        await take_in(self, event)

    def turn() -> None:
        nonlocal turns
        turns += 1
        if len(seen) < len(storm):
            loop.call_soon(turn)

    patch.setattr(Dashboard, "on_event", note)
    turn()
    for event in storm:
        opened.app.post_message(event)
    await opened.until(lambda: len(seen) == len(storm), "the storm is over")
    # Keys come back from the screen: the stage is not to be gone by then.
    await opened.until(lambda: not opened.app._message_queue.qsize(), "no more of it")
    await opened.settle()
    return seen


@pytest.mark.parametrize(
    "storm",
    [_moves(30), _keys(30), _comings_and_goings(30)],
    ids=["the mouse", "keys", "the terminal's focus"],
)
async def test_between_two_events_of_a_storm_everything_else_has_its_turn(
    storm: list[events.Event], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.credentials("[one]\naws_access_key_id = AKIA\naws_secret_access_key = none\n")
    async with stage() as opened:
        turns = await _turns(opened, storm, monkeypatch)
        assert all(after > before for before, after in itertools.pairwise(turns))


async def test_a_signal_waits_until_nothing_is_being_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the middle of a write it would wait for ever for the lock that the write holds."""
    driver, done = TerminalDriver.__new__(TerminalDriver), list[str]()
    async with stage() as opened:
        driver._app, driver._loop, driver._auto_restart = (
            opened.app,
            asyncio.get_running_loop(),
            True,
        )
        monkeypatch.setattr(TerminalDriver, "can_suspend", True)
        monkeypatch.setattr(driver, "_come_back", lambda: done.append("back"))
        monkeypatch.setattr(driver, "pause", lambda _whom: done.append("stopped"))
        driver._sigtstp_application()
        driver._sigcont_application()
        assert not done
        await opened.until(lambda: done == ["stopped", "back"], "both were done")
        driver.lends = True
        driver._sigtstp_application()
        assert done[2:] == ["stopped"], "while the terminal is lent the loop has no turns"


async def test_a_mistake_with_what_the_terminal_sends_does_not_make_it_deaf(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    driver, told, taken = TerminalDriver.__new__(TerminalDriver), list[str](), list[str]()
    sent = [b"a", b"b", b"c"]

    def take_in(event: events.Key) -> None:
        if event.key == "b":
            raise ValueError
        taken.append(event.key)

    def read(_patience: float | None) -> bytes:
        if len(sent) == 1:
            driver.exit_event.set()
        return sent.pop(0)

    async with stage() as opened:
        driver._app, driver._loop = opened.app, asyncio.get_running_loop()
        driver._debug, driver._leaves, driver.exit_event = False, False, threading.Event()
        monkeypatch.setattr(driver, "_read", read)
        monkeypatch.setattr(driver, "_take_in", take_in)
        monkeypatch.setattr(
            opened.app, "_handle_exception", lambda error: told.append(type(error).__name__)
        )
        driver.run_input_thread()
        assert taken == ["a", "c"]
        await opened.until(lambda: told == ["ValueError"], "it is told")
