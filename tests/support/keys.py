"""What the keys of the dashboard say of a row, without a dashboard."""

from __future__ import annotations

from collections.abc import Collection

from awsttl.core.view.rows import Item
from awsttl.tui import actions
from awsttl.tui.action import Target
from awsttl.tui.remedies import told


def unavailable(
    item: Item | None, now: float, keep: Collection[str] = (), may_run: Collection[str] = ()
) -> dict[str, str]:
    """The actions that cannot run on a row, each with its reason."""
    found = actions.unavailable(Target(item, now, keep, may_run))
    return {name: told(problem) for name, problem in found.items()}
