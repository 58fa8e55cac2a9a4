"""What awsttl sees of the panes beside it, and types into one, in a real tmux."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from awsttl.core.snippets import Shell
from awsttl.terminal import tmux
from awsttl.terminal.tmux import TmuxError, is_here, other_panes, type_line
from support.home import Home
from support.tmux import DEADLINE, Pane

pytestmark = pytest.mark.needs("tmux")


@pytest.fixture
def pane(home: Home) -> Iterator[Pane]:
    """The pane that awsttl would be in."""
    with Pane("exec sleep 600", home.environ() | {"PS1": "prompt> "}) as pane:
        yield pane


def environ_of(pane: Pane) -> dict[str, str]:
    return {**os.environ, **pane.socket_environ, "TMUX_PANE": "%0"}


def other(pane: Pane, id_: str, *, busy: bool) -> tmux.Pane:
    """Another pane as awsttl sees it, once it is busy or not."""
    end = time.monotonic() + DEADLINE
    while True:
        found = next(each for each in other_panes(environ_of(pane)) if each.id == id_)
        if bool(found.busy) == busy or time.monotonic() > end:
            return found
        time.sleep(0.02)


def shows_prompt(pane: Pane, id_: str) -> None:
    """Wait until a shell shows its prompt, whatever that is."""
    end = time.monotonic() + DEADLINE
    while not pane.screen(of=id_).strip() and time.monotonic() < end:
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("command", "shell"),
    [
        pytest.param("bash --norc -i", Shell.POSIX, marks=pytest.mark.needs("bash")),
        pytest.param("zsh -f", Shell.POSIX, marks=pytest.mark.needs("zsh")),
        pytest.param("dash -i", Shell.POSIX, marks=pytest.mark.needs("dash")),
        pytest.param("fish -N", Shell.FISH, marks=pytest.mark.needs("fish")),
    ],
)
def test_a_shell_at_its_prompt_takes_a_line(command: str, shell: Shell, pane: Pane) -> None:
    id_ = pane.split(*command.split())
    shows_prompt(pane, id_)
    found = other(pane, id_, busy=False)
    assert (found.shell, found.busy) == (shell, "")
    assert found.runs == command
    type_line(found, " echo se''en", environ_of(pane))
    pane.sees("seen", of=id_)


def test_what_is_on_the_line_already_does_not_run(pane: Pane) -> None:
    id_ = pane.split("sh", "-i")
    pane.sees("prompt>", of=id_)
    pane.tmux("send-keys", "-t", id_, "-l", "echo half; ")
    pane.sees("half", of=id_)
    type_line(other(pane, id_, busy=False), " echo wh''ole", environ_of(pane))
    screen = pane.sees("whole", of=id_)
    assert "\nhalf" not in screen


def test_its_own_pane_is_not_among_them(pane: Pane) -> None:
    assert other_panes(environ_of(pane)) == []
    id_ = pane.split("sh", "-i")
    assert [each.id for each in other_panes(environ_of(pane))] == [id_]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("sleep", "600"), "sleep runs there"),
        (("sh", "-c", "sleep 600; true"), "sh is at work there"),
        (("bash", "-c", "while :; do :; done"), "bash is at work there"),
        (("bash", "-lc", "read line"), "bash is at work there"),
    ],
)
@pytest.mark.needs("bash")
def test_what_is_no_prompt_is_busy(command: tuple[str, ...], why: str, pane: Pane) -> None:
    id_ = pane.split(*command)
    end = time.monotonic() + DEADLINE
    while (found := other(pane, id_, busy=True)).busy != why and time.monotonic() < end:
        time.sleep(0.02)
    assert found.busy == why


def test_a_script_of_a_shell_is_busy(home: Home, pane: Pane) -> None:
    script = home.path / "script"
    script.write_text("read line\n")
    id_ = pane.split("sh", str(script))
    assert other(pane, id_, busy=True).busy == "sh is at work there"


def test_a_program_that_a_shell_has_started_is_busy_until_it_ends(pane: Pane) -> None:
    id_ = pane.split("sh", "-i")
    pane.sees("prompt>", of=id_)
    pane.tmux("send-keys", "-t", id_, "sleep 600", "Enter")
    found = other(pane, id_, busy=True)
    assert (found.runs, found.busy) == ("sleep 600", "sleep runs there")
    pane.tmux("send-keys", "-t", id_, "C-c")
    assert not other(pane, id_, busy=False).busy


def test_a_pane_that_is_scrolled_back_is_busy_and_can_be_typed_into(pane: Pane) -> None:
    id_ = pane.split("sh", "-i")
    pane.sees("prompt>", of=id_)
    pane.tmux("copy-mode", "-t", id_)
    found = other(pane, id_, busy=True)
    assert found.busy == "somebody scrolls back there"
    type_line(found, " echo se''en", environ_of(pane))
    pane.sees("seen", of=id_)


def test_blanks_in_a_folder_are_part_of_it(home: Home, pane: Pane) -> None:
    folder = home.path / "a folder // of mine"
    folder.mkdir(parents=True)
    id_ = pane.split("-c", str(folder), "sh", "-i")
    shows_prompt(pane, id_)  # before it runs, tmux may not know its folder
    assert Path(other(pane, id_, busy=False).folder) == folder


def test_outside_of_tmux_it_is_not_here(pane: Pane) -> None:
    assert is_here(environ_of(pane))
    assert not is_here({})
    assert not is_here({"TMUX_PANE": "%1"})


def test_what_tmux_says_is_the_reason(tmp_path: Path) -> None:
    environ: Mapping[str, str] = {**os.environ, "TMUX": f"{tmp_path}/none,1,0", "TMUX_PANE": "%0"}
    with pytest.raises(TmuxError, match=r"no server running|error connecting"):
        other_panes(environ)
    with pytest.raises(TmuxError, match="tmux is not on the PATH"):
        other_panes({**environ, "PATH": str(tmp_path)})
