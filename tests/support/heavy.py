"""Cases of a parametrised test that only the heavy run asks: they show the same once more."""

from __future__ import annotations

from typing import Any

import pytest


def also_heavy(*cases: Any) -> list[Any]:
    """These cases of one parameter, marked as heavy."""
    return [pytest.param(case, marks=pytest.mark.heavy) for case in cases]
