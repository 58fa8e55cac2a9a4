"""Dashboards on the demo's home, and on small homes of a test's own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from awsttl.demo import build_home
from support.board import Board, no_workers
from support.cloud import Cloud
from support.feeding import (  # noqa: F401 (fixtures, which pytest looks for here)
    by_events_alone,
    by_looking_alone,
    either_way,
    furnished,
    looking_often,
    start,
)
from support.home import Home
from support.stage import NOW, Clock


@pytest.fixture
def demo_home(hermetic: Path) -> Path:
    """The home of ``awsttl demo``, as it was on a Friday evening."""
    build_home(hermetic, NOW)
    return hermetic


@pytest.fixture
def now() -> Clock:
    """The real time, standing still: AWS clients and processes ask the real clock."""
    return Clock(float(int(time.time())))


@pytest.fixture
def board(home: Home, cloud: Cloud) -> Iterator[Board]:
    """Renewals of this home, none of which outlives the test."""
    board = Board(home)
    yield board
    for job in board.jobs.running:
        board.jobs.cancel(job.name)
    no_workers()
