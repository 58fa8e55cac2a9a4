"""From exec to the first whole frame, to a finished list, and what that takes in memory."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from . import frames, homes, kernel, programs
from .frames import Drawing
from .homes import Home
from .pseudo_terminal import PATIENCE, MeasureError, Terminal
from .report import Finding, Group, Settings, Target, median, milliseconds

_FRAME_1000: Final = Target("first whole frame, 1,000 profiles", 1.25, "×", "the bare app")
_FRAME_5000: Final = Target("first whole frame, 5,000 profiles", 1.35, "×", "the bare app")
_AT_START: Final = Target("half-drawn frames at start", 0, "")
_AT_RESIZE: Final = Target("half-drawn frames after a resize", 0, "")
_LIST: Final = Target("list --json, 1,000 profiles", 0.5, "×", "aws configure list-profiles")
_MEMORY: Final = Target("memory before the first renewal", 30, "MB", "above the bare app")

_WARM_UP: Final = 1
"""Rounds that do not count: they bring the programs into the disk's cache."""
_SIZES: Final = ((150, 40), (200, 50), (90, 24), (100, 30), (60, 12), (120, 40))
"""Columns and lines, one after the other."""
_MEMORY_AT: Final = 5.0
"""Seconds after its start at which a program's memory is read."""
_MEMORY_ROUNDS: Final = 3
"""How often. It differs by a tenth of a megabyte from one start to the next."""


def rows_are_there(terminal: Terminal) -> bool:
    """Whether awsttl shows profiles in its table."""
    return bool(homes.table(terminal.lines))


def wait_for_rows(terminal: Terminal) -> float:
    """Wait for awsttl's first rows; the moment at which they were there."""
    return terminal.wait_until(rows_are_there, "the first rows of the table")


def opening(command: Sequence[str], home: Home) -> Drawing:
    """How a program comes to its first whole frame; that one in seconds since exec."""
    with Terminal(command, home.environ()) as terminal:
        drawing = frames.draw(terminal)
        home.check_still()
        return replace(drawing, whole=drawing.whole - terminal.started)


def measure_first_frame(settings: Settings) -> Sequence[Finding]:
    """Both sizes and the bare app in turn, so that a drift of the machine meets all alike."""
    small = Home(settings.scratch / "frame-1000", 1000)
    large = Home(settings.scratch / "frame-5000", 5000)
    rounds = []
    for _ in range(settings.runs + _WARM_UP):
        for home in (small, large):
            home.write(homes.still)
        rounds.append(
            (
                opening(programs.BARE_APP, small),
                opening(programs.AWSTTL, small),
                opening(programs.AWSTTL, large),
            )
        )
    bare, at_1000, at_5000 = zip(*rounds[_WARM_UP:], strict=True)
    reference = [drawing.whole for drawing in bare]
    findings = []
    for target, drawings in ((_FRAME_1000, at_1000), (_FRAME_5000, at_5000)):
        samples = [drawing.whole for drawing in drawings]
        figures = f"{milliseconds(samples)}; bare app {milliseconds(reference)}"
        findings.append(Finding(target, median(samples) / median(reference), figures))
    ours = sum(len(drawing.half_drawn) for drawing in (*at_1000, *at_5000))
    theirs = sum(len(drawing.half_drawn) for drawing in bare)
    starts = len(at_1000) + len(at_5000)
    figures = f"in {starts} starts; bare app {theirs} in {len(bare)}"
    return [*findings, Finding(_AT_START, ours, figures)]


def resizing(terminal: Terminal, size: tuple[int, int]) -> Drawing:
    """How awsttl comes to a whole frame of another size; in seconds since the resize."""
    resized = terminal.resize(*size)
    drawing = frames.draw(terminal)
    return replace(drawing, whole=drawing.whole - resized)


def measure_resize(settings: Settings) -> Sequence[Finding]:
    """One pane through all its arrangements: details beside, below, wide, and none."""
    home = Home(settings.scratch / "resize", 1000)
    home.write(homes.still)
    with Terminal(programs.AWSTTL, home.environ()) as terminal:
        frames.draw(terminal)
        drawings = [resizing(terminal, size) for size in _SIZES]
        home.check_still()
    half_drawn = sum(len(drawing.half_drawn) for drawing in drawings)
    samples = [drawing.whole for drawing in drawings]
    figures = f"in {len(_SIZES)} resizes, whole after {milliseconds(samples)}"
    return [Finding(_AT_RESIZE, half_drawn, figures)]


def wall_seconds(command: Sequence[str], environ: Mapping[str, str], least_lines: int) -> float:
    """How long a command takes that prints at least so many lines."""
    started = time.monotonic()
    run = subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    seconds = time.monotonic() - started
    if run.returncode or run.stdout.count("\n") < least_lines:
        raise MeasureError(f"{command} failed: exit code {run.returncode}\n{run.stderr[-500:]}")
    return seconds


def measure_list(settings: Settings) -> Sequence[Finding]:
    """``list --json`` beside ``aws configure list-profiles`` and a Python that does nothing."""
    home = Home(settings.scratch / "list", 1000)
    home.write(homes.usual)
    environ, reference = home.environ(), programs.list_profiles()
    rounds = [
        (
            wall_seconds(programs.LIST, environ, 1000),
            wall_seconds(programs.BARE_PYTHON, environ, 0),
            wall_seconds(reference, environ, 1000) if reference else 0.0,
        )
        for _ in range(settings.runs + _WARM_UP)
    ]
    ours, nothing, theirs = zip(*rounds[_WARM_UP:], strict=True)
    figures = f"{milliseconds(ours)}; python -c pass {milliseconds(nothing)}"
    if reference is None:
        return [Finding(_LIST, None, f"no AWS CLI v2 on this machine; {figures}")]
    return [Finding(_LIST, median(ours) / median(theirs), f"{figures}; aws {milliseconds(theirs)}")]


def memory_after_start(home: Home) -> tuple[kernel.Memory, kernel.Memory]:
    """What awsttl and the bare app hold a few seconds after their start, side by side."""
    with (
        Terminal(programs.AWSTTL, home.environ()) as ours,
        Terminal(programs.BARE_APP, home.environ()) as bare,
    ):
        wait_for_rows(ours)
        bare.wait_until(programs.bare_app_is_there, "the first rows")
        ours.watch(bare.started + _MEMORY_AT - time.monotonic())
        return kernel.memory(ours.pid), kernel.memory(bare.pid)


def measure_memory(settings: Settings) -> Sequence[Finding]:
    """What awsttl with 1,000 profiles holds, less what the bare app does."""
    home = Home(settings.scratch / "memory", 1000)
    home.write(homes.usual)
    rounds = min(settings.runs, _MEMORY_ROUNDS)
    ours, bare = zip(*[memory_after_start(home) for _ in range(rounds)], strict=True)
    private = [
        median(memory.private for memory in group) / kernel.MEGABYTE for group in (ours, bare)
    ]
    resident = [
        median(memory.resident for memory in group) / kernel.MEGABYTE for group in (ours, bare)
    ]
    return [
        Finding(
            _MEMORY,
            private[0] - private[1],
            f"private {private[0]:.1f} MB, bare app {private[1]:.1f} MB; "
            f"resident {resident[0]:.1f} MB and {resident[1]:.1f} MB",
        )
    ]


GROUPS: Final = (
    Group("frame", (_FRAME_1000, _FRAME_5000, _AT_START), measure_first_frame),
    Group("resize", (_AT_RESIZE,), measure_resize),
    Group("list", (_LIST,), measure_list),
    Group("memory", (_MEMORY,), measure_memory),
)
