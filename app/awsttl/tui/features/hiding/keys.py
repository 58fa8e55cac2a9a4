"""The keys of hiding."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Problem
from awsttl.tui.action import ANOTHER_ROW, Action, Scope, Target, needs_profile, on_environment
from awsttl.tui.host import Host


def _hide(host: Host) -> None:
    from awsttl.tui.features.hiding.actions import Hiding

    host.feature(Hiding).hide()


def _why_not_hide(target: Target) -> Problem | None:
    return needs_profile(target, on_environment("only profiles can be hidden", ANOTHER_ROW))


ACTIONS: Final = (
    Action(
        "hide", ("x",), "", "Hide the profile, or show it again", _hide, _why_not_hide, Scope.MANY
    ),
    Action("hidden", ("H", "shift+h"), "", "Show the hidden profiles, or leave them out"),
)
