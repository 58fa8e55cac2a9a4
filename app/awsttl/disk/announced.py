"""What was announced already: a warning appears once, in however many dashboards are open.

For each announcement there is an empty file in awsttl's state folder, made with ``O_EXCL``, so that
only one process can make it. The file stays; those that are two days old are removed.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from typing import Final

from awsttl.core.digests import sha256_hex
from awsttl.disk import folders
from awsttl.disk.locks import lock
from awsttl.disk.own_folders import state_folder

KEPT: Final = 2 * 86400.0
"""Seconds after which such a file is removed. A dashboard that runs announces much earlier."""
_LOCK_SECONDS: Final = 5.0
"""Seconds to wait for another dashboard that is making such files at this moment."""


def mark_announced(names: Iterable[str]) -> frozenset[str]:
    """Mark *names* as announced; returns those that were not marked before.

    The caller announces what is returned. All names are marked under one lock: of two dashboards
    that mark the same names at the same moment, one gets all of them. Where no file can be made,
    all names are returned: a warning that appears twice is better than none.
    """
    wanted = frozenset(names)
    try:
        with lock("warned", seconds=_LOCK_SECONDS):
            folder = os.path.join(state_folder(), "warned")
            folders.make(folder)
            _sweep(folder)
            return frozenset(name for name in wanted if _make(folder, name))
    except OSError:
        return wanted


def _make(folder: str, name: str) -> bool:
    digest = sha256_hex(name.encode(errors="surrogateescape"))[:32]
    try:
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
        os.close(os.open(os.path.join(folder, digest), flags, 0o600))
    except FileExistsError:
        return False
    except OSError:
        return True
    return True


def _sweep(folder: str) -> None:
    """Remove old files. Their times and the clock are both this machine's."""
    old = time.time() - KEPT
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            # Another dashboard may be removing it at the same time.
            with contextlib.suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime < old:
                    os.unlink(entry.path)
