"""Which keys can act on a row, and why the others cannot."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from awsttl.core.model import Environment, Orphan, Problem, Renewal, Status
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.view.rows import Item
from awsttl.core.why import causes

_ANYHOW: Final = ("process-not-allowed",)
"""What stands in the way of keeping a profile until a question is answered."""


def unavailable(
    item: Item | None, now: float, keep: Collection[str] = (), may_run: Collection[str] = ()
) -> dict[str, str]:
    """The actions that cannot run on a row, each with its reason.

    *keep* are the profiles that are kept alive, *may_run* as for :func:`cannot_keep`.
    """
    match item:
        case Status() as status:
            off = {}
            problem = None if status.name in keep else cannot_keep(status, now, may_run)
            if problem and problem.code not in _ANYHOW:
                off["keep"] = f"it cannot be kept alive: {problem.message}; {problem.fix}"
            if problem := cannot_renew(status, now):
                off["renew"] = f"{problem.message}; {problem.fix}"
            held = status.session and status.session.held
            if not held and not (status.hops and status.hops[0].entry):
                off["clear"] = _cannot_clear(status)
            return off
        case Orphan():
            return dict.fromkeys(_FOR_PROFILES, "an orphan belongs to no profile")
        case Environment():
            return {
                "renew": "the environment's keys were put there by somebody else",
                "clear": "the environment is no cache; u unsets it",
                "export": "these variables are exported already",
                "diagnose": "for the environment, run: awsttl doctor",
                "verify": "for the environment, run: aws sts get-caller-identity",
                "keep": "the environment's keys were put there by somebody else",
                "hide": "only profiles can be hidden",
            }
        case _:
            return dict.fromkeys(("clear", *_FOR_PROFILES), "there is no row")


_FOR_PROFILES: Final = ("renew", "export", "keep", "hide", "diagnose", "verify")


def cannot_renew(status: Status, now: float) -> Problem | None:
    """Why ``r`` will not even try, and what to run instead; ``None`` when it will."""
    if broken := status.broken:
        return None if broken.code == "cache-corrupt" else broken
    facts = FACTS[status.profile.kind]
    if facts.is_long_term and (session := status.profile.mfa_session):
        return session.problem
    if facts.not_renewed:
        return facts.not_renewed
    match status.renewal(now):
        case Renewal.PASTE:
            whose = "its keys" if facts.is_temporary else f"the keys of {_last(status)}"
            return Problem("paste", f"{whose} were pasted and cannot be renewed", "paste new ones")
        case _:
            return None


def _cannot_clear(status: Status) -> str:
    if FACTS[status.profile.kind].is_temporary and status.profile.mfa_session:
        return f"{status.name} has no cache entry: its keys stand in the credentials file"
    return f"{status.name} has no cache entry of its own"


def cannot_keep(status: Status, now: float, may_run: Collection[str] = ()) -> Problem | None:
    """Why a session cannot be kept alive without anybody, and what to do; ``None`` when it can.

    *may_run* are the profiles whose ``credential_process`` may be run without a key.
    """
    if problem := FACTS[status.profile.kind].not_kept or cannot_renew(status, now):
        return problem
    # A damaged cache entry is replaced by a renewal, so what that asks is what counts.
    match status._replace(problems=()).renewal(now):
        case Renewal.MFA:
            return Problem("mfa", "each renewal asks for an MFA code", "press r when it is time")
        case Renewal.SIGN_IN:
            return causes.sign_in_here(status)
        case Renewal.PROCESS:
            return _not_allowed(status, may_run)
        case _:
            return None


def _not_allowed(status: Status, may_run: Collection[str]) -> Problem | None:
    missing = [name for name in processes(status) if name not in may_run]
    if not missing:
        return None
    return Problem(
        "process-not-allowed",
        f"the credential_process of {missing[0]} may not be run without a key",
        "press a to look at it and to allow it",
    )


def processes(status: Status) -> tuple[str, ...]:
    """The profiles along the chain whose ``credential_process`` a renewal may run."""
    return tuple(hop.link.name for hop in status.hops if FACTS[hop.link.kind].runs_process)


def _last(status: Status) -> str:
    return status.hops[-1].link.name
