"""One at a time, across threads and processes: who renews a session, who writes a file.

Any number of dashboards may be open. Locks are files in awsttl's own state folder, held by the
operating system: one whose holder was killed is free at once.
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

from awsttl.disk.own_folders import private, state_folder

_POLL: Final = 0.05
"""Seconds between two tries: so soon a cancelled wait ends."""


@contextmanager
def turn(
    name: str,
    cancelled: threading.Event | None = None,
    seconds: float = 90,
    *,
    gives_way: bool = False,
) -> Iterator[bool]:
    """Wait until nobody else has the turn of that *name*, and have it for the block.

    Gives ``False``, without the turn, once *cancelled* is set or *seconds* have passed: the
    caller then goes on alone or gives up, whichever does no harm. One that *gives way* loses its
    turn when it is cancelled: another thread of this process may have it before the block ends.

    Where the state folder cannot be written, a turn is one among the threads of this process.
    """
    digest = hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:32]
    path = os.path.join(state_folder(), "locks", f"{digest}.lock")
    with _naming:
        queue = _queues.setdefault(path, _Queue(path))
    holder = _Holder(cancelled, gives_way=gives_way)
    deadline = time.monotonic() + seconds
    try:
        while not (has_turn := queue.try_for(holder)):
            if holder.is_cancelled or time.monotonic() >= deadline:
                break
        yield has_turn
    finally:
        queue.leave(holder)


class _Holder:
    """Somebody who has a turn, or is next."""

    def __init__(self, cancelled: threading.Event | None, *, gives_way: bool) -> None:
        self._cancelled = cancelled
        self._gives_way = gives_way

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled is not None and self._cancelled.is_set()

    @property
    def is_void(self) -> bool:
        """Whether another may take the place."""
        return self._gives_way and self.is_cancelled


class _Queue:
    """All of this process who want one turn: among them it passes on at once, without a poll.

    One of them, the holder, has or is after the lock on the file. Who takes the place of a holder
    that gives way takes the lock as well, if it is held.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._news = threading.Condition()
        self._holder: _Holder | None = None
        self._lock: FileLock | None = None

    def try_for(self, holder: _Holder) -> bool:
        """Whether *holder* has the turn now. Takes :data:`_POLL` seconds if not."""
        with self._news:
            if holder.is_cancelled:
                return False
            if self._holder is None or self._holder.is_void:
                self._holder = holder
            if self._holder is not holder:
                self._news.wait(_POLL)
                return False
            if self._lock is not None or self._take_lock():
                return True
        time.sleep(_POLL)
        return False

    def leave(self, holder: _Holder) -> None:
        """Pass the turn on, if *holder* still has it."""
        with self._news:
            if self._holder is not holder:
                return
            self._holder = None
            if self._lock is not None:
                self._lock.release()
                self._lock = None
            self._news.notify_all()

    def _take_lock(self) -> bool:
        try:
            folder = os.path.dirname(self._path)
            private(os.path.dirname(folder))
            os.makedirs(folder, mode=0o700, exist_ok=True)
            # Not thread-local: who lets go of it may be another than who took it.
            lock = FileLock(self._path, mode=0o600, thread_local=False)
            lock.acquire(timeout=0)
        except Timeout:
            return False
        except (OSError, NotImplementedError):
            return True
        self._lock = lock
        return True


_naming: Final = threading.Lock()
_queues: Final[weakref.WeakValueDictionary[str, _Queue]] = weakref.WeakValueDictionary()
