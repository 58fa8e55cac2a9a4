"""Every client of these tests speaks to the loopback AWS, for which it wants a region."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's own STS can do without, but not one behind ``AWS_ENDPOINT_URL_STS``."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
