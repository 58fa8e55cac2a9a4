"""A wall clock that a test drives, for programs of any language: libfaketime, told by a file."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path
from typing import Final

from support.cloud import Cloud
from support.programs import required

_SLEEP: Final = """
import select, time
time.sleep = lambda seconds: select.select((), (), (), seconds)
"""
"""Python sleeps until an instant of the monotonic clock, which libfaketime 0.9.10 takes for one of
the clock that it fakes (``EINVAL``). Any other wait works."""


class DrivenClock:
    """The clock of all programs that are started with :meth:`environ`, and of *cloud*.

    The test's own clock goes on as it was. So do monotonic clocks: what waits, waits as long.
    """

    def __init__(self, folder: Path, cloud: Cloud) -> None:
        self._folder, self._cloud = folder, cloud
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(_SLEEP)
        self.move_to(0.0)

    def environ(self) -> dict[str, str]:
        """Variables for a program that is to live by this clock."""
        return {
            "LD_PRELOAD": _library(),
            "FAKETIME_TIMESTAMP_FILE": str(self._folder / "now"),
            # Else a program would look into the file every ten seconds only.
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": str(self._folder),
        }

    def move_to(self, ahead: float) -> None:
        """From now on it is *ahead* seconds later than it is."""
        new = self._folder / "new"
        new.write_text(f"+{ahead:g}\n")
        new.replace(self._folder / "now")
        self._cloud.skew = ahead


@functools.cache
def _library() -> str:
    """The library that the program ``faketime`` has others load."""
    shown = ["sh", "-c", "echo $LD_PRELOAD"]
    done = subprocess.run(
        [required("faketime"), "-f", "+0", *shown], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
