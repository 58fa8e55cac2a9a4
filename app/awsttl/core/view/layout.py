"""How wide each column of the table is, for any width of the pane.

Widths depend on the pane, on the longest profile name and on the longest text that RENEWS may show,
and never on the texts that are shown now: so no column moves when a digit changes. In a narrow pane
the least useful columns are left out; profile, state and time left always stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from awsttl.core.countdown import METER_CELLS
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.view.cells import cell_width, character_width, printable
from awsttl.core.view.rows import Row

__all__ = ["Column", "cell_width", "columns", "cut", "fit", "listed", "printable", "wrapped"]


class Column(NamedTuple):
    """One column: ``field`` is the attribute of :class:`~awsttl.core.view.rows.Row` it shows."""

    field: str
    title: str
    width: int
    most: int
    """The width up to which it grows when there is room."""
    right: bool = False

    def cell(self, row: Row) -> str:
        """The row's text for this column, exactly ``width`` characters wide."""
        text = str(getattr(row, self.field))
        # Names of neighbours begin alike, and differ at their end.
        return (
            fit_middle(text, self.width)
            if self.field == "name"
            else fit(text, self.width, right=self.right)
        )


MARGIN: Final = 4
"""Cursor mark, glyph and a space before the first column, and one space after the last."""
GAP: Final = 2
_NO_LIMIT: Final = 1000
"""A width in which all columns are as wide as they get."""

_ALWAYS: Final = (
    Column("name", "PROFILE", 13, 36),
    Column("word", "STATE", 10, 10),
    Column("left", "LEFT", 8, 8, right=True),
)
# The most useful first: the first that does not fit, and all after it, are left out.
_OPTIONAL: Final = (
    Column("ends", "UNTIL", 9, 9),
    Column("renews", "RENEWS", 7, 7),
    Column("meter", "", METER_CELLS, METER_CELLS),
    Column("source", "FROM", 14, 34),
    Column("account", "ACCOUNT", 12, 12),
    Column("role", "ROLE", 10, 22),
    Column("region", "REGION", 9, 14),
)
ALL: Final = (*_ALWAYS, *_OPTIONAL)
"""Every column, in order of use."""
_ORDER: Final = (
    "name",
    "word",
    "left",
    "meter",
    "ends",
    "renews",
    "source",
    "account",
    "role",
    "region",
)


def columns(width: int, longest_name: int, longest_needs: int = 0) -> tuple[Column, ...]:
    """The columns for a pane of *width* cells, from left to right.

    *longest_needs*: cells of the longest text that RENEWS may come to show.
    """
    room = width - MARGIN - sum(column.width for column in _ALWAYS) - GAP * (len(_ALWAYS) - 1)
    chosen = list(_ALWAYS)
    name = chosen[0]
    # The name grows first: it is what people look for.
    grown = max(0, min(room, min(longest_name, name.most) - name.width))
    if room - grown < _OPTIONAL[0].width + GAP and room >= _OPTIONAL[0].width + GAP:
        grown = room - _OPTIONAL[0].width - GAP
    chosen[0] = name._replace(width=name.width + grown)
    room -= grown
    for column in _optional(longest_needs):
        if room < column.width + GAP:
            break
        chosen.append(column)
        room -= column.width + GAP
    chosen.sort(key=lambda column: _ORDER.index(column.field))
    # The rest is given cell by cell to all columns that can use it, so that no text is cut in one
    # column while another is half empty.
    while room > 0:
        growing = [n for n, c in enumerate(chosen) if c.field != "name" and c.width < c.most]
        if not growing:
            break
        for index in growing[:room]:
            chosen[index] = chosen[index]._replace(width=chosen[index].width + 1)
        room -= len(growing[:room])
    return tuple(chosen)


def widest(longest_name: int, longest_needs: int = 0) -> int:
    """The cells that a table can use, at most."""
    shown = columns(_NO_LIMIT, longest_name, longest_needs)
    return MARGIN + sum(column.width for column in shown) + GAP * (len(shown) - 1)


def _optional(longest_needs: int) -> Iterator[Column]:
    """The columns that may be left out; RENEWS is as wide as the longest text that it may show."""
    for column in _OPTIONAL:
        width = max(column.width, longest_needs)
        is_renews = column.field == "renews"
        yield column._replace(width=width, most=width) if is_renews else column


def fit(text: str, width: int, *, right: bool = False) -> str:
    """*text* in exactly *width* cells: padded, or cut with an ellipsis.

    Names may hold characters that take two cells. Control characters are shown as a visible mark:
    a text from a file must not control the terminal.
    """
    text = printable(text)
    length = cell_width(text)
    if length > width:
        return cut(text, width - 1)[0] + "…"
    padding = " " * (width - length)
    return padding + text if right else text + padding


def fit_middle(text: str, width: int) -> str:
    """The same, but cut in the middle: beginning and end stay."""
    text = printable(text)
    if cell_width(text) <= width:
        return fit(text, width)
    tail = ""
    for character in reversed(text):
        if cell_width(character + tail) > (width - 1) // 2:
            break
        tail = character + tail
    head = cut(text, width - 1 - cell_width(tail))[0]
    return f"{head}…{tail}"


def cut(text: str, width: int) -> tuple[str, str]:
    """*text* in two: the first *width* cells, and the rest."""
    text = printable(text)
    if text.isascii():
        return text[:width].ljust(width), text[width:]
    taken = 0
    for index, character in enumerate(text):
        wide = character_width(character)
        if taken + wide > width:
            return text[:index] + " " * (width - taken), text[index:]
        taken += wide
    return text + " " * (width - taken), ""


def wrapped(text: str, width: int) -> list[str]:
    """*text* in pieces of at most *width* cells.

    It is cut at spaces. A word that is longer than a line, such as a path or an ARN, is cut after
    the last ``/`` or ``:`` that fits.
    """
    text = printable(text)
    pieces = []
    while cell_width(text) > width:
        end = _end_of_line(text, width)
        pieces.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*pieces, text]


def _end_of_line(text: str, width: int) -> int:
    """How many characters of a longer text its first line takes."""
    most = len(cut(text, width)[0].rstrip())
    space = text.rfind(" ", 0, most + 1)
    if text[: max(space, 0)].strip():
        word = text[space + 1 :].partition(" ")[0]
        if space > most // 2 or cell_width(word) <= width:
            return space
    mark = max(text.rfind(mark, 0, most) for mark in "/:") + 1
    return mark if mark > max(space, most // 4) else most


def listed(names: Sequence[str]) -> str:
    """Names in a sentence, not too many of them."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
