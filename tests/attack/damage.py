"""Damages bytes as disks, editors, programs and people do."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any, Final

ODD: Final[tuple[bytes, ...]] = (
    b"\0",
    b"\xff",
    b"\x1b]52;c;AAAA\x07",
    b"\x1b[2J",
    "\u009b31m".encode(),
    "\u202e\u2066".encode(),
    b"\xef\xbb\xbf",
    b"\r",
    b"\n[",
    b"]]",
    b"{" * 900,
    b"[" * 5000,
    b'"' * 3,
    b"=" * 40,
    b"'''",
    b'"""',
    b"\\u0000",
    b"\\ud800",
    b"9" * 400,
    b"1e999",
    b"NaN",
    b"-Infinity",
    b"%(x)s${y}",
    b"../../",
    b"A" * 4000,
)
"""Pieces that programs stumble over."""

VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    0,
    -1,
    10**300,
    10**18,
    1e308,
    float("nan"),
    "",
    " ",
    "\0",
    "\x1b[31m",
    "\u009b",
    "\u202e",
    "\ud800",
    "2036-11-20T21:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2036-02-30T25:61:61Z",
    "9" * 5000,
    [],
    {},
    [[[[[[]]]]]],
    {"a": {"b": {}}},
)
"""Values of other types and sizes than any that is asked for."""


def damaged(seeds: list[bytes], dice: random.Random) -> Iterator[bytes]:
    """Bodies without end: each is one of *seeds*, damaged once to four times."""
    while True:
        body = dice.choice(seeds)
        for _ in range(dice.randint(1, 4)):
            body = dice.choice(_WAYS)(body, seeds, dice)
        yield body


def _flip(body: bytes, seeds: list[bytes], dice: random.Random) -> bytes:
    if not body:
        return b"\x80"
    place = dice.randrange(len(body))
    return body[:place] + bytes([body[place] ^ 1 << dice.randrange(8)]) + body[place + 1 :]


def _cut(body: bytes, seeds: list[bytes], dice: random.Random) -> bytes:
    return body[: dice.randint(0, len(body))]


def _remove(body: bytes, seeds: list[bytes], dice: random.Random) -> bytes:
    begin, end = sorted(dice.randint(0, len(body)) for _ in range(2))
    return body[:begin] + body[end:]


def _insert(body: bytes, seeds: list[bytes], dice: random.Random) -> bytes:
    place = dice.randint(0, len(body))
    return body[:place] + dice.choice(ODD) + body[place:]


def _repeat(body: bytes, seeds: list[bytes], dice: random.Random) -> bytes:
    begin, end = sorted(dice.randint(0, len(body)) for _ in range(2))
    return body[:end] + body[begin:end][:2000] * dice.randint(1, 3) + body[end:]


def _splice(body: bytes, seeds: list[bytes], dice: random.Random) -> bytes:
    other = dice.choice(seeds)
    return body[: dice.randint(0, len(body))] + other[dice.randint(0, len(other)) :]


def _zeroes(body: bytes, seeds: list[bytes], dice: random.Random) -> bytes:
    """As after a power cut: the length is there, and the content is not."""
    place = dice.randint(0, len(body))
    return body[:place] + b"\0" * (len(body) - place)


def _recode(body: bytes, seeds: list[bytes], dice: random.Random) -> bytes:
    text = body.decode("utf-8", "replace")
    return text.encode(dice.choice(("utf-16", "utf-16-le", "latin-1", "utf-8-sig")), "replace")


def _retype(body: bytes, seeds: list[bytes], dice: random.Random) -> bytes:
    """One value of JSON becomes another; a body that is none is flipped."""
    try:
        tree = json.loads(body)
        places = list(_places(tree))
    except (ValueError, RecursionError):
        return _flip(body, seeds, dice)
    if not places:
        return json.dumps(dice.choice(VALUES)).encode()
    holder, key = dice.choice(places)
    match dice.randrange(3):
        case 0:
            del holder[key]
        case _:
            holder[key] = dice.choice(VALUES)
    return json.dumps(tree).encode()


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    pairs: Any = ()
    if isinstance(tree, dict):
        pairs = tree.items()
    elif isinstance(tree, list):
        pairs = enumerate(tree)
    for key, value in pairs:
        yield tree, key
        yield from _places(value)


_WAYS: Final[tuple[Callable[[bytes, list[bytes], random.Random], bytes], ...]] = (
    _flip,
    _cut,
    _remove,
    _insert,
    _insert,
    _repeat,
    _splice,
    _zeroes,
    _recode,
    _retype,
    _retype,
    _retype,
)
