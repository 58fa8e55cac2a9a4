"""The keys at the bottom of a dialog, under the mouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from awsttl.tui.choice_dialog import ChoiceDialog
from awsttl.tui.dialog import Dialog
from awsttl.tui.named_keys import keys_at
from support.stage import Stage, stage

LINE = "esc close  c copy   ⏎ choose   ^a mark all   Q QR  ↓ ⏎ run  a key or ⏎ chooses"


@pytest.mark.parametrize(
    ("word", "keys"),
    [
        ("esc", ("escape",)), ("close", ("escape",)), ("c copy", ("c",)), ("choose", ("enter",)),
        ("mark all", ("ctrl+a",)), ("all", ("ctrl+a",)), ("QR", ("Q", "shift+q")),
        ("⏎ run", ("down",)), ("  c copy", ()),
    ],
)  # fmt: skip
def test_a_word_stands_for_the_key_before_it(word: str, keys: tuple[str, ...]) -> None:
    assert keys_at(LINE, LINE.index(word)) == keys


def test_beside_the_line_is_no_key() -> None:
    assert keys_at(LINE, -1) == ()
    assert keys_at(LINE, len(LINE)) == ()


async def _click(opened: Stage, words: str) -> None:
    """Click on words in the last line that has them."""
    lines = list(enumerate(opened.text().splitlines()))
    x, y = next((line.rindex(words), y) for y, line in reversed(lines) if words in line)
    await opened.pilot.click(offset=(x, y))


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_click_closes_and_shows_as_the_keys_do(
    demo_home: Path, size: tuple[int, int]
) -> None:
    async with stage(size) as opened:
        await opened.go_to("base")
        await opened.press("e", "2")
        await opened.sees("export AWS_SECRET_ACCESS_KEY='••••••••'")
        await _click(opened, "s show")
        await opened.until(lambda: "wJalrXUtnFEMI" in opened.text().replace("\n", ""))
        await _click(opened, "esc close")
        await opened.until(lambda: not isinstance(opened.app.screen, Dialog))


async def test_enter_is_the_focused_fields(home: object) -> None:
    async with stage() as opened:
        answers: list[list[int] | None] = []
        opened.app.push_screen(ChoiceDialog("which", ["one", "two"]), answers.append)
        await opened.sees("two")
        await opened.press("down")
        await _click(opened, "choose")
        await opened.until(lambda: answers == [[1]])


async def test_words_that_name_no_key_of_the_dialog_do_nothing(demo_home: Path) -> None:
    async with stage() as opened:
        await opened.press("full_stop")
        await opened.sees("a key or ⏎ chooses")
        await _click(opened, "a key or")
        await opened.settle()
        assert isinstance(opened.app.screen, Dialog)
        assert not opened.app.main.arrangement.settings.keep
        await _click(opened, "esc close")
        await opened.until(lambda: not isinstance(opened.app.screen, Dialog))
