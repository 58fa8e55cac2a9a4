"""Which keys can act on a row, and why the others cannot."""

from __future__ import annotations

from typing import Final

from awsttl.core import diagnosis
from awsttl.core.model import Environment, Kind, Orphan, Problem, Renewal, Status
from awsttl.core.rows import Item


def unavailable(item: Item | None, now: float) -> dict[str, str]:
    """The actions that cannot run on a row, each with its reason."""
    match item:
        case Status() as status:
            off = {}
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
            }
        case _:
            return dict.fromkeys(("clear", *_FOR_PROFILES), "there is no row")


_FOR_PROFILES: Final = ("renew", "export", "diagnose", "verify")


def cannot_renew(status: Status, now: float) -> Problem | None:
    """Why ``r`` will not even try, and what to run instead; ``None`` when it will."""
    if broken := status.broken:
        return None if broken.code == "cache-corrupt" else broken
    kind = status.profile.kind
    if kind is Kind.LONG_TERM and (session := status.profile.mfa_session):
        return session.problem
    if kind is Kind.LONG_TERM:
        return Problem("long-term", "long-term keys have no session to renew", "nothing to do")
    if kind is Kind.INCOMPLETE:
        return Problem(
            "no-credentials", "this profile has settings only", "add a role, SSO or keys to it"
        )
    match status.renewal(now):
        case Renewal.PASTE:
            whose = "its keys" if kind is Kind.TEMPORARY else f"the keys of {_last(status)}"
            return Problem("paste", f"{whose} were pasted and cannot be renewed", "paste new ones")
        case Renewal.SIGN_IN if status.hops[-1].link.kind is not Kind.LOGIN:
            return diagnosis.sign_in(status)
        case _:
            return None


def _cannot_clear(status: Status) -> str:
    if status.profile.kind is Kind.TEMPORARY and status.profile.mfa_session:
        return f"{status.name} has no cache entry: its keys stand in the credentials file"
    return f"{status.name} has no cache entry of its own"


def _last(status: Status) -> str:
    return status.hops[-1].link.name
