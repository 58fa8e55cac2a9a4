"""Files that change faster than they can be shown, while a person goes on pressing keys."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from benchmarks import homes
from benchmarks.pseudo_terminal import MeasureError

from .kit import Attack, Effort, Finding
from .victim import Victim

_PROFILES: Final = 1_000
_AT_ONCE: Final = 100
_KEYS: Final = (b"j", b"G", b"g", b"s", b"\r", b"/acct\x1b", b"?\x1b", b"l\x1b", b"!", b" ", b"A")


def _run(effort: Effort) -> Sequence[Finding]:
    finding = Finding(f"changes of files at {_PROFILES:,} profiles, and keys")
    home = homes.Home(effort.scratch / "home", _PROFILES)
    home.write(homes.usual)
    dice = effort.dice("storms")
    victim = Victim(home.environ(), "acct-", effort)
    try:
        for _ in range(effort.times(4, 60)):
            key = dice.choice(_KEYS)
            try:
                for _ in range(5):
                    for _ in range(_AT_ONCE):
                        ends = time.time() + dice.uniform(-600, 6 * 3600)
                        home.write_one(dice.choice(home.by_name), ends)
                        finding.tried += 1
                    victim.terminal().send(key)
                victim.terminal().catch_up()
            except (MeasureError, OSError):
                pass  # it has ended: the probe says of what
            victim.probe(finding, repr(key))
    finally:
        victim.end()
    finding.note = victim.note
    return [finding]


ATTACKS: Final = (Attack("storms", _run),)
