"""The key of mending."""

from __future__ import annotations

from typing import Final

from awsttl.tui.action import Action, Scope
from awsttl.tui.host import Host


def _mend(host: Host) -> None:
    from awsttl.tui.features.mending.actions import Mending

    host.feature(Mending).mend()


ACTIONS: Final = (
    Action(
        "mend",
        ("m",),
        "",
        "Mend what an edit can mend of it, after a look at the lines",
        _mend,
        scope=Scope.MANY,
    ),
)
