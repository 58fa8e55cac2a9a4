"""Whatever keyboard somebody has, and whatever their fingers have learnt."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.binding import Binding
from textual.command import CommandPalette
from textual.widgets import OptionList

import awsttl.tui
from awsttl.tui.action import Action
from awsttl.tui.actions import ACTIONS
from awsttl.tui.app import Dashboard
from awsttl.tui.choice_dialog import ChoiceDialog
from awsttl.tui.dialog import Dialog
from awsttl.tui.features.help.dialog import HelpScreen
from awsttl.tui.features.log.dialog import LogDialog
from awsttl.tui.menu_dialog import MenuDialog
from awsttl.tui.screen import MainScreen, binding_of
from support.home import Home
from support.stage import Stage, stage

ALTGR = {
    "at", "left_square_bracket", "right_square_bracket", "left_curly_bracket",
    "right_curly_bracket", "backslash", "vertical_line", "tilde",
}  # fmt: skip
"""What a German keyboard has behind AltGr, which some terminals and tmux settings swallow."""


def _is_easy(key: str) -> bool:
    """Whether a key is on every keyboard, by itself or with Shift or Ctrl."""
    name = key.rpartition("+")[2] or key
    is_function = name[:1] == "f" and name[1:].isdigit()
    return not (is_function or name in ALTGR or key.startswith(("alt+", "super+")))


def _dialogs() -> Iterator[type[Dialog[Any]]]:
    """Every dialog that there is."""
    for module in pkgutil.walk_packages(awsttl.tui.__path__, "awsttl.tui."):
        importlib.import_module(module.name)
    waiting = [*Dialog.__subclasses__()]
    while waiting:
        dialog = waiting.pop()
        waiting += dialog.__subclasses__()
        if dialog.__module__.startswith("awsttl."):
            yield dialog


class TestEveryKeyboard:
    @pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
    def test_has_a_key_for_each_action(self, action: Action) -> None:
        assert any(_is_easy(key) for key in action.keys)

    def test_has_a_key_for_whatever_a_dialog_does(self) -> None:
        found = list(_dialogs())
        assert len(found) > 10
        for dialog in found:
            easy: dict[str, bool] = {}
            for binding in Binding.make_bindings(dialog.BINDINGS):
                easy[binding.action] = easy.get(binding.action, False) or _is_easy(binding.key)
            assert [action for action, is_easy in easy.items() if not is_easy] == []


def _highlighted(opened: Stage) -> int | None:
    return opened.app.screen.query_one(OptionList).highlighted


class TestEmacs:
    @pytest.mark.heavy
    @pytest.mark.parametrize(
        ("key", "kind"), [("full_stop", MenuDialog), ("question_mark", HelpScreen)]
    )
    async def test_moves_in_menus_as_on_the_table(
        self, demo_home: Path, key: str, kind: type[Dialog[Any]]
    ) -> None:
        async with stage((100, 40)) as opened:
            await opened.press(key)
            await opened.until(lambda: isinstance(opened.app.screen, kind))
            await opened.press("ctrl+n", "ctrl+n")
            await opened.settle()
            before = _highlighted(opened)
            await opened.press("ctrl+p")
            await opened.settle()
            assert isinstance(opened.app.screen, kind)
            after = _highlighted(opened)
            assert before is not None
            assert after is not None
            assert after < before

    async def test_scrolls_what_is_to_be_read(self, demo_home: Path) -> None:
        async with stage((100, 24)) as opened:
            await opened.press("e")
            await opened.sees("export AWS_PROFILE")
            lines = opened.app.screen.query_one("#lines")
            await opened.press("ctrl+n", "ctrl+n")
            await opened.until(lambda: lines.scroll_offset.y == 2)
            await opened.press("ctrl+p")
            await opened.until(lambda: lines.scroll_offset.y == 1)

    async def test_moves_in_lists_that_are_typed_into(self, demo_home: Path) -> None:
        async with stage() as opened:
            answers: list[list[int] | None] = []
            opened.app.push_screen(ChoiceDialog("which", ["one", "two", "three"]), answers.append)
            await opened.sees("three")
            await opened.press("ctrl+n", "ctrl+n", "ctrl+p", "enter")
            await opened.until(lambda: answers == [[1]])

    @pytest.mark.heavy
    async def test_may_have_its_ctrl_p_on_the_table_too(self, demo_home: Path) -> None:
        settings = demo_home / ".config" / "awsttl" / "settings.toml"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text('[keys]\ncursor_up = ["up", "k", "ctrl+p"]\npalette = ":"\n')
        async with stage() as opened:
            await opened.until(lambda: bool(opened.app.main.arrangement.settings.keys))
            await opened.press("ctrl+n", "ctrl+n", "ctrl+p")
            await opened.until(lambda: opened.app.main.table.cursor == 1)
            await opened.press(":")
            await opened.until(lambda: isinstance(opened.app.screen, CommandPalette))


class TestThePalette:
    async def test_takes_no_name_for_markup(self, home: Home) -> None:
        keys = "aws_access_key_id = A\naws_secret_access_key = S\n"
        home.credentials(f"[x[/b]y]\n{keys}")
        async with stage((100, 80)) as opened:
            await opened.press("ctrl+p")
            await opened.sees("c: not now, x[/b]y has no cache entry of its own")


class TestTheHelp:
    def test_has_nothing_that_cannot_be_run(self) -> None:
        for action in ACTIONS:
            name = binding_of(action).partition("(")[0]
            owner: type = Dashboard if name.startswith("app.") else MainScreen
            assert hasattr(owner, f"action_{name.removeprefix('app.')}"), action.name

    @pytest.mark.parametrize(
        ("words", "comes"),
        [("Show what happened", LogDialog), ("Every action by its words", CommandPalette)],
    )
    async def test_runs_what_is_clicked(
        self, demo_home: Path, words: str, comes: type[object]
    ) -> None:
        async with stage((100, 90)) as opened:
            await opened.press("question_mark")
            await opened.sees(words)
            lines = opened.text().splitlines()
            place = next((line.index(words), y) for y, line in enumerate(lines) if words in line)
            await opened.pilot.click(offset=place)
            await opened.until(lambda: isinstance(opened.app.screen, comes))
