"""Which lines of the table are in sight: rows, and the heads of their groups between them.

The cursor counts in rows, the screen in lines. Where the rows have no heads, the two are the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from awsttl.core.view.arrangement import Arrangement
    from awsttl.core.view.groups import Head

_LEAST: Final = 4
"""Lines from which the head of a group stays in sight while its rows pass."""


class Lines:
    """Row → line and back."""

    def __init__(self, rows: int = 0, heads: Sequence[Head] = ()) -> None:
        self._rows = rows
        self._heads = heads
        self._at = [head.at for head in heads]
        self._lines = [head.at + number for number, head in enumerate(heads)]

    @property
    def has_heads(self) -> bool:
        """Whether there is anything but rows."""
        return bool(self._heads)

    def __len__(self) -> int:
        return self._rows + len(self._heads)

    def of(self, row: int) -> int:
        """The line of a row."""
        return row + bisect_right(self._at, row)

    def head_above(self, line: int) -> Head | None:
        """The head of the group that a line belongs to; ``None`` where it belongs to none."""
        before = bisect_right(self._lines, line)
        return self._heads[before - 1] if before else None

    def head(self, line: int) -> Head | None:
        """The head on a line; ``None`` where there is a row, or nothing."""
        before = bisect_right(self._lines, line)
        return self._heads[before - 1] if before and self._lines[before - 1] == line else None

    def row(self, line: int) -> int:
        """The row on a line; for a head, the first row of its group."""
        before = bisect_right(self._lines, line)
        is_head = before and self._lines[before - 1] == line
        return line - before + 1 if is_head else line - before


class Viewport:
    """The lines in sight. They follow the cursor, but not after the wheel was turned."""

    def __init__(self) -> None:
        self.lines = Lines()
        self.height = 1
        """How many lines there is room for."""
        self._top = 0
        self._is_scrolled = False
        """Whether the wheel has moved the lines: then the cursor need not be in sight."""

    def show(self, arrangement: Arrangement, before: int, after: int) -> None:
        """Take over other rows. The cursor was on row *before*, and is on row *after* now."""
        old = self.lines
        self.lines = Lines(len(arrangement.items), arrangement.heads)
        # Keep it at the same height, so that rows move around the cursor; but who looks at
        # the top goes on looking at the top, where what is urgent arrives.
        if self._top:
            self._top += self.lines.of(after) - old.of(before)

    def follow(self) -> bool:
        """Follow the cursor again; ``False`` where it is followed anyhow."""
        was, self._is_scrolled = self._is_scrolled, False
        return was

    def scroll(self, steps: int) -> bool:
        """Show other lines, the cursor in sight or not; ``False`` where there are no others."""
        top = max(0, min(self._top + steps, self._most))
        if top == self._top:
            return False
        self._top, self._is_scrolled = top, True
        return True

    def settle(self, cursor: int) -> None:
        """Bring the cursor's row into sight; with the head, if it is the first of its group."""
        if not self._is_scrolled:
            line = self.lines.of(cursor)
            lead = 1 if self._stays(line - 1) is not None else 0
            self._top = max(line - self.height + 1, min(self._top, line - lead))
        self._top = max(0, min(self._top, self._most))

    def _stays(self, line: int) -> Head | None:
        """The head that stands on that line as long as it is the first in sight."""
        return self.lines.head_above(line) if self.height >= _LEAST else self.lines.head(line)

    @property
    def _most(self) -> int:
        return len(self.lines) - self.height

    def in_sight(self) -> Iterator[tuple[int, int | Head]]:
        """The lines of the screen, and what is on each: a row's index, or a head.

        The first is the head of its group, so that one always sees whose rows these are.
        """
        lines = self.lines
        in_sight = range(self._top, min(self._top + self.height, len(lines)))
        if not lines.has_heads:
            yield from enumerate(in_sight)
            return
        for y, line in enumerate(in_sight):
            yield y, (lines.head(line) if y else self._stays(line)) or lines.row(line)

    def row_at(self, y: int) -> int | None:
        """The row on a line of the screen; ``None`` on a head, and below all rows."""
        line = self._top + y
        head = self.lines.head(line) if y else self._stays(line)
        return None if head is not None or line >= len(self.lines) else self.lines.row(line)

    def turned(self, cursor: int, pages: int) -> int:
        """The row to which the cursor comes by turning pages; it may be beyond all rows."""
        # A head that stays takes a line of each page.
        page = self.height - (self._stays(self._top) is not None and self.height > 1)
        line = max(0, self.lines.of(cursor) + pages * page)
        row = self.lines.row(line)
        # Where it comes to a head from below, the row above the head is meant.
        if pages < 0 and line and self.lines.head(line) is not None:
            row -= 1
        return row
