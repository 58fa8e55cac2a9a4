"""Every client of these tests speaks to the loopback AWS, for which it wants a region."""

from __future__ import annotations

import pytest

from support.home import Home
from support.odd import config_text
from support.renewing import CORP
from support.signing import PROFILES, Time


@pytest.fixture(autouse=True)
def everywhere(region: None) -> None:
    """The region."""


@pytest.fixture
def sign_ins(home: Home) -> None:
    """Profiles that an SSO sign-in serves: by session, the legacy way, and a role behind one."""
    home.config(config_text(PROFILES, CORP))


@pytest.fixture
def passing() -> Time:
    """Time that passes by being waited for."""
    return Time()
