"""Two profiles side by side: what they are, what wins, when they end, and what differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from awsttl.core import countdown
from awsttl.core.ini.setting import Setting
from awsttl.core.model import Status
from awsttl.core.view import rows
from awsttl.core.why.configure_list import UsedValue


class Side(NamedTuple):
    """One of the two."""

    status: Status
    settings: Sequence[Setting]
    """The lines that make it, of each key the one that wins."""
    used: Sequence[UsedValue]
    """What ``aws configure list`` shows for it."""


class Compared(NamedTuple):
    """One fact of both; an empty text means that there is none."""

    label: str
    one: str
    other: str

    @property
    def same(self) -> bool:
        """Whether both have the same."""
        return self.one == self.other


_SHOWN_ELSEWHERE = ("role_arn", "source_profile", "region", "credential_source", "sso_session")
"""Settings that are part of other facts."""
_HASH: Final = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{32,56}\.json$")


def compared(
    one: Side, other: Side, now: float, threshold: float = countdown.THRESHOLD
) -> tuple[Compared, ...]:
    """All facts that either has, in a fixed order. No secret is among them."""
    facts = zip(_facts(one, now, threshold), _facts(other, now, threshold), strict=True)
    found = [Compared(label, mine, theirs) for (label, mine), (_, theirs) in facts]
    found += _settings(one, other)
    return tuple(each for each in found if each.one or each.other)


def _facts(side: Side, now: float, threshold: float) -> Iterator[tuple[str, str]]:
    status = side.status
    row = rows.row(status, now, threshold)
    winning = {value.name: value for value in side.used}
    key = winning.get("access_key")
    yield "state", f"{row.glyph} {row.word}"
    yield "left", row.left
    yield "until", row.ends
    yield "renews", row.renews
    yield "kind", str(status.profile.kind)
    yield "account", row.account
    yield "role", row.role
    yield "chain", " › ".join(status.profile.chain[1:]) or row.source
    yield "region", winning["region"].value if "region" in winning else row.region
    yield "wins", f"{key.type} {_short(key.location)}".strip() if key is not None else ""
    yield "key", key.value.lstrip("*") if key is not None else ""
    yield "problem", status.broken.message if status.broken else ""


def _short(location: str) -> str:
    """Where a key is, with as much of a cache file's name as tells it from others."""
    return _HASH.sub(r"\1…json", location)


def _settings(one: Side, other: Side) -> Iterator[Compared]:
    """The other settings of either: duration, device, session name, endpoint and so on."""
    mine, theirs = ({each.key: each.value for each in side.settings} for side in (one, other))
    for key in dict.fromkeys((*mine, *theirs)):
        if key not in _SHOWN_ELSEWHERE:
            yield Compared(key, mine.get(key, ""), theirs.get(key, ""))
