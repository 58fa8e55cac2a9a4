"""Where the details stand, how wide they are, and how keys scroll them."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.home import Home
from support.stage import Stage, stage
from tui.test_idle import many

HASH = "8dbd2776356a6f613d81792e6d1c3b6a663f96d9.json"
"""The name of a cache file: the longest word of the details."""


def has(opened: Stage, name: str) -> bool:
    return opened.app.main.has_class(name)


class TestInAWidePane:
    async def test_they_stand_below_few_rows_and_wrap_nothing(self, demo_home: Path) -> None:
        async with stage((160, 50)) as opened:
            await opened.go_to("deploy")
            await opened.sees(f"{HASH}  written")
            # And the table has all its columns.
            assert "REGION" in opened.text()

    async def test_they_stand_beside_many_rows(self, home: Home) -> None:
        many(home, 60, left=5000)
        async with stage((160, 50)) as opened:
            assert opened.app.main.details.region.x > 100
            assert opened.app.main.table.page > 40

    async def test_where_they_are_narrow_no_file_name_is_wrapped(self, demo_home: Path) -> None:
        async with stage((50, 24)) as opened:
            await opened.go_to("deploy")
            await opened.press("enter")
            await opened.sees("file     8dbd2776356a6f613d8…c3b6a663f96d9.json")

    async def test_a_filter_moves_them_nowhere(self, home: Home) -> None:
        many(home, 60, left=5000)
        async with stage((160, 50)) as opened:
            before = opened.app.main.details.region
            await opened.press("slash", *"p0007", "enter")
            await opened.until(lambda: opened.names == ["p0007"])
            assert opened.app.main.details.region.x == before.x

    async def test_another_profile_may_move_them_and_the_table_has_its_rows(
        self, home: Home
    ) -> None:
        many(home, 30, left=5000)
        async with stage((160, 50)) as opened:
            assert has(opened, "-stacked")
            many(home, 40, left=5000)
            await opened.until(lambda: has(opened, "-side"))
            await opened.sees("p0039")

    @pytest.mark.parametrize(("width", "cells"), [(150, 44), (190, 58), (240, 77), (300, 96)])
    async def test_beside_the_table_they_have_what_it_cannot_use(
        self, home: Home, width: int, cells: int
    ) -> None:
        many(home, 60, left=5000)
        async with stage((width, 40)) as opened:
            assert opened.app.main.details.region.width == cells


class TestScrolling:
    async def test_keys_scroll_them_to_their_end_and_back(self, demo_home: Path) -> None:
        async with stage((120, 30)) as opened:
            await opened.go_to("deploy")
            await opened.sees("J more")
            assert "role_session_name" not in opened.text()
            for _ in range(3):
                await opened.press("J")
                await opened.settle()
            assert "role_session_name" in opened.text()
            await opened.press("J")
            await opened.hears("the details end here")
            assert opened.cursor == "deploy"
            for _ in range(3):
                await opened.press("K")
            await opened.sees("J more")

    async def test_another_row_begins_at_its_top(self, demo_home: Path) -> None:
        async with stage((120, 30)) as opened:
            await opened.go_to("deploy")
            await opened.sees("J more")
            await opened.press("J", "J", "j")
            await opened.settle()
            assert opened.app.main.details.scroll_y == 0

    async def test_where_they_are_all_that_there_is_a_page_is_theirs(self, demo_home: Path) -> None:
        async with stage((50, 15)) as opened:
            await opened.go_to("deploy")
            await opened.press("enter")
            await opened.sees("J more")
            await opened.press("ctrl+d", "ctrl+d", "ctrl+d")
            await opened.sees("role_session_name")
            assert opened.cursor == "deploy"
            await opened.press("ctrl+u", "ctrl+u", "ctrl+u")
            await opened.sees("J more")

    async def test_hidden_ones_tell_the_key_that_shows_them(self, demo_home: Path) -> None:
        async with stage((80, 24)) as opened:
            await opened.press("J")
            await opened.hears("⏎ shows them")

    async def test_details_that_are_whole_promise_no_more(self, home: Home) -> None:
        many(home, 1, left=5000)
        async with stage((200, 60)) as opened:
            await opened.sees("~/.aws/config:")
            assert "J more" not in opened.text()
