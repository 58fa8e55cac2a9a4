"""Copying into a real tmux, and through OSC 52 into a real terminal, which is tmux again."""

from __future__ import annotations

import base64
import errno
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import awsttl
from awsttl.core.secret import Secret
from awsttl.terminal import clipboard
from awsttl.terminal.clipboard import ClipboardError, copy

TEXT = "export AWS_SECRET_ACCESS_KEY='wJalr/+$(x) \\ ü 世界 🌍';\n\ttabs, and a second line\n"


@dataclass
class Screen:
    """A terminal that keeps what is written to it."""

    written: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.written.append(text)


@dataclass(frozen=True)
class Tmux:
    """A private tmux server with one session in it."""

    environ: dict[str, str]
    """That of a program in a pane of it."""

    def run(self, *arguments: str) -> bytes:
        command = ["tmux", *arguments]
        done = subprocess.run(
            command, env=self.environ, capture_output=True, check=True, timeout=20
        )
        return done.stdout

    def buffers(self) -> list[bytes]:
        """What is in the buffers, the newest first."""
        names = self.run("list-buffers", "-F", "#{buffer_name}").decode().split()
        return [self.run("show-buffer", "-b", name) for name in names]


@pytest.fixture
def tmux() -> Iterator[Tmux]:
    # A socket's path may have a hundred characters: pytest's own folders are too deep.
    with tempfile.TemporaryDirectory(prefix="awsttl-") as folder:
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "LC_ALL": "C.UTF-8",
            "TMUX_TMPDIR": folder,
            "PYTHONPATH": str(Path(awsttl.__file__).parents[1]),
        }
        private = ["tmux", "-L", "clipboard", "-f", "/dev/null"]
        subprocess.run([*private, "new-session", "-d", "cat"], env=environ, check=True, timeout=20)
        try:
            told = subprocess.run(
                [*private, "display-message", "-p", "#{socket_path},#{pid},0"],
                env=environ,
                capture_output=True,
                check=True,
                text=True,
                timeout=20,
            )
            yield Tmux({**environ, "TMUX": told.stdout.strip()})
        finally:
            subprocess.run([*private, "kill-server"], env=environ, check=True, timeout=20)


def stand_in(folder: Path, script: str) -> str:
    """A ``PATH`` on which ``tmux`` is this script, with the real one's path in ``$real``."""
    program = folder / "tmux"
    real = shlex.quote(shutil.which("tmux") or "tmux")
    program.write_text(f"#!/bin/sh\nreal={real}\n{script}\n")
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


# --- inside tmux ---


@pytest.mark.needs("tmux")
def test_inside_tmux_the_text_becomes_the_newest_buffer(tmux: Tmux) -> None:
    screen = Screen()
    assert copy(Secret("before"), tmux.environ, screen.write) == "tmux buffer"
    assert copy(Secret(TEXT), tmux.environ, screen.write) == "tmux buffer"
    assert tmux.run("show-buffer") == TEXT.encode()
    assert screen.written == [], "nothing is drawn"


@pytest.mark.heavy
@pytest.mark.needs("tmux")
@pytest.mark.parametrize("text", [TEXT, "x"])
def test_it_is_removed_after_the_time_that_was_asked_for_and_nothing_else_is(
    tmux: Tmux, text: str
) -> None:
    copy(Secret("theirs"), tmux.environ, Screen().write)
    where = copy(Secret(text), tmux.environ, Screen().write, 2.0)
    assert where == "tmux buffer, for 0:02"
    copy(Secret("later"), tmux.environ, Screen().write)
    deadline = time.monotonic() + 30
    while len(tmux.run("list-buffers").splitlines()) > 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert tmux.buffers() == [b"later", b"theirs"]


@pytest.mark.needs("tmux")
def test_until_then_it_is_there(tmux: Tmux) -> None:
    copy(Secret(TEXT), tmux.environ, Screen().write, 3600.0)
    assert tmux.buffers() == [TEXT.encode()]


@pytest.mark.heavy
@pytest.mark.needs("tmux")
def test_one_that_was_removed_by_hand_before_is_no_error(tmux: Tmux) -> None:
    copy(Secret(TEXT), tmux.environ, Screen().write, 1.0)
    tmux.run("delete-buffer")
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        assert b"delete-buffer" not in tmux.run("capture-pane", "-p")
        time.sleep(0.2)


@pytest.mark.needs("tmux")
def test_a_tmux_that_cannot_wait_keeps_it(tmux: Tmux, tmp_path: Path) -> None:
    """Before 3.2 it knows no ``run-shell -d``."""
    script = 'case "$1" in run-shell) exit 1;; esac; exec "$real" "$@"'
    environ = {**tmux.environ, "PATH": stand_in(tmp_path, script)}
    assert copy(Secret(TEXT), environ, Screen().write, 60.0) == "tmux buffer"


@pytest.mark.needs("tmux")
def test_tmux_itself_gets_no_session(tmux: Tmux, tmp_path: Path) -> None:
    script = f'env > {tmp_path}/env; exec "$real" "$@"'
    session = {"AWS_SECRET_ACCESS_KEY": "never-1", "AWS_SESSION_TOKEN": "never-2"}
    environ = {**tmux.environ, **session, "PATH": stand_in(tmp_path, script)}
    copy(Secret(TEXT), environ, Screen().write)
    told = (tmp_path / "env").read_text()
    assert "TMUX=" in told
    assert "never" not in told


@pytest.mark.needs("tmux")
def test_a_long_text_fits_into_a_tmux_buffer(tmux: Tmux) -> None:
    text = "0123456789abcdef" * 20_000
    copy(Secret(text), tmux.environ, Screen().write)
    assert tmux.run("show-buffer") == text.encode()


