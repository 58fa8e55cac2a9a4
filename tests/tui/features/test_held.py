"""Profiles with a ``credential_process`` in the dashboard: run by a key, held in memory."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from awsttl.core.files import Held
from awsttl.core.model import State
from awsttl.core.secret import Secret
from awsttl.engine.feed import Feed
from support.cloud import Cloud
from support.feeding import Start
from support.home import Home
from support.odd import config_text
from support.stage import Clock, stage
from support.wire import iso

HOUR = 3600
SECRET = "never-to-be-seen-0123456789"


class Runs:
    """How often a process ran: it writes a letter into a file each time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def count(self) -> int:
        return len(self.path.read_text()) if self.path.exists() else 0


@pytest.fixture
def vault(home: Home, now: Clock) -> Runs:
    """A profile with a process, and how often it ran."""
    runs = Runs(home.path / "runs")
    _vault(home, runs, now() + HOUR)
    return runs


def _vault(home: Home, runs: Runs, ends: float, *arguments: str) -> None:
    answer = {
        "Version": 1,
        "AccessKeyId": "ASIAPROCESSVAULT",
        "SecretAccessKey": SECRET,
        "SessionToken": f"{SECRET}-token",
        "Expiration": iso(ends),
        "AccountId": "111122223333",
    }
    program = f"open({str(runs.path)!r}, 'a').write('x'); print({json.dumps(json.dumps(answer))})"
    command = shlex.join([sys.executable, "-c", program, *arguments])
    home.config(f"[profile vault]\ncredential_process = {command}\nregion = eu-west-1\n")


async def test_looking_runs_nothing_and_r_gives_a_live_row(vault: Runs, now: Clock) -> None:
    async with stage((160, 40), clock=now) as opened:
        assert opened.row("vault").word == "no session"
        assert vault.count == 0
        await opened.press("r")
        await opened.until(lambda: opened.row("vault").word == "valid")
        row = opened.row("vault")
        assert (row.left, row.renews, row.source) == ("1h 00m", "process", "process")
        assert row.account == "111122223333"
        now.now += HOUR - 600
        assert (opened.row("vault").left, opened.row("vault").word) == ("10:00", "expiring")
        now.now += 660
        assert (opened.row("vault").left, opened.row("vault").word) == ("1m ago", "expired")
    assert vault.count == 1


async def test_the_details_say_where_it_is_and_show_no_secret(vault: Runs, now: Clock) -> None:
    async with stage((160, 40), clock=now) as opened:
        await opened.press("r")
        await opened.sees("held     in memory only; the AWS CLI")
        text = opened.text()
        assert "…AULT" in text
        assert SECRET not in text


@pytest.mark.heavy
async def test_e_exports_it_and_runs_the_process_first_where_it_must(
    vault: Runs, now: Clock
) -> None:
    async with stage(clock=now) as opened:
        await opened.press("e", "e")
        await opened.sees("export AWS_ACCESS_KEY_ID='••••AULT'")
        assert SECRET not in opened.text()
        await opened.press("escape")
        await opened.press("e", "e")
        await opened.sees("export AWS_ACCESS_KEY_ID='••••AULT'")
        await opened.press("p")
        printed = opened.app.return_value
    assert printed is not None
    assert f"export AWS_SECRET_ACCESS_KEY='{SECRET}'" in printed.reveal()
    assert "export AWS_REGION='eu-west-1'" in printed.reveal()
    assert vault.count == 1


@pytest.mark.heavy
async def test_c_forgets_it_and_z_brings_it_back(vault: Runs, now: Clock) -> None:
    async with stage(clock=now) as opened:
        await opened.press("c")
        await opened.hears("no cache entry of its own")
        await opened.press("r")
        await opened.until(lambda: opened.row("vault").word == "valid")
        await opened.press("c")
        await opened.until(lambda: opened.row("vault").word == "no session")
        await opened.press("z")
        await opened.until(lambda: opened.row("vault").word == "valid")
    assert vault.count == 1


async def test_it_goes_when_the_command_changes_and_does_not_come_back(
    home: Home, vault: Runs, now: Clock
) -> None:
    config = home.config_file.read_text()
    async with stage(clock=now) as opened:
        await opened.press("r")
        await opened.until(lambda: opened.row("vault").word == "valid")
        home.config(config.replace("eu-west-1", "us-east-1"))
        await opened.until(lambda: opened.row("vault").region == "us-east-1")
        assert opened.row("vault").word == "valid"
        _vault(home, vault, now() + HOUR, "--role", "other")
        await opened.until(lambda: opened.row("vault").word == "no session")
        home.config(config.replace("eu-west-1", "eu-west-3"))
        await opened.until(lambda: opened.row("vault").region == "eu-west-3")
        assert opened.row("vault").word == "no session"


