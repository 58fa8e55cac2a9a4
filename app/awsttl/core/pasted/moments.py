"""When a pasted session ends: every way in which programs write that → one instant."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from awsttl.core.profiles import timestamps

_EPOCH: Final = re.compile(r"(\d{10})(\d{3})?(?:\.\d+)?")
"""Seconds, or milliseconds as the SSO portal has them."""
_PYTHON: Final = re.compile(
    r"datetime\.datetime\((\d{4}(?:,\s*\d{1,2}){2,5})(?:,\s*\d{1,6})?(?:,\s*tzinfo=(.*))?\)"
)
_UTC: Final = re.compile(r"(?:tzutc\(\)|datetime\.timezone\.utc|timezone\.utc|<UTC>)")
_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)?"
    r"(?:\s?[+-]\d\d:?\d\d)?"
)
_WRITTEN: Final = (
    "%a, %d %b %Y %H:%M:%S GMT",
    "%a %b %d %H:%M:%S UTC %Y",
    "%a %b %d %H:%M:%S GMT %Y",
    "%a %b %d %Y %H:%M:%S GMT+0000",
)
"""Dates of HTTP, of ``date``, of JavaScript."""


def instant(text: str) -> float | None:
    """Seconds UTC; ``None`` where the text is no moment, or leaves open in which zone.

    A time without an offset is taken for UTC where it is written as aws-mfa does.
    """
    text = text.strip().rstrip(".,;")
    try:
        if match := _EPOCH.fullmatch(text):
            return float(match[1])
        if match := _PYTHON.match(text):
            return _of_python(match)
        if match := _ISO.match(text):
            naive = "utc" if match[0][10] == " " else None
            return timestamps.parse(match[0], naive=naive)  # type: ignore[arg-type]  # one of its two words
        return _of_words(text)
    except (ValueError, OverflowError):
        return None


def _of_python(match: re.Match[str]) -> float | None:
    if match[2] is None or not _UTC.match(match[2]):
        return None
    numbers = [int(number) for number in match[1].split(",")]
    return datetime(*numbers[:6], tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]  # six numbers


def _of_words(text: str) -> float | None:
    text = re.sub(r"\s*\(.*", "", text)
    for form in _WRITTEN:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    return None
