"""Warnings on the screen: at each stage once, in one pane only, and not at all if so chosen."""

from __future__ import annotations

from typing import Any

import pytest

from awsttl.core import alarms
from awsttl.core.events import What
from awsttl.core.model import FOREVER
from awsttl.disk.log_file import LogFile
from awsttl.engine import feed as feed_module
from awsttl.terminal import notifications
from awsttl.tui.features.warning.actions import Warnings
from support.heavy import also_heavy
from support.home import Home
from support.stage import NOW, Clock, Stage, stage

MINUTE, HOUR = 60.0, 3600.0
KEYS = "[base]\naws_access_key_id = A\naws_secret_access_key = S\n"


def section(name: str) -> dict[str, str]:
    return {"role_arn": f"arn:aws:iam::111122223333:role/{name}", "source_profile": "base"}


def sessions(home: Home, **left: float) -> None:
    """A role profile for each name, with a session that has so many seconds left at NOW."""
    home.credentials(KEYS)
    config = ""
    for name, seconds in left.items():
        lines = "".join(f"{key} = {value}\n" for key, value in section(name).items())
        config += f"[profile {name}]\n{lines}"
        home.cli_cache(section(name), expires_at=NOW + seconds)
    home.config(config)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is glanced at often, in a terminal that knows what it is sent."""
    monkeypatch.setattr(feed_module, "CLOCK_EVERY", 0.02)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def choose(home: Home) -> Any:
    """``choose(bell=False)``: that stands in the settings from now on."""

    def chosen(**warn: bool) -> None:
        lines = (f"{name} = {str(switch).lower()}\n" for name, switch in warn.items())
        home.settings("[warn]\n" + "".join(lines))

    return chosen


class Ears:
    """What the person and the terminal get from one dashboard."""

    def __init__(self, opened: Stage) -> None:
        self.opened = opened
        self.written: list[str] = []
        driver = opened.app._driver
        assert driver is not None
        driver.write = self._write  # type: ignore[method-assign]  # (it goes with the app)

    def _write(self, data: str) -> None:
        self.written.append(data)

    @property
    def toasts(self) -> list[str]:
        return self.opened.messages

    @property
    def signals(self) -> str:
        """What was written besides the frames."""
        return "".join(text for text in self.written if "\a" in text)

    @property
    def title(self) -> str:
        return self.opened.app.main.feature(Warnings).title

    async def is_titled(self, title: str) -> None:
        await self.opened.until(lambda: self.title == title, f"the title {title!r}")

    async def at(self, now: float, title: str) -> None:
        """Move the clock, and wait until that has arrived in the title."""
        self.opened.clock.now = now
        await self.is_titled(title)
        await self.opened.settle()


@pytest.mark.heavy
async def test_at_the_threshold_at_five_minutes_and_at_the_end(home: Home) -> None:
    sessions(home, prod=16 * MINUTE)
    async with stage() as opened:
        ears = Ears(opened)
        await ears.is_titled("awsttl")
        assert not ears.toasts
        await ears.at(NOW + 1 * MINUTE, "awsttl: prod 15m")
        assert ears.toasts == ["prod expires in 15m"]
        await ears.at(NOW + 5 * MINUTE, "awsttl: prod 11m")
        assert len(ears.toasts) == 1
        await ears.at(NOW + 11 * MINUTE, "awsttl: prod 5m")
        assert ears.toasts[1:] == ["prod expires in 5m"]
        await ears.at(NOW + 16 * MINUTE, "awsttl")
        assert ears.toasts[2:] == ["prod has expired"]
        expected = "".join(
            notifications.BELL + notifications.desktop(toast, {"TERM": "xterm"})
            for toast in ears.toasts
        )
        assert ears.signals == expected


async def test_what_is_past_at_the_start_is_not_announced(home: Home) -> None:
    sessions(home, gone=-30.0, prod=9 * MINUTE, soon=4 * MINUTE)
    async with stage() as opened:
        ears = Ears(opened)
        await ears.is_titled("awsttl: soon 4m")
        assert not ears.toasts
        await ears.at(NOW + 4 * MINUTE, "awsttl: prod 5m")
        assert ears.toasts == ["soon has expired; prod expires in 5m"]


async def test_a_renewed_session_is_not_announced(home: Home) -> None:
    sessions(home, prod=16 * MINUTE, dev=16 * MINUTE + 30)
    async with stage() as opened:
        ears = Ears(opened)
        await ears.is_titled("awsttl")
        home.cli_cache(section("prod"), expires_at=NOW + HOUR)
        await opened.until(lambda: opened.row("prod").left == "1h 00m", "a renewed session")
        await ears.at(NOW + 90, "awsttl: dev 15m")
        assert ears.toasts == ["dev expires in 15m"]


async def test_after_hours_asleep_there_is_one_summary(home: Home) -> None:
    left = {f"p{number:02}": HOUR + number * MINUTE for number in range(12)}
    sessions(home, **left, late=8 * HOUR + 10 * MINUTE, later=8 * HOUR + 3 * MINUTE)
    async with stage() as opened:
        ears = Ears(opened)
        await ears.is_titled("awsttl")
        await ears.at(NOW + 8 * HOUR, "awsttl: later 3m")
        assert ears.toasts == ["while this machine slept: 12 sessions expired, 2 expiring"]
        assert ears.signals.count("\x1b]9;") == 1
        await ears.at(NOW + 8 * HOUR + 3 * MINUTE, "awsttl: late 7m")
        assert ears.toasts[1:] == ["later has expired"]


async def test_sessions_that_were_renewed_together_are_one_message(home: Home) -> None:
    sessions(home, **{f"p{number}": 16 * MINUTE + number for number in range(5)})
    async with stage() as opened:
        ears = Ears(opened)
        await ears.is_titled("awsttl")
        await ears.at(NOW + 1 * MINUTE + 4, "awsttl: p0 14m")
        assert ears.toasts == ["5 sessions expire in 15m: p0, p1, p2 and 2 more"]


@pytest.mark.heavy
async def test_of_two_panes_one_warns_and_both_show_the_title(home: Home) -> None:
    sessions(home, prod=16 * MINUTE)
    clock = Clock()
    async with stage(clock=clock) as one, stage(clock=clock) as other:
        both = Ears(one), Ears(other)
        for ears in both:
            await ears.is_titled("awsttl")
        for at, title, toasts in (
            (1, "awsttl: prod 15m", ["prod expires in 15m"]),
            (16, "awsttl", ["prod has expired"]),
        ):
            before = [len(ears.toasts) for ears in both]
            for ears in both:
                await ears.at(NOW + at * MINUTE, title)
            pairs = zip(both, before, strict=True)
            assert [toast for ears, count in pairs for toast in ears.toasts[count:]] == toasts
        assert "".join(ears.signals for ears in both).count("\x1b]9;") == 2


async def test_without_a_state_folder_it_warns_all_the_same(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.path / "file").write_text("")
    monkeypatch.setattr("awsttl.disk.announced.state_folder", lambda: str(home.path / "file" / "x"))
    monkeypatch.setattr("awsttl.disk.locks.state_folder", lambda: str(home.path / "file" / "x"))
    sessions(home, prod=16 * MINUTE)
    async with stage() as opened:
        ears = Ears(opened)
        await ears.is_titled("awsttl")
        await ears.at(NOW + 1 * MINUTE, "awsttl: prod 15m")
        assert ears.toasts == ["prod expires in 15m"]


@pytest.mark.parametrize("off", ["toast", "bell", *also_heavy("desktop", "title")])
async def test_each_way_can_be_switched_off(off: str, home: Home, choose: Any) -> None:
    choose(**{off: False})
    sessions(home, prod=16 * MINUTE)
    async with stage() as opened:
        ears = Ears(opened)
        await opened.until(lambda: opened.app.main.engine.warner._plan is not None, "a first look")
        opened.clock.now += MINUTE
        await opened.until(lambda: bool(ears.toasts or ears.signals), "a warning")
        await opened.settle()
        assert ears.toasts == ([] if off == "toast" else ["prod expires in 15m"])
        assert ears.signals.startswith("\a") is (off != "bell")
        assert ("\x1b]9;awsttl: prod expires" in ears.signals) is (off != "desktop")
        assert ears.title == ("" if off == "title" else "awsttl: prod 15m")


async def test_what_renews_silently_can_be_left_out(home: Home, choose: Any) -> None:
    choose(auto=False)
    sessions(home, silent=16 * MINUTE, asking=17 * MINUTE)
    asking = section("asking") | {"mfa_serial": "arn:aws:iam::111122223333:mfa/ada"}
    home.cli_cache(asking, expires_at=NOW + 17 * MINUTE)
    config = home.config_file.read_text()
    home.config(config + f"mfa_serial = {asking['mfa_serial']}\n")
    async with stage() as opened:
        ears = Ears(opened)
        await ears.is_titled("awsttl")
        await ears.at(NOW + 2 * MINUTE, "awsttl: asking 15m")
        assert ears.toasts == ["asking expires in 15m"]


async def test_a_terminal_that_would_draw_sequences_gets_the_bell_only(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "linux")
    sessions(home, prod=16 * MINUTE)
    async with stage() as opened:
        ears = Ears(opened)
        await opened.until(lambda: opened.app.main.engine.warner._plan is not None, "a first look")
        opened.clock.now += MINUTE
        await opened.hears("prod expires in 15m")
        assert ears.signals == "\a"
        assert ears.title == ""


async def test_names_are_neither_markup_nor_sequences(home: Home) -> None:
    home.credentials(
        "[a[red]b]\naws_access_key_id = A\naws_secret_access_key = S\naws_session_token = T\n"
        "x_security_token_expires = 2026-11-20T21:46:00Z\n"
    )
    async with stage() as opened:
        ears = Ears(opened)
        await ears.is_titled("awsttl")
        await ears.at(NOW + MINUTE, "awsttl: a[red]b 15m")
        await opened.sees("a[red]b expires in 15m")


@pytest.mark.heavy
async def test_between_alarms_nothing_is_worked_out_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions(home, prod=16 * MINUTE)
    counted = 0
    real = alarms.endings

    def endings(*arguments: Any, **more: Any) -> Any:
        nonlocal counted
        counted += 1
        return real(*arguments, **more)

    monkeypatch.setattr(alarms, "endings", endings)
    async with stage() as opened:
        ears = Ears(opened)
        await ears.is_titled("awsttl")
        await ears.at(NOW + 1 * MINUTE, "awsttl: prod 15m")
        await ears.at(NOW + 16 * MINUTE, "awsttl")
        assert counted == 1


async def test_it_sleeps_until_an_alarm_or_the_titles_next_minute(home: Home) -> None:
    sessions(home, prod=2 * HOUR)
    async with stage() as opened:
        ears, warner = Ears(opened), opened.app.main.engine.warner
        await ears.is_titled("awsttl")
        assert warner._wake_at == NOW + 2 * HOUR - 15 * MINUTE
        await ears.at(NOW + 2 * HOUR - 10 * MINUTE, "awsttl: prod 10m")
        assert warner._wake_at == NOW + 2 * HOUR - 10 * MINUTE + 1
        await ears.at(NOW + 2 * HOUR, "awsttl")
        assert warner._wake_at == FOREVER


async def test_a_failure_is_said_once_and_without_details(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endings(*_arguments: Any, **_more: Any) -> Any:
        raise KeyError("something that was in a file")

    monkeypatch.setattr(alarms, "endings", endings)
    sessions(home, prod=16 * MINUTE)
    async with stage() as opened:
        ears = Ears(opened)
        await opened.hears("awsttl can no longer warn you: KeyError")
        home.cli_cache(section("prod"), expires_at=NOW + HOUR)
        await opened.until(lambda: opened.row("prod").left == "1h 00m", "the screen goes on")
        assert len(ears.toasts) == 1


async def test_its_thread_ends_with_the_screen(home: Home) -> None:
    sessions(home, prod=16 * MINUTE)
    async with stage() as opened:
        await Ears(opened).is_titled("awsttl")
        thread = opened.app.main.engine.warner._thread
        assert thread.is_alive()
    thread.join(20)
    assert not thread.is_alive()


# -------------------------------------------------------------------- the log


def expired() -> list[tuple[float, str]]:
    """What the log tells of sessions that have ended."""
    events = LogFile().read().events
    return [(event.at, event.name) for event in events if event.what is What.EXPIRED]


async def test_the_log_tells_of_every_session_that_expired(home: Home, choose: Any) -> None:
    """Also of one that is hidden, and of one that nobody is warned of."""
    choose(auto=False)
    home.settings('hidden = ["away"]\n' + home.settings_file.read_text())
    sessions(home, silent=16 * MINUTE, away=17 * MINUTE, living=HOUR)
    async with stage() as opened:
        ears = Ears(opened)
        await ears.is_titled("awsttl")
        await ears.at(NOW + 17 * MINUTE, "awsttl")
        ended = [(NOW + 16 * MINUTE, "silent"), (NOW + 17 * MINUTE, "away")]
        await opened.until(lambda: expired() == ended, "two lines in the log")
        assert ears.toasts == []


async def test_the_log_tells_once_in_however_many_panes_and_of_nothing_renewed(
    home: Home,
) -> None:
    sessions(home, prod=16 * MINUTE, renewed=16 * MINUTE)
    clock = Clock()
    async with stage(clock=clock) as one, stage(clock=clock) as other:
        for opened in (one, other):
            await Ears(opened).is_titled("awsttl")
        home.cli_cache(section("renewed"), expires_at=NOW + 2 * HOUR)
        for opened in (one, other):
            await opened.sees("2h 00m")
        for opened in (one, other):
            await Ears(opened).at(NOW + 16 * MINUTE, "awsttl")
            await opened.sees("expired")
        await one.until(lambda: bool(expired()), "a line in the log")
    assert expired() == [(NOW + 16 * MINUTE, "prod")]
