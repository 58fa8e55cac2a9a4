"""The names in sight that must be cut, so that no two neighbours look alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from awsttl.core.files import EMPTY
from awsttl.core.model import Status
from awsttl.core.view.arrangement import Arrangement

_AROUND: Final = 100
"""Rows above and below those in sight that are neighbours too: a name must not change as soon as
its twin scrolls into sight. To look at all rows would take long where there are thousands."""


def short(names: Sequence[str], width: int) -> Mapping[str, str]:
    """Name → its text in *width* cells, for those that would look like another one's."""
    # Most people have no name that is too long, and need no more than this.
    if all(len(name) <= width and name.isascii() for name in names):
        return EMPTY
    from awsttl.core.view.names import told_apart

    return told_apart(names, width)


class ShortNames:
    """Keeps the texts of names that would look alike if they were cut as others are."""

    def __init__(self) -> None:
        self._arrangement = Arrangement()
        self._width = 0
        self._looked = range(0)
        self._texts: Mapping[str, str] = EMPTY

    def look(self, arrangement: Arrangement, first: int, last: int, width: int) -> None:
        """Find those among the rows *first* to *last*, and near them, for names of that width."""
        if (
            arrangement is self._arrangement
            and width == self._width
            and first in self._looked
            and last in self._looked
        ):
            return
        rows = range(max(0, first - _AROUND), min(last + _AROUND + 1, len(arrangement.items)))
        self._arrangement, self._width, self._looked = arrangement, width, rows
        near = [arrangement.items[index] for index in rows]
        self._texts = short([item.name for item in near if isinstance(item, Status)], width)

    def __getitem__(self, name: str) -> str:
        """The text of a name; empty where it is cut as all others are."""
        return self._texts.get(name, "")
