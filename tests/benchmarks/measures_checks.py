"""The offline checks of the diagnosis, of all profiles of a home."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import Final

from . import homes, programs
from .homes import Home
from .report import Finding, Group, Settings, Target, median, milliseconds

_CHECKS: Final = Target("the offline checks of 1,000 profiles, after the snapshot", 100, "ms")

_PROGRAM: Final = """
import json, os, time
from awsttl.core.why import checks
from awsttl.core.profiles.resolve import snapshot
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
files = Reader(Locations.of(os.environ)).look()
seen = snapshot(files)
started = time.perf_counter()
context = checks.Context.of(seen, files, time.time())
found = list(checks.offline_results(seen.profiles, context, os.environ))
print(json.dumps([time.perf_counter() - started, len(seen.profiles), len(found)]))
"""


def measure_checks(settings: Settings) -> Sequence[Finding]:
    """In a fresh process each time: the first look at a profile counts."""
    home = Home(settings.scratch / "checks", 1000)
    home.write(homes.seconds)
    samples = []
    for _ in range(settings.runs):
        done = subprocess.run(
            [programs.PYTHON, "-c", _PROGRAM],
            env=home.environ(),
            capture_output=True,
            text=True,
            check=True,
        )
        seconds, profiles, results = json.loads(done.stdout)
        assert profiles >= 1000, "not all profiles were read"
        assert results > profiles, "not all checks were run"
        samples.append(seconds)
    return [Finding(_CHECKS, 1000 * median(samples), milliseconds(samples))]


GROUPS: Final = (Group("checks", (_CHECKS,), measure_checks),)
