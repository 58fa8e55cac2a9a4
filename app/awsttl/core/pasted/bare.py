"""Keys without names, known by their shape: the AWS CLI's text output, a line of CSV, a message.

An access key id cannot be mistaken. What follows it within a few words in the shape of a secret
and of a token is its secret and its token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from awsttl.core.pasted import cleaning, values, wrapping
from awsttl.core.pasted.model import Field, Found
from awsttl.core.secret import Secret

_ID: Final = re.compile(r"(?<![A-Za-z0-9+%])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9+/%])")
_WORD: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ][0-9:.]{5,16}(?:Z|[+-][0-9:]{4,5})?|[A-Za-z0-9+/]{16,8192}={0,2}"
    r"|(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{1,15}(?=[\\`^]?\n)"
)
"""A date, a word, or the beginning of a word at the end of a line."""
_FURTHEST: Final = 400
"""Characters in which the next part must begin: a name, a label, a date may stand between."""


def found_in(text: str) -> Iterator[Found]:
    """Ids with what follows them. *text* is plain."""
    ids = list(_ID.finditer(text))
    for number, match in enumerate(ids):
        end = ids[number + 1].start() if number + 1 < len(ids) else len(text)
        found = list(_behind(text, match.end(), end))
        if any(each.field is Field.SECRET for each in found):
            is_comment = cleaning.is_comment(text, match.start())
            found.insert(0, Found(Field.ID, Secret(match[0]), match.start()))
            yield from (each._replace(comment=is_comment) for each in found)


def _behind(text: str, place: int, end: int) -> Iterator[Found]:
    missing = {Field.SECRET, Field.TOKEN, Field.EXPIRY}
    known = place
    while missing:
        word = _WORD.search(text, place, min(end, place + _FURTHEST))
        if word is None:
            return
        # The word may begin within reach, and end beyond it.
        word = _WORD.match(text, word.start(), end) or word
        is_rest = text[known : word.start()].strip() and wrapping.is_rest(text, word.start())
        field, value = (None, word[0]) if is_rest else _meant(text, word)
        place = word.end()
        if field in missing:
            missing.remove(field)
            yield Found(field, Secret(value), word.start())
            place = known = _end_of(text, word, value)


def _end_of(text: str, word: re.Match[str], value: str) -> int:
    """Where a value ends that may go on in the lines below its first word."""
    place, left = word.end(), len(value) - len(word[0])
    while left > 0 and place < len(text):
        left -= not text[place].isspace() and text[place] not in "\\`^"
        place += 1
    return place


def _meant(text: str, word: re.Match[str]) -> tuple[Field | None, str]:
    value = word[0]
    if value[4:5] == "-":
        return Field.EXPIRY, value
    if len(value) <= values.SECRET_LENGTH:
        value = wrapping.continued(text, word.end(), value, Field.SECRET)
        if values.looks_like(Field.SECRET, value):
            return Field.SECRET, value
    value = wrapping.continued(text, word.end(), word[0], Field.TOKEN)
    return (Field.TOKEN if values.looks_like(Field.TOKEN, value) else None), value
