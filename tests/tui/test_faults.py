"""An exception that nobody handled costs what it happened in, and not the dashboard."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import pytest
from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Static

from awsttl.core.events import Event
from awsttl.tui import faults
from awsttl.tui.app import Dashboard
from awsttl.tui.background import in_background
from awsttl.tui.dialog import Dialog
from awsttl.tui.features.diagnosing.dialog import DiagnosisDialog
from awsttl.tui.features.log.dialog import LogDialog
from support.home import Home
from support.stage import Stage, stage

SECRET = "wJalrXUtnFEMI/K7MDENG"


@pytest.fixture
def as_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dashboards go on after a mistake, as they do for people; for tests they end."""
    monkeypatch.setattr(Dashboard, "goes_on", property(lambda app: app._dom_ready))


@pytest.fixture
def profile(home: Home) -> None:
    home.credentials("[one]\naws_access_key_id = AKIA\naws_secret_access_key = none\n")


def fail() -> None:
    raise ValueError(SECRET)


async def still_works(opened: Stage) -> None:
    """The dashboard takes keys, and draws what they ask for."""
    await opened.press("question_mark")
    await opened.sees("alive, and reused")
    await opened.press("escape")
    await opened.sees_no_more("alive, and reused")
    assert opened.app._exception is None


class Ask(Message):
    """Handled badly by the dialog below."""


class Faulty(Dialog[str]):
    """A dialog that fails of whatever reaches it."""

    def compose(self) -> ComposeResult:
        yield Static("a faulty dialog", id="part")

    def on_ask(self) -> None:
        fail()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        fail()


class FaultyFromTheStart(Dialog[str]):
    """A dialog that fails before it is there."""

    def on_mount(self) -> None:
        fail()


@pytest.mark.usefixtures("profile", "as_on_a_terminal")
class TestAMistake:
    async def test_in_a_dialog_closes_it_with_no_answer_and_is_told_without_values(self) -> None:
        async with stage() as opened:
            answers: list[str | None] = []
            dialog = Faulty()
            opened.app.main.open(dialog, answers.append)
            await opened.sees("a faulty dialog")
            dialog.post_message(Ask())
            await opened.sees_no_more("a faulty dialog")
            await opened.hears("a mistake of awsttl itself: ValueError in test_faults.py")
            assert answers == [None], "whoever waits for the dialog waits for ever"
            assert not any(SECRET in each for each in opened.messages)
            await still_works(opened)

    async def test_is_in_the_log_once_with_the_way_to_it_and_without_values(self) -> None:
        async with stage() as opened:
            for _ in range(3):
                opened.app.main.call_later(fail)
                await opened.hears("a mistake of awsttl itself")
                opened.app.clear_notifications()
            recorder = opened.app.main.engine.recorder

            def told() -> list[Event]:
                return [each for each in recorder.log_file.read().events if each.what == "mistake"]

            await opened.until(lambda: bool(told()), "a line in the log")
            recorder.close()
            assert len(told()) == 1
            assert told()[0].text.startswith("ValueError < test_faults.py, line ")
            assert SECRET not in str(told())

    async def test_while_a_dialog_opens_costs_the_dialog(self) -> None:
        async with stage() as opened:
            answers: list[str | None] = []
            opened.app.main.open(FaultyFromTheStart(), answers.append)
            await opened.hears("a mistake of awsttl itself")
            await opened.until(lambda: answers == [None], "an answer")
            await still_works(opened)

    @pytest.mark.parametrize(
        "by",
        [
            lambda app: app.main.call_later(fail),
            lambda app: app.main.call_next(fail),
            lambda app: app.main.call_after_refresh(fail),
            lambda app: app.main.after(0.01, fail),
            lambda app: app.main.table.call_later(fail),
            lambda app: app.main.in_background(lambda: 0, lambda _: fail()),
            lambda app: app.main.soon(fail),
        ],
        ids=["later", "next", "after a frame", "timer", "widget", "result", "soon"],
    )
    async def test_in_a_callback_of_the_screen_leaves_the_screen_alive(
        self, by: Callable[[Dashboard], None]
    ) -> None:
        async with stage() as opened:
            by(opened.app)
            await opened.hears("a mistake of awsttl itself: ValueError")
            await still_works(opened)

    async def test_in_a_thread_or_a_task_is_told_and_not_printed(
        self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(threading, "excepthook", threading.excepthook)
        async with stage() as opened:
            opened.app.watch_others()
            in_background(opened.app, fail, lambda _: None)
            await opened.hears("a mistake of awsttl itself: ValueError")
            opened.app.clear_notifications()
            asyncio.get_running_loop().call_soon(fail)
            await opened.hears("a mistake of awsttl itself: ValueError")
            await still_works(opened)
        assert SECRET not in capfd.readouterr().err

    @pytest.mark.heavy
    async def test_of_a_key_ends_nothing_however_often_the_key_is_pressed(self) -> None:
        async with stage() as opened:
            for _ in range(2 * faults.MOST):
                opened.app.main.open(Faulty(), lambda _: None)
                await opened.press("x")
            await opened.hears("a mistake of awsttl itself")
            await still_works(opened)

    async def test_that_keeps_the_screen_from_being_drawn_ends_the_program(self) -> None:
        with pytest.raises(ValueError, match=SECRET):
            await self.never_draw()

    async def never_draw(self) -> None:
        """Have every frame fail, until the program has enough."""
        async with stage() as opened:
            opened.app.main._compositor.render_update = lambda **_: fail()  # type: ignore[method-assign]  # fails on purpose
            while opened.app._exception is None:
                opened.app.main.refresh()
                await asyncio.sleep(0.01)


@pytest.mark.usefixtures("profile")
class TestWorkForADialogThatHasGone:
    """Here too where mistakes are fatal: nothing is wrong with these."""

    @pytest.mark.heavy
    @pytest.mark.parametrize(("key", "title"), [("l", "what happened"), ("d", "why: one")])
    async def test_it_is_drawn_once_more_as_after_a_resize(self, key: str, title: str) -> None:
        async with stage() as opened:
            await opened.press(key)
            await opened.sees(title)
            dialog = opened.app.screen
            assert isinstance(dialog, LogDialog | DiagnosisDialog)
            await opened.settle()
            opened.app.main.call_after_refresh(dialog._draw)
            dialog.dismiss(None)
            await opened.sees_no_more(title)
            await opened.until(lambda: not dialog.children, "a dialog that has gone")
            opened.app.call_later(dialog._draw)
            opened.app.main.call_after_refresh(dialog._draw)
            await still_works(opened)

    async def test_whatever_was_to_be_called_later(self) -> None:
        async with stage() as opened:
            dialog = Faulty()
            opened.app.main.open(dialog, lambda _: None)
            await opened.sees("a faulty dialog")
            draw = partial(dialog.query_one, "#part")
            dialog.dismiss(None)
            await opened.sees_no_more("a faulty dialog")
            await opened.settle()
            for call in (opened.app.call_later, opened.app.main.call_after_refresh):
                call(draw)
                await opened.settle()
            await still_works(opened)


def test_a_mistake_is_told_by_its_kind_and_place() -> None:
    with pytest.raises(ValueError, match=SECRET) as caught:
        fail()
    told = faults.words(caught.value)
    assert told.startswith("a mistake of awsttl itself: ValueError in test_faults.py, line ")
    assert SECRET not in told + faults.trail(caught.value)
