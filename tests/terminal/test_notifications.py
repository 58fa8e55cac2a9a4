"""Bell, title and notifications, byte by byte."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.terminal import notifications

XTERM = {"TERM": "xterm-256color"}
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def test_a_title_is_osc_2() -> None:
    assert notifications.title("awsttl: prod 4m") == "\x1b]2;awsttl: prod 4m\a"


def test_the_title_that_was_there_is_kept_and_comes_back() -> None:
    assert notifications.SAVE_TITLE == "\x1b[22;0t"
    assert notifications.RESTORE_TITLE == "\x1b]2;\a\x1b[23;0t"


def test_a_notification_is_osc_9_and_osc_777() -> None:
    assert notifications.desktop("prod expires in 5m", XTERM) == (
        "\x1b]9;awsttl: prod expires in 5m\a\x1b]777;notify;awsttl;prod expires in 5m\a"
    )


@pytest.mark.parametrize(
    "environ",
    [
        {"TERM": "xterm-kitty"},
        {"TERM": "foot-extra"},
        {"TERM": "xterm-ghostty"},
        XTERM | {"TERM_PROGRAM": "WezTerm"},
        XTERM | {"KITTY_WINDOW_ID": "1"},
        XTERM | {"WEZTERM_PANE": "0"},
        XTERM | {"GHOSTTY_RESOURCES_DIR": "/usr/share/ghostty"},
    ],
)
def test_terminals_that_know_both_get_one(environ: dict[str, str]) -> None:
    assert notifications.desktop("prod has expired", environ) == "\x1b]9;awsttl: prod has expired\a"


def test_in_tmux_it_is_wrapped_for_the_terminal_outside() -> None:
    assert notifications.desktop("prod has expired", XTERM | {"TMUX": "/tmp/x,1,0"}) == (
        "\x1bPtmux;"
        "\x1b\x1b]9;awsttl: prod has expired\a"
        "\x1b\x1b]777;notify;awsttl;prod has expired\a"
        "\x1b\\"
    )
    kitty = {"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1", "TMUX": "/tmp/x,1,0"}
    assert notifications.desktop("x", kitty) == "\x1bPtmux;\x1b\x1b]9;awsttl: x\a\x1b\\"


def test_a_semicolon_does_not_split_a_notification() -> None:
    assert notifications.desktop("a expired; b expires", XTERM).endswith(
        "]777;notify;awsttl;a expired, b expires\a"
    )


@pytest.mark.parametrize("text", ["4;1;50", "9;/home", "\x1b\\4;1"])
def test_no_name_makes_it_something_else_than_a_notification(text: str) -> None:
    """ConEmu and Windows Terminal take OSC 9 with a number for a progress bar, or worse."""
    assert notifications.desktop(text, XTERM).startswith("\x1b]9;awsttl: ")


@given(st.text(st.characters()))
def test_no_text_ends_its_sequence_or_begins_another(text: str) -> None:
    titled = notifications.title(text)
    assert not CONTROLS.search(titled[len("\x1b]2;") : -1])
    first, second, rest = notifications.desktop(text, XTERM).split("\a")
    assert not rest
    assert first.startswith("\x1b]9;awsttl: ")
    assert second.startswith("\x1b]777;notify;awsttl;")
    assert not CONTROLS.search(first[1:] + second[1:])
    assert second.count(";") == 3
    titled.encode()
    second.encode()


def test_a_long_text_is_cut() -> None:
    assert len(notifications.title("x" * 5000)) < 300


@pytest.mark.parametrize(("term", "takes"), [("linux", False), ("dumb", False), ("tmux", True)])
def test_terminals_that_would_draw_sequences_get_none(term: str, takes: bool) -> None:
    assert notifications.takes_sequences({"TERM": term}) is takes
    assert not notifications.takes_sequences({})
