"""The keys of renewing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from awsttl.core.model import Status
from awsttl.core.remedies import Problem
from awsttl.core.why import obstacles
from awsttl.tui.action import FOREIGN_KEYS, Action, Scope, Target, needs_profile
from awsttl.tui.host import Host

if TYPE_CHECKING:
    from awsttl.tui.features.renewing.actions import Renewals


def _renewals(host: Host) -> Renewals:
    from awsttl.tui.features.renewing.actions import Renewals

    return host.feature(Renewals)


def _why_not(target: Target) -> Problem | None:
    if not isinstance(target.item, Status):
        return needs_profile(target, FOREIGN_KEYS)
    return obstacles.cannot_renew(target.item, target.now)


ACTIONS: Final = (
    Action(
        "renew",
        ("r",),
        "renew",
        "Renew the session: re-assume the role",
        lambda host: _renewals(host).renew(),
        _why_not,
        Scope.MANY,
    ),
    Action(
        "renew_all",
        ("R", "shift+r"),
        "renew all",
        "Renew all that are shown or marked, expiring or expired, and need nobody",
        lambda host: _renewals(host).renew_all(),
    ),
)
