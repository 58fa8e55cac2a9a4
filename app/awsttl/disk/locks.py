"""Locks across threads and processes, for those who renew a session or write a file.

Any number of dashboards may be open. A lock is a file in awsttl's own state folder, locked by the
operating system: when the process that holds it is killed, the lock is free at once.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from awsttl.core.digests import sha256_hex
from awsttl.disk import folders
from awsttl.disk.own_folders import private, state_folder

_POLL: Final = 0.05
"""Seconds between two tries, and so the longest that a wait goes on after it was cancelled."""


@contextmanager
def lock(
    name: str,
    cancelled: threading.Event | None = None,
    seconds: float = 90,
    *,
    gives_way: bool = False,
) -> Iterator[bool]:
    """Wait until the lock of that *name* is free, and hold it for the block.

    Gives whether the block has the lock. It gives ``False`` once *cancelled* is set or *seconds*
    have passed: the caller then goes on without the lock or gives up, whichever does no harm. With
    *gives_way* the block loses the lock when it is cancelled: another thread of this process may
    have it before the block ends.

    Where the state folder cannot be written, the lock holds among the threads of this process only.
    """
    digest = sha256_hex(name.encode(errors="surrogateescape"))[:32]
    path = os.path.join(state_folder(), "locks", f"{digest}.lock")
    with _queues_lock:
        queue = _queues.setdefault(path, _Queue(path))
    holder = _Holder(cancelled, gives_way=gives_way)
    deadline = time.monotonic() + seconds
    try:
        while not (has_lock := queue.try_for(holder)):
            if holder.is_cancelled or time.monotonic() >= deadline:
                break
        yield has_lock
    finally:
        queue.leave(holder)


class _Holder:
    """A thread that holds a lock, or waits for it."""

    def __init__(self, cancelled: threading.Event | None, *, gives_way: bool) -> None:
        self._cancelled = cancelled
        self._gives_way = gives_way

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled is not None and self._cancelled.is_set()

    @property
    def is_void(self) -> bool:
        """Whether another thread may take its place."""
        return self._gives_way and self.is_cancelled


class _Queue:
    """All threads of this process that want one lock: it passes among them at once, without a poll.

    One of them, the holder, has the lock on the file or tries to get it. A thread that takes the
    place of a holder that gives way takes over the file's lock as well, if that is held.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._news = threading.Condition()
        self._holder: _Holder | None = None
        self._descriptor: int | None = None

    def try_for(self, holder: _Holder) -> bool:
        """Whether *holder* has the lock now. Takes :data:`_POLL` seconds if not."""
        with self._news:
            if holder.is_cancelled:
                return False
            if self._holder is None or self._holder.is_void:
                self._holder = holder
            if self._holder is not holder:
                self._news.wait(_POLL)
                return False
            if self._descriptor is not None or self._lock_file():
                return True
        time.sleep(_POLL)
        return False

    def leave(self, holder: _Holder) -> None:
        """Pass the lock on, if *holder* still has it."""
        with self._news:
            if self._holder is not holder:
                return
            self._holder = None
            if self._descriptor is not None:
                _unlock(self._descriptor)
                self._descriptor = None
            self._news.notify_all()

    def _lock_file(self) -> bool:
        """Whether the file's lock is held now, or cannot be: then this process goes on alone."""
        try:
            folder = os.path.dirname(self._path)
            private(os.path.dirname(folder))
            folders.make(folder)
            self._descriptor = _locked(self._path)
        except BlockingIOError:
            return False
        except OSError:
            pass  # There is no place for it: this process goes on alone.
        return True


def _locked(path: str) -> int:
    """The descriptor of a file that is locked now. Raises ``BlockingIOError``, and ``OSError``."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_there = os.fstat(descriptor).st_nlink > 0
    except BaseException:
        os.close(descriptor)
        raise
    if not is_there:
        # Somebody has removed the file, and the next one would lock another of its name.
        _unlock(descriptor)
        raise BlockingIOError
    return descriptor


def _unlock(descriptor: int) -> None:
    """Free a lock. Never raises: what was done under it is done."""
    with suppress(OSError):
        # A child that was forked meanwhile has the descriptor too, and would keep the lock.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    with suppress(OSError):
        os.close(descriptor)


_queues_lock: Final = threading.Lock()
_queues: Final[weakref.WeakValueDictionary[str, _Queue]] = weakref.WeakValueDictionary()
