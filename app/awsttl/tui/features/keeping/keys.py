"""The key of keeping alive."""

from __future__ import annotations

from typing import Final

from awsttl.core.model import Status
from awsttl.core.remedies import Problem
from awsttl.core.why import obstacles
from awsttl.tui.action import FOREIGN_KEYS, Action, Scope, Target, needs_profile
from awsttl.tui.host import Host

_ASKED_FIRST: Final = "process-not-allowed"
"""What stands in the way of keeping a profile until the key's question is answered."""


def _keep(host: Host) -> None:
    from awsttl.tui.features.keeping.actions import Keeping

    host.feature(Keeping).keep()


def _why_not(target: Target) -> Problem | None:
    item = target.item
    if not isinstance(item, Status):
        return needs_profile(target, FOREIGN_KEYS)
    if item.name in target.keep:
        return None
    problem = obstacles.cannot_keep(item, target.now, target.may_run)
    if problem is None or problem.code == _ASKED_FIRST:
        return None
    return problem._replace(message=f"it cannot be kept alive: {problem.message}")


ACTIONS: Final = (
    Action(
        "keep",
        ("a",),
        "keep",
        "Keep the session alive, or no longer: renewed by itself in time",
        _keep,
        _why_not,
        Scope.MANY,
    ),
)
