"""The key of the menu."""

from __future__ import annotations

from typing import Final

from awsttl.tui.action import Action
from awsttl.tui.host import Host


def _menu(host: Host) -> None:
    from awsttl.tui.features.menu.actions import Menu

    host.feature(Menu).open()


ACTIONS: Final = (
    Action(
        "menu",
        ("full_stop",),
        "menu",
        "All that can be done with the row, and why not; a right click does it, too",
        _menu,
        shown=".",
    ),
)
