"""From a file that another process writes to the screen; and a thousand of them."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from . import homes, programs
from .homes import HOUR, Home
from .measures_start import wait_for_rows
from .pseudo_terminal import PATIENCE, Condition, MeasureError, Terminal
from .report import Finding, Group, Settings, Target, median, milliseconds
from .writer import Plan, Writer

_CHANGE: Final = Target("another process writes a cache file → on the screen", 200, "ms")
_STORM: Final = Target("1,000 cache files rewritten → all on the screen", 1000, "ms")
_REDRAWS: Final = Target("the same: redraws of the table", 3, "")
_FREEZE: Final = Target("the same: longest time to a key's effect", 100, "ms")

_CHANGES_PER_RUN: Final = 3
_KEY_EVERY: Final = 0.03
"""Seconds between two presses: a key held down."""
_AFTERMATH: Final = 1.5
"""Seconds for which the screen is watched after a storm has passed: redraws may come late."""
_MORE: Final = 10 * HOUR
"""By how much the storm puts off the end of each session: nobody changes places."""
_IS_NEW: Final = re.compile(r" 1\dh \d\dm ")
"""How long a session has to live after the storm; before it, below ten hours."""


# ---------------------------------------------------------------- one file


def has_ten_hours(name: str) -> Condition:
    """Whether a profile's row says that it was renewed for ten hours just now."""
    renewed = re.compile(r" (?:9h 59m|10h 00m) ")
    return lambda terminal: bool(renewed.search(homes.table(terminal.lines).get(name, "")))


def sort_by_name(terminal: Terminal, home: Home) -> None:
    """Put the rows in an order that no change of a file disturbs; the cursor at the top."""
    first = home.by_name[0]
    terminal.press("s")
    terminal.wait_until(lambda terminal: "PROFILE ▾" in terminal.line(1), "sorted by name")
    terminal.press("g")
    terminal.wait_until(lambda terminal: cursor_on(terminal) == first, "the cursor at the top")


def cursor_on(terminal: Terminal) -> str:
    """The profile under the cursor."""
    rows = homes.table(terminal.lines).items()
    return next((name for name, line in rows if line.startswith("▌")), "")


def change_one_file(terminal: Terminal, home: Home, name: str) -> float:
    """Seconds from the moment at which another process opens a file to the row's new text."""
    plan = [home.entry(name, time.time() + 10 * HOUR)]
    with Writer(plan, home.environ()) as writer:
        terminal.catch_up()
        if has_ten_hours(name)(terminal):
            raise MeasureError(f"{name} is on the screen as renewed before it is")
        writer.begin()
        seen = terminal.wait_until(has_ten_hours(name), f"the new session of {name}")
        return seen - writer.finish().began


def measure_change(settings: Settings) -> Sequence[Finding]:
    """Some files one after the other, in each of several processes."""
    home = Home(settings.scratch / "change", 1000)
    samples = []
    for _ in range(settings.runs):
        home.write(homes.seconds)
        with Terminal(programs.AWSTTL, home.environ()) as terminal:
            wait_for_rows(terminal)
            sort_by_name(terminal, home)
            for name in home.by_name[:_CHANGES_PER_RUN]:
                terminal.wait_until_quiet(0.3)
                samples.append(change_one_file(terminal, home, name))
    return [Finding(_CHANGE, 1000 * median(samples), milliseconds(samples))]


# ---------------------------------------------------------------- a storm


def storm_plan(home: Home) -> Plan:
    """All files, in no order, but that of the top row last.

    What is not rewritten yet ends first and moves to the top, where the cursor keeps the view
    until its own row is rewritten: the screen is new only when all files have been read.
    """
    top, *others = home.by_urgency
    random.Random(5).shuffle(others)
    return [home.entry(name, home.expiries[name] + _MORE) for name in (*others, top)]


def all_rows_new(terminal: Terminal) -> bool:
    """Whether every visible row has seen the storm."""
    rows = homes.table(terminal.lines)
    return bool(rows) and all(_IS_NEW.search(line) for line in rows.values())


@dataclass(frozen=True, slots=True)
class Storm:
    """A storm, as seen on the screen."""

    took: float
    """Seconds from the last write until all visible rows were new."""
    writing: float
    """Seconds that the writes took."""
    redraws: int
    """Frames, from the first write on, that wrote to any line of the table."""


