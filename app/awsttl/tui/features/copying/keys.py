"""The key of copying."""

from __future__ import annotations

from typing import Final

from awsttl.core.model import Environment
from awsttl.core.remedies import Problem
from awsttl.tui.action import ANOTHER_ROW, NO_ROW, Action, Scope, Target, on_environment
from awsttl.tui.host import Host


def _copy(host: Host) -> None:
    from awsttl.tui.features.copying.actions import Copying

    host.feature(Copying).copy()


def _why_not(target: Target) -> Problem | None:
    if isinstance(target.item, Environment):
        return on_environment("its keys are no words to copy", ANOTHER_ROW)
    return None if target.item else NO_ROW


ACTIONS: Final = (
    Action(
        "copy",
        ("y",),
        "copy",
        "Copy the name, the account, the role's ARN, or what was said last",
        _copy,
        _why_not,
        Scope.MANY,
    ),
)
