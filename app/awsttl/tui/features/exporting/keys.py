"""The keys of exporting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from awsttl.core.remedies import Problem
from awsttl.tui.action import Action, Scope, Target, needs_profile, on_environment
from awsttl.tui.host import Host

if TYPE_CHECKING:
    from awsttl.tui.features.exporting.actions import Exporting


def _exporting(host: Host) -> Exporting:
    from awsttl.tui.features.exporting.actions import Exporting

    return host.feature(Exporting)


def _why_not(target: Target) -> Problem | None:
    return needs_profile(target, on_environment("these variables are exported already"))


ACTIONS: Final = (
    Action(
        "export",
        ("e",),
        "export",
        "Export the session: a snippet for your shell",
        lambda host: _exporting(host).export(),
        _why_not,
        Scope.ONE,
    ),
    Action(
        "unset",
        ("u",),
        "unset",
        "Unset the AWS variables of your shell",
        lambda host: _exporting(host).unset(),
    ),
)
