"""The names under which programs, files and services keep keys: which field each of them means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from awsttl.core.pasted.model import Field

_STEMS: Final = re.compile(
    r"secret[ _.\-]?access[ _.\-]?key(?:[ _.\-]?id)?|secret[ _.\-]?key"
    r"|aws[ _.\-]?secret(?![ _.\-]?(?:access|key))"
    r"|access[ _.\-]?key[ _.\-]?id|access[ _.\-]?key|aws[ _.\-]?key(?:[ _.\-]?id)?"
    r"|session[ _.\-]?key|session[ _.\-]?id|key[ _.\-]?id"
    r"|session[ _.\-]?token|security[ _.\-]?token(?:[ _.\-]expires)?|aws[ _.\-]?token"
    r"|expir(?:ation|es|y)(?:[ _.\-]?(?:at|on|time|date))?|valid[ _.\-]until"
    r"|region(?:[ _.\-]?name)?"
    r"|(?<![A-Za-z0-9_.\-])(?:secret|token|id|key)(?![A-Za-z0-9_])",
    re.IGNORECASE,
)
_LONGEST_PREFIX: Final = 64
_LONGEST_STEM: Final = 64
_PIECE: Final = 1 << 16
"""Characters that are searched at a time. No other thread runs during one search, and that through
a megabyte takes a tenth of a second."""
_SEPARATORS: Final = re.compile(r"[ _.\-]")

_FIELDS: Final = {
    "secretaccesskey": Field.SECRET,
    "secretaccesskeyid": Field.SECRET,
    "secretkey": Field.SECRET,
    "awssecret": Field.SECRET,
    "accesskeyid": Field.ID,
    "accesskey": Field.ID,
    "awskeyid": Field.ID,
    "awskey": Field.ID,
    "sessiontoken": Field.TOKEN,
    "securitytoken": Field.TOKEN,
    "awstoken": Field.TOKEN,
}
"""Names that mean a key wherever they stand, also behind a prefix: ``fs.s3a.access.key``."""

_WEAK_FIELDS: Final = {
    "sessionkey": Field.SECRET,  # AWS's sign-in for federated users
    "sessionid": Field.ID,
    "keyid": Field.ID,
    "secret": Field.SECRET,  # Terraform's state
    "id": Field.ID,
    "key": Field.ID,
    "token": Field.TOKEN,  # the metadata services
}
"""Names that mean a key only where their value has the shape of one."""

_EXPIRIES: Final = re.compile(
    r"(?:aws|awsume|(?:aws)?credentials?|(?:aws)?(?:sso)?session(?:token)?|(?:aws)?token|keys?)?"
    r"expir(?:ation|es|y)(?:at|on|time|date)?"
    r"|x?securitytokenexpires|validuntil"
)
_REGIONS: Final = re.compile(r"(?:(?:process)?env)?(?:aws|s3|ec2)?(?:default)?region(?:name)?")
_OF_REQUESTS: Final = "xamz"
"""Before the name of a header or of a parameter of a link: such a token signs one request."""


class Name(NamedTuple):
    """A name in a text that means a field."""

    field: Field
    start: int
    end: int
    """The place behind it."""
    family: str
    weak: bool


def names(text: str) -> Iterator[Name]:
    """All names of fields in a text, in their order."""
    for match in _stems(text):
        end = match.end()
        if end < len(text) and (text[end].isalnum() or text[end] == "_"):
            continue
        start = _start(text, match.start())
        if found := _meant(text[start : match.start()], match[0]):
            field, family, weak = found
            yield Name(field, start, end, family, weak)


def _stems(text: str) -> Iterator[re.Match[str]]:
    """All that the names are made of, as one search would find it."""
    place = 0
    while place < len(text):
        end = place + _PIECE
        for match in _STEMS.finditer(text, place, end + _LONGEST_STEM):
            if match.start() >= end:
                break
            yield match
            place = match.end()
        place = max(place, end)


def _start(text: str, place: int) -> int:
    """Where the name begins of which something stands at *place*."""
    first = max(0, place - _LONGEST_PREFIX)
    while place > first and (text[place - 1].isalnum() or text[place - 1] in "_.-"):
        place -= 1
    return place


def field_of(cell: str) -> Field | None:
    """The field that the head of a column means; ``None`` where it is something else."""
    name = cell.strip().strip("\"'`*").strip()
    match = _STEMS.search(name)
    while match is not None:
        if match.end() == len(name):
            found = _meant(name[: match.start()], match[0])
            return found[0] if found else None
        match = _STEMS.search(name, match.start() + 1)
    return None


def _meant(prefix: str, stem: str) -> tuple[Field, str, bool] | None:
    """Field, family and weakness of a name; ``None`` where it means something else."""
    prefix, stem = _flat(prefix), _flat(stem)
    if prefix.endswith(_OF_REQUESTS):
        return None
    whole = prefix + stem
    if _EXPIRIES.fullmatch(whole):
        return Field.EXPIRY, "", False
    if _REGIONS.fullmatch(whole):
        return Field.REGION, "", False
    if (field := _FIELDS.get(stem)) is not None:
        return field, prefix.removesuffix("aws").removeprefix("aws"), False
    if (field := _WEAK_FIELDS.get(stem)) is not None and prefix == "":
        return field, "", True
    return None


def _flat(name: str) -> str:
    return _SEPARATORS.sub("", name).lower()