@pytest.mark.needs("tmux")
def test_a_tmux_before_3_2_which_knows_no_w_is_asked_without_it(tmux: Tmux, tmp_path: Path) -> None:
    """The real tmux, behind a door that refuses ``-w`` as 3.1 does."""
    usage = "usage: load-buffer [-b buffer-name] path"
    path = stand_in(
        tmp_path, f'case "$*" in *-w*) echo "{usage}" >&2; exit 1;; esac\nexec "$real" "$@"'
    )
    word = copy(Secret(TEXT), {**tmux.environ, "PATH": path}, Screen().write)
    assert word == "tmux buffer"
    assert tmux.buffers() == [TEXT.encode()]


@pytest.mark.needs("tmux")
def test_the_text_is_on_no_command_line_and_in_no_environment(tmux: Tmux, tmp_path: Path) -> None:
    """Others can read both: the real tmux behind a door that notes what it is given."""
    noted = tmp_path / "noted"
    path = stand_in(tmp_path, f'{{ echo "$@"; env; }} >> {noted}\nexec "$real" "$@"')
    copy(Secret(TEXT), {**tmux.environ, "PATH": path}, Screen().write)
    assert tmux.run("show-buffer") == TEXT.encode()
    assert "load-buffer -w -" in noted.read_text()
    assert "wJalr" not in noted.read_text()


@pytest.mark.needs("tmux")
def test_a_tmux_that_is_gone_is_an_error_of_one_line(tmp_path: Path) -> None:
    gone = {"PATH": os.environ["PATH"], "TMUX": f"{tmp_path}/gone,1,0"}
    with pytest.raises(ClipboardError, match=r"^tmux: ") as caught:
        copy(Secret(TEXT), gone, Screen().write)
    assert "\n" not in str(caught.value)


def test_a_tmux_that_is_not_installed_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ClipboardError, match="tmux is not on the PATH"):
        copy(Secret(TEXT), {"PATH": str(tmp_path), "TMUX": "/s,1,0"}, Screen().write)


def test_a_tmux_that_cannot_be_run_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "tmux").mkdir()
    with pytest.raises(ClipboardError, match="tmux cannot be run: "):
        copy(Secret(TEXT), {"PATH": str(tmp_path), "TMUX": "/s,1,0"}, Screen().write)


def test_a_tmux_that_does_not_answer_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "TIMEOUT", 0.1)
    path = stand_in(tmp_path, "exec sleep 600")
    with pytest.raises(ClipboardError, match="tmux did not answer") as caught:
        copy(Secret(TEXT), {"PATH": path, "TMUX": "/s,1,0"}, Screen().write)
    assert caught.value.__cause__ is None


# --- elsewhere ---


@pytest.mark.parametrize("environ", [{}, {"TMUX": ""}, {"TERM": "xterm-256color"}])
def test_elsewhere_the_terminal_is_asked_by_one_osc_52(environ: dict[str, str]) -> None:
    screen = Screen()
    assert copy(Secret(TEXT), environ, screen.write) == "terminal (OSC 52)"
    (sequence,) = screen.written
    assert sequence.startswith("\x1b]52;c;")
    assert sequence.endswith("\a")
    payload = sequence.removeprefix("\x1b]52;c;").removesuffix("\a")
    assert base64.b64decode(payload, validate=True) == TEXT.encode()


@pytest.mark.needs("tmux")
def test_a_real_terminal_takes_the_osc_52(tmux: Tmux) -> None:
    """The terminal is tmux, of which the program in it is told nothing."""
    tmux.run("set-option", "-s", "set-clipboard", "on")
    program = (
        "import sys; from awsttl.core.secret import Secret; "
        "from awsttl.terminal.clipboard import copy; "
        f"copy(Secret({TEXT!r}), {{}}, sys.stdout.write); sys.stdout.flush(); sys.stdin.read()"
    )
    tmux.run("new-window", shlex.join([sys.executable, "-c", program]))
    deadline = time.monotonic() + 20
    while not (found := tmux.buffers()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert found == [TEXT.encode()]


def test_what_terminals_would_drop_for_its_length_is_refused() -> None:
    screen = Screen()
    copy(Secret("x" * 74_994), {}, screen.write)
    assert len(screen.written[0]) == 100_000
    with pytest.raises(ClipboardError, match="too long for OSC 52: 100,004 bytes"):
        copy(Secret("x" * 74_995), {}, screen.write)
    assert len(screen.written) == 1


@pytest.mark.parametrize("term", ["linux", "dumb"])
def test_a_terminal_without_a_clipboard_is_not_written_to(term: str) -> None:
    screen = Screen()
    with pytest.raises(ClipboardError, match="no clipboard"):
        copy(Secret(TEXT), {"TERM": term}, screen.write)
    assert screen.written == []


def test_a_terminal_that_went_away_is_an_error() -> None:
    terminal, program = os.openpty()
    os.close(terminal)
    with pytest.raises(ClipboardError, match=os.strerror(errno.EIO)):
        copy(Secret(TEXT), {}, lambda text: print(os.write(program, text.encode())))
    os.close(program)


# --- anywhere ---


@pytest.mark.parametrize("environ", [{}, {"TMUX": "/s,1,0"}])
def test_copying_nothing_is_refused(environ: dict[str, str]) -> None:
    """OSC 52 would empty the clipboard, and tmux would keep what it has."""
    screen = Screen()
    with pytest.raises(ClipboardError, match="nothing to copy"):
        copy(Secret(""), environ, screen.write)
    assert screen.written == []


@pytest.mark.parametrize("environ", [{}, {"TMUX": "/s,1,0", "PATH": os.environ["PATH"]}])
def test_a_text_that_has_no_bytes_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(ClipboardError, match="not valid Unicode"):
        copy(Secret("\ud800"), environ, Screen().write)
