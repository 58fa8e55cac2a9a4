"""A moment to wake at: one at a time, and what goes wrong then is not swallowed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from awsttl.tui.redraw_timer import Wake


class Sleeper(App[None]):
    """An app with something that may be woken."""

    def __init__(self, call: Callable[[], None]) -> None:
        super().__init__()
        self.wake = Wake(self, call)

    def compose(self) -> ComposeResult:
        yield Static()


async def test_it_calls_once() -> None:
    woken = asyncio.Event()
    calls: list[None] = []

    def call() -> None:
        calls.append(None)
        woken.set()

    app = Sleeper(call)
    async with app.run_test():
        app.wake.after(0)
        await woken.wait()
        await asyncio.sleep(0)
        assert len(calls) == 1


async def test_a_later_wish_takes_the_place_of_the_one_before() -> None:
    app = Sleeper(lambda: None)
    async with app.run_test():
        app.wake.after(0)
        first = app.wake._handle
        app.wake.after(30)
        assert first is not None
        assert first.cancelled()
        app.wake.cancel()
        assert app.wake._handle is None


async def test_what_goes_wrong_ends_the_app_as_anywhere_else() -> None:
    def call() -> None:
        raise ValueError("not drawn")

    app = Sleeper(call)

    async def run() -> None:
        async with app.run_test() as pilot:
            app.wake.after(0)
            while app._exception is None:
                await pilot.pause()

    with pytest.raises(ValueError, match="not drawn"):
        await run()
