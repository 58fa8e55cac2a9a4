"""Threads that come and go leave no heap of their own behind."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

_PROGRAM = """
import ctypes, threading
from awsttl.disk import heap
{first}
together = threading.Barrier(6)
def work():
    together.wait()
    kept = [bytes(4000 + number) for number in range(200)]
    together.wait()
threads = [threading.Thread(target=work) for _ in range(6)]
for each in threads: each.start()
for each in threads: each.join()
libc = ctypes.CDLL(None)
stdout = ctypes.c_void_p.in_dll(libc, "stdout")
libc.malloc_info(0, stdout)
libc.fflush(stdout)
"""


_GIVES_BACK = """
import ctypes, gc
from pathlib import Path
from awsttl.disk import heap
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1])
kept = []
gone = []
for _ in range(4000):
    gone.append(bytes(8000))
    kept.append(bytes(600))
del gone
before = resident()
heap.give_back()
print(before - resident())
"""


def _heaps(first: str) -> int:
    environ = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    program = [sys.executable, "-c", _PROGRAM.format(first=first)]
    told = subprocess.run(program, env=environ, capture_output=True, text=True, check=True).stdout
    return told.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has heaps of threads")
def test_threads_share_the_heap_that_is_there() -> None:
    assert _heaps("") > 1
    assert _heaps("heap.share()") == 1


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what is free so")
def test_what_is_free_between_what_is_not_goes_back() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _GIVES_BACK], capture_output=True, text=True, check=True
    ).stdout
    assert int(told) * 4096 > 4_000_000
