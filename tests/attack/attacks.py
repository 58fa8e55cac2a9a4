"""All attacks, in the order in which they are run."""

from __future__ import annotations

from typing import Final

from . import (
    answers,
    bodies,
    clocks,
    days,
    faults,
    growth,
    races,
    real_clocks,
    served,
    storms,
    terminal,
)
from .kit import Attack

ATTACKS: Final[tuple[Attack, ...]] = (
    *bodies.ATTACKS,
    *growth.ATTACKS,
    *faults.ATTACKS,
    *races.ATTACKS,
    *terminal.ATTACKS,
    *storms.ATTACKS,
    *answers.ATTACKS,
    *clocks.ATTACKS,
    *real_clocks.ATTACKS,
    *served.ATTACKS,
    *days.ATTACKS,
)
