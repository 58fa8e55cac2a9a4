"""The keys of diagnosing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from awsttl.core.remedies import Problem, Remedy
from awsttl.tui.action import Action, Scope, Target, needs_profile, on_environment
from awsttl.tui.host import Host

if TYPE_CHECKING:
    from awsttl.tui.features.diagnosing.actions import Diagnosing


def _diagnosing(host: Host) -> Diagnosing:
    from awsttl.tui.features.diagnosing.actions import Diagnosing

    return host.feature(Diagnosing)


def _why_not_diagnose(target: Target) -> Problem | None:
    return needs_profile(target, _NOT_DIAGNOSED)


def _why_not_verify(target: Target) -> Problem | None:
    return needs_profile(target, _NOT_VERIFIED)


_NO_PROFILE: Final = "the environment is no profile"
_NOT_DIAGNOSED: Final = on_environment(_NO_PROFILE, Remedy("run: awsttl doctor"))
_NOT_VERIFIED: Final = on_environment(_NO_PROFILE, Remedy("run: aws sts get-caller-identity"))


ACTIONS: Final = (
    Action(
        "diagnose",
        ("d",),
        "why",
        "Diagnose the row: every check, with its evidence and fix; two marked: compare them",
        lambda host: _diagnosing(host).diagnose(),
        _why_not_diagnose,
        Scope.MANY,
    ),
    Action(
        "verify",
        ("V", "shift+v"),
        "",
        "Verify the session: ask AWS whose it is (GetCallerIdentity)",
        lambda host: _diagnosing(host).verify(),
        _why_not_verify,
        Scope.MANY,
    ),
)
