"""What attacks are made of: how hard to try, what was found, and the table of both."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

Harm = Literal["torn", "lost", "leaked", "leftover", "ended", "late", "wrong"]
"""The kinds of harm. *torn*: a file that is neither the old nor the new one. *lost*: what a person
or another program had saved is gone. *leaked*: a secret is where nobody asked for it. *leftover*: a
temporary file, thread or handle stays. *ended*: the program ended, or showed a traceback. *late*:
a frame or an answer that did not come in its time. *wrong*: something else that was promised."""

_EXAMPLES: Final = 12
"""How many examples of harm a finding keeps."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try, where, and with which dice."""

    scratch: Path
    """A folder of the attack's own, which is empty at first."""
    is_long: bool = False
    seed: int = 13

    def times(self, short: int, long: int) -> int:
        """How often to try: *short* beside the tests, *long* for ``make attack``."""
        return long if self.is_long else short

    def dice(self, name: str) -> random.Random:
        """Chance that is the same in each run with this seed; of its own for each *name*."""
        return random.Random(f"{self.seed} {name}")


@dataclass(slots=True)
class Finding:
    """What one kind of attack came to. It is filled while the attack goes on."""

    what: str
    """What was thrown: ``damaged cache entries``."""
    tried: int = 0
    harm: Counter[str] = field(default_factory=Counter)
    """How often each kind of harm was done."""
    examples: list[str] = field(default_factory=list)
    """The first cases of harm, each in one line with which it can be repeated."""
    note: str = ""
    """A figure that is worth telling although nothing is wrong."""
    skipped: str = ""
    """Why nothing could be tried here; empty where it was."""

    def count(self, harm: Harm, example: str) -> None:
        """Note harm that was done."""
        self.harm[harm] += 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append(f"{harm}: {example}")

    @property
    def verdict(self) -> str:
        """``ok``, the harm in figures, or ``—`` where nothing could be tried."""
        if self.skipped:
            return "—"
        return ", ".join(f"{count} {harm}" for harm, count in self.harm.items()) or "ok"


@dataclass(frozen=True, slots=True)
class Attack:
    """One way of attacking. *run* tries, and returns what it found."""

    name: str
    run: Callable[[Effort], Sequence[Finding]]


def as_table(findings: Sequence[Finding]) -> str:
    """The findings, a line each, with examples of harm behind them."""
    width = max((len(finding.what) for finding in findings), default=0)
    lines = [f"{'what was thrown':{width}}  {'tried':>9}  harm"]
    for finding in findings:
        note = f"  ({finding.skipped or finding.note})" if finding.skipped or finding.note else ""
        lines.append(f"{finding.what:{width}}  {finding.tried:>9,}  {finding.verdict}{note}")
        lines += [f"    {example}" for example in finding.examples]
    tried = sum(finding.tried for finding in findings)
    harm = sum(finding.harm.total() for finding in findings)
    lines.append(f"{'in all':{width}}  {tried:>9,}  {harm or 'no'} harm")
    return "\n".join(lines)
