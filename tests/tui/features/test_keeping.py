"""``a``: a kept session is renewed in time, quietly, and through everything that time does."""

from __future__ import annotations

import json
import os
import shlex
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from awsttl.core import countdown
from awsttl.core.profiles.cache_names import process_fingerprint
from awsttl.disk.log_file import LogFile
from awsttl.disk.own_folders import settings_file
from awsttl.disk.settings_file import SettingsFile
from awsttl.engine import feed as feed_module
from awsttl.engine.keeping import Keeper
from awsttl.tui.screen import MainScreen
from support.cloud import Cloud
from support.home import START_URL, Home
from support.odd import config_text
from support.renewing import BASE, CORP, DEVICE, LEGACY, SSO, credentials_in, role
from support.stage import Clock, Stage, cache_files, stage
from support.wire import iso

HOUR = 3600.0
MARGIN = 900.0
"""The reuse point lies so many seconds before the end."""
LATEST = MARGIN + 60
EARLIEST = MARGIN + 120
DEV = role(number=1)


@pytest.fixture(autouse=True)
def aws(cloud: Cloud, region: None) -> Cloud:
    """Sessions of half a day: new ones are not due again, wherever the test moves its clock."""
    cloud.sts.duration = int(12 * HOUR)
    return cloud


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The real time, standing still until it is moved."""
    yield Clock(float(int(time.time())))
    for thread in threading.enumerate():
        if thread.name in ("renewal", "keeper"):
            thread.join(30)


def furnish(home: Home, *keep: str, **profiles: dict[str, str]) -> None:
    home.config(config_text({"base": BASE, **profiles}, CORP))
    home.settings(f"keep = {list(keep)}")


def cached(home: Home, section: dict[str, str], *, expires_at: float) -> Path:
    """A session that was got an hour before its end, whenever that is."""
    path = home.cli_cache(section, expires_at=expires_at)
    os.utime(path, (expires_at - HOUR, expires_at - HOUR))
    return path


def kept() -> frozenset[str]:
    """What the settings file says now."""
    return SettingsFile(settings_file()).look().settings.keep


def _looked(keeper: Keeper, before: int) -> Callable[[], bool]:
    return lambda: keeper.looks > before


def keeper_of(opened: Stage) -> Keeper:
    keeper = opened.app.main.engine.keeper
    assert keeper is not None
    return keeper


async def look(opened: Stage) -> None:
    """Wait until the keeper has read the clock anew, and whatever it began is over."""
    keeper = keeper_of(opened)
    for _ in range(2):  # one look may be under way
        before = keeper.looks
        keeper._news.set()
        await opened.until(_looked(keeper, before), "a look of the keeper")
    await opened.until(lambda: not opened.app.main.engine.renewing.jobs.running)
    await opened.until(lambda: not keeper._ended, "an account of it")


async def move(opened: Stage, seconds: float) -> None:
    opened.clock.now += seconds
    await look(opened)


async def test_a_kept_session_is_renewed_before_its_reuse_point_and_not_earlier(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    furnish(home, "dev", dev=DEV, other=role(number=2))
    ends = clock() + HOUR
    for number in (1, 2):
        cached(home, role(number=number), expires_at=ends)
    async with stage(clock=clock) as opened:
        await look(opened)
        await move(opened, ends - EARLIEST - 1 - clock())
        assert cloud.actions == []
        await move(opened, EARLIEST - LATEST + 1)
        await opened.until(lambda: opened.row("dev").left.startswith("11h"))
        assert clock() < ends - MARGIN
        await look(opened)
        assert cloud.actions == ["AssumeRole"]
        assert cloud.calls[0].parameters["RoleArn"] == DEV["role_arn"]


async def test_at_once_when_the_session_is_over_or_there_is_none(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    furnish(home, "dev", "never", dev=DEV, never=role(number=2))
    cached(home, DEV, expires_at=clock() - 60)
    async with stage(clock=clock) as opened:
        await opened.until(lambda: {opened.row(n).word for n in ("dev", "never")} == {"valid"})
        await look(opened)
        assert cloud.actions == ["AssumeRole"] * 2


async def test_one_call_serves_all_that_share_the_entry(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    furnish(home, "one", "two", "three", one=DEV, two=DEV, three=DEV)
    async with stage(clock=clock) as opened:
        await opened.until(lambda: opened.row("three").word == "valid")
        await look(opened)
        assert cloud.actions == ["AssumeRole"]


async def test_more_than_eight_are_all_renewed(home: Home, cloud: Cloud, clock: Clock) -> None:
    profiles = {f"p{number}": role(number=number) for number in range(1, 21)}
    furnish(home, *profiles, **profiles)
    async with stage(clock=clock) as opened:
        await opened.until(lambda: all(opened.row(name).word == "valid" for name in profiles))
        await look(opened)
        assert len(cloud.actions) == 20


@pytest.mark.heavy
async def test_failures_are_tried_again_ever_more_seldom_and_told_once(
    home: Home, cloud: Cloud, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(home, "dev", dev=DEV)
    path = cached(home, DEV, expires_at=clock() - 60)
    before = path.read_bytes()
    cloud.sts.deny(DEV["role_arn"])
    said: list[str] = []
    real = MainScreen.say

    def say(self: MainScreen, text: str, *rest: Any) -> None:
        said.append(text)
        real(self, text, *rest)

    monkeypatch.setattr(MainScreen, "say", say)
    async with stage((160, 40), clock) as opened:
        await opened.sees("does not let this source assume the role")
        await look(opened)
        assert len(cloud.calls) == 1
        calls = 1
        for wait in (30, 60, 120, 240, 480, 900, 900, 900):
            await move(opened, wait - 1)
            assert len(cloud.calls) == calls
            await move(opened, wait / 4 + 2)
            calls += 1
            assert len(cloud.calls) == calls
        assert path.read_bytes() == before
        assert [text.partition(":")[0] for text in said] == ["dev is not kept alive"]
        # What was wrong is mended: the next try works, and a later failure is told anew.
        cloud.sts.allow(DEV["role_arn"])
        await move(opened, 1200)
        await opened.until(lambda: opened.row("dev").word == "valid")
        cloud.sts.deny(DEV["role_arn"])
        await move(opened, 12 * HOUR)
        await opened.until(lambda: len(said) == 2, "the second failure")
        assert said[1] == said[0]


async def test_a_clock_that_jumps_by_hours_is_right_at_once(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    furnish(home, "dev", dev=DEV)
    ends = clock() + 5 * HOUR
    path = cached(home, DEV, expires_at=ends)
    async with stage(clock=clock) as opened:
        await move(opened, -20 * HOUR)
        await move(opened, 20 * HOUR)
        assert cloud.actions == []
        # A lid is opened after a night: nobody waits for half a minute's timer.
        await move(opened, 8 * HOUR)
        await opened.until(lambda: credentials_in(path)["AccessKeyId"] in cloud.sts.issued)
        await move(opened, -30 * HOUR)
        await look(opened)
        assert cloud.actions == ["AssumeRole"]


async def test_a_failure_does_not_outlast_a_jump_of_the_clock(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    furnish(home, "dev", dev=DEV)
    cloud.sts.deny(DEV["role_arn"])
    async with stage(clock=clock) as opened:
        await opened.until(lambda: len(cloud.calls) == 1)
        await look(opened)
        cloud.sts.allow(DEV["role_arn"])
        clock.now -= 5 * HOUR
        keeper_of(opened)._news.set()
        await opened.until(lambda: len(cloud.calls) == 2)


async def test_an_mfa_code_is_never_asked_for(home: Home, cloud: Cloud, clock: Clock) -> None:
    """Not even where the settings were edited by hand."""
    furnish(home, "asks", asks=role(number=1, mfa_serial=DEVICE))
    cached(home, role(number=1, mfa_serial=DEVICE), expires_at=clock() + 60)
    async with stage(clock=clock) as opened:
        await opened.hears("asks is not kept alive: each renewal asks for an MFA code")
        await move(opened, HOUR)
        assert cloud.actions == []
        assert opened.app.screen is opened.app.main


async def test_a_key_that_joins_a_renewal_hears_how_it_ends(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    furnish(home, "dev", dev=DEV)
    cached(home, DEV, expires_at=clock() - 60)
    cloud.sts.deny(DEV["role_arn"])
    with cloud.hanging():
        async with stage((160, 40), clock) as opened:
            await opened.until(lambda: len(cloud.calls) == 1)
            await opened.go_to("dev")
            await opened.press("r")
            job = opened.app.main.engine.renewing.jobs.of("dev")
            assert job is not None
            assert job.kept
            assert not job.quiet
            cloud.release()
            await opened.hears("dev: AWS does not let this source")


async def test_the_log_tells_once_that_a_session_is_not_kept(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    asks = role(number=2, mfa_serial=DEVICE)
    furnish(home, "dev", "asks", dev=DEV, asks=asks)
    cached(home, DEV, expires_at=clock() - 60)
    cached(home, asks, expires_at=clock() + HOUR)
    cloud.sts.deny(DEV["role_arn"])
    async with stage((160, 40), clock) as opened:
        await opened.hears("dev is not kept alive")
        await move(opened, HOUR)
        await opened.hears("asks is not kept alive")
        assert cloud.actions == ["AssumeRole"] * 2
    told = [(str(event.what), event.name) for event in LogFile().read().events]
    assert told == [("not kept", "dev"), ("not kept", "asks")]


async def test_a_hop_that_begins_to_ask_fails_quietly(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    """By awsttl's clock the source is alive; by botocore's it is not, and it asks all the same."""
    hub = role(number=1, mfa_serial=DEVICE)
    furnish(home, "dev", hub=hub, dev=role("hub", 2))
    cached(home, hub, expires_at=clock() + HOUR)
    async with stage((160, 40), clock) as opened:
        await look(opened)
        await opened.until(lambda: opened.row("dev").word == "valid")
        cached(home, hub, expires_at=clock() + 60)
        for path in cache_files(home.path):
            if credentials_in(path)["AccessKeyId"] in cloud.sts.issued:
                path.unlink()
        clock.now -= HOUR
        await opened.hears("dev is not kept alive")
        assert opened.app.screen is opened.app.main
        assert cloud.actions == ["AssumeRole"]


async def test_sso_is_kept_while_its_sign_in_lasts_and_again_after_the_next(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    furnish(home, "data", data=SSO)
    cloud.portal.role_seconds = int(12 * HOUR)
    cloud.portal.allow("sso-access-token")
    home.sso_token("corp", expires_at=clock() - 60)
    async with stage(clock=clock) as opened:
        await opened.hears("data is not kept alive")
        assert cloud.actions == []
        home.sso_token("corp", expires_at=clock() + HOUR)
        await opened.until(lambda: opened.row("data").word == "valid")
        await look(opened)
        assert cloud.actions == ["GetRoleCredentials"]


async def test_it_is_warned_of_only_once_keeping_it_has_failed(
    home: Home, cloud: Cloud, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "CLOCK_EVERY", 0.02)
    furnish(home, dev=DEV, other=role(number=2))
    home.settings('threshold = "30m"\nkeep = ["dev"]')
    cloud.sts.deny(DEV["role_arn"])
    ends = clock() + HOUR
    cached(home, DEV, expires_at=ends)
    cached(home, role(number=2), expires_at=ends + 60)
    async with stage(clock=clock) as opened:
        await look(opened)
        await opened.until(lambda: opened.app.main.engine.warner._plan is not None, "its plan")
        await move(opened, HOUR - 1740 + 1)
        await opened.hears("other expires in 30m")
        said = opened.messages
        assert not any("dev" in text for text in said), said
        await move(opened, 1740 - LATEST)
        await opened.hears("dev is not kept alive")
        await move(opened, LATEST - MARGIN)
        await opened.hears("dev expires in 15m")


async def test_the_log_tells_from_when_on_and_until_when_something_is_kept(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    furnish(home, dev=DEV)

    def told() -> list[tuple[str, str, str]]:
        events = LogFile().read().events
        return [(event.what, event.name, event.text) for event in events if event.name == "dev"]

    async with stage(clock=clock) as opened:
        await opened.go_to("dev")
        await opened.press("a")
        begins = ("settings", "dev", "kept alive from now on")
        await opened.until(lambda: begins in told())
        await opened.until(lambda: opened.row("dev").word == "valid")
        await opened.press("a")
        ends = ("settings", "dev", "no longer kept alive")
        await opened.until(lambda: told()[-1:] == [ends])


async def test_a_keeps_the_row_and_a_again_lets_it_go(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    furnish(home, dev=DEV)
    cached(home, DEV, expires_at=clock() + HOUR)
    async with stage((160, 40), clock) as opened:
        await opened.go_to("dev")
        assert "auto↻" not in opened.text()
        await opened.press("a")
        await opened.sees("auto   ↻")
        await opened.sees("alive; next renewal at")
        await opened.hears("dev is kept alive")
        assert kept() == {"dev"}
        await opened.press("a")
        await opened.sees_no_more("↻")
        await opened.hears("dev is no longer kept alive")
        assert kept() == frozenset()
        await move(opened, 2 * HOUR)
        assert cloud.actions == []


@pytest.mark.heavy
async def test_the_choice_outlasts_a_restart(home: Home, cloud: Cloud, clock: Clock) -> None:
    furnish(home, dev=DEV)
    async with stage(clock=clock) as opened:
        await opened.go_to("dev")
        await opened.press("a")
        await opened.until(lambda: opened.row("dev").word == "valid")
        await opened.until(lambda: kept() == {"dev"})
    cache_files(home.path)[0].unlink()
    async with stage(clock=clock) as opened:
        await opened.until(lambda: opened.row("dev").word == "valid")
        await opened.sees("↻")
    assert cloud.actions == ["AssumeRole"] * 2


async def test_what_will_not_be_renewed_is_promised_no_renewal(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    """The sign-in ends before the session is due, and cannot be refreshed."""
    furnish(home, sso=LEGACY)
    cached(home, LEGACY, expires_at=clock() + 8 * HOUR)
    home.sso_token(START_URL, expires_at=clock() + 40 * 60)
    async with stage((200, 40), clock) as opened:
        await opened.go_to("sso")
        await opened.press("a")
        until = countdown.clock_time(clock() + 8 * HOUR, clock()).text
        await opened.hears(f"sso is kept alive until {until} only: its sign-in ends at")
        await opened.sees("before the next renewal")
        await opened.sees(f"! kept until {until} only")
        home.sso_token(START_URL, expires_at=clock() + 9 * HOUR)
        await opened.sees_no_more("! kept until")
        await opened.sees("alive; next renewal at")
        assert cloud.actions == []


async def test_what_cannot_be_kept_says_so_at_once(home: Home, clock: Clock) -> None:
    furnish(
        home, asks=role(number=1, mfa_serial=DEVICE), vault={"credential_process": "x"}, sso=SSO
    )
    async with stage((160, 40), clock) as opened:
        for name, text in {
            "base": "long-term keys have no session to keep",
            "asks": "each renewal asks for an MFA code",
            "vault": "nothing is cached",
            "sso": "cannot be kept alive",
        }.items():
            await opened.go_to(name)
            await opened.press("a")
            await opened.hears(text)
        assert kept() == frozenset()


def _behind_a_process(home: Home, clock: Clock, *arguments: str, **keys: str) -> Path:
    """A role whose source is a process, which writes a letter into the returned file."""
    runs = home.path / "runs"
    answer = {
        "Version": 1,
        "AccessKeyId": "ASIAPROCESSVAULT",
        "SecretAccessKey": "process-secret",
        "SessionToken": "process-token",
        "Expiration": iso(clock() + HOUR),
    }
    program = f"open({str(runs)!r}, 'a').write('x'); print({json.dumps(json.dumps(answer))})"
    command = shlex.join([sys.executable, "-c", program, *arguments])
    dev = role("vault", 1, **keys)
    home.config(config_text({"vault": {"credential_process": command}, "dev": dev}))
    return runs


def _count(runs: Path) -> int:
    return len(runs.read_text()) if runs.exists() else 0


async def test_a_process_runs_without_a_key_only_once_it_was_allowed(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    runs = _behind_a_process(home, clock)
    async with stage((160, 40), clock) as opened:
        await opened.go_to("dev")
        await opened.press("a")
        await opened.sees("may awsttl run this without a key?")
        await opened.sees(f"vault: {sys.executable} -c")
        await opened.press("n")
        await opened.sees_no_more("without a key?")
        await opened.settle()
        assert not home.settings_file.exists()
        await opened.press("a")
        await opened.sees("y allow")
        assert (_count(runs), cloud.actions) == (0, [])
        await opened.press("y")
        await opened.until(lambda: opened.row("dev").word == "valid")
        assert kept() == {"dev"}
    assert _count(runs) == 1
    cache_files(home.path)[0].unlink()
    async with stage((160, 40), clock) as opened:
        await opened.until(lambda: opened.row("dev").word == "valid")
    assert _count(runs) == 2


@pytest.mark.heavy
async def test_a_changed_command_must_be_allowed_anew(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    _behind_a_process(home, clock)
    async with stage((160, 40), clock) as opened:
        await opened.go_to("dev")
        await opened.press("a")
        await opened.sees("y allow")
        await opened.press("y")
        await opened.until(lambda: opened.row("dev").word == "valid")
    cache_files(home.path)[0].unlink()
    runs = _behind_a_process(home, clock, "another argument")
    async with stage((160, 40), clock) as opened:
        await opened.hears("the credential_process of vault may not run unasked")
        await opened.go_to("dev")
        await opened.press("a")
        await opened.hears("no longer kept alive")
        await opened.press("a")
        await opened.sees("another argument")
        assert _count(runs) == 1
        await opened.press("y")
        await opened.until(lambda: opened.row("dev").word == "valid")
    assert _count(runs) == 2


async def test_a_process_is_not_run_where_a_code_is_needed_as_well(
    home: Home, cloud: Cloud, clock: Clock
) -> None:
    """Chosen by an older awsttl, or before the device was added to the settings."""
    runs = _behind_a_process(home, clock, mfa_serial=DEVICE)
    settings = SettingsFile(settings_file())
    command = home.config_file.read_text().partition("credential_process = ")[2].splitlines()[0]
    allowed = {"vault": process_fingerprint(command)}
    settings.change(lambda now: now._replace(keep=frozenset({"dev"}), allowed_processes=allowed))
    async with stage((160, 40), clock) as opened:
        await opened.hears("dev is not kept alive: each renewal asks for an MFA code")
        assert opened.row("dev").renews == "mfa+process"
        for _ in range(3):
            await move(opened, HOUR)
        await opened.go_to("dev")
        await opened.press("a")
        await opened.hears("no longer kept alive")
        await opened.press("a")
        await opened.hears("it cannot be kept alive: each renewal asks for an MFA code")
    assert kept() == frozenset()
    assert (_count(runs), cloud.actions) == (0, [])


async def test_nothing_runs_and_nothing_is_loaded_while_nothing_is_kept(
    home: Home, clock: Clock
) -> None:
    furnish(home, dev=DEV)
    async with stage(clock=clock) as opened:
        await opened.press("j", "k")
        assert "choices" not in vars(opened.app.main)
        assert not any(thread.name == "keeper" for thread in threading.enumerate())
