"""The key of removing."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Problem
from awsttl.tui.action import Action, Scope, Target, needs_profile, on_environment
from awsttl.tui.host import Host


def _remove(host: Host) -> None:
    from awsttl.tui.features.removing.actions import Removing

    host.feature(Removing).remove()


_NO_PROFILE: Final = on_environment("the environment is no profile")


def _why_not(target: Target) -> Problem | None:
    return needs_profile(target, _NO_PROFILE)


ACTIONS: Final = (
    Action(
        "remove",
        ("D", "shift+d"),
        "",
        "Remove the profile and its cache entries, after a look",
        _remove,
        _why_not,
        Scope.ONE,
    ),
)
