"""The key of serving."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Problem
from awsttl.tui.action import ANOTHER_ROW, Action, Scope, Target, needs_profile, on_environment
from awsttl.tui.host import Host


def _revoke(host: Host) -> None:
    from awsttl.tui.features.serving.actions import Serving

    host.feature(Serving).revoke()


def _why_not(target: Target) -> Problem | None:
    return needs_profile(target, on_environment("the environment is served to nobody", ANOTHER_ROW))


ACTIONS: Final = (
    Action(
        "revoke",
        ("U", "shift+u"),
        "",
        "Revoke the live sessions of the profile that e gave to shells",
        _revoke,
        _why_not,
        Scope.ONE,
    ),
)
