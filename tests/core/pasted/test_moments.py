"""Every way in which an end is written is the same moment, or is left open."""

from __future__ import annotations

import pytest

from awsttl.core.pasted.moments import instant

ENDS = 1_795_208_400.0


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T21:00:00Z",
        "2026-11-20T21:00:00+00:00",
        "2026-11-20T22:00:00+01:00",
        "2026-11-20T21:00:00.000Z",
        "2026-11-20T21:00:00+0000",
        "2026-11-20T21:00:00+00:00+0000",
        "2026-11-20 21:00:00",
        "2026-11-20 21:00:00 +0000 UTC",
        "2026-11-20T21:00:00UTC",
        "1795208400",
        "1795208400.0",
        "1795208400000",
        "datetime.datetime(2026, 11, 20, 21, 0, tzinfo=tzutc())",
        "datetime.datetime(2026, 11, 20, 21, 0, 0, 123, tzinfo=datetime.timezone.utc)",
        "Fri, 20 Nov 2026 21:00:00 GMT",
        "Fri Nov 20 21:00:00 UTC 2026",
        "Fri Nov 20 2026 21:00:00 GMT+0000 (Coordinated Universal Time)",
    ],
)
def test_is_understood(text: str) -> None:
    assert instant(text) == ENDS


@pytest.mark.parametrize(
    "text",
    [
        "", "never", "20/11/2026 21:00:00", "11/20/2026 9:00:00 PM", "2026-11-20T21:00:00",
        "datetime.datetime(2026, 11, 20, 21, 0, tzinfo=tzlocal())", "2026-13-40T99:00:00Z",
        "datetime.datetime(2026, 13, 20, 21, 0, tzinfo=tzutc())", "2026-11-20", "3600",
    ],
)  # fmt: skip
def test_is_left_open_where_it_may_mean_several(text: str) -> None:
    assert instant(text) is None
