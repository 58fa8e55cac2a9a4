"""A pasted text → what it holds. This is the door of :mod:`awsttl.core.pasted`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from awsttl.core.pasted import assignments, bare, cleaning, columns, judging
from awsttl.core.pasted.model import Reading
from awsttl.core.pasted.sessions import Group, groups
from awsttl.core.remedies import Problem, Remedy

NOTHING: Final = Reading(
    problem=Problem(
        "no-credentials",
        "there are no credentials in this text",
        Remedy("copy the keys together with their names, as export lines or as JSON"),
    )
)

_MARK: Final = re.compile(
    r"[AL][KS]IA|(?i:(?:secret|access|session|security|aws)[ _.\-]?(?:access|key|token|secret))"
)
"""One of these is in every text with credentials: the beginning of an id, or a name."""

_ID: Final = re.compile(r"[AL]\n?[KS]\n?I\n?A")
"""The beginning of an id, which may be broken into lines itself."""


def read(text: str) -> Reading:
    """All that a text holds of credentials; of a very long one, the beginning is read.

    The text is read as it is. If that gives no whole session, it is read again as one that was
    wrapped or encoded on its way here.
    """
    plain = cleaning.plain(text)
    if _MARK.search(plain) is None:
        return NOTHING
    first = _read(plain)
    if first.sessions or _is_final(first) or (first is NOTHING and _ID.search(plain) is None):
        return first
    for other in cleaning.other_readings(plain):
        reading = _read(other)
        if reading.sessions:
            return reading
        if reading.is_credentials and not first.is_credentials:
            first = reading
    return first


def _is_final(reading: Reading) -> bool:
    """Whether no other way of reading can make a session of it."""
    return reading.problem is not None and reading.problem.code == "contradiction"


def _read(plain: str) -> Reading:
    """One way of reading: the first finding with whole sessions counts, else the most telling."""
    readings = []
    for found in _findings(plain):
        reading = judging.judge_groups(found)
        if reading is not None and reading.sessions:
            return reading
        if reading is not None:
            readings.append(reading)
    return next((each for each in readings if each.is_credentials), next(iter(readings), NOTHING))


def _findings(plain: str) -> Iterator[Sequence[Group]]:
    """The sessions of a text, found in one way after the other."""
    named = [*columns.found_in(plain), *assignments.found_in(plain)]
    without_names = groups(plain, bare.found_in(plain))
    in_families = groups(plain, named)
    yield _together(in_families, without_names)
    if len({each.family for each in named}) > 1:
        yield _together(groups(plain, named, by_family=False), without_names)
    yield without_names


def _together(known: Sequence[Group], found: Sequence[Group]) -> Sequence[Group]:
    """What is known, and the whole sessions of which nothing is known yet, in their order."""
    values = {value.value for group in known for value in group.values.values()}
    new = [
        group
        for group in found
        if group.is_whole and not any(each.value in values for each in group.values.values())
    ]
    return sorted([*known, *new], key=lambda group: group.place)
