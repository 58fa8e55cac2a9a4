"""What the feed tells the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from awsttl.core.view.arrangement import Arrangement


class Arranged(Message):
    """The feed has a new arrangement. Of several that wait, the latest is enough."""

    def __init__(self, arrangement: Arrangement) -> None:
        super().__init__()
        self.arrangement = arrangement

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Arranged)
