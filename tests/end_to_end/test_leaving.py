"""Leaving the dashboard, for good or for a while: nothing that is typed then goes astray."""

from __future__ import annotations

import contextlib
import os
import pty
import random
import re
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import frames
from benchmarks.programs import AWSTTL as PROGRAM
from benchmarks.pseudo_terminal import Terminal
from support.heavy import also_heavy
from support.home import Home
from support.tmux import AWSTTL, DEADLINE, Pane

pytestmark = pytest.mark.needs("tmux", "bash")


@pytest.fixture
def profiles(home: Home) -> Home:
    home.credentials(
        "".join(
            f"[{name}]\naws_access_key_id = AKIA\naws_secret_access_key = none\n"
            for name in ("one", "two", "three")
        )
    )
    return home


@pytest.fixture
def shell(profiles: Home) -> Iterator[Pane]:
    """A shell with job control, in which nothing runs yet."""
    environ = profiles.environ() | {"PS1": "ready> "}
    with Pane("bash --norc --noprofile -i", environ) as pane:
        pane.sees("ready>")
        yield pane


def cursor(pane: Pane) -> str:
    """The profile under the cursor."""
    found = re.search(r"^▌\S* *(\S+)", pane.screen(), re.MULTILINE)
    return found[1] if found else ""


def cursor_is_on(pane: Pane, name: str) -> None:
    """Wait until the cursor is on that profile."""
    end = time.monotonic() + DEADLINE
    while cursor(pane) != name:
        assert time.monotonic() < end, pane.screen()
        time.sleep(0.02)


class TestForGood:
    @pytest.mark.parametrize(
        "behind", ["l", "/one\r", *also_heavy("u", "/", "d", "?", "e", "lqlq", "r\x1b")]
    )
    def test_what_is_typed_behind_q_is_not_handled(self, behind: str, profiles: Home) -> None:
        with Pane(AWSTTL, profiles.environ()) as pane:
            pane.sees("one", "two")
            pane.type("q" + behind)
            screen = pane.sees("exit 0")
            assert "Traceback" not in screen
            assert "unset" not in screen, "the key behind it has printed something"

    def test_nor_what_is_typed_behind_ctrl_c_in_a_dialog(self, profiles: Home) -> None:
        with Pane(AWSTTL, profiles.environ()) as pane:
            pane.sees("one", "two")
            pane.press("?")
            pane.sees("alive, and reused")
            pane.type("q")  # closes the help
            pane.sees_no_more("alive, and reused")
            pane.type("\x03ldu")
            assert "Traceback" not in pane.sees("exit 0")


class TestAtASignal:
    @pytest.mark.heavy
    @pytest.mark.parametrize(
        ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGQUIT, 131)]
    )
    def test_it_gives_the_terminal_back_and_says_so_by_its_exit_code(
        self, shell: Pane, profiles: Home, number: signal.Signals, code: int
    ) -> None:
        shell.type(f"cd; stty -g > before; {AWSTTL}; echo code $?; stty -g > after\r")
        shell.sees("one", "quit")
        os.kill(dashboard_below(shell), number)
        shell.sees(f"code {code}")
        shell.type("cmp before after && echo $((6*7))\r")
        shell.sees("42")

    @pytest.mark.heavy
    @pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # (the child only execs)
    def test_it_ends_although_the_terminal_takes_nothing(self, profiles: Home) -> None:
        """As one behind a network that has gone: the event loop waits for it to take a frame."""
        pid, terminal = pty.fork()
        if not pid:
            os.execve(PROGRAM[0], PROGRAM, profiles.environ() | {"TERM": "xterm-256color"})
        try:
            shown, end = b"", time.monotonic() + DEADLINE
            while b"three" not in shown and time.monotonic() < end:
                shown += os.read(terminal, 65536)
            for _ in range(60):
                os.write(terminal, b"?")
                time.sleep(0.02)
                os.write(terminal, b"\x1b")
                time.sleep(0.02)
            os.kill(pid, signal.SIGTERM)
            while not (gone := os.waitpid(pid, os.WNOHANG))[0] and time.monotonic() < end:
                time.sleep(0.05)
            assert gone[0] == pid
            assert os.waitstatus_to_exitcode(gone[1]) == 143
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.close(terminal)

    def test_no_core_of_it_is_written(self, shell: Pane, profiles: Home) -> None:
        """There are sessions in its memory. What ``exec`` runs has the person's own limit."""
        shell.type("ulimit -c unlimited\r")
        shell.type(f"{AWSTTL}\r")
        shell.sees("one", "quit")
        limits = Path(f"/proc/{dashboard_below(shell)}/limits").read_text()
        assert re.search(r"^Max core file size +0 ", limits, re.MULTILINE), limits
        shell.press("q")
        shell.sees("ready>")
        shell.type(f"{AWSTTL} exec --no-input one -- sh -c 'ulimit -c'\r")
        shell.sees("unlimited")


