"""Messages stand on the line of the keys: they lie on no row, no details and no dialog."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.heavy import also_heavy
from support.home import Home
from support.stage import Stage, stage
from tui.test_idle import many

SIZES = [(50, 15), (120, 40), *also_heavy((50, 30), (80, 24), (160, 50))]


def rest(opened: Stage) -> str:
    """The screen above the line of the keys."""
    return "\n".join(opened.text().splitlines()[:-1])


def last(opened: Stage) -> str:
    return opened.text().splitlines()[-1]


@pytest.mark.parametrize("size", SIZES)
async def test_a_message_takes_the_line_of_the_keys_and_nothing_else(
    demo_home: Path, size: tuple[int, int]
) -> None:
    async with stage(size) as opened:
        await opened.go_to("audit")
        await opened.sees("~/.aws/config:") if size[0] > 100 else await opened.settle()
        before, keys = rest(opened), last(opened)
        opened.app.main.say("something has happened")
        await opened.until(lambda: last(opened) == " › something has happened")
        assert rest(opened) == before
        await opened.press("escape")
        await opened.until(lambda: last(opened) == keys)
        assert rest(opened) == before


async def test_one_that_takes_the_place_of_another_is_on_the_screen_at_once(home: Home) -> None:
    async with stage() as opened:
        opened.app.main.say("asking", seconds=60)
        await opened.until(lambda: last(opened) == " › asking")
        opened.app.main.say("answered", seconds=60, instead_of="asking")
        await opened.until(lambda: last(opened) == " › answered")


async def test_a_long_one_takes_lines_from_the_table_whose_cursor_stays_in_view(
    home: Home,
) -> None:
    many(home, 60, left=5000)
    async with stage((50, 15)) as opened:
        await opened.press("pagedown")
        await opened.settle()
        assert opened.text().splitlines()[-2].startswith("▌")
        opened.app.main.say("a word after the other " * 5, "warning")
        await opened.sees(" ! a word after the other")
        assert any(line.startswith("▌") and "p0012" in line for line in opened.text().splitlines())
        assert opened.text().splitlines()[-1].startswith("   ")


async def test_nobody_reads_more_than_some_lines_of_one(home: Home) -> None:
    many(home, 60, left=5000)
    async with stage((50, 15)) as opened:
        opened.app.main.say("\n".join(f"line {number}" for number in range(40)), "error")
        await opened.sees("line 2")
        assert "line 3" not in opened.text()
        assert "p0009" in opened.text()


async def test_news_and_refusals_give_way_to_what_is_said_next_and_failures_stay(
    home: Home,
) -> None:
    many(home, 2, left=5000)
    async with stage((80, 30)) as opened:
        say = opened.app.main.say
        say("one")
        say("two", "error", 10)
        say("three", "warning")
        assert opened.messages == ["two", "three"]
        say("four", "warning", 10)
        assert opened.messages == ["two", "four"]
        say("two", "error", 10)
        assert opened.messages == ["four", "two"]
        await opened.sees(" ✗ two")
        await opened.pilot.click("#messages")
        assert opened.messages == []


async def test_in_a_low_pane_there_is_one(home: Home) -> None:
    many(home, 2, left=5000)
    async with stage((80, 20)) as opened:
        opened.app.main.say("one", "error", 10)
        opened.app.main.say("two", "error", 10)
        assert opened.messages == ["two"]


async def test_they_leave_when_their_time_is_over(home: Home) -> None:
    many(home, 2, left=5000)
    async with stage((80, 20)) as opened:
        messages = opened.app.main.messages
        opened.app.main.say("one", seconds=60)
        await opened.sees("› one")
        messages._said = [said._replace(until=0.0) for said in messages._said]
        messages._wake.after(0)
        await opened.sees_no_more("› one")
        assert "? keys" in last(opened)


async def test_what_was_undone_is_said_to_be_done_no_more(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.go_to("staging")
        await opened.press("c")
        await opened.hears("cleared staging; z brings it back")
        await opened.press("z")
        await opened.hears("brought back")
        assert len(opened.messages) == 1


async def test_what_is_said_over_a_dialog_comes_to_its_own_line_when_that_is_over(
    demo_home: Path,
) -> None:
    async with stage() as opened:
        await opened.press("question_mark")
        await opened.sees("alive, and reused")
        opened.app.main.say("something has happened", seconds=30)
        await opened.hears("something has happened")
        assert not opened.app.main.messages.texts
        await opened.press("escape")
        await opened.until(lambda: last(opened) == " › something has happened")
        assert not opened.app._notifications


async def test_while_a_filter_is_typed_they_stand_below_it(demo_home: Path) -> None:
    async with stage((80, 24)) as opened:
        await opened.press("slash", "p")
        opened.app.main.say("something has happened")
        await opened.until(lambda: last(opened) == " › something has happened")
        assert " /p" in opened.text().splitlines()[-2]
        await opened.press("escape", "escape")
        await opened.until(lambda: "? keys" in last(opened))
