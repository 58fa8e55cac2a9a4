"""What Linux tells about a process: the time it ran, the memory it holds."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CLOCK_OF_PROCESS: Final = 2
"""CPUCLOCK_SCHED: the low bits of the id of a process's CPU clock, as
``clock_getcpuclockid(3)`` makes it."""

MEGABYTE: Final = 1_000_000


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process, ended ones too.

    The sum of utime and stime in ``/proc/PID/stat``, in nanoseconds: those two come in
    hundredths of a second, and a program at rest takes ten of them in a whole window.
    """
    return time.clock_gettime(~pid << 3 | _CLOCK_OF_PROCESS)


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes."""

    private: int
    """What would be free if the process ended."""
    resident: int


def memory(pid: int) -> Memory:
    """What a process holds now."""
    sizes = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, kilobytes, _ = line.split()
        sizes[name] = int(kilobytes) * 1024
    return Memory(sizes["Private_Clean:"] + sizes["Private_Dirty:"], sizes["Rss:"])


def open_handles() -> int:
    """How many files, sockets and pipes this process has open, the listing's own not counted."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir()) - 1


def machine() -> str:
    """Processor, cores, kernel, and how busy others keep it."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith(("model name", "Model"))
        ),
        os.uname().machine,
    )
    kernel, load = os.uname().release, os.getloadavg()[0]
    return f"{model}, {os.cpu_count()} cores, Linux {kernel}, load {load:.2f}"
