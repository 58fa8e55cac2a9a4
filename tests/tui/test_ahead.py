"""The next twelve hours below the rows: where there is room, and as seldom as it can be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.home import Home
from support.stage import NOW, Clock, Stage, stage
from tui.test_idle import many

TITLE = "NEXT 12 HOURS"


def below(opened: Stage) -> list[str]:
    """The lines of the screen from the hours on."""
    lines = opened.text().splitlines()
    first = next(y for y, line in enumerate(lines) if TITLE in line)
    return lines[first:]


async def test_sessions_stand_in_the_order_in_which_they_need_somebody(
    demo_home: Path, timezone: Callable[[str], None]
) -> None:
    timezone("Europe/Berlin")
    async with stage((90, 40)) as opened:
        found = below(opened)
        assert found[0].split()[3:6] == ["now", "Sat", "02:00"]
        assert [line.split()[1] for line in found[1:10]] == [
            "saml", "data-dev", "audit", "partner", "laptop", "staging", "corp", "deploy", "ci",
        ]  # fmt: skip
        assert found[1].endswith("01:30 paste") or "01:30 paste" in found[1]
        assert "05:42 sign-in" in found[3]


async def test_it_takes_no_line_from_a_row(home: Home) -> None:
    many(home, 18, left=5 * 3600)
    async with stage((80, 24)) as opened:  # 19 rows, a head, the header and the keys
        assert TITLE not in opened.text()
        assert "p0017" in opened.text()
        await opened.press("slash", *"p000", "enter")
        await opened.sees(TITLE)
        assert [line for line in opened.text().splitlines() if "p0009" in line]
        assert "+ 3 that renew by themselves" in opened.text()


async def test_what_has_no_line_is_counted(home: Home) -> None:
    many(home, 12, left=5 * 3600)
    async with stage((80, 24)) as opened:
        assert "+ 7 that renew by themselves" in opened.text()


@pytest.mark.parametrize("size", [(50, 15), (80, 24), (120, 40)])
async def test_a_full_pane_has_none(home: Home, size: tuple[int, int]) -> None:
    many(home, 60, left=5 * 3600)
    async with stage(size) as opened:
        assert TITLE not in opened.text()


async def test_a_key_hides_it_for_good_and_says_what_it_needs_where_it_cannot_be(
    home: Home,
) -> None:
    many(home, 3, left=5 * 3600)
    async with stage((80, 24)) as opened:
        await opened.sees(TITLE)
        await opened.press("A")
        await opened.sees_no_more(TITLE)
        assert "ahead = false" in home.settings_file.read_text(encoding="utf-8")
        await opened.press("A")
        await opened.sees(TITLE)
        await opened.pilot.resize_terminal(80, 8)
        await opened.press("A")
        await opened.hears("need four lines below the rows")
        assert "ahead = true" in home.settings_file.read_text(encoding="utf-8")


async def test_the_line_of_the_row_under_the_cursor_is_marked(home: Home) -> None:
    many(home, 3, left=5 * 3600)
    async with stage((80, 24)) as opened:
        for name in ("p0002", "p0001"):
            await opened.go_to(name)
            marked = [line for line in below(opened) if "▌" in line]
            assert len(marked) == 1
            assert name in marked[0]


async def test_it_follows_the_width_of_the_pane(home: Home) -> None:
    many(home, 3, left=5 * 3600)
    async with stage((90, 24)) as opened:

        def widths() -> set[int]:
            return {len(line) for line in below(opened)[1:4]}

        assert widths() == {89}
        await opened.pilot.resize_terminal(60, 24)
        await opened.until(lambda: widths() == {59})
        await opened.pilot.resize_terminal(90, 24)
        await opened.until(lambda: widths() == {89})


async def test_a_session_that_ends_leaves_in_the_same_frame(home: Home) -> None:
    many(home, 3, left=5 * 3600)
    clock = Clock()
    async with stage((80, 24), clock) as opened:
        assert len(below(opened)) > 4
        clock.now += 5 * 3600 + 1.5  # two of them have ended, as after a sleep
        opened.app.main.table._ahead.refresh()
        await opened.settle()
        assert [line.split()[1] for line in below(opened)[1:] if "●" in line or "◐" in line] == [
            "p0002"
        ]


async def test_nothing_is_drawn_before_a_cell_of_its_time_has_passed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(home, 8, left=4 * 3600)
    clock = Clock()
    async with stage((120, 40), clock) as opened:
        ahead = opened.app.main.table._ahead
        slept: list[float] = []
        drawn: list[object] = []
        monkeypatch.setattr(ahead._wake, "after", slept.append)
        monkeypatch.setattr(ahead, "refresh", lambda *regions, **_: drawn.extend(regions))
        ahead.redraw()
        assert drawn == []
        while clock.now < NOW + 3600:
            clock.now += slept[-1]
            ahead.redraw()
        assert min(slept[1:]) > 240
        assert len(slept) < 15


async def test_where_there_is_no_room_nothing_of_it_is_loaded(home: Home) -> None:
    from support.programs import loaded_by

    assert "awsttl.core.view.ahead" not in loaded_by("import awsttl.tui.app, awsttl.engine.feed")
