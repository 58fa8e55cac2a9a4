"""The key of keeping alive."""

from __future__ import annotations

from typing import Final

from awsttl.core.model import Status
from awsttl.core.why import obstacles
from awsttl.tui.action import Action, Target, needs_profile
from awsttl.tui.host import Host

_ASKED_FIRST: Final = "process-not-allowed"
"""What stands in the way of keeping a profile until the key's question is answered."""


def _keep(host: Host) -> None:
    from awsttl.tui.features.keeping.actions import Keeping

    host.feature(Keeping).keep()


def _why_not(target: Target) -> str:
    item = target.item
    if not isinstance(item, Status):
        return needs_profile(target, "the environment's keys were put there by another program")
    if item.name in target.keep:
        return ""
    problem = obstacles.cannot_keep(item, target.now, target.may_run)
    if problem is None or problem.code == _ASKED_FIRST:
        return ""
    return f"it cannot be kept alive: {problem.message}; {problem.fix}"


ACTIONS: Final = (
    Action(
        "keep",
        ("a",),
        "keep",
        "Keep the session alive, or no longer: renewed silently in time",
        _keep,
        _why_not,
    ),
)
