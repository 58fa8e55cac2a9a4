"""An error message as it comes: out of a terminal, a log, a box, a JSON string → plain words.

A message reaches ``awsttl explain`` through pipes, log collectors, CI systems and terminals. Each
adds something: colours, a time before each line, a frame, line breaks at a width, escapes. Here
all of that goes, so that a rule needs to know one form of a sentence only.

The time that this takes grows with the length of the text and no faster: every repetition in a
pattern has an upper bound. A megabyte takes about 50 ms, since most steps are ``str.replace``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

LONGEST: Final = 1 << 20
"""Characters of a text that are looked at, counted from its end: the last error is the one that
somebody asks about."""


class Message(NamedTuple):
    """One text in four forms, from the nearest to the original to the plainest."""

    lines: tuple[str, ...]
    """Without colours and control characters; the lines that hold nothing are left out."""
    flat: str
    """One line, one blank between two words, without frames and the prefixes of logs."""
    plain: str
    """The same in lower case."""
    words: str
    """In lower case too, without any blank and with ``/`` for a backslash: no line break can
    cut a sentence in it, not even one inside a word."""
    stems: frozenset[str]
    """Which of :data:`STEMS` stand in :attr:`words`. A phrase with another cannot be there."""

    @classmethod
    def of(cls, text: str) -> Message:
        """Read a text; of one that is longer than :data:`LONGEST`, the end."""
        text = _without_colours(_without_escapes(_without_syslog(text[-LONGEST:])))
        lines = tuple(line for line in text.splitlines() if line and not line.isspace())
        parts = _without_frames("\n".join(lines)).split()
        words = squeezed("".join(parts))
        stems = frozenset(stem for stem in STEMS if stem in words)
        flat = " ".join(parts)
        return cls(lines, flat, flat.lower(), words, stems)

    def place_in_words(self, place: int) -> int:
        """Where in :attr:`words` the character stands that is at *place* in :attr:`flat`."""
        return place - self.flat.count(" ", 0, place)


STEMS: Final = (
    "credential", "expired", "assume", "saml", "mfa", "sso", "signature", "profile", "signin",
    "login", "token", "region", "metadata", "denied", "dkr", "role", "session", "process",
    "endpoint", "account", "access", "config", "exec", "provider", "aws", "exception",
)  # fmt: skip
"""Parts of words of which nearly every phrase has one, the rarer first. A megabyte of a log that
has few of them is searched for few phrases: 20 ms instead of 130."""


def squeezed(text: str) -> str:
    """A text in the form of :attr:`Message.words`."""
    return text.replace(" ", "").replace("\\", "/").lower()


def places(text: str, part: str, most: int) -> Iterator[int]:
    """Where *part* stands in a text: the first *most* places, and the last *most*."""
    first, place = -1, text.find(part)
    for _ in range(most):
        if place < 0:
            return
        yield place
        first, place = place, text.find(part, place + 1)
    place = text.rfind(part)
    for _ in range(most):
        if place <= first:
            return
        yield place
        place = text.rfind(part, 0, place)


def decoded(data: bytes) -> str:
    """The text of *data*, whatever its encoding.

    PowerShell 5 writes UTF-16, and without a byte-order mark where it appends to a file. Bytes
    that are no UTF-8 become U+FFFD.
    """
    start = data[:4096]
    # In UTF-16 every blank and every line's end has a zero; without one, these are stray bytes.
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and 0 in start:
        return data.decode("utf-16", errors="replace")
    if start.count(0) * 4 > len(start):
        # Most of what AWS says is ASCII, so that in UTF-16 every second byte is a zero.
        low = "utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be"
        return data.decode(low, errors="replace")
    return data.decode(errors="replace")


_SYSLOG: Final = (("#012", "\n"), ("#015", "\n"), ("#011", "\t"), ("#033", "\x1b"))
"""rsyslog writes a control character as # and three octal digits."""


def _without_syslog(text: str) -> str:
    return _replaced(text, _SYSLOG) if "#0" in text else text


_ESCAPES: Final = (
    ("\\n", "\n"), ("\\r", "\n"), ("\\t", "\t"), ('\\"', '"'), ("\\'", "'"), ("\\`", "`"),
    ("\\x1b", "\x1b"),
)  # fmt: skip
_CODED: Final = re.compile(r"\\u00([0-9A-Fa-f]{2})")
_ENTITIES: Final = (
    ("&apos;", "'"), ("&#39;", "'"), ("&#039;", "'"), ("&#x27;", "'"), ("&quot;", '"'),
    ("&#34;", '"'), ("&lt;", "<"), ("&gt;", ">"), ("&#xA;", "\n"), ("&#10;", "\n"),
    ("&amp;", "&"),
)  # fmt: skip
_DEEPEST: Final = 4
"""How often a text is expected to have been put inside another as a string."""


def _without_escapes(text: str) -> str:
    """The text of a text inside a JSON string, a ``repr`` or XML."""
    for _ in range(_DEEPEST):
        if "\\\\" not in text:
            break
        text = text.replace("\\\\", "\\")
    if "\\" in text:
        text = _CODED.sub(lambda found: chr(int(found[1], 16)), _replaced(text, _ESCAPES))
    return _replaced(text, _ENTITIES) if "&" in text else text


_COLOUR: Final = re.compile(
    r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]"  # CSI: colours, cursor, erasing
    r"|\][^\x07\x1b\n]{0,4096}(?:\x07|\x1b\\)?"  # OSC: titles, links
    r"|[ -/]{0,8}[0-~])"
)
_CONTROL: Final = (*range(9), *range(0xE, 0x20), 0x7F)
_NO_CONTROL: Final = dict.fromkeys(_CONTROL)
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060\ufeff]{1,4096}"
)


def _without_colours(text: str) -> str:
    """The text of what a terminal would show; a line written over another is a line of its own."""
    text = text.replace("\r", "\n")
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    return text.translate(_NO_CONTROL) if text.isascii() else _UNSEEN.sub("", text)


TIME: Final = (
    r"\[?\d{4}[-/]\d\d[-/]\d\d(?:T|,? )\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
    r"(?:Z| UTC|[+-]\d\d:?\d\d)?\]?"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"  # syslog's
    r"|##\[\w{1,20}\]|remote:"  # a CI system's, git's
)
_PREFIX: Final = re.compile(
    rf"\n(?:[ \t]{{0,80}}(?:{TIME})){{0,2}}"
    r"(?:[ \t]{0,80}[\w.-]{1,60} {0,20}\|(?=[ \t]{1,9}\S))?"  # docker compose: the service's name
    # A time again, a frame, a quotation, the margin of PowerShell 7.
    rf"(?:[ \t]{{0,80}}(?:{TIME}|[│┃║╎┆▏|>])){{0,3}}"
)
"""What stands before each line of a log. It would cut a sentence that goes on in the next line."""


def without_prefix(line: str) -> str:
    """A line of a log without what stands before each of them."""
    return _PREFIX.sub("", "\n" + line, count=1)


_FRAME: Final = re.compile("[\u2500-\u259f]{1,4096}")
_PLAINER: Final = (("‘", "'"), ("’", "'"), ("“", '"'), ("”", '"'), ("–", "-"))


def _without_frames(text: str) -> str:
    text = _PREFIX.sub("\n", "\n" + text)
    return text if text.isascii() else _replaced(_FRAME.sub(" ", text), _PLAINER)


def _replaced(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text
