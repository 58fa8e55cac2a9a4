"""Copying from inside a terminal: a tmux buffer inside tmux, OSC 52 elsewhere.

tmux drops the OSC 52 of the programs in it unless ``set-clipboard`` is ``on``, which it is not by
default; its own ``load-buffer -w`` both keeps the text and passes it on to the terminal outside.
"""

from __future__ import annotations

import base64
import math
import re
import subprocess
from collections.abc import Callable, Mapping
from typing import Final

from awsttl.core import countdown
from awsttl.core.profiles.environment import without_keys
from awsttl.core.secret import Secret

TIMEOUT: Final = 5.0
"""Seconds that tmux gets. It answers in milliseconds, unless its server is stopped."""

OSC52_LIMIT: Final = 100_000
"""Bytes of a whole OSC 52 sequence. Terminals cap it, without a word: hterm at this length, which
is the lowest known; others take more."""

_NO_CLIPBOARD: Final = ("dumb", "linux")
"""Values of ``TERM`` whose terminals have no clipboard, and may draw the sequence instead."""


class ClipboardError(Exception):
    """Why nothing was copied, in one line."""


def copy(
    secret: Secret,
    environ: Mapping[str, str],
    write: Callable[[str], None],
    forget_after: float = 0.0,
) -> str:
    """Copies the text and says where it went, in a word or two.

    tmux removes it from its buffers after *forget_after* seconds, also where awsttl has ended by
    then; with 0 it stays there.
    *write* writes to the terminal. Whether a terminal heeds OSC 52 cannot be known: the word names
    the way, not the success. Raises :class:`ClipboardError`.
    """
    if not secret:
        raise ClipboardError("there is nothing to copy")
    if environ.get("TMUX"):
        _to_tmux(secret, environ)
        if forget_after > 0 and _forget(forget_after, environ):
            return f"tmux buffer, for {countdown.left(forget_after, 0).text.strip()}"
        return "tmux buffer"
    _to_terminal(secret, environ, write)
    return "terminal (OSC 52)"


def _to_tmux(secret: Secret, environ: Mapping[str, str]) -> None:
    # Before tmux 3.2 there is no -w. Whatever the first try's reason is, the second one's counts.
    if _load_buffer(("-w", "-"), secret, environ) and (
        reason := _load_buffer(("-",), secret, environ)
    ):
        raise ClipboardError(f"tmux: {reason}")


def _forget(seconds: float, environ: Mapping[str, str]) -> bool:
    """Have tmux remove the newest buffer then. Whether it will; before 3.2 it cannot wait."""
    try:
        name = _tmux(("list-buffers", "-F", "#{buffer_name}"), b"", environ).stdout.split(b"\n")[0]
        if not _BUFFER.fullmatch(name):
            return False
        command = f"tmux delete-buffer -b {name.decode()} 2>/dev/null || :"
        wait = str(max(1, math.ceil(seconds)))
        return _tmux(("run-shell", "-b", "-d", wait, command), b"", environ).returncode == 0
    except ClipboardError:
        return False


_BUFFER: Final = re.compile(rb"[A-Za-z0-9_]{1,40}")
"""A name that tmux has given itself: ``buffer0012``."""


def _load_buffer(arguments: tuple[str, ...], secret: Secret, environ: Mapping[str, str]) -> str:
    """Runs ``tmux load-buffer``, and gives the first line of its complaint, if it has one.

    The text goes in by stdin: a command line is there for everybody to read.
    """
    try:
        # What is no Unicode came out of the environment, and goes back as the same bytes.
        body = secret.reveal().encode(errors="surrogateescape")
    except UnicodeError:
        raise ClipboardError("the text is not valid Unicode") from None
    done = _tmux(("load-buffer", *arguments), body, environ)
    if done.returncode == 0:
        return ""
    complaint = done.stderr.decode(errors="replace").strip()
    return complaint.partition("\n")[0] or f"exit status {done.returncode}"


def _tmux(
    words: tuple[str, ...], given: bytes, environ: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 (no shell, and the words are tmux's)
            ("tmux", *words),  # noqa: S607 (the tmux of the person's own PATH)
            input=given,
            capture_output=True,
            check=False,
            env=without_keys(environ),
            timeout=TIMEOUT,
        )
    # No causes: their frames hold the text.
    except FileNotFoundError:
        raise ClipboardError("tmux is not on the PATH") from None
    except subprocess.TimeoutExpired:
        raise ClipboardError(f"tmux did not answer for {TIMEOUT:.0f} seconds") from None
    except OSError as error:
        raise ClipboardError(f"tmux cannot be run: {error.strerror}") from None


def _to_terminal(secret: Secret, environ: Mapping[str, str], write: Callable[[str], None]) -> None:
    if environ.get("TERM") in _NO_CLIPBOARD:
        raise ClipboardError("this terminal has no clipboard")
    try:
        sequence = Secret(_osc52(secret))
    except UnicodeError:
        raise ClipboardError("the text is not valid Unicode") from None
    size = len(sequence.reveal())
    if size > OSC52_LIMIT:
        raise ClipboardError(f"too long for OSC 52: {size:,} bytes, the limit is {OSC52_LIMIT:,}")
    try:
        write(sequence.reveal())
    except OSError as error:
        raise ClipboardError(f"the terminal cannot be written to: {error.strerror}") from None


def _osc52(secret: Secret) -> str:
    """The sequence that asks a terminal to put the text on the clipboard (``c``)."""
    payload = base64.b64encode(secret.reveal().encode(errors="surrogateescape")).decode()
    return f"\x1b]52;c;{payload}\a"
