"""The keys of marking."""

from __future__ import annotations

from typing import Final

from awsttl.core.model import Environment
from awsttl.core.remedies import Problem
from awsttl.tui.action import ANOTHER_ROW, NO_ROW, Action, Target, on_environment
from awsttl.tui.host import Host


def _mark(host: Host) -> None:
    from awsttl.tui.features.marking.actions import Marking

    host.feature(Marking).mark()


def _mark_range(host: Host) -> None:
    from awsttl.tui.features.marking.actions import Marking

    host.feature(Marking).mark_range()


def _mark_all(host: Host) -> None:
    from awsttl.tui.features.marking.actions import Marking

    host.feature(Marking).mark_all()


def _why_not(target: Target) -> Problem | None:
    if isinstance(target.item, Environment):
        return on_environment("only profiles and cache entries can be marked", ANOTHER_ROW)
    return None if target.item else NO_ROW


ACTIONS: Final = (
    Action(
        "mark",
        ("space",),
        "mark",
        "Mark the row, or no longer, and go on: keys act on all that are marked",
        _mark,
        _why_not,
    ),
    Action(
        "mark_range", ("v",), "", "Mark from here to where the cursor goes", _mark_range, _why_not
    ),
    Action("mark_all", ("asterisk",), "", "Mark all that are shown, or none", _mark_all, shown="*"),
)