async def test_a_failure_shows_the_last_words_on_the_row_and_all_in_the_details(
    home: Home, now: Clock
) -> None:
    program = "echo looking for a key >&2; echo vault is sealed >&2; exit 1"
    home.config(f"[profile vault]\ncredential_process = sh -c {shlex.quote(program)}\n")
    async with stage((160, 40), clock=now) as opened:
        await opened.press("r")
        await opened.sees("✗ credential_process failed: vault is sealed")
        await opened.sees("stderr   looking for a key")
        assert opened.row("vault").word == "no session"


async def test_escape_ends_the_process(home: Home, now: Clock) -> None:
    pid = home.path / "pid"
    home.config(f"[profile vault]\ncredential_process = sh -c 'echo $$ > {pid}; exec sleep 600'\n")
    async with stage(clock=now) as opened:
        await opened.press("r")
        await opened.until(lambda: pid.exists() and pid.read_text().endswith("\n"))
        await opened.press("escape")
        await opened.sees("cancelled")
        number = pid.read_text().strip()
        await opened.until(lambda: not Path(f"/proc/{number}").exists(), "its end")


async def test_capital_r_runs_no_process(home: Home, cloud: Cloud, vault: Runs, now: Clock) -> None:
    behind = {"role_arn": "arn:aws:iam::111122223333:role/Dev", "source_profile": "vault"}
    lines = "".join(f"{key} = {value}\n" for key, value in behind.items())
    home.config(home.config_file.read_text() + f"[profile dev]\n{lines}")
    home.cli_cache(behind, expires_at=now() - 60)
    async with stage(clock=now) as opened:
        await opened.until(lambda: opened.row("dev").word == "expired")
        await opened.press("R")
        await opened.hears("nothing is expiring or expired that renews without you")
    assert vault.count == 0
    assert cloud.calls == ()


async def test_capital_r_runs_no_process_behind_a_session_that_is_reused_either(
    home: Home, cloud: Cloud, vault: Runs, now: Clock
) -> None:
    """Botocore would run it, though the session between needs nobody."""
    middle = {"role_arn": "arn:aws:iam::111122223333:role/Mid", "source_profile": "vault"}
    behind = {"role_arn": "arn:aws:iam::111122223333:role/Dev", "source_profile": "mid"}
    own = home.config_file.read_text()
    home.config(own + config_text({"mid": middle, "dev": behind}))
    home.cli_cache(middle, expires_at=now() + 3600)
    home.cli_cache(behind, expires_at=now() - 60)
    async with stage(clock=now) as opened:
        await opened.until(lambda: opened.row("dev").renews == "process")
        await opened.press("R")
        await opened.hears("nothing is expiring or expired that renews without you")
    assert vault.count == 0
    assert cloud.calls == ()


# -------------------------------------------------------------------- the feed

FEED_CONFIG = "[profile a]\ncredential_process = helper\n"


def _session(feed: Feed, profile: str, expires_at: float) -> Held:
    arrangement = feed.latest
    assert arrangement is not None
    status = arrangement.snapshot.status(profile)
    assert status is not None
    process = status.profile.process
    return Held(profile, process, "ASIA", Secret(SECRET), Secret("token"), expires_at)


def test_the_feed_shows_what_it_holds_until_it_lets_go(home: Home, start: Start) -> None:
    home.config(FEED_CONFIG)
    feeding = start()
    feeding.wait_for(lambda arranged: arranged.counts.get(State.NONE) == 1)
    feeding.feed.hold(_session(feeding.feed, "a", 4_000_000_000.0))
    feeding.wait_for(lambda arranged: arranged.counts.get(State.VALID) == 1)
    feeding.feed.release("a")
    feeding.wait_for(lambda arranged: arranged.counts.get(State.NONE) == 1)


def test_what_no_profile_shows_is_forgotten(home: Home, start: Start) -> None:
    home.config(FEED_CONFIG)
    feeding = start()
    feeding.wait_for(lambda arranged: arranged.counts.get(State.NONE) == 1)
    held = _session(feeding.feed, "a", 4_000_000_000.0)
    feeding.feed.hold(held._replace(profile="gone"))
    feeding.feed.hold(held)
    feeding.wait_for(lambda arranged: arranged.counts.get(State.VALID) == 1)
    assert set(feeding.feed._held) == {"a"}
    home.config("[profile a]\ncredential_process = other\n")
    feeding.wait_for(lambda arranged: arranged.counts.get(State.NONE) == 1)
    assert feeding.feed._held == {}
