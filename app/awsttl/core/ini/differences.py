"""The difference between two states of a file, line by line, without its secrets."""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from awsttl.core.ini.secret_values import is_secret

HIDDEN: Final = "•••"
_CONTEXT: Final = 1
"""How many unchanged lines are shown around those that differ."""
_KEY: Final = re.compile(
    r"(?P<before>\s*(?:[#;]\s*)*(?P<key>[^\s=:\[#;][^=:]*?)\s*[=:]\s*)(?P<value>.*)"
)
_LOOKS_SECRET: Final = re.compile(
    r"(?P<arn>arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d{12}:\S+)|[A-Za-z0-9/+=_-]{32,}"
)
_KEY_ID: Final = re.compile(r"\b((?:AKIA|ASIA)[A-Z0-9]*?)([A-Z0-9]{4})\b")


class Line(NamedTuple):
    """A line of a difference."""

    sign: str
    """``+`` for a new line, ``-`` for one that goes, a blank for one that stays."""
    number: int
    """Where it stands: of a line that goes in the old text, else in the new one; from 1."""
    text: str
    """Without its end, and with its secrets hidden."""

    def __str__(self) -> str:
        return f"{self.sign} {self.text}"


def between(old: str, new: str) -> tuple[Line, ...]:
    """The lines that differ, and one line around them. Empty where nothing does.

    What may be a secret is hidden: the values of secret keys, also below them and behind a
    comment's sign, and long words of letters and digits wherever they stand. Two states that
    differ in nothing but a secret have the same text twice.
    """
    before, after = _rows(old), _rows(new)
    found: list[Line] = []
    for group in _groups(before, after):
        gone = _hidden(before, group[0][1], group[-1][2])
        come = _hidden(after, group[0][3], group[-1][4])
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += (Line(" ", j + 1, come[j]) for j in range(j1, j2))
                continue
            found += (Line("-", i + 1, gone[i]) for i in range(i1, i2))
            found += (Line("+", j + 1, come[j]) for j in range(j1, j2))
    return tuple(found)


_Opcode = tuple[str, int, int, int, int]


def _groups(before: list[str], after: list[str]) -> Iterator[list[_Opcode]]:
    """The parts that differ. What both have at their beginnings and ends is not compared twice.

    ``difflib`` alone takes seconds for twenty thousand lines.
    """
    head = 0
    most = min(len(before), len(after))
    while head < most and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < most - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    # A few of the same lines stay, as those that are shown around the difference.
    head, tail = max(0, head - _CONTEXT), max(0, tail - _CONTEXT)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=len(old) > 2000)
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        yield [(tag, i1 + head, i2 + head, j1 + head, j2 + head) for tag, i1, i2, j1, j2 in group]


def _rows(text: str) -> list[str]:
    return [row.rstrip("\r\n") for row in io.StringIO(text, newline="")]


def _hidden(rows: list[str], first: int, end: int) -> dict[int, str]:
    """Place → the row without its secrets, for the rows from *first* to before *end*.

    What an indented row continues stands above it.
    """
    begin = min(first, max(0, len(rows) - 1))
    while begin > 0 and (not rows[begin].strip() or rows[begin][0].isspace()):
        begin -= 1
    return dict(enumerate(_without_secrets(rows[begin:end]), start=begin))


def _without_secrets(rows: list[str]) -> Iterator[str]:
    """By their looks, since a text need not parse."""
    below_secret = False
    for row in rows:
        content = row.strip()
        found = _KEY.fullmatch(row)
        is_deeper = row[:1].isspace() and content
        if below_secret and is_deeper:
            yield row[: len(row) - len(row.lstrip())] + HIDDEN
            continue
        if content and not content.startswith(("#", ";")):
            below_secret = False
        if content.startswith("["):
            yield _masked(row)
        elif found is None:
            # No key: prose of a comment, or half of something.
            yield _masked(row) if not content or content[0] in "#;" else HIDDEN
        elif is_secret(found["key"].strip().lower()):
            below_secret = not content.startswith(("#", ";"))
            yield found["before"] + (HIDDEN if found["value"].strip() else "")
        else:
            yield _masked(row)


def _masked(text: str) -> str:
    """A text without what has the look of a key: of a key's id, its last four stay."""
    return _LOOKS_SECRET.sub(_mask, _KEY_ID.sub(r"…\2", text))


def _mask(found: re.Match[str]) -> str:
    word = found[0]
    if found["arn"]:
        return word
    # Names and paths are long too, but are no mixture of capitals, small letters and digits.
    mixed = any(c.isupper() for c in word) and any(c.islower() for c in word)
    return HIDDEN if mixed and any(c.isdigit() for c in word) else word
