"""Dialogs in a pane of 50 by 15: everything in them can be reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from awsttl.tui.actions import ACTIONS
from support.heavy import also_heavy
from support.stage import Stage, stage

SMALLEST = (50, 15)


async def to_the_end(opened: Stage, last: str) -> None:
    """Scroll down until *last* can be read; a scroll that ends too early never gets there."""
    for _ in range(200):
        await opened.press("j")
        await opened.settle()
        if last in opened.text():
            return
    raise AssertionError(f"{last!r} cannot be reached\n{opened.text()}")


@pytest.mark.heavy
@pytest.mark.parametrize("size", [SMALLEST, (50, 24), (80, 24), (120, 40)])
async def test_the_help_scrolls_to_its_last_line(demo_home: Path, size: tuple[int, int]) -> None:
    async with stage(size) as opened:
        await opened.press("question_mark")
        await opened.sees("alive, and reused")
        await to_the_end(opened, " q  Quit")


@pytest.mark.parametrize("size", [SMALLEST, *also_heavy((50, 24), (80, 24))])
async def test_a_snippet_scrolls_to_its_last_line_and_keeps_its_hint(
    demo_home: Path, size: tuple[int, int]
) -> None:
    async with stage(size) as opened:
        await opened.go_to("ci")
        await opened.press("e", "e")
        await opened.sees("dotenv")
        await to_the_end(opened, "AWS_DEFAULT_REGION")
        assert "⇥ shell" in opened.text()
        assert "takes it over" in " ".join(opened.text().replace("│", "").split())


async def test_the_question_before_a_large_clearing_shows_all_who_lose_a_session(
    demo_home: Path,
) -> None:
    async with stage(SMALLEST) as opened:
        await opened.press("C")
        await opened.sees("Remove 12 cache entries?")
        await to_the_end(opened, "audit      7h 12m left")


async def test_a_message_that_is_there_is_not_said_again_until_it_was_dismissed(
    demo_home: Path,
) -> None:
    async with stage() as opened:
        await opened.go_to("base")
        await opened.press("r", "r", "r")
        await opened.hears("long-term keys have no session")
        assert len(opened.messages) == 1
        await opened.press("escape", "r")
        await opened.hears("long-term keys have no session")
        assert len(opened.messages) == 1


async def test_the_palette_offers_what_this_program_stands_behind(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.go_to("base")
        found = list(opened.app.get_system_commands(opened.app.screen))
        titles = [command.title for command in found]
        own = [each for each in ACTIONS if each.name != "palette"]
        assert titles == [*(action.description for action in own), "Theme"]
        renew = found[0]
        assert renew.help == "r: not now, long-term keys have no session to renew"
