"""The keys c, C and z: what they remove, and what they bring back."""

from __future__ import annotations

from pathlib import Path

from awsttl.core.model import Status
from awsttl.disk import cache_store
from awsttl.engine import clearing
from support.home import Home
from support.roles import KEYS, config, section
from support.stage import Clock, cache_files, stage


async def test_c_clears_the_row_and_z_brings_it_back_byte_for_byte(demo_home: Path) -> None:
    before = {path: path.read_bytes() for path in cache_files(demo_home)}
    async with stage() as opened:
        await opened.go_to("staging")
        await opened.press("c")
        await opened.until(lambda: opened.row("staging").word == "no session")
        assert len(cache_files(demo_home)) == len(before) - 1
        await opened.press("z")
        await opened.until(lambda: opened.row("staging").word == "valid")
    assert {path: path.read_bytes() for path in cache_files(demo_home)} == before
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in cache_files(demo_home))


async def test_c_on_what_is_gone_already_leaves_z_what_it_had(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.go_to("ci")
        gone = opened.app.main.table.item
        assert isinstance(gone, Status)
        await opened.go_to("staging")
        await opened.press("c")
        await opened.until(lambda: opened.row("staging").word == "no session")
        cache_store.clear(cache_store.entries_of(gone))  # as in another pane
        engine = opened.app.main.engine
        engine.clearing.clear(clearing.of_row(gone, engine.seen))
        await opened.settle()
        await opened.press("z")
        await opened.until(lambda: opened.row("staging").word == "valid")


async def test_c_on_a_corrupt_entry_mends_the_profile(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.go_to("billing")
        assert opened.row("billing").word == "broken"
        await opened.press("c")
        await opened.until(lambda: opened.row("billing").word == "no session")


async def test_c_clears_an_orphan(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        await opened.press("end")
        await opened.sees("no profile in config")
        count = len(cache_files(demo_home))
        await opened.press("c")
        await opened.until(lambda: len(cache_files(demo_home)) == count - 1)


async def test_capital_c_asks_once_and_names_who_loses_a_session(demo_home: Path) -> None:
    foreign = demo_home / ".aws" / "cli" / "cache" / "prompt_history.json"
    foreign.write_text("{}")
    async with stage((160, 50)) as opened:
        await opened.press("C")
        await opened.sees("Remove 12 cache entries?")
        assert "7 profiles lose a session" in opened.text()
        losers = [
            line.split("│")[1].strip() for line in opened.text().splitlines() if " left " in line
        ]
        assert losers[:2] == ["partner      4:20 left", "data-dev     9:41 left"]
        assert losers[-1] == "audit      7h 12m left"
        await opened.press("n")
        await opened.settle()
        assert len(cache_files(demo_home)) == 13
        await opened.press("C")
        await opened.sees("Remove 12 cache entries?")
        await opened.press("y")
        await opened.until(lambda: cache_files(demo_home) == [foreign])
        await opened.press("z")
        await opened.until(lambda: len(cache_files(demo_home)) == 13)


async def test_a_session_that_is_newer_is_not_overwritten_by_z(home: Home, now: Clock) -> None:
    home.credentials(KEYS)
    home.config(config(dev=section("Dev")))
    path = home.cli_cache(section("Dev"), expires_at=now() + 1000)
    async with stage(clock=now) as opened:
        await opened.go_to("dev")
        await opened.press("c")
        await opened.until(lambda: not path.exists())
        home.cli_cache(section("Dev"), expires_at=now() + 3000)
        newer = path.read_bytes()
        await opened.press("z")
        await opened.hears("newer session")
        assert path.read_bytes() == newer


async def test_a_failed_z_keeps_what_it_could_not_bring_back(demo_home: Path) -> None:
    folder = demo_home / ".aws" / "cli" / "cache"
    async with stage() as opened:
        await opened.go_to("staging")
        await opened.press("c")
        await opened.until(lambda: opened.row("staging").word == "no session")
        elsewhere = folder.rename(demo_home / "elsewhere")
        folder.write_text("a file in the folder's place")
        await opened.press("z")
        await opened.hears("cannot be written: Not a directory")
        folder.unlink()
        elsewhere.rename(folder)
        await opened.press("z")
        await opened.until(lambda: opened.row("staging").word == "valid")
