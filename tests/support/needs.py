"""What becomes of a test that needs a program which is not there."""

from __future__ import annotations

import pytest

from support import programs


def demand(*names: str) -> None:
    """End the running test, as skipped or as failed, where one of these programs is missing."""
    if missing := [name for name in names if programs.find(name) is None]:
        end = pytest.fail if programs.are_required() else pytest.skip
        end(f"not installed here: {', '.join(missing)}")
