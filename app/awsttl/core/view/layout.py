"""How wide each column of the table is, for any width of the pane.

Widths depend on the pane, on the longest profile name and on what renewals can ask at most, never
on the row at hand, so that nothing moves when digits change. A narrow pane drops columns in order
of least use; profile, state and time left always stay.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from awsttl.core.countdown import METER_CELLS
from awsttl.core.view.rows import Row


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
        return fit(str(getattr(row, self.field)), self.width, right=self.right)


MARGIN: Final = 4
"""Cursor mark, glyph and a space before the first column, and one space after the last."""
GAP: Final = 2

_ALWAYS: Final = (
    Column("name", "PROFILE", 13, 36),
    Column("word", "STATE", 10, 10),
    Column("left", "LEFT", 8, 8, right=True),
)
# In order of use: the first that does not fit ends the row.
_OPTIONAL: Final = (
    Column("ends", "UNTIL", 9, 9),
    Column("renews", "RENEWS", 7, 7),
    Column("meter", "", METER_CELLS, METER_CELLS),
    Column("source", "FROM", 14, 34),
    Column("account", "ACCOUNT", 12, 12),
    Column("role", "ROLE", 10, 22),
    Column("region", "REGION", 9, 14),
)
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
    # The name first: it is what people look for.
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
    # Cell by cell to all that can use it: none is cut beside one that is half empty.
    while room > 0:
        growing = [n for n, c in enumerate(chosen) if c.field != "name" and c.width < c.most]
        if not growing:
            break
        for index in growing[:room]:
            chosen[index] = chosen[index]._replace(width=chosen[index].width + 1)
        room -= len(growing[:room])
    return tuple(chosen)


def _optional(longest_needs: int) -> Iterator[Column]:
    """The columns that may be dropped; RENEWS is as wide as what it may come to show."""
    for column in _OPTIONAL:
        width = max(column.width, longest_needs)
        is_renews = column.field == "renews"
        yield column._replace(width=width, most=width) if is_renews else column


def fit(text: str, width: int, *, right: bool = False) -> str:
    """*text* in exactly *width* cells: padded, or cut with an ellipsis.

    Names may hold characters that take two cells, and control characters, which are shown as
    one visible mark each: what comes from a file must not steer the terminal.
    """
    text = printable(text)
    length = cell_width(text)
    if length > width:
        return cut(text, width - 1)[0] + "…"
    padding = " " * (width - length)
    return padding + text if right else text + padding


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

    It is cut at spaces; a word that fits in no line, such as a path or an ARN, after its last ``/``
    or ``:`` that does.
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


def printable(text: str) -> str:
    """*text* with every control character replaced by ``�``."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character == " " else "�" for character in text
    )


def cell_width(text: str) -> int:
    """How many cells of a terminal *text* takes."""
    return len(text) if text.isascii() else sum(map(character_width, text))


def character_width(character: str) -> int:
    """0 for a combining mark, 2 for East Asian wide characters and emoji, else 1."""
    if character < "\u0300":
        return 1
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def listed(names: Sequence[str]) -> str:
    """Names in a sentence, not too many of them."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
