"""Warnings as a terminal gets them: a real tmux, and a terminal around it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shlex
import signal
import struct
import subprocess
import termios
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.home import Home
from support.programs import required
from support.tmux import AWSTTL, DEADLINE, Pane

pytestmark = [pytest.mark.needs("tmux"), pytest.mark.heavy]

DEV = {"role_arn": "arn:aws:iam::111122223333:role/Dev", "source_profile": "base"}


@pytest.fixture
def dev(home: Home) -> Home:
    home.credentials("[base]\naws_access_key_id = A\naws_secret_access_key = S\n")
    home.config("[profile dev]\n" + "".join(f"{key} = {value}\n" for key, value in DEV.items()))
    return home


def eventually(condition: Callable[[], bool], what: Callable[[], str]) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, what()
        time.sleep(0.02)


def is_titled(pane: Pane, title: str) -> None:
    eventually(lambda: pane.title() == title, lambda: f"{title!r}, but {pane.title()!r}")


def test_the_pane_is_titled_the_bell_rings_and_the_title_comes_back(dev: Home) -> None:
    dev.cli_cache(DEV, expires_at=time.time() + 5)
    with Pane(f"printf '\\033]2;before\\a'; {AWSTTL}", dev.environ()) as pane:

        def bell() -> str:
            return pane._tmux("display-message", "-p", "#{window_bell_flag}").strip()

        is_titled(pane, "awsttl: dev <1m")
        pane.sees("dev has expired")
        eventually(lambda: bell() == "1", lambda: "no bell")
        is_titled(pane, "awsttl")
        pane.press("q")
        pane.sees("exit 0")
        is_titled(pane, "before")


@pytest.fixture
def job(dev: Home) -> Iterator[Pane]:
    """The dashboard as a job of a shell, in a pane that had a title, with a session expiring."""
    dev.cli_cache(DEV, expires_at=time.time() + 598)
    script = f"printf '\\033]2;before\\a'; {AWSTTL} & echo $! > $HOME/pid; fg; echo left; read; fg"
    with Pane(f"bash -mc {shlex.quote(script)}", dev.environ()) as pane:
        is_titled(pane, "awsttl: dev 9m")
        yield pane


def send(number: signal.Signals, dev: Home) -> None:
    os.kill(int((dev.path / "pid").read_text()), number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_title_comes_back_when_it_is_ended_from_outside(
    number: signal.Signals, dev: Home, job: Pane
) -> None:
    send(number, dev)
    job.sees("left")
    is_titled(job, "before")


def test_the_title_is_the_shells_while_it_is_stopped(dev: Home, job: Pane) -> None:
    send(signal.SIGTSTP, dev)
    job.sees("left")
    is_titled(job, "before")
    job.press("Enter")
    is_titled(job, "awsttl: dev 9m")
    job.press("q")
    job.sees("exit 0")
    is_titled(job, "before")


def test_nothing_of_it_goes_to_a_stdout_that_is_read(dev: Home) -> None:
    dev.cli_cache(DEV, expires_at=time.time() + 5)
    with Pane(f"{AWSTTL} > $HOME/out", dev.environ()) as pane:
        pane.sees("dev has expired")
        pane.press("q")
        pane.sees("exit 0")
    assert (dev.path / "out").read_bytes() == b""


class Outside:
    """The terminal around tmux: everything that it is sent."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.received = b""

    def gets(self, wanted: bytes) -> None:
        end = time.monotonic() + DEADLINE
        while wanted not in self.received:
            left = end - time.monotonic()
            assert left > 0, self.received[-2000:]
            if select.select([self._descriptor], [], [], left)[0]:
                self.received += os.read(self._descriptor, 65536)


@contextmanager
def terminal_around_tmux(folder: Path, settings: str, environ: dict[str, str]) -> Iterator[Outside]:
    """A pseudo-terminal in which a tmux with these settings runs the dashboard."""
    server = f"awsttl-test-{uuid.uuid4().hex[:12]}"
    (folder / "tmux.conf").write_text(settings)
    tmux = [required("tmux"), "-L", server]
    command = [*tmux, "-f", str(folder / "tmux.conf"), "new-session", AWSTTL]
    pid, descriptor = pty.fork()
    if not pid:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        os.execve(command[0], command, environ | {"TERM": "xterm-256color"})
    try:
        yield Outside(descriptor)
    finally:
        subprocess.run([*tmux, "kill-server"], capture_output=True, check=False)
        os.close(descriptor)
        os.waitpid(pid, 0)


def test_a_notification_goes_through_tmux_to_the_terminal(dev: Home, tmp_path: Path) -> None:
    settings = "set -g allow-passthrough on\nset -g set-titles on\nset -g set-titles-string '#T'\n"
    with terminal_around_tmux(tmp_path, settings, dev.environ()) as outside:
        outside.gets(b"no session")
        dev.cli_cache(DEV, expires_at=time.time() + 5)
        outside.gets(b"awsttl: dev <1m")
        outside.gets(b"\x1b]9;awsttl: dev has expired\x07")
        outside.gets(b"\x1b]777;notify;awsttl;dev has expired\x07")


def test_a_tmux_that_lets_nothing_through_shows_nothing_of_it_either(
    dev: Home, tmp_path: Path
) -> None:
    settings = "set -g allow-passthrough off\nset -g visual-bell off\n"
    with terminal_around_tmux(tmp_path, settings, dev.environ()) as outside:
        outside.gets(b"no session")
        dev.cli_cache(DEV, expires_at=time.time() + 5)
        outside.gets(b"dev has expired")
        outside.gets(b"just now")
        assert b"777" not in outside.received
        assert b"notify" not in outside.received
