"""A day in a few minutes: does anything grow?"""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Sequence
from typing import Any, Final

from . import kernel, programs
from .homes import Home
from .pseudo_terminal import MeasureError
from .report import Finding, Group, Settings, Target

_MEMORY: Final = Target("24 hours compressed: memory, from a tenth of it to the end", 2, "MB")
_THREADS: Final = Target("the same: threads more than at the start", 0, "")
_HANDLES: Final = Target("the same: open handles more than at the start", 0, "")
_TIMERS: Final = Target("the same: timers more than at the start", 0, "")

_LONGEST: Final = 900.0
"""Seconds after which a day has failed."""


def live_a_day(settings: Settings) -> dict[str, Any]:
    """Run :mod:`.day` in a process of its own; see there."""
    home = Home(settings.scratch / "day", 1)  # its files are the child's to write
    child = subprocess.Popen(
        programs.part("day", str(home.path), str(settings.changes)),
        cwd=programs.CHECKOUT,
        env=home.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        output, errors = child.communicate(timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        raise MeasureError(f"the day was not over after {_LONGEST:g} s") from None
    finally:
        child.kill()
        child.communicate()
    if child.returncode:
        ending = signal.strsignal(-child.returncode) if child.returncode < 0 else child.returncode
        raise MeasureError(f"the day ended early: {ending}\n{errors[-3000:]}")
    story: dict[str, Any] = json.loads(output)
    if story["opened"] < story["changes"] / 2:
        raise MeasureError(f"of {story['changes']} changed files only {story['opened']} were read")
    return story


def measure_day(settings: Settings) -> Sequence[Finding]:
    """One day is one run: what grows, grows in it a thousand times."""
    story = live_a_day(settings)
    start, tenth, end = story["start"], story["tenth"], story["end"]
    resident = [held["resident"] / kernel.MEGABYTE for held in (start, tenth, end)]
    memory = Finding(
        _MEMORY,
        resident[2] - resident[1],
        f"resident {resident[0]:.1f} MB at the start, {resident[1]:.1f}, {resident[2]:.1f}; "
        f"{story['changes']:,} changes, {story['opened']:,} files read, "
        f"{story['published']:,} arrangements",
    )
    counts = []
    for target, name in ((_THREADS, "threads"), (_HANDLES, "handles"), (_TIMERS, "timers")):
        figures = f"{start[name]} at the start, {tenth[name]}, {end[name]}"
        counts.append(Finding(target, max(0, end[name] - start[name]), figures))
    return [memory, *counts]


GROUPS: Final = (Group("day", (_MEMORY, _THREADS, _HANDLES, _TIMERS), measure_day),)
