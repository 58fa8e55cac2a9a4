"""[keys] in the settings: which keys the actions have then, and what is wrong with them."""

from __future__ import annotations

import re

import pytest

from awsttl.tui import keymap
from awsttl.tui.actions import ACTIONS
from support.home import Home
from support.programs import CHECKOUT
from support.stage import stage


def test_no_two_actions_have_the_same_key_from_the_start() -> None:
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))


def test_every_action_can_be_had_without_a_function_key_or_alt_gr() -> None:
    for action in ACTIONS:
        plain = [key for key in action.keys if not (key[0] == "f" and key[1:].isdigit())]
        assert plain, action.name
        assert not set(plain) & {"at", "backslash", "tilde", "vertical_line"}, action.name


@pytest.mark.parametrize(
    ("written", "names", "shown"),
    [
        ("x", ("x",), "x"),
        ("X", ("shift+x", "X"), "X"),
        (":", ("colon",), ":"),
        ("/", ("slash",), "/"),
        ("-", ("minus",), "-"),
        ("+", ("plus",), "+"),
        ("ctrl+h", ("ctrl+h",), "ctrl+h"),
        ("Alt+<", ("alt+less_than_sign",), "alt+<"),
        ("F5", ("f5",), "f5"),
        ("enter", ("enter",), "⏎"),
        ("ö", ("ö",), "ö"),
    ],
)
def test_a_key_is_written_as_people_do(written: str, names: tuple[str, ...], shown: str) -> None:
    found = keymap.made({"log": (written,)})
    assert found.keys["log"] == names
    assert found.shown["log"] == shown


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"hyde": ("x",)}, '"hyde" is no action; hide is'),
        ({"bogus": ("x",)}, '"bogus" is no action; the README lists them'),
        ({"hide": ("nonsense",)}, 'hide: "nonsense" is no key'),
        ({"hide": ("b",), "sort": ("b",)}, '"b" is given to hide and to sort'),
        ({"hide": ("s",)}, "sort has no key any more: hide took it; give it another"),
    ],
)
def test_what_cannot_be_is_told(chosen: dict[str, tuple[str, ...]], message: str) -> None:
    (problem,) = keymap.made(chosen).problems
    assert problem.message == f"settings.toml: keys: {message}"


def test_a_key_that_is_taken_leaves_the_other_keys_of_an_action() -> None:
    found = keymap.made({"hide": ("j",)})
    assert found.problems == ()
    assert found.keys["cursor_down"] == ("down", "ctrl+n")


async def test_the_dashboard_follows_the_keys_and_says_them(home: Home) -> None:
    home.credentials("[a]\naws_access_key_id = A\naws_secret_access_key = S\n")
    home.settings('[keys]\nlog = ["b", "ctrl+b"]\nquit = "Q"\n')
    async with stage() as opened:
        await opened.sees(" b ctrl+b log ")
        await opened.press("l")
        await opened.settle()
        assert len(opened.app.screen_stack) == 1
        await opened.press("b")
        await opened.until(lambda: len(opened.app.screen_stack) == 2)
        await opened.press("escape")
        home.settings('[keys]\nlog = "s"\n')
        await opened.sees("sort has no key any more")
        await opened.sees(" s log ")
        assert "(no key)" not in opened.text().splitlines()[-1]
        await opened.press("s")
        await opened.until(lambda: len(opened.app.screen_stack) == 2)
        await opened.press("escape")
        home.settings_file.unlink()
        await opened.sees(" l log ")
        await opened.press("l")
        await opened.until(lambda: len(opened.app.screen_stack) == 2)


async def test_the_movements_of_emacs_and_vim_both_work(home: Home) -> None:
    names = "".join(
        f"[{name}]\naws_access_key_id = A\naws_secret_access_key = S\n" for name in "abc"
    )
    home.credentials(names)
    async with stage() as opened:
        for key, place in (
            ("j", "b"), ("k", "a"), ("ctrl+n", "b"), ("alt+greater_than_sign", "c"),
            ("alt+less_than_sign", "a"), ("G", "c"), ("g", "a"), ("ctrl+v", "c"), ("alt+v", "a"),
        ):  # fmt: skip
            await opened.press(key)
            assert opened.cursor == place, key


def test_the_readme_names_every_action_that_keys_can_be_given_to() -> None:
    text = " ".join((CHECKOUT / "README.md").read_text(encoding="utf-8").split())
    listed = text.partition("The actions are ")[2].partition(". ")[0]
    assert re.findall(r"`(\w+)`", listed) == [action.name for action in ACTIONS]
