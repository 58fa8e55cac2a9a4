"""Targets, findings, and the table of both."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """How thoroughly to measure."""

    scratch: Path
    """A folder for homes, removed at the end."""
    runs: int = 5
    settle: float = 3.0
    """Seconds from the first rows until a program counts as idle."""
    window: float = 15.0
    """Seconds over which a program is watched whose countdowns count in seconds."""
    rest: float = 60.0
    """Seconds over which one is watched whose countdowns count in minutes. The regular look, a
    few milliseconds in two minutes, falls into no window."""
    changes: int = 100_000
    """Files that change in the compressed day."""


def quick(scratch: Path) -> Settings:
    """Settings that show whether the harness works; the figures mean little."""
    return Settings(scratch, runs=2, settle=1.5, window=4.0, rest=4.0, changes=2_000)


@dataclass(frozen=True, slots=True)
class Target:
    """One line of the issue's table. A ratio is a measured value over that of *against*."""

    what: str
    limit: float
    unit: str
    against: str = ""

    def in_words(self, value: float) -> str:
        """A value in this target's unit: ``1.18 ×``, ``143 ms``, ``3``."""
        digits = {"×": 2, "MB": 1}.get(self.unit, 0)
        return f"{value:.{digits}f} {self.unit}".rstrip()

    @property
    def limit_in_words(self) -> str:
        """``≤ 1.25 × the bare app``."""
        return f"≤ {self.limit:g} {self.unit} {self.against}".rstrip()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a target came to. Without a value there is a reason why nothing was measured."""

    target: Target
    value: float | None
    figures: str
    """The absolute figures behind a ratio, or the reason."""
    failed: bool = False

    @property
    def verdict(self) -> str:
        """``ok``, ``MISSED``, ``FAILED`` (to be measured), or ``—`` (cannot be, here)."""
        if self.value is None:
            return "FAILED" if self.failed else "—"
        return "ok" if self.value <= self.target.limit else "MISSED"


Measure = Callable[[Settings], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Group:
    """Targets that are measured together, side by side."""

    name: str
    targets: tuple[Target, ...]
    measure: Measure


def median(samples: Iterable[float]) -> float:
    """The median."""
    return statistics.median(samples)


def milliseconds(samples: Sequence[float]) -> str:
    """Seconds → ``143 ms (137–160)``: the median, and from the least to the most."""
    low, middle, high = (f"{1000 * s:.0f}" for s in (min(samples), median(samples), max(samples)))
    return f"{middle} ms ({low}–{high})"


def percent(samples: Sequence[float]) -> str:
    """Shares of a processor, likewise."""
    low, middle, high = (f"{100 * s:.2f}" for s in (min(samples), median(samples), max(samples)))
    return f"{middle} % ({low}–{high})"


def per_second(samples: Sequence[float]) -> str:
    """Bytes per second, likewise."""
    low, middle, high = (f"{s:,.0f}" for s in (min(samples), median(samples), max(samples)))
    return f"{middle} B/s ({low}–{high})"


def as_table(findings: Sequence[Finding]) -> str:
    """The findings as text, in columns."""
    lines = [("WHAT", "MEASURED", "TO REACH", "", "FIGURES: median (least–most)")]
    for finding in findings:
        target = finding.target
        measured = "" if finding.value is None else target.in_words(finding.value)
        reason = finding.figures.splitlines()[0] if finding.figures else ""
        lines.append((target.what, measured, target.limit_in_words, finding.verdict, reason))
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join(
        f"{line[0]:<{widths[0]}}  {line[1]:>{widths[1]}}  {line[2]:<{widths[2]}}"
        f"  {line[3]:<{widths[3]}}  {line[4]}".rstrip()
        for line in lines
    )
