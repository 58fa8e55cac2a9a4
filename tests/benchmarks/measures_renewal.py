"""From the key to the new session on disk: what awsttl adds to AWS's own time.

AWS is an STS on this machine that answers after 40 ms, as one in a near region does; the figures
without that delay stand behind, since they show what awsttl itself costs.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

from . import homes, programs
from .homes import Home
from .pseudo_terminal import MeasureError
from .renewing import ROLES
from .report import Finding, Group, Settings, Target, median, milliseconds

_SINGLE: Final = Target("renewing one role", 1.3, "×", "the bare AssumeRole of a warm client")
_MANY: Final = Target(f"{ROLES} roles by R", 0.25, "×", "one after the other")
_SHARED: Final = Target("20 roles that share one cache entry, by R: calls", 1, "")

_DELAY: Final = 0.04
_SHARING: Final = 20
_TIMEOUT: Final = 300
_LONG_AGO: Final = 3600


class Times(NamedTuple):
    """Seconds that each took, in each round."""

    single: list[float]
    bare: list[float]
    by_key: list[float]
    in_turn: list[float]


class Sts:
    """An STS in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url = self._line()

    @property
    def calls(self) -> int:
        """How many have come."""
        assert self._process.stdin is not None
        self._process.stdin.write("calls\n")
        self._process.stdin.flush()
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            raise MeasureError("the loopback STS has ended")
        return line


@contextmanager
def sts(delay: float) -> Iterator[Sts]:
    """An STS that answers after *delay* seconds."""
    command = programs.part("loopback_sts", str(delay))
    with subprocess.Popen(
        command,
        cwd=programs.CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Sts(process)
        finally:
            process.kill()


def run(home: Home, url: str, *arguments: str) -> str:
    """Run the measurements in a process that lives in *home*; what it prints."""
    home.write(homes.seconds)
    # A file that was changed a moment ago is read at each renewal, because it may change again.
    for name in ("config", "credentials"):
        path = home.path / ".aws" / name
        os.utime(path, (path.stat().st_mtime - _LONG_AGO,) * 2)
    process = subprocess.run(
        programs.part("renewing", url, *arguments),
        cwd=programs.CHECKOUT,
        env=home.environ() | {"AWS_ENDPOINT_URL_STS": url},
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
    )
    if process.returncode:
        raise MeasureError(f"the renewals failed:\n{process.stderr[-500:]}")
    return process.stdout


def times(settings: Settings, delay: float) -> Times:
    """One role and many, against an STS with that delay."""
    home = Home(settings.scratch / f"renewal-{delay}", ROLES)
    with sts(delay) as server:
        found = json.loads(run(home, server.url, str(settings.runs)))
    single, bare = zip(*found["single"], strict=True)
    by_key, in_turn = zip(*found["many"], strict=True)
    return Times(list(single), list(bare), list(by_key), list(in_turn))


def calls_for_one_entry(settings: Settings) -> int:
    """How many calls it takes to renew roles that have one cache entry."""
    home = Home(settings.scratch / "renewal-shared", _SHARING, accounts=1)
    with sts(_DELAY) as server:
        run(home, server.url)
        return server.calls


def measure_renewal(settings: Settings) -> Sequence[Finding]:
    """A call beside a call, fifty beside fifty."""
    near, here = times(settings, _DELAY), times(settings, 0.0)
    after = f"STS answers after {1000 * _DELAY:.0f} ms"
    calls = calls_for_one_entry(settings)
    return [
        Finding(
            _SINGLE,
            median(near.single) / median(near.bare),
            f"{milliseconds(near.single)}; bare {milliseconds(near.bare)}; {after};"
            f" at once: {_short(here.single)}, bare {_short(here.bare)}",
        ),
        Finding(
            _MANY,
            median(near.by_key) / median(near.in_turn),
            f"{milliseconds(near.by_key)}; one after the other {milliseconds(near.in_turn)};"
            f" {after}; at once: {_short(here.by_key)}, {_short(here.in_turn)}",
        ),
        Finding(_SHARED, float(calls), f"{_SHARING} renewals, all of which ended well"),
    ]


def _short(samples: Sequence[float]) -> str:
    return f"{1000 * median(samples):.1f} ms"


GROUPS: Final = (Group("renewal", (_SINGLE, _MANY, _SHARED), measure_renewal),)
