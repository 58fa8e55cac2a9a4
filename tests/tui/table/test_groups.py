"""Rows by account: heads that no key, no mark and no click takes for rows."""

from __future__ import annotations

import pytest

from awsttl.core.settings import ColumnSet, Settings
from awsttl.disk.settings_file import SettingsFile
from support.accounts import PROD, ROLES, SANDBOX, STAGING, portal
from support.home import Home
from support.stage import Stage, stage

SECRET = "aws_secret_access_key = wJalrXUtnFEMI"
HEAD = f"{PROD} acme-prod · 4 · 4 need you"
FIRST = [f"acme-prod-{role}" for role in ROLES]
SECOND = [f"acme-staging-{role}" for role in ROLES]


@pytest.fixture
def by_account(home: Home) -> Home:
    home.config(portal())
    home.settings('sort = "account"\n')
    return home


def _lines(opened: Stage) -> list[str]:
    """The lines of the table below the heads of its columns."""
    return opened.text().splitlines()[2:]


def _marked(opened: Stage) -> list[str]:
    return [item.name for item in opened.app.main.table.marked]  # type: ignore[union-attr]  # only profiles can be marked


class TestTheCursor:
    async def test_steps_over_heads(self, by_account: Home) -> None:
        async with stage((100, 24)) as opened:
            lines = _lines(opened)
            assert lines[0].strip() == HEAD
            assert lines[5].strip() == f"{STAGING} acme-staging · 4 · 4 need you"
            assert opened.cursor == FIRST[0]
            await opened.press(*"jjjj")
            assert opened.cursor == SECOND[0]
            assert _lines(opened)[6].startswith("▌· acme-staging-Admin")
            await opened.press("k")
            assert opened.cursor == FIRST[-1]

    async def test_turns_pages_of_lines_and_comes_back(self, by_account: Home) -> None:
        async with stage((50, 9)) as opened:
            page = opened.app.main.table.page
            await opened.press("pagedown")
            assert opened.cursor == opened.names[page - 2]  # one head stays, one is passed
            await opened.press("pageup")
            assert opened.cursor == FIRST[0]
            assert _lines(opened)[0].strip() == HEAD
            await opened.press("end")
            assert opened.cursor == "base"
            await opened.press("home")
            assert _lines(opened)[0].strip() == HEAD

    async def test_stays_on_its_row_when_heads_come_and_go(self, by_account: Home) -> None:
        async with stage((100, 24)) as opened:
            await opened.go_to(SECOND[2])
            await opened.press("s")
            await opened.until(lambda: not opened.app.main.arrangement.heads)
            assert opened.cursor == SECOND[2]
            assert HEAD not in opened.text()
            await opened.press("s", "s")
            await opened.sees(HEAD)
            assert opened.cursor == SECOND[2]


class TestMarks:
    async def test_a_range_over_a_head_marks_rows_only(self, by_account: Home) -> None:
        async with stage((100, 24)) as opened:
            await opened.go_to(FIRST[2])
            await opened.press("v", *"jjj")
            assert _marked(opened) == [*FIRST[2:], *SECOND[:2]]
            await opened.press("escape", "*")
            assert len(_marked(opened)) == len(opened.names)


class TestTheMouse:
    async def test_a_click_below_a_head_is_on_that_row_and_on_a_head_on_none(
        self, by_account: Home
    ) -> None:
        async with stage((100, 24)) as opened:
            await opened.pilot.click("#table", offset=(10, 8))
            assert opened.cursor == SECOND[1]
            await opened.pilot.click("#table", offset=(10, 6))
            assert _lines(opened)[5].strip().startswith(STAGING)
            assert opened.cursor == SECOND[1]


class TestAFilter:
    async def test_takes_the_heads_of_what_it_leaves_out_along(self, by_account: Home) -> None:
        async with stage((100, 24)) as opened:
            await opened.press("slash", *"staging")
            await opened.sees_no_more(HEAD)
            assert _lines(opened)[0].strip() == f"{STAGING} acme-staging · 4 · 4 need you"
            await opened.press("escape")
            await opened.sees(HEAD)


