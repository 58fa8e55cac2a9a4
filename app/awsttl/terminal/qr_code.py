"""QR codes as text: a phone's camera reads them off the terminal.

A cell of a terminal is about twice as high as it is wide, so it holds two squares of the code, one
above the other. The light squares are drawn and the dark ones are left out, so that the code is
right in a dark terminal without any colour; whoever draws it makes it bright on black.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

QUIET: Final = 4
"""The squares of empty margin that the standard wants on each side (ISO/IEC 18004, 6.3.8)."""
LEAST_QUIET: Final = 2
"""The squares that phones do with, where there is no room for more."""

BRIGHT: Final = "\x1b[97;40m"
"""Bright on black, whatever the terminal's own colours are."""
PLAIN: Final = "\x1b[0m"

_BLOCKS: Final = {
    (True, True): "█",
    (True, False): "▀",
    (False, True): "▄",
    (False, False): " ",
}
"""Whether the upper and the lower square are light → what is drawn."""


class QrCode:
    """A QR code of a text, with the least error correction: on a screen nothing is smudged.

    Raises ``ValueError`` for a text that no QR code can hold.
    """

    def __init__(self, text: str) -> None:
        import segno  # 45 ms, for the few who ask for one

        made = segno.make_qr(text, error="l")
        self.modules: tuple[tuple[bool, ...], ...] = tuple(
            tuple(bool(square) for square in row) for row in made.matrix
        )
        """The squares, line by line: whether each is dark."""

    def size(self, quiet: int = LEAST_QUIET) -> tuple[int, int]:
        """The columns and lines that it takes with a margin of so many squares."""
        squares = len(self.modules) + 2 * quiet
        return squares, -(-squares // 2)

    def lines(self, quiet: int = LEAST_QUIET) -> tuple[str, ...]:
        """The code as lines of text, with a margin of so many squares."""
        width = len(self.modules) + 2 * quiet
        empty = [True] * width
        side = [True] * quiet
        rows = [empty] * quiet
        rows += [[*side, *(not dark for dark in row), *side] for row in self.modules]
        rows += [empty] * quiet
        if len(rows) % 2:
            rows.append(empty)
        return tuple(map(_drawn, rows[::2], rows[1::2]))

    def fitting(self, columns: int, lines: int) -> tuple[str, ...] | None:
        """The code for so much room, with the margin that it allows; ``None`` where it is less."""
        for quiet in range(QUIET, LEAST_QUIET - 1, -1):
            wide, high = self.size(quiet)
            if wide <= columns and high <= lines:
                return self.lines(quiet)
        return None


def _drawn(upper: Iterable[bool], lower: Iterable[bool]) -> str:
    return "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
