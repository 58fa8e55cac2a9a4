"""Obstacles: why a profile cannot be renewed, or cannot be kept alive without a person."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from awsttl.core.model import Renewal, Status
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.remedies import Act, Problem, Remedy

_MENDED: Final = ("cache-corrupt", "never-signed-in")
"""Codes of the problems that a renewal mends, with the sign-in that it asks for."""


def cannot_renew(status: Status, now: float) -> Problem | None:
    """Why awsttl does not try to renew, and what to do instead; ``None`` where it tries."""
    # A damaged cache entry is replaced by a renewal, so what else there is counts.
    problems = tuple(each for each in status.problems if each.code not in _MENDED)
    status = status._replace(problems=problems)
    if broken := status.broken:
        return broken
    facts = FACTS[status.profile.kind]
    if facts.is_long_term and (session := status.profile.mfa_session):
        return session.problem
    if facts.not_renewed:
        return facts.not_renewed
    if Renewal.PASTE not in status.needs(now):
        return None
    end = status.hops[-1].link
    if not end.is_profile:
        message = "the keys of the environment have ended, and cannot be renewed"
        return Problem("paste", message, Remedy("set new ones, and start awsttl anew"))
    whose = "its keys" if facts.is_temporary else f"the keys of {end.name}"
    message = f"{whose} were pasted and cannot be renewed"
    return Problem("paste", message, Remedy(act=Act.PASTE, profile=end.name))


def cannot_keep(status: Status, now: float, may_run: Collection[str] = ()) -> Problem | None:
    """Why a session cannot be kept alive without a person, and what to do; ``None`` where it can.

    *may_run* are the profiles whose ``credential_process`` may run unasked.
    """
    return FACTS[status.profile.kind].not_kept or needs_person(status, now, may_run)


def needs_person(status: Status, now: float, may_run: Collection[str] = ()) -> Problem | None:
    """Why a new session needs a person, and what to do; ``None`` where it needs none.

    *may_run* are the profiles whose ``credential_process`` may run unasked.
    """
    if problem := cannot_renew(status, now):
        return problem
    needs = status._replace(problems=()).needs(now)
    # What a person has to do only once comes last: it does not help where each renewal needs them.
    if Renewal.MFA in needs:
        fix = Remedy(act=Act.RENEW, profile=status.name, purpose="when it is time")
        return Problem("mfa", "each renewal asks for an MFA code", fix)
    if Renewal.SIGN_IN in needs:
        # With it comes the table of all errors: 10 ms, for which no first paint waits.
        from awsttl.core.why import causes

        return causes.sign_in_here(status)
    return _not_allowed(status, may_run) if Renewal.PROCESS in needs else None


def _not_allowed(status: Status, may_run: Collection[str]) -> Problem | None:
    missing = [name for name in processes(status) if name not in may_run]
    if not missing:
        return None
    return Problem(
        "process-not-allowed",
        f"the credential_process of {missing[0]} may not run unasked",
        Remedy(act=Act.KEEP, profile=status.name, purpose="to look at it and to allow it"),
    )


def processes(status: Status) -> tuple[str, ...]:
    """The profiles along the chain whose ``credential_process`` a renewal may run."""
    return tuple(hop.link.name for hop in status.hops if FACTS[hop.link.kind].runs_process)
