"""Reads a file of this machine: a plain one, of a sensible size, within a sensible time.

Everything that awsttl reads comes through here. A file may be gigabytes long, a link to a device
without an end, or a pipe in which nobody writes; each of these would fill the memory, or hold a
thread for ever. This module is imported for a shell's completion too, and so imports little.
"""

from __future__ import annotations

import errno
import os
import stat
import time

MOST_BYTES = 1_000_000
"""The largest file of a cache that is read. Real entries have a few kilobytes."""
MOST_SETTINGS = 32_000_000
"""The largest config or credentials file: a hundred thousand profiles have some 20 MB."""
MOST_OWN = 64_000_000
"""The largest file that awsttl keeps for itself: a clearing of a whole cache, for one."""
PATIENCE = 5.0
"""Seconds after which a file that comes bit by bit is given up, as from a network that hangs."""

_PIECE = 1_000_000
_FLAGS = (
    os.O_RDONLY
    # Opening a pipe would wait for another program; a terminal would become this process's own.
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


def read(path: str | os.PathLike[str], most: int = MOST_BYTES) -> bytes:
    """All bytes of a file. Raises ``OSError`` also for what is no plain file, or too large.

    What is no plain file is not even opened: a program that writes into a pipe would notice.
    """
    check(path, most)
    return read_with_status(path, most)[0]


def check(path: str | os.PathLike[str], most: int = MOST_BYTES) -> None:
    """Raise ``OSError`` where :func:`read` would refuse a file, before a library reads it."""
    _check(os.stat(path), most)


def read_with_status(
    path: str | os.PathLike[str], most: int = MOST_BYTES
) -> tuple[bytes, os.stat_result]:
    """The bytes of a file that was found to be a plain one, and its ``stat`` as of then."""
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        _check(status, most)
        # The size as of now: making a larger buffer takes longer than the reading.
        body = os.read(descriptor, min(status.st_size, _PIECE) + 1)
        if len(body) != status.st_size:
            body = _rest(descriptor, body, most)
        return body, status
    finally:
        os.close(descriptor)


def _rest(descriptor: int, body: bytes, most: int) -> bytes:
    """A file to its end, which has grown, or comes in pieces, or does not tell its size."""
    end = time.monotonic() + PATIENCE
    pieces = [body]
    length = len(body)
    while pieces[-1]:
        if length > most:
            raise OSError(errno.EFBIG, "it is far too large")
        if time.monotonic() > end:
            raise OSError(errno.ETIMEDOUT, "it takes too long to read")
        pieces.append(os.read(descriptor, _PIECE))
        length += len(pieces[-1])
    return b"".join(pieces)


def _check(status: os.stat_result, most: int) -> None:
    if stat.S_ISREG(status.st_mode) and status.st_size <= most:
        return
    if stat.S_ISDIR(status.st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    raise OSError(errno.EFBIG, "it is far too large")
