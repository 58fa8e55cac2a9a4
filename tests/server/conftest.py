"""Fixtures for the server."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from support.cloud import Cloud
from support.home import Home, role_file
from support.serving import Serving
from support.states import SECTIONS, furnish


@pytest.fixture
def serving(home: Home, cloud: Cloud, region: None) -> Iterator[Serving]:
    """A server on a home with a profile in each state."""
    furnish(home, cloud)
    # It was got long ago: a session is not renewed as soon as it is there, however short it is.
    before = time.time() - 3000
    os.utime(home.cli_folder / role_file(SECTIONS["ending"]), (before, before))
    with Serving(os.environ) as serving:
        yield serving
