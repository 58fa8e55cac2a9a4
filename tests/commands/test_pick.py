"""``awsttl pick`` on a real terminal, while its stdout leads somewhere else."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping

import pytest

from support.commands import awsttl
from support.home import Home
from support.programs import required
from support.tmux import AWSTTL, Pane

CONFIG = """
    [profile team:prod]
    region = eu-west-1
    [profile "two words"]
    region = eu-west-1
    [profile dev]
    region = eu-west-1
"""

pytestmark = pytest.mark.needs("tmux")


@pytest.fixture
def environ(home: Home) -> Mapping[str, str]:
    home.config(CONFIG)
    return home.environ()


@pytest.mark.heavy
def test_typing_filters_and_enter_gives_the_name_to_the_substitution(
    environ: Mapping[str, str],
) -> None:
    with Pane(f'name="$({AWSTTL} pick)"; echo "[$name] $?"', environ) as pane:
        pane.sees("type to filter", "team:prod", "two words", "dev")
        pane.type("two")
        pane.sees_no_more("team:prod")
        pane.press("Enter")
        pane.sees("[two words] 0")


@pytest.mark.parametrize("size", [(120, 40), (60, 15)])
def test_inside_a_substitution_it_fills_the_pane_and_follows_its_size(
    size: tuple[int, int], environ: Mapping[str, str]
) -> None:
    with Pane(f'name="$({AWSTTL} pick)"; echo "[$name]"', environ, size) as pane:
        assert len(pane.sees("esc cancel").splitlines()[0]) == size[0] - 1
        pane.resize(90, 20)
        end = time.monotonic() + 20
        while len(pane.screen().splitlines()[0]) != 89 and time.monotonic() < end:
            time.sleep(0.02)
        assert len(pane.screen().splitlines()[0]) == 89
        pane.press("Down", "Enter")
        pane.sees("[team:prod]")


def test_all_streams_may_lead_elsewhere(home: Home, environ: Mapping[str, str]) -> None:
    out, err = home.path / "out", home.path / "err"
    command = f"echo nothing | {AWSTTL} pick prod >{out} 2>{err}"
    with Pane(command, environ) as pane:
        pane.sees("team:prod")
        pane.press("Enter")
        pane.sees("exit 0")
    assert out.read_text() == "team:prod\n"
    assert err.read_text() == ""


@pytest.mark.heavy
@pytest.mark.parametrize("wanted", [True, False])
def test_the_mouse_is_as_the_settings_say(
    home: Home, environ: Mapping[str, str], *, wanted: bool
) -> None:
    home.settings(f"mouse = {str(wanted).lower()}")
    with Pane(f"{AWSTTL} pick", environ) as pane:
        pane.sees("team:prod")
        flag = pane.tmux("display-message", "-p", "#{mouse_any_flag}").strip()
        assert flag == str(int(wanted))


def test_several_are_printed_in_the_order_in_which_they_were_marked(
    environ: Mapping[str, str],
) -> None:
    with Pane(f"{AWSTTL} pick --multi", environ) as pane:
        pane.sees("mark")
        pane.press("Down", "Tab")
        pane.sees("✓ chosen")
        pane.press("Up", "Up", "Tab", "Enter")
        screen = pane.sees("exit 0")
    assert screen.split() == ["team:prod", "dev", "exit", "0"]


def test_json_is_that_of_the_list(home: Home, environ: Mapping[str, str]) -> None:
    out = home.path / "out"
    with Pane(f"{AWSTTL} pick --json dev >{out}", environ) as pane:
        pane.sees("dev")
        pane.press("Enter")
        pane.sees("exit 0")
    listed = json.loads(awsttl(home, "list", "--json").out)["profiles"]
    (chosen,) = json.loads(out.read_text())
    assert chosen == next(each for each in listed if each["profile"] == "dev")


@pytest.mark.parametrize("key", ["Escape", "C-c"])
def test_giving_up_prints_nothing_and_ends_with_130(key: str, environ: Mapping[str, str]) -> None:
    with Pane(f'name="$({AWSTTL} pick)"; echo "$? [$name]"', environ) as pane:
        pane.sees("type to filter")
        pane.press(key)
        pane.sees("130 []")


def test_no_match_ends_with_1_at_once_and_after_enter(
    home: Home, environ: Mapping[str, str]
) -> None:
    done = awsttl(home, "pick", "nowhere")
    assert (done.code, done.out) == (1, "")
    assert done.err == 'awsttl pick: no profile has the words "nowhere"\n'
    with Pane(f"{AWSTTL} pick", environ) as pane:
        pane.sees("type to filter")
        pane.type("nowhere")
        pane.sees("no profile has these words")
        pane.press("Enter")
        pane.sees("exit 1")


def test_without_a_terminal_nobody_is_asked(home: Home, environ: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "awsttl", "pick"],
        env={**environ, "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == ("awsttl pick: to choose needs a terminal; name the profile instead\n")


def test_a_popup_of_tmux_is_filled(home: Home, environ: Mapping[str, str]) -> None:
    inner = f"awsttl-test-{uuid.uuid4().hex[:12]}"
    tmux = f"{shlex.quote(required('tmux'))} -L {inner}"
    out = home.path / "out"
    popup = f"{tmux} display-popup -E -w 80 -h 20 {shlex.quote(f'{AWSTTL} pick >{out}')}"
    try:
        with Pane(f"env -u TMUX {tmux} -f {os.devnull} new-session sh", environ) as pane:
            pane.sees("[0]")
            pane.type(popup)
            pane.press("Enter")
            top = next(line for line in pane.sees("esc cancel").splitlines() if "esc" in line)
            # Between the frame of the popup, with a blank at the end of the line.
            assert top.rstrip().endswith("esc cancel │")
            pane.type("two")
            pane.sees_no_more("team:prod")
            pane.press("Enter")
            pane.sees_no_more("esc cancel")
    finally:
        subprocess.run([required("tmux"), "-L", inner, "kill-server"], check=False)
    assert out.read_text() == "two words\n"
