"""One at a time, across threads and processes: who renews a session, who writes a file.

Any number of dashboards may be open. Locks are files in awsttl's own state folder, held by the
operating system: one whose holder was killed is free at once.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from filelock import FileLock, Timeout

from awsttl.disk.ownfolders import state_folder

_POLL: Final = 0.05
"""Seconds between two tries: so soon a cancelled wait ends."""


@contextmanager
def turn(
    name: str, cancelled: threading.Event | None = None, seconds: float = 90
) -> Iterator[bool]:
    """Wait until nobody else has the turn of that *name*, and have it for the block.

    Gives ``False``, without the turn, once *cancelled* is set or *seconds* have passed: the
    caller then goes on alone or gives up, whichever does no harm. Raises ``OSError`` where the
    state folder cannot be written.
    """
    folder = os.path.join(state_folder(), "locks")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    # Not thread-local: each caller has a lock object of its own, so threads wait as well.
    lock = FileLock(os.path.join(folder, f"{digest}.lock"), mode=0o600, thread_local=False)
    deadline = time.monotonic() + seconds
    has_turn = False
    while not has_turn and not (cancelled and cancelled.is_set()):
        try:
            lock.acquire(timeout=0)
            has_turn = True
        except Timeout:
            if time.monotonic() >= deadline:
                break
            time.sleep(_POLL)
    try:
        yield has_turn
    finally:
        if has_turn:
            lock.release()
