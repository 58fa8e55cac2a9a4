"""Values that were broken into lines: by a terminal's width, by a mail program, by an editor.

Ids and secrets have a known length, and most tokens say of themselves whether they are whole. For
other tokens it counts that base64 comes in groups of four, and what the next line looks like.
"""

from __future__ import annotations

import re
from typing import Final

from awsttl.core.pasted.keys import Extent, facts_of_token
from awsttl.core.pasted.model import Field
from awsttl.core.pasted.values import ID_LENGTH, SECRET_LENGTH

_LONGEST: Final = 8192
"""Characters of a value."""

_FRAME: Final = 4
"""Characters that a line may have lost with its frame or its indentation."""

_IN_QUOTES: Final = {
    quote: re.compile(rf"([^{quote}]{{0,{_LONGEST}}}){quote}") for quote in ("'", '"', "`")
}
_BROKEN: Final = re.compile(r"[A-Za-z0-9+/=\s\\`^]*")
_BETWEEN_PARTS: Final = re.compile(r"[\s\\`^]+")

_NEXT_LINE: Final = re.compile(r"[ \t]*[\\`^]?\n[ \t]{0,80}([A-Za-z0-9+/=]{1,4096})[ \t]*")
_LAST_PART: Final = re.compile(
    r"(?P<sign>[^A-Za-z0-9+/]|\A)(?P<part>[A-Za-z0-9+/]{1,99})[ \t\\`^|│]{0,8}\Z"
)
_END_OF_PART: Final = re.compile(r"[\"'`,;<|│]|[)}\]\\^]{0,4}[ \t]*(?:\n|\Z)")
_WORD: Final = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/=]+")


def quoted(text: str, place: int, quote: str) -> str | None:
    """The value from *place* to the quote that ends it; ``None`` where none does."""
    match = _IN_QUOTES[quote].match(text, place)
    if match is None:
        return None
    value = match[1].removesuffix("\\")
    if "\n" in value:
        if _BROKEN.fullmatch(value) is None:
            return None
        return _BETWEEN_PARTS.sub("", value)
    return value.strip()


def is_rest(text: str, place: int) -> bool:
    """Whether what begins at *place* seems to be the rest of what ends the line before."""
    start = text.rfind("\n", max(0, place - 80), place)
    if start < 0 or text[start:place].strip():
        return False
    above = _LAST_PART.search(text[max(0, start - 120) : start])
    if above is None:
        return False
    return above["sign"] in "=:\"'\t,|>" or _WORD.fullmatch(above["part"]) is None


def continued(text: str, place: int, value: str, field: Field) -> str:
    """A value that ends at *place*, with the following lines that belong to it."""
    if _BASE64.fullmatch(value) is None:
        return value
    match field:
        case Field.ID:
            return _of_length(text, place, value, ID_LENGTH)
        case Field.SECRET:
            return _of_length(text, place, value, SECRET_LENGTH)
        case _:
            return _token(text, place, value)


def _of_length(text: str, place: int, value: str, length: int) -> str:
    """The value with as many lines as make it just so long; as it is where none do."""
    parts = value
    while len(parts) < length and (part := _NEXT_LINE.match(text, place)):
        parts += part[1]
        place = part.end()
    return parts if len(parts) == length else value


def _token(text: str, place: int, value: str) -> str:
    """The token with the lines that complete it."""
    width = _width(text, place)
    wholes = [value]
    while len(wholes[-1]) < _LONGEST and not _is_padded(wholes[-1]):
        is_whole = facts_of_token(wholes[-1]).extent is Extent.WHOLE
        part = None if is_whole else _NEXT_LINE.match(text, place)
        if part is None or _END_OF_PART.match(text, part.end()) is None:
            break
        place = part.end()
        before, width = width, _width(text, place)
        if width > before + _FRAME:
            break  # A line is broken where it is full, so the next one is not longer.
        wholes.append(wholes[-1] + part[1])
    if facts_of_token(wholes[-1]).extent is not Extent.UNKNOWN:
        return wholes[-1]
    return _likely(wholes)


def _is_padded(token: str) -> bool:
    """Whether base64 ends here for certain."""
    return token.endswith("=") and len(token) % 4 == 0


def _width(text: str, place: int) -> int:
    """How many characters the line has that ends about *place*."""
    start = text.rfind("\n", max(0, place - _LONGEST), place) + 1
    end = text.find("\n", place, place + _LONGEST)
    return (len(text) if end < 0 else end) - start


def _likely(wholes: list[str]) -> str:
    """Of a token with more and more of the lines below it, the likely whole."""
    fallback = wholes[0]
    for without, whole in zip(reversed(wholes[:-1]), reversed(wholes[1:]), strict=True):
        last = whole[len(without) :]
        is_word = len(last) <= 16 and _WORD.fullmatch(last) is not None
        if is_word and len(without) % 4 == 0:
            continue
        if len(whole) % 4 == 0:
            return whole
        if fallback == wholes[0] and len(wholes[0]) % 4 and not is_word:
            fallback = whole
    return fallback
