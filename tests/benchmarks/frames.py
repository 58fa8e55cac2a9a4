"""Which frames of a program are whole: they show what it shows once it is at rest.

All other frames are half-drawn, but for a blank screen: rows without their columns, a table without
its details, a key that is dimmed a moment later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .pseudo_terminal import Picture, Terminal

AT_REST: Final = 1.0
"""Seconds without a frame after which a program has come to rest. What it shows must not change by
itself meanwhile: see ``homes.still``."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a program came to show what it shows at rest."""

    whole: float
    """When the first whole frame came, on the monotonic clock."""
    half_drawn: Sequence[Picture]
    """The frames that showed something else, in the order in which they came."""


def draw(terminal: Terminal) -> Drawing:
    """Look on from the next frame that is not blank until the program has come to rest."""
    before = len(terminal.frames)

    def has_begun(terminal: Terminal) -> bool:
        return len(terminal.frames) > before and not is_blank(terminal.picture)

    shown = [(terminal.wait_until(has_begun, "anything drawn"), terminal.picture)]
    shown += [(frame.arrived, terminal.picture) for frame in terminal.until_quiet(AT_REST)]
    final = terminal.picture
    whole = next(arrived for arrived, picture in shown if picture == final)
    half_drawn = [picture for _, picture in shown if picture != final and not is_blank(picture)]
    return Drawing(whole, half_drawn)


def is_blank(picture: Picture) -> bool:
    """Whether nothing is drawn: all cells look alike."""
    return len({cell for line in picture for cell in line}) <= 1


def text(picture: Picture) -> str:
    """A picture in characters only."""
    return "\n".join("".join(cell.data for cell in line).rstrip() for line in picture)
