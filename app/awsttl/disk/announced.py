"""Who says something first: once per session and stage, in however many panes.

A claim is an empty file in awsttl's state folder, made with ``O_EXCL``: only one process can
make it. Nobody takes it back; old ones are swept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Iterable
from typing import Final

from awsttl.disk.locks import turn
from awsttl.disk.own_folders import state_folder

KEPT: Final = 2 * 86400.0
"""Seconds for which a claim stands. No pane that is alive comes so late."""
_TURN_SECONDS: Final = 5.0
"""Seconds to wait for another pane that is just claiming."""


def claim(names: Iterable[str]) -> frozenset[str]:
    """Claim what these *names* stand for; returns those that nobody had claimed before.

    Several names are claimed in one turn, so that of two panes that want the same at the same
    moment one gets all of them. Where claims cannot be made, everything counts as claimed by
    this call: better twice than never.
    """
    wanted = frozenset(names)
    try:
        with turn("warned", seconds=_TURN_SECONDS):
            folder = os.path.join(state_folder(), "warned")
            os.makedirs(folder, mode=0o700, exist_ok=True)
            _sweep(folder)
            return frozenset(name for name in wanted if _make(folder, name))
    except OSError:
        return wanted


def _make(folder: str, name: str) -> bool:
    digest = hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:32]
    try:
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
        os.close(os.open(os.path.join(folder, digest), flags, 0o600))
    except FileExistsError:
        return False
    except OSError:
        return True
    return True


def _sweep(folder: str) -> None:
    """Remove old claims. Their times are this machine's, and so is the clock they are held to."""
    old = time.time() - KEPT
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            # Another pane may be sweeping too.
            with contextlib.suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime < old:
                    os.unlink(entry.path)
