"""The mouse in a real terminal: what its bytes do, and that a key gives it back."""

from __future__ import annotations

import time

import pytest

from support.home import Home
from support.odd import config_text
from support.renewing import BASE, role
from support.tmux import AWSTTL, DEADLINE, Pane

pytestmark = pytest.mark.needs("tmux")


def _click(pane: Pane, column: int, line: int, button: int = 0) -> None:
    """Press and let go, as a terminal tells it (SGR)."""
    place = f"{button};{column};{line}"
    pane.type(f"\x1b[<{place}M\x1b[<{place}m")


def _has_mouse(pane: Pane) -> bool:
    return pane.tmux("display-message", "-p", "#{mouse_any_flag}").strip() == "1"


def _comes_to_have_mouse(pane: Pane, wanted: bool) -> None:
    end = time.monotonic() + DEADLINE
    while _has_mouse(pane) is not wanted:
        assert time.monotonic() < end, f"the mouse is awsttl's: never {wanted}"
        time.sleep(0.02)


def test_the_settings_give_it_to_the_terminal_and_m_takes_it_for_now(home: Home) -> None:
    home.config(config_text({"base": BASE}))
    home.settings("mouse = false")
    with Pane(AWSTTL, home.environ()) as pane:
        pane.sees("base")
        _comes_to_have_mouse(pane, wanted=False)
        pane.press("M")
        pane.sees("the mouse is awsttl's again")
        assert _has_mouse(pane)


def test_a_change_of_the_settings_counts_at_once(home: Home) -> None:
    home.config(config_text({"base": BASE}))
    with Pane(AWSTTL, home.environ()) as pane:
        pane.sees("base")
        assert _has_mouse(pane)
        home.settings("mouse = false")
        _comes_to_have_mouse(pane, wanted=False)
        home.settings("mouse = true")
        _comes_to_have_mouse(pane, wanted=True)


@pytest.mark.heavy
def test_heads_sort_the_right_button_asks_and_m_gives_the_mouse_away(home: Home) -> None:
    home.config(config_text({"base": BASE, "dev": role(), "ops": role(number=2)}))
    with Pane(AWSTTL, home.environ()) as pane:
        pane.sees("ops")
        _click(pane, 5, 2)
        pane.sees("PROFILE ▾", "by name")
        _click(pane, 5, 4, button=2)
        pane.sees("a key or ⏎ chooses", "Renew the session")
        pane.press("Escape")
        pane.sees_no_more("a key or ⏎ chooses")
        assert _has_mouse(pane)
        pane.press("M")
        pane.sees("the mouse is the terminal's")
        assert not _has_mouse(pane)
        pane.press("M")
        pane.sees("the mouse is awsttl's again")
        assert _has_mouse(pane)
