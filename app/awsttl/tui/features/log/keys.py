"""The key of the log."""

from __future__ import annotations

from typing import Final

from awsttl.tui.action import Action
from awsttl.tui.host import Host


def _show(host: Host) -> None:
    from awsttl.tui.features.log.dialog import LogDialog

    log_file = host.engine.recorder.log_file
    host.open(LogDialog(log_file.path, log_file.read), _nothing)


def _nothing(_answer: None) -> None:
    """The log is looked at; it answers nothing."""


ACTIONS: Final = (
    Action(
        "log",
        ("l",),
        "log",
        "Show what happened: renewals, failures, changes by others",
        _show,
    ),
)
