"""The key of making profiles."""

from __future__ import annotations

from typing import Final

from awsttl.tui.action import Action
from awsttl.tui.host import Host


def _make(host: Host) -> None:
    from awsttl.tui.features.making.actions import Making

    host.feature(Making).make()


ACTIONS: Final = (
    Action("make", ("n",), "", "Make a new profile, or those of an SSO session's roles", _make),
)
