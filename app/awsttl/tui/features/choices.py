"""A choice that is written to the settings file, in the background."""

from __future__ import annotations

from collections.abc import Callable

from awsttl.core.remedies import Problem
from awsttl.tui.host import Host
from awsttl.tui.remedies import told


def choose(
    host: Host, write: Callable[[], Problem | None], then: Callable[[], None] | None = None
) -> None:
    """Write a choice; *then* is called on the event loop if that worked."""

    def tell(problem: Problem | None) -> None:
        if problem is not None:
            host.say(told(problem, joint="\n"), "error", 10)
        elif then is not None:
            then()

    host.in_background(write, tell)
