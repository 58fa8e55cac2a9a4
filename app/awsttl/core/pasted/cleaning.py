"""A text as it comes out of a terminal, a mail, a chat or a file → plain lines.

The time that this takes grows with the length of the text and no faster: every repetition in a
pattern has an upper bound, or can match in one way only.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

LONGEST: Final = 1 << 20
"""Characters of a text that are looked at."""

_ESCAPES: Final = re.compile(
    r"\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]"  # colours, and how the cursor moves
    r"|\x1b[\]PX^_][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)"  # titles, links
    r"|\x1b[ -/]{0,8}[0-~]"
    r"|\x9b[0-?]{0,64}[ -/]{0,8}[@-~]"
)
_ESCAPES_IN_WORDS: Final = re.compile(r"\\(?:x1b|033|e|u001b)\[[0-9;]{0,32}m", re.IGNORECASE)
_LINE_ENDS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u2060\ufeff]"
)
_BLANKS: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_QUOTES: Final = str.maketrans("“”„‟«»‘’‚‛＂＇", '""""""\'\'\'\'"\'')
_MAIL: Final = re.compile(r"^[ \t]{0,8}(?:>[ \t]?){1,16}", re.MULTILINE)
_FRAME: Final = re.compile(
    r"^[ \t]{0,40}[|│┃║]{1,4}(?=[ \t])|(?<=[ \t])[|│┃║]{1,4}[ \t]*$", re.MULTILINE
)
_ENDS_OF_LINES: Final = re.compile(r"[ \t]+$", re.MULTILINE)
_NARROWEST: Final = 16
"""Columns that a terminal or an editor has at least."""
_SOFT: Final = re.compile(r"=[ \t]{0,8}\n")
_SOFT_CODE: Final = re.compile(r"=([0-9A-F]{2})")


def plain(text: str) -> str:
    """The text without colours, control characters, marks of quoted mail, and frames."""
    text = _ESCAPES.sub("", text[:LONGEST]) if "\x1b" in text or "\x9b" in text else text[:LONGEST]
    text = _ESCAPES_IN_WORDS.sub("", text)
    text = _BLANKS.sub(" ", _LINE_ENDS.sub("\n", text).translate(_QUOTES))
    text = _CONTROL.sub("", text)
    return _ENDS_OF_LINES.sub("", _FRAME.sub("", _MAIL.sub("", text)))


def is_comment(text: str, place: int) -> bool:
    """Whether the line at *place* is a comment, and not a command behind root's prompt."""
    start = text.rfind("\n", max(0, place - 200), place) + 1
    before = text[start:place].lstrip()
    is_marked = before.startswith(("#", ";", "//")) and not before.startswith("#!")
    return is_marked and "export" not in before and "set" not in before


def other_readings(text: str) -> Iterator[str]:
    """The plain text under assumptions that seldom hold: what wrapped or encoded it before.

    They are for a text in which no whole session was found.
    """
    if any(escape in text for escape in ("\\n", "\\t", '\\"', "\\/")):
        yield _without_backslashes(text)
    if "&quot;" in text or "&#" in text or "<br" in text or "&gt;" in text or "</" in text:
        yield plain(html.unescape(re.sub(r"<br\s?/?>|</?[a-z][a-z0-9]{0,9}>", "\n", text)))
    if "=3D" in text or _SOFT.search(text):
        yield _SOFT_CODE.sub(_decoded, _SOFT.sub("", text))
    yield from _unwrapped(text)


def _without_backslashes(text: str) -> str:
    """A text that is a string of JSON, or of a program."""
    for _ in range(3):
        text = text.replace('\\\\"', '\\"').replace("\\\\n", "\\n")
    return (
        text.replace("\\r\\n", "\n")
        .replace("\\n", "\n")
        .replace("\\t", "\t")
        .replace('\\"', '"')
        .replace("\\/", "/")
    )


def _decoded(code: re.Match[str]) -> str:
    number = int(code[1], 16)
    return chr(number) if 32 <= number < 127 else code[0]


def _unwrapped(text: str) -> Iterator[str]:
    """The text with lines joined that a terminal or an editor has broken at its width."""
    lines = text.split("\n")
    lengths = Counter(length for line in lines if (length := len(line)) >= _NARROWEST)
    if len(lines) < 2 or not lengths:
        return
    widest = max(lengths)
    yield _joined(lines, {widest})
    # A terminal that breaks before a wide character, or an editor, leaves the last cell free.
    yield _joined(lines, {widest, widest - 1})
    for width, count in lengths.most_common(3):
        # There may be longer lines around what was wrapped.
        if count > 1 and width != widest:
            yield _joined(lines, {width})
    yield "".join(line.strip() for line in lines)


def _joined(lines: list[str], widths: set[int]) -> str:
    parts: list[str] = []
    for line in lines:
        parts.append(line)
        if len(line) not in widths:
            parts.append("\n")
    return "".join(parts)
