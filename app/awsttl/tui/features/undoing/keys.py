"""The key of undoing."""

from __future__ import annotations

from typing import Final

from awsttl.tui.action import Action
from awsttl.tui.host import Host


def _undo(host: Host) -> None:
    from awsttl.tui.features.undoing.actions import Undoing

    host.feature(Undoing).undo()


ACTIONS: Final = (
    Action(
        "bring_back",
        ("z",),
        "",
        "Undo the last edit, or bring back what was cleared or hidden last",
        _undo,
    ),
)
