"""Patterns that are compiled late: all of them can be, and they are what ``re`` makes of them."""

from __future__ import annotations

import importlib
import pkgutil
import re

import awsttl.core
from awsttl.core import patterns
from awsttl.core.patterns import late


def test_a_late_pattern_matches_as_a_compiled_one() -> None:
    pattern = late("(?P<digits>[0-9]+)x", re.IGNORECASE)
    for _ in range(2):  # compiled by the first use, kept for the second
        found = pattern.fullmatch("12X")
        assert found is not None
        assert found["digits"] == "12"
    assert pattern.fullmatch("x") is None
    assert pattern.sub("-", "1x2x") == "--"


def test_every_late_pattern_of_the_core_can_be_compiled() -> None:
    known = []
    for module in pkgutil.walk_packages(awsttl.core.__path__, "awsttl.core."):
        names = vars(importlib.import_module(module.name)).values()
        known += [each for each in names if isinstance(each, patterns._Late)]
    assert len(known) > 20
    for pattern in known:
        assert pattern.pattern
