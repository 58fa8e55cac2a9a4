"""A furnished home, and the loopback AWS beside it."""

from __future__ import annotations

import pytest

from support import states
from support.cloud import Cloud
from support.home import Home


@pytest.fixture
def furnished(home: Home, cloud: Cloud) -> Home:
    """A home with a profile in each state."""
    states.furnish(home, cloud)
    return home
