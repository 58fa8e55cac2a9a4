"""What a check says where it has found nothing: that all is right, or that there is nothing to see.

Only what was looked at is right. A profile without a session on this machine has credentials that
nobody has seen.
"""

from __future__ import annotations

from awsttl.core.why.checks.case import Case, moment
from awsttl.core.why.checks.sessions import needed
from awsttl.core.why.findings import Check, Result

_RIGHT = "nothing wrong"


def without_findings(check: Check, examined: Case, *, is_hindered: bool) -> Result:
    """The result of a check of a profile in which nothing was found.

    *is_hindered*: another check has found why commands fail.
    """
    if why := _nothing_to_see(check, examined, is_hindered=is_hindered):
        return Result(check, examined.name, text=why, looked=False)
    session = examined.status.session
    if check is Check.SESSION and session and session.expires_at is not None:
        return Result(check, examined.name, text=f"it ends {moment(session.expires_at)}")
    return Result(check, examined.name, text=_RIGHT)


def _nothing_to_see(check: Check, examined: Case, *, is_hindered: bool) -> str:
    """Why a check had nothing to look at; empty where it had something."""
    status, facts = examined.status, examined.facts
    match check:
        case Check.CREDENTIALS:
            has_some = facts.has_keys or status.session is not None
            no_session = _no_session(examined, is_hindered=is_hindered)
            return "" if has_some and not status.broken else no_session
        case Check.SESSION:
            return _no_session(examined, is_hindered=is_hindered)
        case Check.SOURCE if len(status.hops) < 2:
            return "it has none"
        case Check.CACHE if all(hop.entry is None for hop in status.hops):
            return "nothing of it lies in a cache"
        case Check.PASTED if not facts.is_temporary:
            return "it has none"
        case _:
            return ""


def _no_session(examined: Case, *, is_hindered: bool) -> str:
    """Why a profile has no session here; empty where it has one."""
    status, facts = examined.status, examined.facts
    if status.broken:
        return "none: it cannot work as it is"
    if facts.is_long_term:
        return "none: long-term keys do not end"
    if facts.is_temporary:
        return "none but its pasted keys"
    if not facts.methods:
        return "none: it has no keys, only settings"
    if status.session is not None:
        return ""
    if facts.runs_process:
        return "none here: the AWS CLI runs its credential_process at each use"
    if is_hindered:
        return "none yet"
    wanted = needed(status.needs(examined.now))
    return "none yet: " + (
        f"the next command needs {wanted}" if wanted else "the AWS CLI gets one at next use"
    )
