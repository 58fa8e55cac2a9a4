"""The ways in which files are written, and how they come to look old."""

from __future__ import annotations

import os
import time
from pathlib import Path


def in_place(path: Path, body: bytes = b"new") -> Path:
    """Write like AWS CLI v2: truncate and write.

    Where the file system's clock is coarse, it is done again until the file has another time.
    """
    before = path.stat().st_ctime_ns if path.exists() else 0
    while not path.exists() or path.stat().st_ctime_ns == before:
        path.write_bytes(body)
    return path


def by_rename(path: Path, body: bytes = b"new") -> Path:
    """Write like botocore and editors: another file, ``other.tmp``, takes the place."""
    other = path.with_name("other.tmp")
    other.write_bytes(body)
    return other.replace(path)


def of_age(path: Path) -> None:
    """Let a file be past the patience that half-written ones are given."""
    long_ago = time.time() - 3600
    os.utime(path, (long_ago, long_ago))