class TestWithoutFreeDescriptors:
    @pytest.mark.heavy
    @pytest.mark.parametrize("keys", ["edur?ls", "rRvtc", "nEDPa", "xum/o\r"])
    def test_no_key_ends_it(self, shell: Pane, profiles: Home, keys: str) -> None:
        shell.type(f"{AWSTTL}\r")
        shell.sees("one", "quit")
        pid = dashboard_below(shell)
        most = resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]
        opened = max(int(path.name) for path in Path(f"/proc/{pid}/fd").iterdir())
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (opened + 1, most))
        for key in keys:
            shell.type(key)
            time.sleep(0.1)
            shell.press("Escape")
            time.sleep(0.3)  # else it would be Alt and the next key
            assert Path(f"/proc/{pid}").exists(), shell.screen()
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, most))
        shell.press("j")
        cursor_is_on(shell, "three")
        shell.press("q")
        assert "Traceback" not in shell.sees("ready>")


def dashboard_below(shell: Pane) -> int:
    """The process that the shell in a pane has started."""
    pid = int(shell.tmux("display-message", "-p", "#{pane_pid}"))
    for _ in ("the shell with job control", "what that runs"):
        found = subprocess.run(
            ["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True, check=True
        )
        pid = int(found.stdout.split()[0])
    return pid


class TestForAWhile:
    def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_brings_the_screen_back(
        self, shell: Pane
    ) -> None:
        shell.type(f"{AWSTTL}\r")
        shell.sees("one", "two", "quit")
        shell.press("C-z")
        shell.sees("Stopped")
        shell.type("echo $((6*7))\r")
        assert "quit" not in shell.sees("42")
        shell.type("fg\r")
        shell.sees("quit")
        cursor_is_on(shell, "one")
        shell.press("j")
        cursor_is_on(shell, "three")  # one step, not two: one thread reads the keys
        shell.press("q")
        shell.sees("ready>")

    @pytest.mark.heavy
    def test_ctrl_z_in_a_dialog_too_and_in_another_size_when_it_comes_back(
        self, shell: Pane
    ) -> None:
        shell.type(f"{AWSTTL}\r")
        shell.sees("one", "quit")
        shell.press("l")
        shell.sees("what happened")
        shell.press("C-z")
        shell.sees("Stopped")
        shell.resize(90, 24)
        shell.type("fg\r")
        shell.sees("what happened")
        shell.press("Escape")
        shell.sees("? keys")
        assert len(shell.screen().rstrip("\n").split("\n")) == 24

    @pytest.mark.heavy
    def test_in_the_background_it_waits_for_the_terminal(self, shell: Pane) -> None:
        shell.type(f"{AWSTTL}\r")
        shell.sees("one", "quit")
        shell.press("C-z")
        shell.sees("Stopped")
        shell.type("bg; echo $((6*7))\r")
        assert "quit" not in shell.sees("42")
        shell.type("fg\r")
        shell.sees("quit")
        shell.press("j")
        cursor_is_on(shell, "three")

    @pytest.mark.heavy
    def test_a_group_stops_as_a_whole(self, shell: Pane) -> None:
        """``make run`` waits for awsttl: were awsttl alone to stop, no shell would take over."""
        shell.type(f"sh -c '{AWSTTL}; echo over'\r")
        shell.sees("one", "quit")
        shell.press("C-z")
        shell.sees("Stopped")
        shell.type("fg\r")
        shell.sees("quit")
        shell.press("q")
        shell.sees("over")

    def test_where_no_shell_would_take_over_nothing_stops(self, profiles: Home) -> None:
        with Pane(AWSTTL, profiles.environ()) as pane:
            pane.sees("one", "quit")
            pane.press("C-z")
            pane.press("j")
            cursor_is_on(pane, "three")

    def test_inside_a_substitution_it_says_why_not(self, shell: Pane) -> None:
        shell.type(f'x="$({AWSTTL})"\r')
        shell.sees("one", "quit")
        shell.press("C-z")
        shell.sees("cannot be suspended")
        shell.press("j")
        cursor_is_on(shell, "three")

    @pytest.mark.heavy
    @pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # (the child only execs)
    def test_stopped_by_another_process_it_comes_back_with_one_thread_for_the_keys(
        self, profiles: Home
    ) -> None:
        environ = profiles.environ() | {"TERM": "xterm-256color"}
        with Terminal(PROGRAM, environ) as terminal:
            frames.draw(terminal)
            os.kill(terminal.pid, signal.SIGSTOP)
            os.kill(terminal.pid, signal.SIGCONT)
            frames.draw(terminal)
            terminal.press("j")
            frames.draw(terminal)
            assert [line for line in terminal.lines if line.startswith("▌∞ three")]

    @pytest.mark.heavy
    @pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # (the child only execs)
    def test_that_ends_in_the_middle_of_what_it_writes_leaves_it_alive(
        self, profiles: Home
    ) -> None:
        environ = profiles.environ() | {"TERM": "xterm-256color"}
        dice = random.Random(1)
        with Terminal(PROGRAM, environ) as terminal:
            frames.draw(terminal)
            for _ in range(150):
                terminal.send(dice.choice((b"j", b"k", b"G", b"g")))
                time.sleep(dice.random() * 0.02)
                os.kill(terminal.pid, signal.SIGCONT)
                terminal.catch_up()
            terminal.send(b"?")
            terminal.wait_until(lambda it: "alive, and reused" in " ".join(it.lines), "help")