@pytest.mark.parametrize("size", [(50, 15), (80, 24), (120, 40), (160, 50)])
async def test_heads_are_whole_in_every_pane(by_account: Home, size: tuple[int, int]) -> None:
    async with stage(size) as opened:
        first, *rows = [line[:45] for line in _lines(opened)][:5]
        assert first.strip() == HEAD
        assert len({row[3:16] for row in rows}) == len(ROLES)


class TestColumns:
    """w: the header tells which set is on."""

    def _chosen(self, home: Home) -> Settings:
        return SettingsFile(str(home.settings_file)).look().settings

    async def test_w_goes_through_the_sets_and_is_remembered(self, home: Home) -> None:
        home.config(portal())
        async with stage((120, 24)) as opened:
            await opened.sees("UNTIL")
            await opened.press("w")
            await opened.sees("time columns")
            assert "ACCOUNT" not in opened.text()
            await opened.press("w")
            await opened.sees("identity columns")
            await opened.sees("ROLE")
            assert "UNTIL" not in opened.text()
            await opened.until(lambda: self._chosen(home).columns is ColumnSet.IDENTITY)
            await opened.press("w")
            await opened.sees_no_more("identity columns")
            await opened.sees("UNTIL")
            await opened.until(lambda: self._chosen(home).columns is ColumnSet.ALL)

    async def test_columns_that_are_listed_are_followed_and_stay_written(self, home: Home) -> None:
        home.config(portal())
        home.settings('columns = ["role", "account"]\n')
        async with stage((120, 24)) as opened:
            head = opened.text().splitlines()[1]
            assert head.split() == ["PROFILE", "STATE", "LEFT", "▾", "ROLE", "ACCOUNT"]
            home.settings('columns = ["region"]\n')
            opened.app.main.feed.changed()
            await opened.sees("REGION")
            await opened.press("w")
            await opened.sees("all columns")
            await opened.press("w", "w", "w")
            await opened.sees_no_more("columns")
            await opened.sees("REGION")
            assert self._chosen(home).columns == ("region",)

    async def test_a_set_that_another_dashboard_chose_is_not_taken_over(self, home: Home) -> None:
        home.config(portal())
        async with stage((120, 24)) as opened:
            home.settings('columns = "time"\nhidden = ["base"]\n')
            opened.app.main.feed.changed()
            await opened.sees("1 hidden")
            await opened.sees("ACCOUNT")
            assert "time columns" not in opened.text()

    async def test_a_mistake_is_told_on_top_and_costs_itself_only(self, home: Home) -> None:
        home.config(portal())
        home.settings('columns = ["role", "rank"]\n')
        async with stage((120, 24)) as opened:
            await opened.sees('"rank" is none of them')
            await opened.sees("ROLE")


async def test_names_that_differ_in_the_middle_are_told_apart_in_a_narrow_pane(home: Home) -> None:
    stages = ("production", "staging")
    names = [f"acme-platform-{each}-eu-west-1-administrator" for each in stages]
    names += [f"acme-platform-{each}-eu-west-2-administrator" for each in stages]
    home.config("".join(f"[profile {name}]\ncredential_process = true\n" for name in names))
    async with stage((50, 15)) as opened:
        shown = [line[3:27] for line in _lines(opened)[:4]]
        assert len(set(shown)) == 4


async def test_a_finding_leaves_the_account_in_its_place_where_one_looks_for_it(
    by_account: Home,
) -> None:
    by_account.credentials(f"[sandbox]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n{SECRET}\n")
    async with stage((120, 24)) as opened:
        await opened.sees("! ")
        (line,) = [line for line in _lines(opened) if "· sandbox" in line]
        assert SANDBOX in line.partition("! ")[0]


async def test_a_kept_row_bears_its_mark_whatever_the_columns_are(home: Home) -> None:
    home.config(portal())
    home.settings('columns = ["meter"]\nkeep = ["base"]\n')
    async with stage((100, 24)) as opened:
        (line,) = [line for line in _lines(opened) if "∞ base" in line]
        assert "↻" in line
