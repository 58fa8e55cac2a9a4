"""Has all threads share one heap of the C library's.

glibc gives each thread that asks for memory a heap of its own, up to eight for each processor, and
what is free in one of them is of no use to another. A dashboard renews in threads that come and
go: after some hundred renewals it held 20 MB of free memory. Python lets one thread run at a time,
so a heap for each gains nothing.
"""

from __future__ import annotations

import contextlib
import sys
from typing import Final

_ARENA_MAX: Final = -8
"""``M_ARENA_MAX`` of glibc's ``malloc.h``."""


def share() -> None:
    """From now on, threads that begin use the heaps that are there.

    Does nothing where the C library is not glibc. Imports ctypes, which takes 5 ms.
    """
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