def storm(home: Home) -> Storm:
    """Rewrite all files at once, and look on."""
    home.write(homes.hours)
    with (
        Writer(storm_plan(home), home.environ()) as writer,
        Terminal(programs.AWSTTL, home.environ()) as terminal,
    ):
        wait_for_rows(terminal)
        terminal.wait_until_quiet(1.0)
        if not terminal.synchronised:
            raise MeasureError("awsttl does not mark its frames: redraws cannot be counted")
        lines, before = homes.table_lines(terminal.lines), len(terminal.frames)
        writer.begin()
        seen = terminal.wait_until(all_rows_new, "all rows after the storm")
        terminal.watch(_AFTERMATH)
        written = writer.finish()
        home.check_still()
        redraws = [frame for frame in terminal.frames[before:] if frame.touched & lines]
    return Storm(seen - written.ended, written.ended - written.began, len(redraws))


class HeldKey:
    """The cursor key, held down, and where the cursor went."""

    def __init__(self, terminal: Terminal, home: Home) -> None:
        self._terminal = terminal
        self._order = {name: place for place, name in enumerate(home.by_name)}
        self._start = self._order[cursor_on(terminal)]
        self._presses: list[float] = []
        """When it was pressed, on the monotonic clock."""
        self._steps: list[tuple[float, int]] = []
        """When a frame came, and by how many rows the cursor had moved in it."""

    def press(self) -> None:
        """Press it once, and look on until the next press is due."""
        self._presses.append(self._terminal.press("j"))
        self._look()

    def press_until(self, condition: Condition, what: str) -> None:
        """Go on pressing until the screen fulfils a condition."""
        deadline = time.monotonic() + PATIENCE
        while not condition(self._terminal):
            if time.monotonic() > deadline:
                raise MeasureError(f"not within {PATIENCE:g} s of key presses: {what}")
            self.press()

    def waits(self) -> list[float]:
        """For each press, the seconds until the cursor had gone as far as was asked by then."""
        deadline = time.monotonic() + PATIENCE
        while max((steps for _, steps in self._steps), default=0) < len(self._presses):
            if time.monotonic() > deadline:
                raise MeasureError("key presses had no effect")
            self._look()
        return [
            next(when for when, steps in self._steps if steps >= number) - pressed
            for number, pressed in enumerate(self._presses, start=1)
        ]

    def _look(self) -> None:
        for frame in self._terminal.follow(_KEY_EVERY):
            if name := cursor_on(self._terminal):
                self._steps.append((frame.arrived, self._order[name] - self._start))


def freeze(home: Home) -> float:
    """Seconds that a cursor key waits for its effect before, in and after a storm, at worst."""
    home.write(homes.hours)
    with (
        Writer(storm_plan(home), home.environ()) as writer,
        Terminal(programs.AWSTTL, home.environ()) as terminal,
    ):
        wait_for_rows(terminal)
        sort_by_name(terminal, home)
        terminal.wait_until_quiet(0.5)
        key = HeldKey(terminal, home)
        for _ in range(5):
            key.press()
        writer.begin()
        key.press_until(all_rows_new, "all rows after the storm")
        writer.finish()
        for _ in range(20):
            key.press()
        return max(key.waits())


def measure_storm(settings: Settings) -> Sequence[Finding]:
    """Storms without a key pressed, to count redraws; and storms with one held down."""
    home = Home(settings.scratch / "storm", 1000)
    storms, freezes = [], []
    for _ in range(settings.runs):
        storms.append(storm(home))
        freezes.append(freeze(home))
    took = [each.took for each in storms]
    writing = milliseconds([each.writing for each in storms])
    redraws = [each.redraws for each in storms]
    return [
        Finding(_STORM, 1000 * median(took), f"{milliseconds(took)}, after {writing} of writing"),
        Finding(_REDRAWS, median(redraws), f"{min(redraws)}–{max(redraws)}"),
        Finding(_FREEZE, 1000 * median(freezes), f"{milliseconds(freezes)}, the worst of each run"),
    ]


GROUPS: Final = (
    Group("change", (_CHANGE,), measure_change),
    Group("storm", (_STORM, _REDRAWS, _FREEZE), measure_storm),
)
