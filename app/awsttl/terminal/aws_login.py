"""``aws login``: the browser sign-in of the AWS CLI, run in the terminal that the screen lends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Final

from awsttl.core.view import layout
from awsttl.terminal import browser


def run(path: str, profile: str, *, remote: bool = False, pause: bool = True) -> int:
    """Run ``aws login`` for that profile on this terminal; returns its exit code.

    *remote*: the page is opened by hand on another machine, and its code is typed here. Over SSH
    the person is asked whether it is so.
    Its stdout goes to stderr, where the terminal is: ours may be ``eval "$(awsttl)"``. Blocks for
    as long as the person takes in the browser. After a failure there is a *pause*, in which the
    person reads why, before the screen comes back. To be called on the main thread, while the
    screen is not there.
    """
    terminal = sys.__stderr__.fileno() if sys.__stderr__ else 2
    if not remote and browser.is_elsewhere(os.environ):
        answer = _offered(terminal)
        if answer is None:
            return _INTERRUPTED
        remote = answer
    command = [path, "login", "--profile", profile, *(["--remote"] if remote else [])]
    _say(terminal, f"\nawsttl runs: {' '.join(command)}\n")
    with _ignoring_interrupts():
        try:
            code = subprocess.call(command, stdout=terminal)  # noqa: S603 (no shell; the profile is one argument)
        except OSError as error:
            _say(terminal, f"{error.strerror}\n")
            code = 127
        if code and pause and not was_interrupted(code):
            _say(terminal, "\nThat did not work. Press Enter to go back to awsttl. ")
            with contextlib.suppress(OSError):
                os.read(0, 1024)
    return code


_INTERRUPTED: Final = 128 + signal.SIGINT


def was_interrupted(code: int) -> bool:
    """Whether it ended by Ctrl+C."""
    return code in (-signal.SIGINT, _INTERRUPTED)


def _offered(terminal: int) -> bool | None:
    """Whether to sign in with ``--remote``; ``None`` where the person gives up."""
    _say(
        terminal,
        "\nThis is a session over SSH. aws login waits for a browser on this machine; with\n"
        "--remote it prints a link for a browser anywhere, and asks for the page's code.\n"
        "Sign in with --remote? [Y/n] ",
    )

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, give_up)
    try:
        typed = os.read(0, 1024)
    except (KeyboardInterrupt, OSError):
        typed = b""
    finally:
        signal.signal(signal.SIGINT, before)
    if not typed:
        return None
    return typed.strip().lower() not in (b"n", b"no")


def _say(terminal: int, text: str) -> None:
    """Write lines, without control characters: a profile's name comes from a file."""
    text = "\n".join(map(layout.printable, text.split("\n")))
    with contextlib.suppress(OSError):
        os.write(terminal, text.encode())


@contextlib.contextmanager
def _ignoring_interrupts() -> Iterator[None]:
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
