"""Feeds and renewals on small homes of a test's own, without a screen."""

from __future__ import annotations

from support.dashboards import board, demo_home, now  # noqa: F401 (fixtures, found here)
from support.feeding import (  # noqa: F401 (fixtures, found here)
    by_events_alone,
    by_looking_alone,
    either_way,
    furnished,
    looking_often,
    start,
)
