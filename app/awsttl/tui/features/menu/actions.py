"""``.``: the row's menu, with every action; those that cannot run now say why."""

from __future__ import annotations

from typing import Final

from awsttl.core.model import Orphan, Status
from awsttl.core.view.rows import Item, orphan_name
from awsttl.tui.action import Action, Scope
from awsttl.tui.actions import ACTIONS
from awsttl.tui.host import Host
from awsttl.tui.keymap import key_of, keys_of
from awsttl.tui.menu_dialog import Entry, MenuDialog
from awsttl.tui.remedies import told

_ROOMY: Final = 100
"""Columns of a pane in which the words of each action take one line."""


class Menu:
    """Opens the menu for its host."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def open(self) -> None:
        """Show what can be done with the rows that keys act on."""
        host = self._host
        off = host.unavailable()
        entries = [
            Entry(
                action.name,
                key_of(action.name),
                keys_of(action.name),
                _words(action, host.table.app.size.width),
                told(off[action.name]) if action.name in off else "",
                action.name in off,
            )
            for action in ACTIONS
            if action.scope is not Scope.NOTHING
        ]

        def answered(name: str | None) -> None:
            if name is not None:
                host.act(name)

        host.open(MenuDialog(_title(host.chosen), entries), answered)


def _words(action: Action, width: int) -> str:
    """What an action does; what it means stands in the help where a pane has no room for it."""
    return action.description if width >= _ROOMY else action.description.partition(":")[0]


def _title(items: tuple[Item, ...]) -> str:
    if len(items) != 1:
        return f"{len(items)} marked rows"
    match items[0]:
        case Status() as status:
            return status.name
        case Orphan() as orphan:
            return orphan_name(orphan)
        case _:
            return "environment"
