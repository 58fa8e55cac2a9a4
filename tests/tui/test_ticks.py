"""Tick boxes and lists to choose from: what is on can be told without a colour."""

from __future__ import annotations

import re

import pytest
from textual.app import ComposeResult

from awsttl.tui.choice_dialog import ChoiceDialog
from awsttl.tui.dialog import Dialog
from awsttl.tui.tick import Tick
from support.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("home")


class Question(Dialog[bool]):
    """One tick, and nothing else."""

    def compose(self) -> ComposeResult:
        yield Tick("all of them", value=True)


def _line(opened: Stage, words: str) -> tuple[int, int]:
    """Where words are on the screen."""
    for number, line in enumerate(opened.text().splitlines()):
        if words in line:
            return line.index(words), number
    raise AssertionError(f"{words!r} is not on the screen")


async def test_a_tick_says_by_its_letters_whether_it_is_on() -> None:
    async with stage() as opened:
        opened.app.push_screen(Question())
        await opened.sees("[x] all of them")
        await opened.press("tab")
        await opened.sees("▌[x] all of them")
        await opened.press("space")
        await opened.sees("[ ] all of them")
        await opened.pilot.click(Tick)
        await opened.sees("[x] all of them")


class TestAListToChooseFrom:
    async def test_has_a_box_before_each_line_that_may_be_marked(self) -> None:
        async with stage() as opened:
            opened.app.push_screen(ChoiceDialog("which", ["one", "two", "three"], several=True))
            await opened.sees("[ ] one")
            await opened.press("down", "tab")
            await opened.sees("[x] two")
            assert re.findall(r"\[.\] \w+", opened.text()) == ["[ ] one", "[x] two", "[ ] three"]

    async def test_is_marked_by_the_mouse_too(self) -> None:
        async with stage() as opened:
            answers: list[list[int] | None] = []
            dialog = ChoiceDialog("which", ["one", "two", "three"], several=True)
            opened.app.push_screen(dialog, answers.append)
            await opened.sees("[ ] three")
            for words in ("three", "one", "one"):
                await opened.pilot.click(offset=_line(opened, words))
            await opened.sees("[x] three")
            await opened.press("enter")
            await opened.until(lambda: answers == [[2]])

    async def test_of_which_one_is_chosen_has_no_boxes_and_a_click_chooses(self) -> None:
        async with stage() as opened:
            answers: list[list[int] | None] = []
            opened.app.push_screen(ChoiceDialog("which", ["one", "two"]), answers.append)
            await opened.sees("two")
            assert "[ ]" not in opened.text()
            await opened.pilot.click(offset=_line(opened, "two"))
            await opened.until(lambda: answers == [[1]])

    @pytest.mark.heavy
    async def test_takes_no_click_beside_its_lines(self) -> None:
        async with stage() as opened:
            answers: list[list[int] | None] = []
            opened.app.push_screen(ChoiceDialog("which", ["one", "two"]), answers.append)
            await opened.sees("two")
            x, y = _line(opened, "two")
            await opened.pilot.click(offset=(x, y + 1))
            await opened.settle()
            assert isinstance(opened.app.screen, ChoiceDialog)
            assert answers == []
