"""Locks across threads and processes, for those who renew a session or write a file.

Any number of dashboards may be open. A lock is a file in awsttl's own state folder, locked by the
operating system: when the process that holds it is killed, the lock is free at once.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from filelock import FileLock, Timeout

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
    digest = hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:32]
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
        self._lock: FileLock | None = None

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
            if self._lock is not None or self._lock_file():
                return True
        time.sleep(_POLL)
        return False

    def leave(self, holder: _Holder) -> None:
        """Pass the lock on, if *holder* still has it."""
        with self._news:
            if self._holder is not holder:
                return
            self._holder = None
            if self._lock is not None:
                self._lock.release()
                self._lock = None
            self._news.notify_all()

    def _lock_file(self) -> bool:
        """Whether the file's lock is held now, or cannot be: then this process goes on alone."""
        try:
            folder = os.path.dirname(self._path)
            private(os.path.dirname(folder))
            folders.make(folder)
            # Not thread-local: the thread that releases it may not be the one that took it.
            file_lock = FileLock(self._path, mode=0o600, thread_local=False)
            file_lock.acquire(timeout=0)
        except Timeout:
            return False
        except (OSError, NotImplementedError):
            return True
        self._lock = file_lock
        return True


_queues_lock: Final = threading.Lock()
_queues: Final[weakref.WeakValueDictionary[str, _Queue]] = weakref.WeakValueDictionary()
