"""Cache files that other users may read: told once where all are, else on each row."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from awsttl.core.profiles.open_caches import CODE
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.why import checks
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, role
from support.stage import NOW, stage

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")


@pytest.fixture
def entries(home: Home) -> list[Path]:
    """The cache files of four roles, each of which others may read."""
    sections = {f"role-{number}": role(number=number) for number in range(4)}
    home.config(config_text({"base": BASE} | sections))
    paths = [home.cli_cache(each, expires_at=NOW + 3600) for each in sections.values()]
    for path in paths:
        path.chmod(0o644)
    return paths


def told() -> tuple[list[str], int]:
    """The codes of what is told of all files, and how many rows say that theirs is open."""
    files = Reader(Locations.of(os.environ)).look()
    seen = snapshot(files)
    found = [checks.row_finding(status, files) for status in seen.profiles]
    rows = [each for each in found if each is not None and each.code == "open-to-others"]
    return [problem.code for problem in seen.problems], len(rows)


class TestWhereAllAreOpen:
    def test_it_is_told_once_with_the_command_that_helps(self, entries: list[Path]) -> None:
        assert told() == ([CODE], 0)
        (problem,) = Reader(Locations.of(os.environ)).look().problems
        assert problem.message == (
            "all 4 cache files can be read by other users of this machine: "
            "chmod 600 ~/.aws/cli/cache/*.json"
        )

    async def test_it_is_a_banner_and_a_note_on_no_row(self, entries: list[Path]) -> None:
        async with stage() as opened:
            await opened.sees("⚠ all 4 cache files can be read by other users")
            assert "cache file open to others" not in opened.text()
            for path in entries:
                path.chmod(0o600)
            opened.app.feed.changed()
            await opened.sees_no_more("can be read by other users")


class TestWhereNotAllAre:
    def test_each_row_says_it(self, entries: list[Path]) -> None:
        entries[0].chmod(0o600)
        assert told() == ([], 3)

    def test_one_or_two_are_not_all(self, entries: list[Path]) -> None:
        for path in entries[2:]:
            path.unlink()
        assert told() == ([], 2)

    def test_no_file_is_not_open(self, home: Home) -> None:
        assert told() == ([], 0)
