"""Results go to stdout, words to stderr, each in whatever encoding it takes."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from awsttl.core.secret import Secret


def show(text: str) -> None:
    """Print *text* on stdout, and a line end where it has none.

    Names in files may be in any encoding; what the terminal cannot show is printed as ``?``.
    Raises ``OSError`` where there is no stdout.
    """
    show_lines([text.removesuffix("\n")])


def show_lines(lines: Iterable[str]) -> None:
    """Print lines as a result on stdout; each gets a line end."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, "there is no stdout to print on")
    _write(sys.stdout, lines)


def show_exactly(text: Secret) -> None:
    """Print a text with secrets on stdout, byte for byte: a value must not be changed.

    Raises ``OSError`` where there is no stdout, and ``UnicodeEncodeError`` where its encoding
    cannot hold a value.
    """
    if sys.stdout is None:
        raise OSError(errno.EBADF, "there is no stdout to print on")
    sys.stdout.write(text.reveal())
    sys.stdout.flush()


def say(text: str) -> None:
    """Print one line of words on stderr, free of control characters: names come from files."""
    from awsttl.core.view.layout import printable

    if sys.stderr is not None:
        _write(sys.stderr, [printable(text)])


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person looks at that stream, so that colours and progress are welcome."""
    return stream is not None and stream.isatty()


def is_colourful(stream: TextIO | None) -> bool:
    """Whether colours may go to that stream; ``NO_COLOR`` (https://no-color.org) forbids them."""
    return (
        is_terminal(stream)
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM", "") not in ("", "dumb")
    )


def _write(stream: TextIO, lines: Iterable[str]) -> None:
    encoding = stream.encoding or "utf-8"
    for line in lines:
        shown = line if line.isascii() else line.encode(encoding, "replace").decode(encoding)
        stream.write(f"{shown}\n")
    stream.flush()
