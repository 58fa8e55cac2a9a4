"""A screen in the terminal's own sixteen colours, or in none: all is there, and can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from awsttl.tui import sixteen, theme
from support.stage import Stage, stage


def drawn(style: str, *, colourless: bool = False) -> Style:
    """How a text of this style reaches the terminal."""
    line = [Segment("text", Style.parse(style))]
    for each in sixteen.WITHOUT_COLOURS if colourless else sixteen.FILTERS:
        line = each.apply(line, Color(0, 0, 0))
    assert line[0].style is not None
    return line[0].style


class TestSixteenColours:
    def test_what_recedes_is_dimmed_and_not_in_a_colour_that_may_be_the_grounds(self) -> None:
        found = drawn("bright_black")
        assert found.dim
        assert found.color is not None
        assert found.color.is_default

    def test_the_chosen_line_of_a_list_is_reversed_whatever_stands_in_it(self) -> None:
        for text in ("cyan", "bright_black", "bold red"):
            found = drawn(f"{text} on bright_black")
            assert found.reverse
            assert not found.dim
            assert found.color is not None
            assert found.color.is_default

    def test_the_colours_of_states_stay(self) -> None:
        for style in ("red", "bold green", "cyan on default"):
            assert drawn(style) == Style.parse(style)


class TestNoColour:
    def test_what_has_a_ground_of_its_own_is_reversed(self) -> None:
        assert drawn("white on blue", colourless=True).reverse
        assert not drawn("bold red", colourless=True).reverse

    @pytest.mark.parametrize("style", ["red", "bright_black", "bold cyan on white", "on blue"])
    def test_no_style_has_a_colour(self, style: str) -> None:
        found = drawn(style, colourless=True)
        assert found.color is not None
        assert found.color.is_default
        assert found.bgcolor is not None
        assert found.bgcolor.is_default

    def test_is_asked_for_by_the_environment_on_a_terminal_with_any_colours(self) -> None:
        rich = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        assert theme.default_name(rich) == theme.DARK.name
        assert theme.default_name(rich | {"NO_COLOR": ""}) == theme.DARK.name
        assert theme.default_name(rich | {"NO_COLOR": "1"}) == sixteen.DARK.name
        assert theme.default_name(rich | {"NO_COLOR": "1"}, light=True) == sixteen.LIGHT.name

    async def test_is_on_the_screen_nor_in_any_dialog(
        self, demo_home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        async with stage((80, 24)) as opened:
            for keys in ((), ("question_mark", "down"), ("full_stop",), ("ctrl+p",), ("e",)):
                await opened.press(*keys)
                await opened.settle()
                assert colours(opened) == set(), keys
                if keys:
                    assert reversed_lines(opened) or keys == ("e",), keys
                    await opened.press("escape")


async def test_a_dialog_leaves_the_table_as_it_was(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLORTERM", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    async with stage((80, 24)) as opened:
        assert opened.app.theme == sixteen.DARK.name
        before = styles_of(opened, 0)
        await opened.press("question_mark")
        await opened.sees("alive, and reused")
        assert "6 need you" in opened.text()
        assert styles_of(opened, 0) == before


def strips(opened: Stage) -> list[list[Segment]]:
    screen = opened.app.screen
    return [list(strip) for strip in screen._compositor.render_strips(opened.app.size)]


def styles_of(opened: Stage, line: int) -> list[tuple[str, str]]:
    """The texts of a line, and how they look."""
    return [
        (text, str(style).removeprefix("default "))
        for text, style, _ in strips(opened)[line]
        if text.strip()
    ]


def colours(opened: Stage) -> set[str]:
    """The colours on the screen that are not the terminal's usual ones."""
    found = set()
    for line in strips(opened):
        for _, style, _ in line:
            for colour in (style.color, style.bgcolor) if style else ():
                if colour is not None and not colour.is_default:
                    found.add(colour.name)
    return found


def reversed_lines(opened: Stage) -> list[str]:
    """What is reversed on the screen."""
    return [text for line in strips(opened) for text, style, _ in line if style and style.reverse]
