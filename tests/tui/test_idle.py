"""Idle means idle, in counts that do not depend on the machine's mood.

``make bench`` measures; these guard what the measurements rest on.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual.geometry import Region

from awsttl.core.countdown import Timed
from awsttl.core.model import FOREVER, Status
from awsttl.core.view import rows
from awsttl.tui.table.bands import Band
from awsttl.tui.table.widget import SessionTable
from support.home import Home
from support.programs import loaded_by
from support.stage import NOW, Clock, stage

KEYS = "[base]\naws_access_key_id = A\naws_secret_access_key = S\n"


def many(home: Home, count: int, left: float, in_account: int = 1) -> None:
    """*count* role profiles whose sessions end about *left* seconds from now.

    There are *in_account* of them in each account.
    """
    home.credentials(KEYS)
    lines = []
    for number in range(count):
        arn = f"arn:aws:iam::{number // in_account:012}:role/Dev{number % in_account}"
        lines.append(f"[profile p{number:04}]\nrole_arn = {arn}\nsource_profile = base\n")
        home.cli_cache({"role_arn": arn}, expires_at=NOW + left + number, role_arn=arn)
    home.config("".join(lines))


@contextmanager
def redrawn(patch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, Region]]]:
    """The regions that bands ask to be drawn again."""
    seen: list[tuple[str, Region]] = []
    refresh = Band.refresh

    def note(self: Band, *regions: Region, **options: bool) -> Band:
        seen.extend((self.id or "", region) for region in regions or (Region(0, 0, 999, 999),))
        return refresh(self, *regions, **options)

    with patch.context() as scope:
        scope.setattr(Band, "refresh", note)
        yield seen


async def test_a_tick_puts_only_visible_rows_into_words(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(home, 300, left=1800)
    clock = Clock()
    async with stage((120, 40), clock) as opened:
        calls = 0
        real = rows.row

        def counted(*arguments: Any) -> rows.Row:
            nonlocal calls
            calls += 1
            return real(*arguments)

        monkeypatch.setattr(rows, "row", counted)
        clock.now += 1
        opened.app.main.table._draw()
        assert calls == opened.app.main.table.page


async def test_a_tick_of_seconds_redraws_the_countdown_and_nothing_else(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(home, 60, left=1740)
    clock = Clock()
    async with stage((120, 40), clock) as opened:
        table = opened.app.main.table
        with redrawn(monkeypatch) as seen:
            clock.now += 1
            table._draw()
        assert len(seen) == table.page
        assert {name for name, _ in seen} == {"band-clock"}
        assert {region.width for _, region in seen} == {table._painter.plan.left_width}


async def test_heads_of_groups_cost_a_tick_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(home, 300, left=1740, in_account=5)
    home.settings('sort = "account"\n')
    clock = Clock()
    async with stage((120, 40), clock) as opened:
        table = opened.app.main.table
        with redrawn(monkeypatch) as seen:
            clock.now += 1
            table._draw()
        # Of the lines in sight, each sixth is a head.
        assert len(seen) == table.page - -(-table.page // 6)
        assert {name for name, _ in seen} == {"band-clock"}


async def test_rows_above_an_hour_wake_nobody_for_seconds(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(home, 1, left=7200 + 59)
    clock = Clock()
    async with stage((120, 40), clock) as opened:
        table: SessionTable = opened.app.main.table
        slept: list[float] = []
        monkeypatch.setattr(table._wake, "after", slept.append)
        with redrawn(monkeypatch) as seen:
            table._draw()
            clock.now += 30
            table._draw()
        assert seen == []
        assert slept[0] == 41.0


async def test_rows_that_count_in_minutes_share_three_frames_a_minute(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(home, 24, left=7200)  # a second apart from each other
    clock = Clock()
    async with stage((120, 40), clock) as opened:
        table: SessionTable = opened.app.main.table
        slept: list[float] = []
        monkeypatch.setattr(table._wake, "after", slept.append)
        before = {line.row.name: line.row.left for line in table._frame.values()}
        while clock.now < NOW + 60:
            table._draw()
            clock.now += slept[-1]
        after = {line.row.name: line.row.left for line in table._frame.values()}
        assert len(slept) <= 4  # the first of them only to begin
        changed = [name for name, text in before.items() if after[name] != text]
        assert len(changed) == table.page == 24


async def test_a_minute_that_passes_leaves_findings_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(home, 24, left=1800)
    clock = Clock()
    async with stage((120, 40), clock) as opened:
        table = opened.app.main.table
        asked: list[str] = []

        def glance(status: Status, _now: float) -> Timed:
            asked.append(status.name)
            return Timed("", FOREVER)

        table.look_closer(glance)
        assert len(asked) == table.page
        clock.now += 1
        table._draw()
        assert len(asked) == table.page


async def test_a_new_arrangement_with_the_same_rows_redraws_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(home, 30, left=5000)
    async with stage() as opened:
        table = opened.app.main.table
        with redrawn(monkeypatch) as seen:
            table.show(table.arrangement._replace(changes_at=0.0))
        assert seen == []


async def test_a_change_of_one_cache_file_opens_one_file_and_redraws_once(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(home, 50, left=5000)
    async with stage() as opened:
        feed = opened.app.feed
        await opened.until(lambda: feed._disk_changed is False)
        reader = feed.reader
        before, published = reader.opened, feed.published
        arn = "arn:aws:iam::000000000007:role/Dev0"
        home.cli_cache({"role_arn": arn}, expires_at=NOW + 100, role_arn=arn)
        await opened.until(lambda: opened.row("p0007").left == "1:40")
        assert reader.opened == before + 1
        assert feed.published == published + 1


@pytest.mark.parametrize(
    "command", ["list --json", "status p0001", "can p0001", "export p0001 --show"]
)
def test_a_command_that_looks_loads_nothing_that_takes_long(command: str, home: Home) -> None:
    many(home, 3, left=time.time() - NOW + 5000)
    program = f"from awsttl.commands.main import main; assert main({command.split()}) == 0"
    loaded = loaded_by(program, home.environ())
    assert "awsttl.core.profiles.resolve" in loaded
    for module in (
        "textual",
        "rich",
        "boto3",
        "botocore",
        "watchdog",
        "pendulum",
        "asyncio",
        "dataclasses",
        "_hashlib",
        "awsttl.core.view.arrangement",
        "awsttl.core.view.names",
    ):
        assert module not in loaded


def test_the_screen_loads_without_boto3_watchdog_and_dialogs() -> None:
    loaded = loaded_by("import awsttl.tui.app, awsttl.engine.feed")
    assert "awsttl.tui.screen" in loaded
    for module in (
        "boto3",
        "botocore",
        "watchdog",
        "pendulum",
        "awsttl.aws",
        "awsttl.tui.features.renewing.actions",
        "awsttl.tui.features.clearing.actions",
        "awsttl.tui.features.exporting.actions",
        "awsttl.tui.features.warning.actions",
        "awsttl.core.alarms",
        "awsttl.terminal.notifications",
        "awsttl.disk.announced",
        "awsttl.tui.features.log.dialog",
        "awsttl.engine.renewing",
        "awsttl.engine.clearing",
        "awsttl.engine.recording",
        "awsttl.engine.warning",
        "awsttl.core.changes",
        "awsttl.disk.log_file",
        "awsttl.core.snippets",
        "awsttl.core.view.groups",
        "awsttl.core.view.names",
        "awsttl.core.profiles.accounts",
        "textual.widgets._data_table",
    ):
        assert module not in loaded


def test_the_core_imports_no_library_and_no_io() -> None:
    program = (
        "import pkgutil, importlib, awsttl.core as core;"
        "names = [m.name for m in pkgutil.walk_packages(core.__path__, 'awsttl.core.')];"
        "list(map(importlib.import_module, names))"
    )
    loaded = loaded_by(program)
    assert {"awsttl.core.view.rows", "awsttl.core.why.checks.sessions"} <= loaded
    for module in ("textual", "rich", "boto3", "botocore", "watchdog", "subprocess", "socket"):
        assert module not in loaded
    assert not any(name.startswith("awsttl.disk") for name in loaded)


def test_the_engine_and_all_below_it_load_no_library_of_the_screen() -> None:
    program = (
        "import pkgutil, importlib, awsttl;"
        "below = [importlib.import_module(f'awsttl.{name}')"
        " for name in ('engine', 'aws', 'terminal', 'disk', 'core')];"
        "names = [m.name for room in below"
        " for m in pkgutil.walk_packages(room.__path__, room.__name__ + '.')];"
        "list(map(importlib.import_module, names))"
    )
    loaded = loaded_by(program)
    assert {"awsttl.engine.renewing", "awsttl.aws.providers", "awsttl.engine.feed"} <= loaded
    for module in ("textual", "rich", "awsttl.tui", "awsttl.commands"):
        assert module not in loaded
