"""Long profile names in few cells, so that no two of them look alike.

A name that is too long is cut in its middle. Names that a tool has made often differ in the middle
alone: ``acme-shop-production-eu-west-1-admin`` and ``acme-shop-staging-eu-west-1-admin``. Where the
cut makes names alike, the words in which they differ stay: ``acme-…production…-admin``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from awsttl.core.view.cells import cell_width, printable
from awsttl.core.view.layout import fit, fit_middle

_PASSES: Final = 4
"""How often names that still look alike get one more word, which takes room from the others."""
_BEGINNING: Final = 3
"""Characters of the beginning that stay where there is room for them."""
_MOST_BACK: Final = 6
"""Characters by which a word may begin before the first difference."""
_BREAK: Final = re.compile(r"[^0-9A-Za-z]")
"""What stands between the words of a name."""


class _Word(NamedTuple):
    """A word that tells a name from others: places in the name."""

    start: int
    needed: int
    """Up to where it must be shown, so that the difference is seen."""
    end: int


def told_apart(names: Iterable[str], width: int) -> Mapping[str, str]:
    """Name → its text in *width* cells, for the names that look alike when cut in the middle.

    All others are cut by :func:`~awsttl.core.view.layout.fit_middle`, if they are too long. The
    names must differ from each other. Four cells or more are needed to tell two names apart, and
    one for each further word in which many of them differ.
    """
    texts = {
        name: fit_middle(name, width)
        for name in names
        if len(name) > width or cell_width(name) > width
    }
    words: dict[str, list[_Word]] = {}
    for _ in range(_PASSES):
        alike: dict[str, list[str]] = {}
        for name, text in texts.items():
            alike.setdefault(text, []).append(name)
        twins = [group for group in alike.values() if len(group) > 1]
        if not twins:
            break
        for group in twins:
            for name, word in zip(group, _difference(group), strict=True):
                kept = words.setdefault(name, [])
                kept.append(word)
                texts[name] = _with_words(printable(name), kept, width)
    return {name: texts[name] for name in words}


def _difference(names: Sequence[str]) -> list[_Word]:
    """The first word in which these names differ, as it stands in each of them."""
    names = [printable(name) for name in names]
    first, last = min(names), max(names)
    pairs = enumerate(zip(first, last, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), len(first))
    breaks = [found.end() for found in _BREAK.finditer(names[0], 0, same)]
    start = max(breaks[-1] if breaks else 0, same - _MOST_BACK)
    found = []
    for name in names:
        after = _BREAK.search(name, same + 1)
        found.append(_Word(start, same + 1, after.start() if after else len(name)))
    return found


def _with_words(name: str, words: Iterable[_Word], width: int) -> str:
    """*name* in *width* cells: its beginning, these words of it, and its end."""
    # Some characters take two cells. Names that have them are rare: there all count as two.
    most = width if name.isascii() else width // 2
    room = most - 2  # the first character, and the ellipsis before the end
    stays = bytearray(len(name))
    stays[0] = 1
    words = sorted(set(words))
    for word in words:
        room -= _keep(stays, word.start, word.needed, room)
    for start, end in ((0, _BEGINNING), *[(word.start, word.end) for word in words]):
        room -= _keep(stays, start, end, room)
    first = stays.find(0)
    _keep(stays, first, first + room // 2, room // 2)
    length = len(_shown(name, stays))
    for place in range(len(name) - 1, -1, -1):
        if not stays[place]:
            # A gap of one character takes as much room as its ellipsis did.
            length += not (place and stays[place - 1])
            if length > most:
                break
            stays[place] = 1
    return fit(_shown(name, stays), width)


def _keep(stays: bytearray, start: int, end: int, room: int) -> int:
    """Keep characters of a name, as many as there is room for. Returns the cells that this took."""
    spent = 0
    for place in range(start, min(end, len(stays))):
        if stays[place]:
            continue
        # If the character before it is left out, an ellipsis stands there.
        cost = 1 if place and stays[place - 1] else 2
        if spent + cost > room:
            break
        stays[place] = 1
        spent += cost
    return spent


def _shown(name: str, stays: bytearray) -> str:
    """The characters that stay, with an ellipsis for each run of those that do not."""
    pieces = []
    place = 0
    while place < len(name):
        end = stays.find(0 if stays[place] else 1, place)
        end = len(name) if end < 0 else end
        pieces.append(name[place:end] if stays[place] else "…")
        place = end
    return "".join(pieces)
