"""Dashboards on the demo's home, and on small homes of a test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from awsttl.demo import build_home
from support.feeding import (  # noqa: F401 (fixtures, which pytest looks for here)
    by_events_alone,
    by_looking_alone,
    either_way,
    furnished,
    looking_often,
    start,
)
from support.stage import NOW


@pytest.fixture
def demo_home(hermetic: Path) -> Path:
    """The home of ``awsttl demo``, as it was on a Friday evening."""
    build_home(hermetic, NOW)
    return hermetic
