"""The key of sending."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from awsttl.core.model import Problem
from awsttl.core.remedies import Remedy
from awsttl.terminal import tmux
from awsttl.tui.action import Action, Target
from awsttl.tui.host import Host

if TYPE_CHECKING:
    from awsttl.tui.features.sending.actions import Sending


def _sending(host: Host) -> Sending:
    from awsttl.tui.features.sending.actions import Sending

    return host.feature(Sending)


_NO_TMUX: Final = Problem(
    "no-tmux", "awsttl does not run in tmux, so there is no other pane", Remedy()
)


def _why_not(_target: Target) -> Problem | None:
    return None if tmux.is_here(os.environ) else _NO_TMUX


ACTIONS: Final = (
    Action(
        "send",
        ("t",),
        "",
        "Send the session, its name or an unset to another pane of tmux",
        lambda host: _sending(host).send(),
        _why_not,
    ),
)
