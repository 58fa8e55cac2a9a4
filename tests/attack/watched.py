"""The dashboard, and whether its event loop is ever late: ``python -m attack.watched FILE``.

A thread asks the loop for a turn, again and again, and notes how long it had to wait: so long
would a key or a frame have waited as well. Time in which other programs had the processor does not
count, as the kernel tells it, so the figures are about those of a quiet machine. Each long wait is
written to FILE as a line of JSON, with the places where the loop was meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any, Final, NamedTuple

from awsttl.commands import main as door
from awsttl.tui.inside_textual.driver import TerminalDriver

_PAUSE: Final = 0.004
"""Seconds between two questions: a wait may be longer by as much."""
_LONG: Final = 0.02
"""Seconds from which on a wait is told; so often it is looked where the loop is."""
_FRAMES: Final = 5
"""How many calls of a place are told, the innermost first."""


class _Moment(NamedTuple):
    """In seconds."""

    clock: float
    worked: float
    """What the loop's thread has had of the processor."""
    others: dict[str, float]
    """Thread of this process → how long it was ready, while other programs had the processor.

    The loop waits for those as well that hold the interpreter.
    """


class _Watch:
    """Asks the loop of the thread that makes it."""

    def __init__(self, path: Path) -> None:
        self._path, self._loop = path, asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._number = str(threading.get_native_id())
        self._processor = time.pthread_getcpuclockid(self._thread)
        self._turn, self._taken = threading.Event(), self._now(everything=False)

    def run(self) -> None:
        while not self._loop.is_closed():
            asked = self._now()
            self._turn.clear()
            try:
                self._loop.call_soon_threadsafe(self._take_turn)
            except RuntimeError:
                return  # closed meanwhile
            places: list[str] = []
            while not self._turn.wait(_LONG) and not self._loop.is_closed():
                places.append(self._place())
            if self._taken.clock - asked.clock > _LONG:
                self._tell(asked, places)
            time.sleep(_PAUSE)

    def _take_turn(self) -> None:
        """Called by the loop: this thread may have to wait longer for the processor."""
        self._taken = self._now(everything=False)
        self._turn.set()

    def _tell(self, asked: _Moment, places: list[str]) -> None:
        others = self._now().others | self._taken.others
        in_vain = sum(others[each] - asked.others.get(each, others[each]) for each in others)
        waited = self._taken.clock - asked.clock - in_vain
        worked = self._taken.worked - asked.worked
        told = {"late": max(waited, worked), "places": places}
        with self._path.open("a") as file:
            file.write(json.dumps(told) + "\n")

    def _now(self, *, everything: bool = True) -> _Moment:
        threads = Path("/proc/self/task")
        names = [each.name for each in threads.iterdir()] if everything else [self._number]
        others = {}
        for name in names:
            with contextlib.suppress(OSError):  # it has ended
                others[name] = int((threads / name / "schedstat").read_text().split()[1]) / 1e9
        return _Moment(time.monotonic(), time.clock_gettime(self._processor), others)

    def _place(self) -> str:
        frame = sys._current_frames().get(self._thread)
        lines = traceback.extract_stack(frame)[-_FRAMES:] if frame else []
        return " < ".join(f"{Path(it.filename).name}:{it.lineno} {it.name}" for it in lines[::-1])


def main() -> int:
    """Run ``awsttl`` without arguments. Returns its exit code."""
    path = Path(sys.argv[1])
    take_over = TerminalDriver.start_application_mode
    watches: list[_Watch] = []

    def and_watch(self: Any) -> None:
        take_over(self)
        if not watches:
            watches.append(_Watch(path))
            threading.Thread(target=watches[0].run, name="watch", daemon=True).start()

    TerminalDriver.start_application_mode = and_watch  # type: ignore[method-assign]  # replaced on purpose
    return door.main([])


if __name__ == "__main__":
    sys.exit(main())
