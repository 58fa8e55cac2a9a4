"""Puts a file in the place of another and gets that other in one step, so that it can be looked at.

Linux has ``renameat2(…, RENAME_EXCHANGE)`` for it, since 3.15 and on most file systems. Python has
no function for that call, so it is made through the C library.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
import stat
import sys
from functools import cache
from typing import Any, Final

_HERE: Final = -100
"""AT_FDCWD: a path is meant from the working folder on."""
_EXCHANGE: Final = 2
"""RENAME_EXCHANGE."""
_PIECE: Final = 1 << 16
"""Bytes that are read at once."""
_TRIES: Final = 100
"""How often to put a file back while yet another program keeps saving."""
_UNKNOWN_HERE: Final = (errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.EOPNOTSUPP)
"""What systems and file systems say that cannot exchange files."""


class Content:
    """The bytes of a file, in a form that no log and no traceback shows."""

    __slots__ = ("bytes",)

    def __init__(self, body: bytes) -> None:
        self.bytes = body

    def __repr__(self) -> str:
        return f"<{len(self.bytes)} bytes>"


def exchange(ours: str, target: str, known: Content) -> bool:
    """Put the file *ours* in the place of *target*, if that still holds *known*.

    Returns whether it is there now. The file that was not wanted is at *ours* then, or gone.
    Raises ``OSError``. Where files cannot be exchanged, *target* is replaced unseen.
    """
    mine = _identity(ours)
    try:
        _swap(ours, target)
    except OSError as error:
        if error.errno not in _UNKNOWN_HERE:
            raise
        os.replace(ours, target)
        return True
    is_known = False
    try:
        is_known = holds(ours, known) and not _is_being_written(ours)
    finally:
        # Also where it cannot be looked at: then nobody knows whose it is.
        if not is_known:
            _put_back(ours, target, mine)
    return is_known


def close(descriptor: int) -> None:
    """Close a file from which nothing more is wanted. Never raises."""
    with contextlib.suppress(OSError):
        os.close(descriptor)


def holds(path: str, known: Content) -> bool:
    """Whether there is a regular file with this content. Raises ``OSError``."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size != len(known.bytes):
            return False
        rest = memoryview(known.bytes)
        while rest and (piece := os.read(descriptor, min(len(rest), _PIECE))):
            if rest[: len(piece)] != piece:
                return False
            rest = rest[len(piece) :]
        return not rest and not os.read(descriptor, 1)
    finally:
        close(descriptor)


def _put_back(saved: str, target: str, mine: tuple[int, int]) -> None:
    """Give *target* back what another program had saved there.

    That program, or a third, may have saved again since: then what comes out is not the file that
    was put in, but the newest of all, and is put back in turn.
    """
    expected = mine
    for _ in range(_TRIES):
        putting = _identity(saved)
        _swap(saved, target)
        if _identity(saved) == expected:
            return
        expected = putting


def _identity(path: str) -> tuple[int, int]:
    status = os.lstat(path)
    return status.st_dev, status.st_ino


def _is_being_written(path: str) -> bool:
    """Whether a program has the file open for writing: only then it grants no read lease."""
    lease = getattr(fcntl, "F_SETLEASE", None)
    if lease is None:
        return False
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        # Who breaks a lease sends its holder a signal. This one is ignored, and SIGIO would kill.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, lease, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, lease, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno in (errno.EAGAIN, errno.EACCES)
    finally:
        close(descriptor)
    return False


def _swap(one: str, other: str) -> None:
    call = _renameat2()
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    import ctypes

    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), one, None, other)


@cache
def _renameat2() -> Any:
    """The C library's function; ``None`` where it has none."""
    if sys.platform != "linux":
        return None
    import ctypes  # 5 ms, which only those pay who edit a file

    with contextlib.suppress(OSError, AttributeError):
        function = ctypes.CDLL(None, use_errno=True).renameat2
        text = ctypes.c_char_p
        function.argtypes = (ctypes.c_int, text, ctypes.c_int, text, ctypes.c_uint)
        return function
    return None
