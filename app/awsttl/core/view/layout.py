"""How wide each column of the table is, for any width of the pane.

Widths depend on the pane, on the longest profile name and on the longest text that RENEWS may show,
and never on the texts that are shown now: so no column moves when a digit changes. In a narrow pane
the least useful columns are left out; profile, state and time left always stay. Which columns there
are to choose from, the person says: by the key for it, or by ``columns`` in the settings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from awsttl.core.countdown import METER_CELLS
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.settings import ColumnSet
from awsttl.core.view.cells import cell_width, character_width, printable
from awsttl.core.view.rows import Row

__all__ = [
    "Column",
    "Wanted",
    "cell_width",
    "columns",
    "cut",
    "fit",
    "fit_middle",
    "listed",
    "printable",
    "wrapped",
]


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
        found = getattr(row, self.field)
        text = str(found) if not isinstance(found, bool) else "yes" if found else ""
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

_NAME: Final = Column("name", "PROFILE", 13, 36)
_ALWAYS: Final = (
    _NAME,
    Column("word", "STATE", 10, 10),
    Column("left", "LEFT", 8, 8, right=True),
)
_UNTIL: Final = Column("ends", "UNTIL", 9, 9)
_RENEWS: Final = Column("renews", "RENEWS", 7, 7)
_METER: Final = Column("meter", "", METER_CELLS, METER_CELLS)
_FROM: Final = Column("source", "FROM", 14, 34)
_ACCOUNT: Final = Column("account", "ACCOUNT", 12, 12)
_ROLE: Final = Column("role", "ROLE", 10, 22)
_REGION: Final = Column("region", "REGION", 9, 14)
_NEEDS_YOU: Final = Column("needs_you", "NEEDS YOU", 9, 9)

# The most useful first: the first that does not fit, and all after it, are left out.
_SETS: Final[Mapping[ColumnSet, tuple[Column, ...]]] = {
    ColumnSet.ALL: (_UNTIL, _RENEWS, _METER, _FROM, _ACCOUNT, _ROLE, _REGION),
    ColumnSet.TIME: (_UNTIL, _RENEWS, _METER),
    ColumnSet.IDENTITY: (_ACCOUNT, _ROLE, _FROM, _REGION),
}
_ACCOUNT_FIRST: Final = (_ACCOUNT, _RENEWS, _UNTIL, _METER, _FROM, _ROLE, _REGION)
"""All columns, where it matters most which account a profile is of."""
_LONG_NAME: Final = 24
"""Cells from which names are long: then it is the account that tells them apart."""
_ENOUGH_NAME: Final = 20
"""Cells of a long name that the account and RENEWS never take."""
_WHOLE_NAME: Final = 64
"""The width up to which a name grows where there is room, or where the columns are those of
identity."""

ALL: Final = (*_ALWAYS, *_SETS[ColumnSet.ALL], _NEEDS_YOU)
"""Every column, in order of use."""
NAMED: Final[Mapping[str, Column]] = {
    column.title.lower().replace(" ", "-") or column.field: column for column in ALL
}
"""The names of the columns, for the settings and the command line."""
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


class Wanted(NamedTuple):
    """What the columns depend on besides the width of the pane."""

    longest_name: int = 0
    """Cells of the longest name."""
    longest_needs: int = 0
    """Cells of the longest text that RENEWS may come to show."""
    chosen: ColumnSet | tuple[str, ...] = ColumnSet.ALL
    """A set of columns, or the names of some, as in :data:`NAMED`."""
    by_account: bool = False
    """Whether the rows stand in the order of their accounts."""
    has_accounts: bool = True
    """Whether the account of any profile is known."""


def columns(width: int, wanted: Wanted) -> tuple[Column, ...]:
    """The columns for a pane of *width* cells, from left to right.

    Profile, state and time left come first, also where they were not chosen.
    """
    room = width - MARGIN - sum(column.width for column in _ALWAYS) - GAP * (len(_ALWAYS) - 1)
    useful = _candidates(room, wanted)
    candidates = [_widened(column, wanted) for column in useful]
    most = _WHOLE_NAME if wanted.chosen is ColumnSet.IDENTITY else _NAME.most
    name = _NAME._replace(most=most)
    # The name grows first: it is what people look for.
    grown = max(0, min(room, min(wanted.longest_name, name.most) - name.width))
    # One column stays beside the name; two where the usual order of columns does not count.
    grown = _beside(grown, room, candidates[: 1 if useful is _SETS[ColumnSet.ALL] else 2])
    chosen = [name._replace(width=name.width + grown), *_ALWAYS[1:]]
    room -= grown
    for column in candidates:
        if room < column.width + GAP:
            break
        chosen.append(column)
        room -= column.width + GAP
    if isinstance(wanted.chosen, ColumnSet):
        chosen.sort(key=lambda column: _ORDER.index(column.field))
    # A long name takes what it needs of the room that is left.
    more = max(0, min(room, min(wanted.longest_name, _WHOLE_NAME) - chosen[0].width))
    chosen[0] = chosen[0]._replace(width=chosen[0].width + more)
    room -= more
    # All other columns that can use it get one cell after the other, so that no text is cut in one
    # column while another is half empty.
    while room > 0:
        growing = [n for n, c in enumerate(chosen) if c.field != "name" and c.width < c.most]
        if not growing:
            break
        for index in growing[:room]:
            chosen[index] = chosen[index]._replace(width=chosen[index].width + 1)
        room -= len(growing[:room])
    return tuple(chosen)


def widest(wanted: Wanted) -> int:
    """The cells that a table can use, at most."""
    shown = columns(_NO_LIMIT, wanted)
    return MARGIN + sum(column.width for column in shown) + GAP * (len(shown) - 1)


def _candidates(room: int, wanted: Wanted) -> Sequence[Column]:
    """The columns that may be left out, the most useful first."""
    if not isinstance(wanted.chosen, ColumnSet):
        named = dict.fromkeys(NAMED[name] for name in wanted.chosen if name in NAMED)
        return [column for column in named if column not in _ALWAYS]
    if wanted.chosen is not ColumnSet.ALL or not is_account_first(wanted):
        return _SETS[wanted.chosen]
    # Where there is no room for the account, UNTIL would only take room from a long name.
    has_use = room >= _ACCOUNT.width + GAP or wanted.longest_name > _ENOUGH_NAME
    return _ACCOUNT_FIRST if has_use else _SETS[ColumnSet.ALL]


def is_account_first(wanted: Wanted) -> bool:
    """Whether the account tells more than the meter and the time of the end."""
    matters = wanted.by_account or wanted.longest_name > _LONG_NAME
    return matters and wanted.has_accounts


def _beside(grown: int, room: int, kept: Sequence[Column]) -> int:
    """By how much a long name grows, so that these columns keep their place beside it."""
    taken = 0
    for number, column in enumerate(kept):
        left = room - taken - column.width - GAP
        # For the second column a name is not cut to fewer cells than are enough for it.
        if left < (_ENOUGH_NAME - _NAME.width if number else 0):
            break
        taken = room - left
    return max(0, min(grown, room - taken))


def _widened(column: Column, wanted: Wanted) -> Column:
    """RENEWS is as wide as the longest text that it may show."""
    width = max(column.width, wanted.longest_needs)
    return column._replace(width=width, most=width) if column.field == "renews" else column


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
    """*text* in exactly *width* cells: padded, or cut in its middle with an ellipsis.

    Of a text that is cut, the beginning and the end stay; the end is whole words where it can be.
    """
    text = printable(text)
    if cell_width(text) <= width:
        return fit(text, width)
    tail = _last_words(text, width - 1) or _end(text, (width - 1) // 2)
    head = cut(text, width - 1 - cell_width(tail))[0]
    return f"{head}…{tail}"


def _end(text: str, width: int) -> str:
    """The last *width* cells of a text."""
    if text.isascii():
        return text[len(text) - width :]
    end = ""
    for character in reversed(text):
        if cell_width(character + end) > width:
            break
        end = character + end
    return end


_SLACK: Final = 3
"""Cells by which the end of a cut name may be longer or shorter than half, to be whole words."""
_WORD: Final = re.compile(r"(?<=[^0-9A-Za-z])[0-9A-Za-z]")
"""Where a word of a name begins."""


def _last_words(text: str, room: int) -> str:
    """The last words of a name that take about half of *room*; empty where there are none."""
    if not text.isascii():
        return ""
    lengths = [len(text) - found.start() for found in _WORD.finditer(text)]
    near = [each for each in lengths if abs(each - room // 2) <= _SLACK and room - each >= _SLACK]
    return text[len(text) - min(near, key=lambda each: abs(each - room // 2)) :] if near else ""


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
