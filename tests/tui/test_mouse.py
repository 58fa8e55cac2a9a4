"""The mouse: heads sort, the bar's keys act, the wheel looks elsewhere, the right button asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from support.home import Home
from support.stage import Stage, stage


def _head(opened: Stage, title: str) -> tuple[int, int]:
    """Where the head of a column is, within the table."""
    line = opened.text().splitlines()[1]
    return line.index(title), 0


async def _wheel(opened: Stage, kind: type[events.MouseEvent]) -> None:
    table = opened.app.main.table
    table.post_message(kind(table, 1, 1, 0, 0, 0, False, False, False))
    await opened.settle()


async def test_a_click_on_a_head_sorts_and_another_turns_the_order_round(demo_home: Path) -> None:
    async with stage((160, 50)) as opened:
        await opened.pilot.click("#table", offset=_head(opened, "PROFILE"))
        await opened.until(lambda: opened.names[0] == "audit")
        await opened.sees("PROFILE ▾")
        await opened.pilot.click("#table", offset=_head(opened, "PROFILE"))
        await opened.until(lambda: opened.names[0] == "vault")
        await opened.sees("PROFILE ▴")
        await opened.pilot.click("#table", offset=_head(opened, "ACCOUNT"))
        await opened.sees("ACCOUNT ▾")
        await opened.pilot.click("#table", offset=_head(opened, "LEFT"))
        await opened.until(lambda: opened.names[0] == "billing")
        await opened.press("S")
        await opened.until(lambda: opened.names[-2] == "billing")  # an orphan is below


async def test_a_click_on_a_key_of_the_bar_does_what_the_key_does(demo_home: Path) -> None:
    async with stage((120, 40)) as opened:
        bar = opened.text().splitlines()[-1]
        await opened.pilot.click("#keybar", offset=(bar.index("filter"), 0))
        await opened.sees("words of a row")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_double_click_opens_the_details_and_never_closes_them(
    demo_home: Path, size: tuple[int, int]
) -> None:
    async with stage(size) as opened:
        await opened.pilot.click("#table", offset=(10, 3), times=2)
        await opened.until(lambda: opened.app.main.has_class("-with-details"))


async def test_the_right_button_opens_the_menu_of_its_row(demo_home: Path) -> None:
    async with stage((120, 40)) as opened:
        row = next(n for n, line in enumerate(opened.text().splitlines()) if "prod-admin" in line)
        await opened.pilot.click("#table", offset=(10, row - 1), button=3)
        await opened.sees("a key or ⏎ chooses")
        assert opened.cursor == "prod-admin"


async def test_a_click_on_a_line_of_the_twelve_hours_goes_to_its_row(demo_home: Path) -> None:
    async with stage((90, 44)) as opened:
        lines = opened.text().splitlines()
        row = max(n for n, line in enumerate(lines) if " saml " in line)
        await opened.pilot.click("#ahead", offset=(30, row - opened.app.main.table._ahead.region.y))
        assert opened.cursor == "saml"
        await opened.pilot.click("#ahead", offset=(30, 0))
        assert opened.cursor == "saml"


async def test_the_wheel_leaves_the_cursor_on_its_row_and_the_next_key_comes_back(
    home: Home,
) -> None:
    home.credentials(
        "".join(f"[p{n:02}]\naws_access_key_id = A\naws_secret_access_key = S\n" for n in range(60))
    )
    async with stage((80, 24)) as opened:
        await opened.sees("p00")
        await _wheel(opened, events.MouseScrollDown)
        await opened.until(lambda: "p02" not in opened.text())
        assert opened.cursor == "p00"
        await opened.press("j")
        await opened.sees("▌∞ p01")
        assert opened.cursor == "p01"
