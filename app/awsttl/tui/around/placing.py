"""Where the details stand, and how much of the pane is theirs: beside the rows, below, instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.geometry import Size

from awsttl.core.named_tuples import NamedTuple

SIDE_BY_SIDE: Final = 150
"""Columns from which the details may stand beside the table."""
SIDE_WIDTH: Final = 44
"""The columns of the details beside the table, at least, in a pane narrower than ``WIDE``."""
WIDE: Final = 180
"""Columns of a pane from which the details beside the table have ``WIDE_WIDTH`` at least."""
WIDE_WIDTH: Final = 58
"""Columns in which the name of a cache file fits."""
WIDEST: Final = 96
"""The columns of the details at most. Up to there they have what the table cannot use."""
BELOW: Final = (100, 30)
"""Columns and lines of a pane from which the details may stand below the table. In a smaller pane
Enter opens them in place of the table."""
BELOW_LINES: Final = 13
"""The lines of the details below the table, at least. Where more lines than these are free below
the rows, the details stand there in a wide pane too: nothing in them is wrapped there."""
MOST_LINES: Final = 19
"""The lines of the details at most. Up to there they have two thirds of the free lines."""
_AROUND: Final = 3
"""The lines that are always there: the header, the heads of the columns, the keys."""


class Place(NamedTuple):
    """A place for the details. ``1fr`` is Textual's word for all that there is."""

    is_beside: bool
    is_roomy: bool
    """Whether they have room beside or below the rows."""
    is_shown: bool
    width: int | str
    height: int | str

    @property
    def classes(self) -> Mapping[str, bool]:
        """The classes of the screen, for the style sheets."""
        return {
            "-side": self.is_beside,
            "-stacked": not self.is_beside,
            "-small": not self.is_roomy,
            "-with-details": self.is_shown,
            "-details-only": self.is_shown and not self.is_roomy,
        }


def place(size: Size, rows: int, widest: int, *, wanted: bool | None) -> Place:
    """The place in a pane of that size.

    *rows*: the lines of the table at most, whatever filter is typed; *widest*: the cells that its
    columns can use; *wanted*: whether the person wants details, ``None``: as the size suggests.
    """
    roomy = size.width >= SIDE_BY_SIDE or (size.width >= BELOW[0] and size.height >= BELOW[1])
    shown = roomy if wanted is None else wanted
    free = size.height - _AROUND - rows
    if size.width >= SIDE_BY_SIDE and free <= BELOW_LINES:
        least = WIDE_WIDTH if size.width >= WIDE else SIDE_WIDTH
        width = max(least, min(WIDEST, size.width - widest))
        return Place(True, roomy, shown, width, "1fr")  # noqa: FBT003 (the first field)
    height = max(BELOW_LINES, min(MOST_LINES, free * 2 // 3)) if roomy else "1fr"
    return Place(False, roomy, shown, "1fr", height)  # noqa: FBT003 (the first field)
