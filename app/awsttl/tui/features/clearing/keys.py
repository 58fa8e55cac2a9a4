"""The keys of clearing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from awsttl.core.model import Environment, Status
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.remedies import Act, Problem, Remedy
from awsttl.tui.action import NO_ROW, Action, Scope, Target, on_environment
from awsttl.tui.host import Host

if TYPE_CHECKING:
    from awsttl.tui.features.clearing.actions import Clearing


def _clearing(host: Host) -> Clearing:
    from awsttl.tui.features.clearing.actions import Clearing

    return host.feature(Clearing)


def _why_not(target: Target) -> Problem | None:
    item = target.item
    if item is None:
        return NO_ROW
    if isinstance(item, Environment):
        return _NO_CACHE
    if not isinstance(item, Status) or (item.session and item.session.held):
        return None
    if item.hops and item.hops[0].entry:
        return None
    if FACTS[item.profile.kind].is_temporary and item.profile.mfa_session:
        why = "has no cache entry: its keys stand in the credentials file"
    else:
        why = "has no cache entry of its own"
    fix = Remedy(act=Act.DIAGNOSE, profile=item.name, purpose="to see where its keys come from")
    return Problem("not-cached", f"{item.name} {why}", fix)


_NO_CACHE: Final = on_environment("the environment is no cache")


ACTIONS: Final = (
    Action(
        "clear",
        ("c",),
        "clear",
        "Clear the profile's cache entries",
        lambda host: _clearing(host).clear_row(),
        _why_not,
        Scope.MANY,
    ),
    Action(
        "clear_all",
        ("C", "shift+c"),
        "",
        "Clear the whole CLI cache, after a question",
        lambda host: _clearing(host).clear_all(),
    ),
)
