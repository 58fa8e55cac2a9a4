"""``aws login``: the browser sign-in of the AWS CLI, run in the terminal that the screen lends."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Final

from awsttl.core.model import Problem

SINCE: Final = (2, 32)
"""The first AWS CLI that knows ``aws login``."""
_INSTALL: Final = "install AWS CLI 2.32 or newer, and press r again"
_PATIENCE: Final = 30.0
"""Seconds for ``aws --version``: the first start after an update compiles half of Python."""


def find(environ: Mapping[str, str]) -> str | Problem:
    """The path of an AWS CLI that knows ``aws login``, or what to install.

    Runs ``aws --version``, so it is called when a key asks, and off the event loop.
    """
    path = shutil.which("aws", path=environ.get("PATH"))
    if path is None:
        return Problem("aws-cli-missing", "aws login is the AWS CLI's, which is not here", _INSTALL)
    try:
        asked = subprocess.run(  # noqa: S603 (the person's own aws)
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return Problem("aws-cli-missing", "the AWS CLI does not run here", _INSTALL)
    found = re.search(r"aws-cli/(\d+)\.(\d+)\S*", asked.stdout)
    if found is None or (int(found[1]), int(found[2])) < SINCE:
        here = f"; here is {found[0]}" if found else ""
        return Problem("aws-cli-old", f"aws login needs a newer AWS CLI{here}", _INSTALL)
    return path


def run(path: str, profile: str) -> int:
    """Run ``aws login`` for that profile on this terminal; returns its exit code.

    Its stdout goes to stderr, where the terminal is: ours may be ``eval "$(awsttl)"``. Blocks for
    as long as the person takes in the browser. After a failure the person reads why before the
    screen comes back. To be called on the main thread, while the screen is not there.
    """
    terminal = sys.__stderr__.fileno() if sys.__stderr__ else 2
    command = [path, "login", "--profile", profile]
    _say(terminal, f"\nawsttl runs: {' '.join(command)}\n")
    with _deaf():
        try:
            code = subprocess.call(command, stdout=terminal)  # noqa: S603
        except OSError as error:
            _say(terminal, f"{error.strerror}\n")
            code = 127
        if code and not was_interrupted(code):
            _say(terminal, "\nThat did not work. Press Enter to go back to awsttl. ")
            with contextlib.suppress(OSError):
                os.read(0, 1024)
    return code


def was_interrupted(code: int) -> bool:
    """Whether it ended by Ctrl+C."""
    return code in (-signal.SIGINT, 128 + signal.SIGINT)


def _say(terminal: int, text: str) -> None:
    with contextlib.suppress(OSError):
        os.write(terminal, text.encode())


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Leave the keys that end or stop a program to the child.

    The terminal sends their signals to both. Those that end it the child meets with the system's
    own handlers. Ctrl+Z would stop it behind a screen that waits: it is ignored by both.
    """

    def nothing(_number: int, _frame: FrameType | None) -> None:
        pass

    before = {number: signal.signal(number, nothing) for number in (signal.SIGINT, signal.SIGQUIT)}
    before[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
