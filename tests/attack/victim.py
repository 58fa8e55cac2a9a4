"""A dashboard in a terminal that is attacked, and how long it lets wait for a frame."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks import kernel
from benchmarks.programs import PYTHON
from benchmarks.pseudo_terminal import MeasureError, Terminal

from .kit import Effort, Finding

_TESTS: Final = Path(__file__).resolve().parents[1]
_WAIT: Final = 30.0
"""Seconds after which a dashboard that draws nothing is taken for frozen."""
_MOST_LATE: Final = 0.1
"""Seconds that a key or a frame may wait for the event loop, where nothing else is running."""


class Victim:
    """A dashboard that is attacked; if it ends, there is another.

    *shows* is a word of its rows. What its event loop let wait is written to a file in *effort*'s
    folder. Beside other tests no time counts as late, except that it never comes.
    """

    def __init__(self, environ: Mapping[str, str], shows: str, effort: Effort) -> None:
        self._environ, self._shows = environ, shows
        self._number, self._watch = 0, effort.scratch / "waits"
        self._is_judged = effort.is_long
        self._terminal: Terminal | None = None
        self.slowest = 0.0
        """The longest that it took to draw, in seconds."""
        self.worked = 0.0
        """The most that it worked for that, in seconds of the processor."""
        self.latest = 0.0
        """The longest that its event loop let wait, in seconds."""

    def terminal(self) -> Terminal:
        """The dashboard that runs, opened where none does."""
        if self._terminal is None:
            command = (PYTHON, "-m", "attack.watched", str(self._watch))
            more = {"TERM": "xterm-256color", "PYTHONPATH": str(_TESTS)}
            self._terminal = Terminal(command, {**self._environ, **more})
            self._terminal.wait_until(lambda it: self._shows in "".join(it.lines), "rows")
        return self._terminal

    def probe(self, finding: Finding, told: str) -> None:
        """See that it draws at another size: no dialog and no paste keeps it from that."""
        terminal = self.terminal()
        self._number += 1
        try:
            terminal.send(b"\x1b[201~\x1b[201~")
            terminal.catch_up()
            frames = len(terminal.frames)
            before = kernel.cpu_seconds(terminal.pid)
            asked = terminal.resize(100 + self._number % 2, 30)
            drawn = terminal.wait_until(lambda it: len(it.frames) > frames, "a frame", _WAIT)
            self.worked = max(self.worked, kernel.cpu_seconds(terminal.pid) - before)
            self.slowest = max(self.slowest, drawn - asked)
        except (MeasureError, OSError) as error:
            ending = str(error)
            if "exit code 0" not in ending or "Traceback" in ending:
                finding.count("late" if "not within" in ending else "ended", f"{told}: {ending}")
            self.end()
        self._look_for_waits(finding, told)

    def _look_for_waits(self, finding: Finding, told: str) -> None:
        """See how long its event loop let wait since the last look."""
        if not self._watch.exists():
            return
        for line in self._watch.read_text().splitlines():
            wait = json.loads(line)
            if _has_no_frames(wait["places"]):
                continue
            self.latest = max(self.latest, wait["late"])
            if self._is_judged and wait["late"] > _MOST_LATE:
                places = " | ".join(dict.fromkeys(wait["places"]))
                finding.count("late", f"{1000 * wait['late']:.0f} ms at {places}; {told}")
        self._watch.unlink()

    def begin(self) -> None:
        """Begin with figures of another finding."""
        self.slowest = self.worked = self.latest = 0.0

    @property
    def note(self) -> str:
        """The figures of the finding that has come to its end."""
        return (
            f"the loop let wait {1000 * self.latest:.0f} ms at most; "
            f"then drawn anew within {1000 * self.slowest:.0f} ms, "
            f"{1000 * self.worked:.0f} of work"
        )

    def end(self) -> None:
        """End it."""
        if self._terminal is not None:
            self._terminal.kill()
            self._terminal = None


def _has_no_frames(places: list[str]) -> bool:
    """Whether a dashboard waited for its terminal, or had nothing to draw any more.

    The terminal takes nothing as long as this process has to wait itself.
    """
    waited = places and all("_writer_thread.py" in place for place in places)
    return bool(waited) or any("stop_application_mode" in place for place in places)
