"""What helps where a file cannot be written: it depends on what the system says.

The sentences are those of Linux and macOS (``strerror``), which stand in awsttl's own errors too.
"""

from __future__ import annotations

from typing import Final

_ADVICE: Final = (
    ("No space left on device", "make room: the disk with {folder} is full"),
    ("quota exceeded", "make room: your share of the disk with {folder} is used up"),
    (
        "Input/output error",
        "see the system's log: the disk with {folder} is failing",
    ),
    ("Too many open files in system", "end a program: the system has no more files to open"),
    ("Too many open files", "restart awsttl: it has as many files open as it may (ulimit -n)"),
    ("Cannot allocate memory", "end a program: the system has no more memory"),
    ("Read-only file system", "make {folder} writable: it is mounted for reading only"),
    ("No locks available", "try again; if it stays so, mount {folder} anew"),
    ("Stale file handle", "mount {folder} anew: its file server has forgotten it"),
    ("Stale NFS file handle", "mount {folder} anew: its file server has forgotten it"),
    ("File too large", "raise the largest size that a file may have (ulimit -f)"),
    ("levels of symbolic links", "mend the links on the way to {folder}: they lead in a circle"),
)
"""What the system says, in part → what a person does about it."""


def advice(said: str, folder: str) -> str:
    """What to do about it, as a command; *folder* is where the file was to be written."""
    known = (words for part, words in _ADVICE if part in said)
    return next(known, "make {folder} a folder that you may write to").format(folder=folder)
