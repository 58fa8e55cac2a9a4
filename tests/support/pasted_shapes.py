"""The table of texts as people copy them, and what is to be understood of each.

The table itself is ``tests/core/pasted/shapes.txt``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

from awsttl.core.profiles.timestamps import parse
from support.made_sessions import Made, long_term, temporary

TABLE: Final = Path(__file__).parent.parent / "core" / "pasted" / "shapes.txt"

TEMPORARY: Final = temporary(1)
LONG_TERM: Final = long_term(2)

_ELSEWHERE: Final = temporary(5, "444455556666")
_MARKS: Final = {
    "@TOKENCUT": TEMPORARY.token[:-40],
    "@TOKEN2": temporary(3).token,
    "@TOKEN": TEMPORARY.token,
    "@SECRETX": _ELSEWHERE.secret,
    "@SECRET2": temporary(3).secret,
    "@SECRET": TEMPORARY.secret,
    "@IDX": _ELSEWHERE.id,
    "@ID2": temporary(3).id,
    "@ID": TEMPORARY.id,
    "@LSECRETCUT": LONG_TERM.secret[:-1],
    "@LSECRET2": long_term(4).secret,
    "@LSECRET": LONG_TERM.secret,
    "@LIDCUT": LONG_TERM.id[:-1],
    "@LID2": long_term(4).id,
    "@LID": LONG_TERM.id,
}
_BROKEN: Final = re.compile(r"@TOKEN\[(\d+)(?:([^|\]]*)\|?([^\]]*))?\]")


class Shape(NamedTuple):
    """One text of the table."""

    title: str
    outcome: str
    """``temporary``, ``long-term``, or the code of the problem."""
    says: dict[str, str]
    """What else is understood: ``expires``, ``region``, ``profile``, ``id``."""
    text: str

    @property
    def made(self) -> Made:
        """The session that is to be understood."""
        made = TEMPORARY if self.outcome == "temporary" else LONG_TERM
        return made._replace(id=self.says["id"]) if "id" in self.says else made

    @property
    def expires_at(self) -> float | None:
        """The end that is to be understood."""
        return parse(self.says["expires"]) if "expires" in self.says else None


def shapes() -> list[Shape]:
    """The whole table."""
    found = []
    for part in TABLE.read_text(encoding="utf-8").split("\n#### ")[1:]:
        head, _, body = part.partition("\n")
        title, _, expected = head.partition(" :: ")
        outcome, *words = re.split(r" (?=\w+=)", expected)
        says = dict(word.split("=", 1) for word in words)
        found.append(Shape(title, outcome, says, filled(body)))
    return found


def filled(body: str) -> str:
    """A text of the table with the keys in it."""
    body = _BROKEN.sub(_broken, body.replace("␛", "\x1b"))
    for mark, value in _MARKS.items():
        body = body.replace(mark, value)
    return body


def _broken(match: re.Match[str]) -> str:
    width, ending, prefix = int(match[1]), match[2], match[3]
    token = TEMPORARY.token
    pieces = [token[place : place + width] for place in range(0, len(token), width)]
    return f"{ending}\n{prefix}".join(pieces)
