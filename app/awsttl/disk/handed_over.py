"""Text with secrets in it that another program is to read once: a file of its own, mode 0600.

The reader removes it. What was never read is removed by :func:`withdraw`, or by the next
:func:`sweep` of any awsttl.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import time
from typing import Final

from awsttl.core.secret import Secret
from awsttl.disk import own_folders

LIFETIME: Final = 60.0
"""Seconds that a reader has."""

_FOLDER: Final = "handed-over"
_UNSAFE: Final = re.compile(r"[^\w.@+-]+", re.ASCII)


def write(text: Secret, name: str, suffix: str) -> str:
    """Write *text* into a new file; returns its path, which *name* is a part of.

    Names of profiles may hold anything; what a shell would take for more than a name is left out.
    Raises ``OSError``.
    """
    folder = own_folders.private(_folder())
    prefix = f"{_UNSAFE.sub('-', name)[:60]}-"
    descriptor, path = tempfile.mkstemp(suffix, prefix, folder)  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text.reveal())
    except BaseException:
        withdraw(path)  # half of it, which nobody will read
        raise
    return path


def withdraw(path: str) -> None:
    """Remove a file that nobody has read. Never raises."""
    with contextlib.suppress(OSError):
        os.unlink(path)


def sweep() -> None:
    """Remove what was never read, and whose awsttl is gone. Never raises."""
    with contextlib.suppress(OSError), os.scandir(_folder()) as listing:
        for item in listing:
            with contextlib.suppress(OSError):
                # Either way: a clock that was set back leaves files of a time to come.
                if abs(time.time() - item.stat(follow_symlinks=False).st_mtime) > LIFETIME:
                    os.unlink(item.path)


def _folder() -> str:
    return os.path.join(own_folders.state_folder(), _FOLDER)
