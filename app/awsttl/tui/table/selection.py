"""Which rows are marked: one by one, and from an anchor to the cursor while a range is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from awsttl.core.model import Environment
from awsttl.core.view.arrangement import Arrangement
from awsttl.core.view.rows import Item

RANGE_IS_OPEN: Final = "move to mark a range; v ends it, esc clears it"
"""Said when a range is opened, and no longer than it is open."""


class Selection:
    """The marks of a table. Rows are known by their keys, so that marks outlast another order.

    The environment's own session is never marked: no key acts on it together with profiles.
    """

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._anchor = ""
        """The key of the row at which an open range begins; empty while there is none."""

    def __bool__(self) -> bool:
        return bool(self._keys or self._anchor)

    @property
    def has_range(self) -> bool:
        """Whether a range is open, so that each step of the cursor changes the marks."""
        return bool(self._anchor)

    def toggle(self, key: str) -> None:
        """Mark a row, or no longer."""
        self._keys ^= {key}

    def add(self, keys: Iterable[str]) -> None:
        """Mark these rows too."""
        self._keys.update(keys)

    def begin(self, key: str) -> None:
        """Open a range at a row."""
        self._anchor = key

    def end(self, shown: Arrangement, cursor: int) -> None:
        """Close the range: what it spans stays marked."""
        self.add(shown.keys[index] for index in self._span(shown, cursor))
        self._anchor = ""

    def follow(self, old: Arrangement, before: int, new: Arrangement, after: int) -> None:
        """Keep to what an open range spans, though the rows come in another order.

        Time alone moves rows, too, and nobody has chosen what comes to lie in between. So where the
        range would span other rows, those that it spanned are marked for good, and it begins anew
        at the cursor, if that is still on its row. *before* and *after* are the cursor's places.
        """
        if not self._anchor or new.keys is old.keys:
            return
        after = min(after, len(new.keys) - 1)
        spanned = [old.keys[index] for index in self._span(old, before)]
        if set(spanned) != {new.keys[index] for index in self._span(new, after)}:
            self.add(spanned)
            is_there = after >= 0 and old.keys[before] == new.keys[after]
            self._anchor = old.keys[before] if is_there else ""

    def clear(self) -> None:
        """Mark nothing."""
        self._keys.clear()
        self._anchor = ""

    def keep_only(self, shown: Arrangement) -> None:
        """Forget what is gone for good; what a filter leaves out may come back."""
        if self._keys and not (shown.view.filter or shown.view.only_needing):
            self._keys &= shown.places.keys()
        if self._anchor not in shown.places:
            self._anchor = ""

    def has(self, shown: Arrangement, index: int, cursor: int) -> bool:
        """Whether the row at *index* is marked."""
        if not self:
            return False
        is_marked = shown.keys[index] in self._keys or index in self._span(shown, cursor)
        return is_marked and not isinstance(shown.items[index], Environment)

    def items(self, shown: Arrangement, cursor: int) -> tuple[Item, ...]:
        """The marked rows that are shown, in their order. Keys act on no row that nobody sees."""
        return tuple(shown.items[index] for index in sorted(self._indices(shown, cursor)))

    def _indices(self, shown: Arrangement, cursor: int) -> Iterator[int]:
        found = {shown.places[key] for key in self._keys if key in shown.places}
        found.update(self._span(shown, cursor))
        return (index for index in found if not isinstance(shown.items[index], Environment))

    def _span(self, shown: Arrangement, cursor: int) -> range:
        anchor = shown.places.get(self._anchor) if self._anchor else None
        if anchor is None:
            return range(0)
        return range(min(anchor, cursor), max(anchor, cursor) + 1)
