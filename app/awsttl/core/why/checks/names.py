"""Checks of the names of settings: those that no AWS CLI knows, and that were to be others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from awsttl.core.ini.misread import SETTINGS
from awsttl.core.remedies import Remedy
from awsttl.core.why.checks.case import Case
from awsttl.core.why.findings import Check, Finding, Severity


def check_names(examined: Case) -> Iterator[Finding]:
    """Keys like ``source-profile``, which every AWS CLI passes over without a word."""
    section = examined.section
    for key in section:
        if key in SETTINGS:
            continue
        meant = _meant(key)
        if meant and meant not in section:
            yield Finding(
                Check.CREDENTIALS,
                Severity.WARNING,
                "setting-misnamed",
                f'"{key}" is a setting that no AWS CLI knows',
                Remedy(f"write {meant}"),
                keys=(key,),
            )


@lru_cache(maxsize=1024)
def _meant(key: str) -> str:
    """The setting of which a key is one letter, or a sign between words, away; mostly empty."""
    plain = re.sub(r"[-.\s]", "_", key)
    if plain in SETTINGS:
        return plain
    return next((each for each in sorted(SETTINGS) if _is_a_letter_away(key, each)), "")


def _is_a_letter_away(one: str, other: str) -> bool:
    """Whether one letter more, less, changed or swapped with the next makes them the same."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < len("region"):
        return False
    start = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
