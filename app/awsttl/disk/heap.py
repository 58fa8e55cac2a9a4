"""The memory that the C library keeps for this process, and what of it goes back to the machine.

glibc gives each thread that asks for memory a heap of its own, up to eight for each processor, and
what is free in one of them is of no use to another. A dashboard renews in threads that come and
go: after some hundred renewals it held 20 MB of free memory. Python lets one thread run at a time,
so a heap for each gains nothing.
"""

from __future__ import annotations

import contextlib
import sys
from typing import Any, Final

_ARENA_MAX: Final = -8
"""``M_ARENA_MAX`` of glibc's ``malloc.h``."""


def share() -> None:
    """From now on, threads that begin use the heaps that are there.

    Does nothing where the C library is not glibc. Imports ctypes, which takes 5 ms.
    """
    with contextlib.suppress(OSError, AttributeError):
        _library().mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Give back to the machine what is free. Takes some milliseconds, in which others may run.

    Does nothing where the C library is not glibc.
    """
    with contextlib.suppress(OSError, AttributeError):
        _library().malloc_trim(0)


def _library() -> Any:
    """The C library. Raises ``OSError`` where none is found that has such functions."""
    if sys.platform != "linux":
        raise OSError("not Linux")
    import ctypes

    return ctypes.CDLL(None)
