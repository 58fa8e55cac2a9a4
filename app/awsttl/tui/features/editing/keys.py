"""The key of editing."""

from __future__ import annotations

from typing import Final

from awsttl.core.remedies import Problem
from awsttl.tui.action import Action, Scope, Target, needs_profile, on_environment
from awsttl.tui.host import Host


def _edit(host: Host) -> None:
    from awsttl.tui.features.editing.actions import Editing

    host.feature(Editing).edit()


_NO_FILE: Final = on_environment("the environment stands in no file")


def _why_not(target: Target) -> Problem | None:
    return needs_profile(target, _NO_FILE)


ACTIONS: Final = (
    Action("edit", ("E", "shift+e"), "", "Edit the profile's settings", _edit, _why_not, Scope.ONE),
)
