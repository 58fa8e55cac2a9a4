"""A role with every kind of file in its place in the cache."""

from __future__ import annotations

from typing import Final

from support.damage import DAMAGED, expiring

from .kit import BASE, Case, damaged, role

DATES: Final = (
    "2036-11-20T21:00:00.123456+00:00",
    "2036-11-20T22:00:00+01:00",
)
"""Forms that other tools write, and all CLIs read."""

ONE_OF_ITS_KIND: Final = {
    "blank",
    "not UTF-8",
    "UTF-16",
    "null bytes",
    "a number",
    "a text",
    "expires at '2036-11-20 21:00:00'",
    "expires at ''",
    "expires at {}",
}
"""Bodies that are left to botocore, in ``tests/core/test_cacheentries.py``: their like is here."""

DAMAGE: Final = (
    *(
        Case(f"a session: {what}", {"dev": role(), "base": BASE}, files=(damaged(role(), body),))
        for what, body in DAMAGED.items()
        if what not in ONE_OF_ITS_KIND
    ),
    *(
        Case(
            f"a session that ends {date}",
            {"dev": role(), "base": BASE},
            files=(damaged(role(), expiring(date)),),
        )
        for date in DATES
    ),
)
