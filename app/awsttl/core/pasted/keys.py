"""What access key ids and session tokens tell about themselves.

AWS documents none of this. It was found by others in access keys and tokens, and each of the rules
here agrees with keys and tokens that AWS has given out. So a token is judged only where all of its
known structure is there, and is otherwise taken as it is.
"""

from __future__ import annotations

import base64
import binascii
import enum
import re
from typing import Final, NamedTuple

_WITH_ACCOUNT: Final = re.compile(r"A[KS]IA[Q-Z2-7][A-Z2-7]{15}")
"""Keys from before about 2019 hold no account: their fifth character is I or J."""

_ORIGIN: Final = re.compile(rb"!\x0a\x09origin_ec\x10")
_OLDER: Final = re.compile(rb"\x17\x0a\x06er/aws\x10")
_REGION: Final = re.compile(rb"[a-z]{2,5}(?:-[a-z0-9]+)*")
_SCOPE: Final = re.compile(
    rb"\x08(?:[\x80-\xff]{1,9})?[\x00-\x7f]\x10[\x00-\x7f]\x1a\x0c(\d{12})\x22\x0c"
)
"""How the session in a newer token begins: two numbers, the account."""

_SHORTEST: Final = 40
"""Characters below which a token tells nothing: it is one of an emulator, or of a test."""


def account_of_key(access_key_id: str) -> str:
    """The account that an access key id encodes, 12 digits; empty where it encodes none.

    >>> account_of_key("ASIAIOSFODNN7EXAMPLE")
    ''
    """
    if _WITH_ACCOUNT.fullmatch(access_key_id) is None:
        return ""
    number = int.from_bytes(base64.b32decode(access_key_id[4:])[:6], "big")
    account = (number & 0x7FFFFFFFFF80) >> 7
    return f"{account:012d}" if account < 10**12 else ""


class Extent(enum.StrEnum):
    """Whether a token is all there."""

    WHOLE = "whole"
    CUT_OFF = "cut off"
    UNKNOWN = "unknown"
    """It has no structure that is known here."""


class TokenFacts(NamedTuple):
    """What a token says of itself."""

    extent: Extent
    account_id: str = ""
    issued_at: float | None = None
    """Seconds UTC."""


_NOTHING: Final = TokenFacts(Extent.UNKNOWN)


def facts_of_token(token: str) -> TokenFacts:
    """What the structure of a session token says."""
    if len(token) < _SHORTEST:
        return _NOTHING
    try:
        data = base64.b64decode(token[: len(token) // 4 * 4], validate=True)
    except (binascii.Error, ValueError):
        return _NOTHING
    newer = _ORIGIN.match(data) is not None
    if not newer and not _OLDER.match(data):
        return _NOTHING
    # Whatever does not fill a group of four characters is part of a group that is cut.
    fields, is_whole = _fields(data[1:])
    is_whole = is_whole and len(token) % 4 == 0
    return _newer(fields, is_whole=is_whole) if newer else _older(fields, is_whole=is_whole)


_Fields = list[tuple[int, "int | bytes"]]


def _newer(fields: _Fields, *, is_whole: bool) -> TokenFacts:
    """Tokens that begin with ``IQoJ``: origin, number, region, signature, session, time, seal.

    The last of *fields* may be cut off; nothing is expected of that one.
    """
    numbers = [number for number, _ in fields]
    if numbers != [1, 2, 3, 4, 5, 6, 7][: len(numbers)]:
        return _NOTHING
    if len(fields) < 5 or (len(fields) == 5 and not is_whole):
        is_known = len(fields) > 2 and _REGION.match(_bytes(fields[2][1])) is not None
        is_known = is_known and (len(fields) < 5 or _is_signature(fields[3][1]))
        return TokenFacts(Extent.CUT_OFF) if is_known else _NOTHING
    scope = _SCOPE.match(_bytes(fields[4][1]))
    if scope is None or not _is_signature(fields[3][1]):
        return _NOTHING
    issued = fields[5][1] if len(fields) > 5 else None
    return TokenFacts(
        Extent.WHOLE if is_whole and len(fields) == 7 else Extent.CUT_OFF,
        scope[1].decode(),
        float(issued) if isinstance(issued, int) else None,
    )


def _older(fields: _Fields, *, is_whole: bool) -> TokenFacts:
    """Tokens that begin with ``FwoG``: origin, number, id, session, time, seal."""
    numbers = [number for number, _ in fields]
    if numbers != [1, 2, 3, 4, 5, 6][: len(numbers)]:
        return _NOTHING
    if len(fields) < 4 or len(_bytes(fields[2][1])) != 12:
        return _NOTHING
    issued = fields[4][1] if len(fields) > 4 else None
    return TokenFacts(
        Extent.WHOLE if is_whole and len(fields) == 6 else Extent.CUT_OFF,
        "",
        float(issued) if isinstance(issued, int) else None,
    )


def _bytes(value: int | bytes) -> bytes:
    return value if isinstance(value, bytes) else b""


def _is_signature(value: int | bytes) -> bool:
    """Whether this is an ECDSA signature in DER: a sequence of two integers, and nothing more."""
    if not isinstance(value, bytes) or len(value) < 8 or value[0] != 0x30:
        return False
    first = value[3] if value[2] == 0x02 else 0
    second = 4 + first
    return (
        value[1] == len(value) - 2
        and second + 2 <= len(value)
        and value[second] == 0x02
        and second + 2 + value[second + 1] == len(value)
    )


def _fields(data: bytes) -> tuple[_Fields, bool]:
    """The fields of a message in protobuf's wire format, and whether it ends where the data does.

    The last field may be cut: then it has the bytes that are there.
    """
    found: _Fields = []
    place = 0
    while place < len(data):
        tag = _number(data, place)
        if tag is None or tag[0] & 7 not in (0, 2):
            return found, False
        value = _number(data, tag[1])
        if value is None:
            return found, False
        number, place = tag[0] >> 3, value[1]
        if tag[0] & 7 == 0:
            found.append((number, value[0]))
            continue
        found.append((number, data[place : place + value[0]]))
        place += value[0]
    return found, place == len(data)


def _number(data: bytes, place: int) -> tuple[int, int] | None:
    """A number of up to ten bytes, and the place behind it."""
    number = 0
    for count, byte in enumerate(data[place : place + 10]):
        number |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return number, place + count + 1
    return None
