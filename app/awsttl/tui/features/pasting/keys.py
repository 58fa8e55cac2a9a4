"""The key of pasting."""

from __future__ import annotations

from typing import Final

from awsttl.tui.action import Action
from awsttl.tui.host import Host


def _paste(host: Host) -> None:
    from awsttl.tui.features.pasting.actions import Pasting

    host.feature(Pasting).begin()


ACTIONS: Final = (
    Action("paste", ("p",), "", "Paste a session, in any form, into a profile", _paste),
)
