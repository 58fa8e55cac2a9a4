"""The keys of diagnosing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from awsttl.tui.action import Action, Target, needs_profile
from awsttl.tui.host import Host

if TYPE_CHECKING:
    from awsttl.tui.features.diagnosing.actions import Diagnosing


def _diagnosing(host: Host) -> Diagnosing:
    from awsttl.tui.features.diagnosing.actions import Diagnosing

    return host.feature(Diagnosing)


def _why_not_diagnose(target: Target) -> str:
    return needs_profile(target, "for the environment, run: awsttl doctor")


def _why_not_verify(target: Target) -> str:
    return needs_profile(target, "for the environment, run: aws sts get-caller-identity")


ACTIONS: Final = (
    Action(
        "diagnose",
        ("d",),
        "why",
        "Diagnose the row: every check, with its evidence and fix",
        lambda host: _diagnosing(host).diagnose(),
        _why_not_diagnose,
    ),
    Action(
        "verify",
        ("v",),
        "",
        "Verify the session: ask AWS whose it is (GetCallerIdentity)",
        lambda host: _diagnosing(host).verify(),
        _why_not_verify,
    ),
)
