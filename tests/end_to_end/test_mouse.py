"""The mouse in a real terminal: what its bytes do, and that a key gives it back."""

from __future__ import annotations

import time

import pytest

from support.home import Home
from support.odd import config_text
from support.renewing import BASE, DEVICE, role
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


@pytest.mark.heavy
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
        pane.sees("the mouse is the terminal's", "no mouse: M")
        assert not _has_mouse(pane)
        pane.press("M")
        pane.sees("the mouse is awsttl's again")
        pane.sees_no_more("no mouse: M")
        assert _has_mouse(pane)


@pytest.mark.heavy
def test_counts_and_keys_are_clicked_the_wheel_looks_and_a_double_click_opens(home: Home) -> None:
    sections = {f"p{n:02}": role(number=n) for n in range(1, 40)}
    asks = role(number=99, mfa_serial=DEVICE)
    home.config(config_text({"base": BASE, "asks": asks, **sections}))
    home.cli_cache(asks, expires_at=time.time() - 60)
    with Pane(AWSTTL, home.environ(), size=(80, 24)) as pane:
        screen = pane.sees("1 need", "p01")
        _click(pane, screen.splitlines()[0].index("1 need") + 1, 1)
        pane.sees_no_more("p01")
        _click(pane, screen.splitlines()[0].index("1 need") + 1, 1)
        pane.sees("▌○ asks", "p01")
        for _ in range(10):
            pane.type("\x1b[<65;20;10M")
        pane.sees_no_more("▌○ asks")
        pane.press("Down")
        pane.sees("▌")  # the cursor was one row above, out of sight, and comes back
        row = next(n for n, line in enumerate(pane.screen().splitlines(), 1) if "▌" in line)
        pane.type(f"\x1b[<0;10;{row}M\x1b[<0;10;{row}m" * 2)
        pane.sees("chain", "~/.aws/config:")
        pane.press("Escape")
        bar = pane.sees("/ filter").splitlines()[-1]
        _click(pane, bar.index("filter"), 24)
        pane.sees("words of a row")
