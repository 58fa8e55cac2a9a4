"""The key of the help."""

from __future__ import annotations

from typing import Final

from awsttl.tui.action import Action

# The help is opened without taking messages off the screen, so the screen does it itself.
ACTIONS: Final = (Action("help", ("question_mark",), "keys", "Show the keys", shown="?"),)
