"""Three days in some minutes, with three dashboards on one home: does anything grow?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import homes
from benchmarks.homes import Home

from . import writers
from .days_story import BATCH, HOURS, PROFILES, RENEWS_EVERY
from .kit import Attack, Effort, Finding

_TESTS: Final = Path(__file__).resolve().parents[1]
_MEGABYTE: Final = 1_000_000
_MOST_GROWTH: Final = 5
"""Megabytes that a dashboard may hold more at the end than after the first hour."""
_MOST_AT_FIRST: Final = 30
_LONGEST: Final = 3600.0


def _run(effort: Effort) -> Sequence[Finding]:
    steps = effort.times(40, 1_000)
    finding = Finding(f"changes in {HOURS} hours compressed, three dashboards")
    path = effort.scratch / "home"
    home = Home(path, PROFILES)
    home.write(homes.usual)
    with _sts() as sts:
        assert sts.stdin is not None
        assert sts.stdout is not None
        environ = {
            **os.environ,
            "HOME": str(path),
            "PYTHONPATH": str(_TESTS),
            "AWS_ENDPOINT_URL_STS": sts.stdout.readline().strip(),
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        stories = [_story(path, steps, effort.seed + n, environ, is_first=n == 0) for n in range(3)]
        ended = [_end(story) for story in stories]
        sts.stdin.write("\n")
        sts.stdin.flush()
        calls = int(sts.stdout.readline())
        sts.stdin.close()
    finding.tried = (steps - steps // RENEWS_EVERY) * BATCH
    # In the short form there is no first hour: memory is still being filled with what is kept.
    most = _MOST_GROWTH if effort.is_long else _MOST_AT_FIRST
    # Nor has each widget that is made at its first use been used by then.
    counted = ("threads", "handles", *(("timers", "tasks") if effort.is_long else ()))
    told = [_judge(finding, number, story, most, counted) for number, story in enumerate(ended)]
    for left in writers.left_over(path):
        finding.count("leftover", left)
    finding.note = f"{calls:,} renewals; memory grew by {', '.join(told)} MB"
    return [finding]


def _sts() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.loopback_sts", "0.002"],
        env={**os.environ, "PYTHONPATH": str(_TESTS)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _story(
    home: Path, steps: int, seed: int, environ: dict[str, str], *, is_first: bool
) -> subprocess.Popen[str]:
    words = (str(home), str(steps), str(seed), "1" if is_first else "0")
    return subprocess.Popen(
        [sys.executable, "-m", "attack.days_story", *words],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _end(story: subprocess.Popen[str]) -> dict[str, Any] | str:
    """What a dashboard tells of its days, or why it has ended."""
    try:
        told, errors = story.communicate(timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        story.kill()
        return "it did not end in its time"
    if story.returncode:
        return errors[-1500:]
    found: dict[str, Any] = json.loads(told)
    return found


def _judge(
    finding: Finding,
    number: int,
    story: dict[str, Any] | str,
    most: float,
    counted: Sequence[str],
) -> str:
    """Count what a dashboard holds more than after the first hour. Returns its memory's growth."""
    if isinstance(story, str):
        finding.count("ended", f"dashboard {number}: {story}")
        return "?"
    hour, half, end = story["hour"], story["half"], story["end"]
    grown = (end["resident"] - hour["resident"]) / _MEGABYTE
    late = (end["resident"] - half["resident"]) / _MEGABYTE
    if grown > most:
        finding.count("wrong", f"dashboard {number}: memory grew by {grown:.1f} MB")
    for what in counted:
        if end[what] > hour[what]:
            more = sorted((Counter(end["named"]) - Counter(hour["named"])).elements())
            told = f"{hour[what]} → {end[what]} {more if what == 'tasks' else ''}".rstrip()
            finding.count("leftover", f"dashboard {number}: {what}: {told}")
    return f"{grown:.1f} ({late:+.1f} in the second half)"


ATTACKS: Final = (Attack("days", _run),)
