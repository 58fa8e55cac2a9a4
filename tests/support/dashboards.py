"""Fixtures for tests that run dashboards, or what stands behind one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from awsttl.demo.home import build_home
from support.board import Board, no_workers
from support.cloud import Cloud
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
