"""The wall clock of a real dashboard is set, also while it is stopped, as a sleeping machine is.

libfaketime stands between the program and the clock. Each frame that the terminal gets is looked
at: does it tell of a session that has ended that it is valid?
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.programs import AWSTTL
from benchmarks.pseudo_terminal import MeasureError, Terminal
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, role

from .kit import Attack, Effort, Finding

_HOURS: Final = range(1, 13)
_ROW: Final = re.compile(r"^[▌ ]\S h(\d+) +(valid|expiring|expired)\b")
_PATIENCE: Final = 20.0
_QUIET: Final = 0.6
"""Seconds without a frame after which all that was drawn has been read."""


class _Faked:
    """A dashboard with twelve sessions, each of which ends an hour after the one before."""

    def __init__(self, effort: Effort, library: Path) -> None:
        self._home, self._offset = Home(effort.scratch / "home"), effort.scratch / "offset"
        self._began = time.time()
        self._home.config(
            config_text({"base": BASE} | {f"h{it}": role(number=it) for it in _HOURS})
        )
        for hours in _HOURS:
            self._home.cli_cache(role(number=hours), expires_at=self.end_of(hours))
        self.set_to(0)
        environ = self._home.environ() | {
            "TERM": "xterm-256color",
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_NO_CACHE": "1",
            # A clock that is set leaves the monotonic one alone, and what is in the files.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }
        self.terminal = Terminal(AWSTTL, environ)

    def end_of(self, hours: int) -> float:
        return self._began + 3600 * hours

    def set_to(self, ahead: float) -> None:
        """Put the clock so many seconds ahead of the real one."""
        self._ahead = ahead
        new = self._offset.with_suffix(".new")
        new.write_text(f"{ahead:+.0f}\n")
        new.replace(self._offset)

    @property
    def now(self) -> float:
        return time.time() + self._ahead

    def rows(self) -> dict[int, str]:
        """Hours → the state that is on the screen."""
        found = map(_ROW.match, self.terminal.lines)
        return {int(row[1]): row[2] for row in found if row}

    def ended_but_valid(self) -> list[int]:
        now = self.now
        rows = self.rows().items()
        return [hours for hours, state in rows if state != "expired" and self.end_of(hours) <= now]

    def is_right(self) -> bool:
        now, rows = self.now, self.rows()
        return len(rows) == len(_HOURS) and all(
            (state == "expired") == (self.end_of(hours) <= now) for hours, state in rows.items()
        )


def _run(effort: Effort) -> Sequence[Finding]:
    finding = Finding("steps and sleeps of a real dashboard's clock")
    libraries = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not libraries:
        finding.skipped = "no libfaketime here"
        return [finding]
    dice = effort.dice("real clocks")
    faked = _Faked(effort, libraries[0])
    with faked.terminal as terminal:
        terminal.wait_until(lambda _: faked.is_right(), "all rows", _PATIENCE)
        longest = 0.0
        try:
            for _ in range(effort.times(6, 80)):
                finding.tried += 1
                # Never so near to an end that the time in between would matter.
                ahead = 3600 * dice.randrange(-2, 14) + dice.randrange(300, 3300)
                sleeps = dice.random() < 0.4
                longest = max(longest, _step(finding, faked, ahead, sleeps=sleeps))
        except MeasureError as error:
            finding.count("ended", str(error)[:1500])
    finding.note = f"all right after {1000 * longest:.0f} ms at most"
    return [finding]


def _step(finding: Finding, faked: _Faked, ahead: float, *, sleeps: bool) -> float:
    """Set the clock, and look at each frame until all rows are right. Returns how long it took."""
    terminal = faked.terminal
    # What was drawn before, and is on its way, is not to be taken for what comes after.
    terminal.wait_until_quiet(_QUIET)
    if sleeps:
        os.kill(terminal.pid, signal.SIGSTOP)
        terminal.wait_until_quiet(_QUIET)
    faked.set_to(ahead)
    if sleeps:
        os.kill(terminal.pid, signal.SIGCONT)
    began, told = time.monotonic(), f"{'asleep until' if sleeps else 'set to'} {ahead:+.0f} s"
    for number, _ in enumerate(_frames(terminal)):
        # The first may have been drawn before, and was on its way.
        if number and (wrong := faked.ended_but_valid()):
            lines = sorted(terminal.frames[-1].touched)
            finding.count("wrong", f"frame {number} has {wrong} as valid, {told}, wrote {lines}")
        if faked.is_right():
            return terminal.frames[-1].arrived - began
        if time.monotonic() - began > _PATIENCE:
            break
    finding.count("late", f"not right after {_PATIENCE:.0f} s, {told}: {faked.rows()}")
    return time.monotonic() - began


def _frames(terminal: Terminal) -> Iterator[None]:
    """What is on the screen with each frame that comes."""
    for _ in terminal.follow(_PATIENCE):
        yield None


ATTACKS: Final = (Attack("real clocks", _run),)
