"""The key of sending."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from awsttl.core.remedies import Act, Problem, Remedy
from awsttl.tui.action import Action, Scope, Target
from awsttl.tui.host import Host

if TYPE_CHECKING:
    from awsttl.tui.features.sending.actions import Sending


def _sending(host: Host) -> Sending:
    from awsttl.tui.features.sending.actions import Sending

    return host.feature(Sending)


_NO_TMUX: Final = Problem(
    "no-tmux",
    "awsttl does not run in tmux, so there is no other pane",
    Remedy("start it in tmux", otherwise=Remedy(act=Act.EXPORT)),
)


def _why_not(_target: Target) -> Problem | None:
    # As terminal/tmux.py tells it, without that module: the key bar of the first frame asks.
    is_here = os.environ.get("TMUX") and os.environ.get("TMUX_PANE")
    return None if is_here else _NO_TMUX


ACTIONS: Final = (
    Action(
        "send",
        ("t",),
        "",
        "Send the session, its name or an unset to another pane of tmux",
        lambda host: _sending(host).send(),
        _why_not,
        Scope.ONE,
    ),
)
