"""The tmux that awsttl runs in: the other panes of its window, and what is typed into one.

Nothing secret may be typed: tmux keeps what a pane shows, and so do terminals.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from typing import Final, NamedTuple

from awsttl.core.profiles.environment import without_keys
from awsttl.core.snippets import Shell
from awsttl.terminal import shells

TIMEOUT: Final = 5.0
"""Seconds that tmux and ps get. They answer in milliseconds, unless a server is stopped."""

_FIELDS: Final = (
    "#{pane_id} #{pane_index} #{pane_tty} #{pane_in_mode} #{pane_dead} "
    "#{pane_current_command}//#{pane_current_path}"
)
"""What may have blanks in it comes last; a path begins with a slash, and has no two in a row."""


class TmuxError(Exception):
    """Why tmux did not do it, in one line."""


class Pane(NamedTuple):
    """Another pane of the window."""

    id: str
    """tmux's own name for it: ``%3``."""
    number: str
    """Its number in the window, as ``display-panes`` shows it."""
    runs: str
    """What has its keyboard: a program with its arguments."""
    folder: str
    shell: Shell | None
    """The language of what runs there; ``None`` where that is no shell."""
    busy: str
    """Why what is typed there would not reach a shell's prompt; empty where it would."""

    @property
    def language(self) -> Shell:
        """What to write for whatever runs there: it may be a shell behind an ``ssh``."""
        return self.shell or Shell.POSIX


class Foreground(NamedTuple):
    """A process that has a terminal's keyboard."""

    state: str
    """ps's letters for it."""
    arguments: str


def is_here(environ: Mapping[str, str]) -> bool:
    """Whether this program runs in a pane of a tmux."""
    return bool(environ.get("TMUX") and environ.get("TMUX_PANE"))


def version(environ: Mapping[str, str]) -> tuple[int, int]:
    """The version of the tmux on the PATH, without its letter. Raises :class:`TmuxError`."""
    said = _run(["tmux", "-V"], environ)
    found = re.search(r"(\d+)\.(\d+)", said)
    if found is None:
        # Built from its repository, as on OpenBSD: "tmux master", "tmux openbsd-7.4".
        return (99, 0)
    return int(found[1]), int(found[2])


def other_panes(environ: Mapping[str, str]) -> list[Pane]:
    """The panes of this window but our own. Blocks; raises :class:`TmuxError`."""
    own = environ.get("TMUX_PANE", "")
    listed = _run(["tmux", "list-panes", "-t", own, "-F", _FIELDS], environ)
    rows = [row for row in (line.split(" ", 5) for line in listed.splitlines()) if len(row) == 6]
    rows = [row for row in rows if row[0] != own]
    keyboards = _foreground([row[2] for row in rows], environ)
    return [_pane(row, keyboards.get(_short(row[2]), [])) for row in rows]


def type_line(pane: Pane, line: str, environ: Mapping[str, str]) -> None:
    """Type a line into a pane, in place of what is on its line already, and press Enter.

    Raises :class:`TmuxError`.
    """
    # Leaves a mode in which one scrolls back; without one, it does nothing.
    _run(["tmux", "copy-mode", "-q", "-t", pane.id], environ)
    _run(["tmux", "send-keys", "-t", pane.id, "C-u"], environ)
    _run(["tmux", "send-keys", "-t", pane.id, "-l", line], environ)
    _run(["tmux", "send-keys", "-t", pane.id, "Enter"], environ)


def _pane(fields: list[str], foreground: list[Foreground]) -> Pane:
    id_, number, _tty, in_mode, dead, rest = fields
    command, _, folder = rest.partition("//")
    runs = foreground[-1].arguments if foreground else command
    shell = shells.of_program(command)
    if dead == "1":
        busy = "its program has ended"
    elif shell is None:
        busy = f"{command} runs there"
    elif foreground and not _is_at_prompt(foreground):
        busy = f"{command} is at work there"
    else:
        busy = ""
    if in_mode == "1" and not busy:
        busy = "somebody scrolls back there"
    return Pane(id_, number, runs, folder, shell, busy)


def _is_at_prompt(foreground: list[Foreground]) -> bool:
    """Whether a shell waits for a line: it is alone, sleeps, and runs no script.

    Whether it sleeps in the middle of its own ``read`` nobody can tell from outside.
    """
    if len(foreground) != 1:
        return False
    (shell,) = foreground
    words = shell.arguments.split()[1:]
    has_script = any(not word.startswith("-") for word in words)
    has_command = any(re.fullmatch(r"-[a-z]*c", word) for word in words)
    return shell.state.startswith("S") and not has_script and not has_command


def _foreground(ttys: list[str], environ: Mapping[str, str]) -> dict[str, list[Foreground]]:
    """Terminal → the processes that have its keyboard; nothing where there is no ps."""
    if not ttys:
        return {}
    asked = ["ps", "-o", "tty=,stat=,args=", "-t", ",".join(map(_short, ttys))]
    try:
        listed = _run(asked, environ)
    except TmuxError:
        return {}
    found: dict[str, list[Foreground]] = {}
    for line in listed.splitlines():
        words = line.split(None, 2)
        if len(words) == 3 and "+" in words[1]:
            found.setdefault(words[0], []).append(Foreground(words[1], words[2].strip()))
    return found


def _short(tty: str) -> str:
    """A terminal as ps names it: ``pts/3``."""
    return tty.removeprefix("/dev/")


def _run(command: list[str], environ: Mapping[str, str]) -> str:
    """What a program says on stdout."""
    try:
        done = subprocess.run(  # noqa: S603 (no shell; the words are ours and tmux's)
            command,
            capture_output=True,
            check=False,
            env=without_keys(environ),
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT,
        )
    except FileNotFoundError:
        raise TmuxError(f"{command[0]} is not on the PATH") from None
    except subprocess.TimeoutExpired:
        raise TmuxError(f"{command[0]} did not answer for {TIMEOUT:.0f} seconds") from None
    except OSError as error:
        raise TmuxError(f"{command[0]} cannot be run: {error.strerror}") from None
    if done.returncode:
        complaint = os.fsdecode(done.stderr).strip().partition("\n")[0]
        raise TmuxError(complaint or f"{command[0]} has failed: exit code {done.returncode}")
    return os.fsdecode(done.stdout)
