"""How many cells of a terminal a text takes, and which characters are shown at all.

A table is straight only where all agree: this module, which counts; Rich, which cuts; and the
terminal or tmux, which draws. They do not agree on every character of Unicode. What they count
differently is replaced before it is drawn, by a mark that all of them count as one cell.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from awsttl.core.patterns import late

REPLACEMENT: Final = "�"
"""What is shown for a character that must not, or cannot, be drawn. One cell."""

_SURE: Final = late(r"[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25ff]*")
"""Texts of which everybody knows that each character takes one cell: nearly all of them."""

_SELECTORS: Final = late(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Variation selectors. With U+FE0F, ``❤`` is an emoji and ``1`` a keycap: one cell for some, two
for others. Without it, they are one for all."""

_UNSURE: Final = late(
    # Half a flag; skin tones: alone, in pairs, or behind an emoji, everybody counts otherwise.
    r"[\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff"
    # Two cells since Unicode 16, which not every terminal knows.
    r"\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff\U0001d300-\U0001d356\U0001d360-\U0001d376"
    # Numbers in circles on squares, and Hangul that is there to fill: glibc counts otherwise.
    r"\u3248-\u324f\u115f\u3164\uffa0]"
)


def printable(text: str) -> str:
    """*text* as it may be drawn: a name from a file must neither steer a terminal nor bend a table.

    ``�`` stands for control characters, and for those that terminals count differently: among these
    are the vowels of Devanagari and Tamil that stand beside their consonant.
    """
    if _SURE.fullmatch(text):
        return text
    return "".join(map(_shown, text))


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    if _SELECTORS.match(character):
        return ""
    is_sure = character.isprintable() and not _UNSURE.match(character)
    # Mc: a mark that has a place of its own. glibc says one cell, tables of Unicode say none.
    return character if is_sure and unicodedata.category(character) != "Mc" else REPLACEMENT


def cell_width(text: str) -> int:
    """How many cells of a terminal *text* takes, once it is :func:`printable`."""
    return len(text) if text.isascii() else sum(map(character_width, text))


@lru_cache(maxsize=4096)
def character_width(character: str) -> int:
    """0 for a mark on the character before, 2 for East Asian wide characters and emoji, else 1."""
    if character < "\u0300":
        return 1
    # Marks, and the vowels and endings that complete a Hangul syllable.
    if unicodedata.category(character) in ("Mn", "Me") or _HANGUL_PARTS.match(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


_HANGUL_PARTS: Final = late(r"[\u1160-\u11ff\ud7b0-\ud7ff]")
