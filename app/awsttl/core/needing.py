"""Which rows need a person now, and which go on by themselves.

A row *needs you* where the next command of the AWS CLI would fail or ask: it is broken, or its
session is over, ending or missing and only a person gets a new one (an MFA code, a sign-in, pasted
keys), or it is kept alive and that has not worked. All other rows are fine, or become so by
themselves.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from awsttl.core import countdown
from awsttl.core.model import FOREVER, Renewal, Session, State, Status
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.profiles.kinds import FACTS

OF_A_PERSON: Final = frozenset({Renewal.MFA, Renewal.SIGN_IN, Renewal.PASTE})
"""What nobody but a person can give. A ``credential_process`` is run by the AWS CLI itself."""

_WITHOUT_SESSION: Final = frozenset({State.EXPIRING, State.EXPIRED, State.NONE})
"""The states in which the next command gets a new session."""

LEAD: Final = 60.0
"""Seconds before the reuse point by which a kept session is renewed at the latest."""
APART: Final = 300.0
"""Seconds between two renewals of one kept profile, at least. Without this a session of 15 minutes,
whose reuse point is its beginning, would be renewed again and again."""


class Need(NamedTuple):
    """Whether a row needs somebody, and the instant (seconds UTC) until which that is so.

    The state of the row has an instant of its own: this one holds as long as the state does.
    """

    is_there: bool
    until: float = FOREVER


_NO: Final = Need(is_there=False)
_YES: Final = Need(is_there=True)


def need(status: Status, state: State, now: float, keep: Collection[str] = ()) -> Need:
    """Whether a profile in *state* needs somebody. *keep*: the profiles that are kept alive."""
    if state is State.BROKEN:
        return _YES
    if state not in _WITHOUT_SESSION:
        return _NO
    until = FOREVER
    if status.name in keep and FACTS[status.profile.kind].not_kept is None:
        # It should have been renewed before this instant.
        session = status.session
        if session is None or session.expires_at is None:
            return _YES
        until = late_from(session, session.expires_at)
        if now >= until:
            return _YES
    if not asks_a_person(status):
        return _NO if until == FOREVER else Need(is_there=False, until=until)
    found, changes_at = countdown.needs(status, now)
    return Need(not OF_A_PERSON.isdisjoint(found), min(until, changes_at))


def renewal_point(session: Session, expires_at: float) -> float:
    """The instant by which a kept session must have been renewed, if it was not made just now."""
    return expires_at if session.reuse_until is None else session.reuse_until


def late_from(session: Session, expires_at: float) -> float:
    """The instant from which keeping it alive has not worked.

    That is its reuse point, or a minute after the earliest renewal where that is later: a session
    of 15 minutes is past its reuse point from its beginning, and is renewed every five minutes.
    """
    instant = renewal_point(session, expires_at)
    # A file whose time is after its session's end says nothing of when it was written.
    if session.entry is not None and session.entry.written_at < expires_at:
        instant = max(instant, session.entry.written_at + APART + LEAD)
    return instant


def asks_a_person(status: Status) -> bool:
    """Whether any hop of the chain may ask a person for something. Cheap."""
    for hop in status.hops:  # noqa: SIM110 (a generator costs twice as much, for each profile)
        if hop.link.needs in OF_A_PERSON:
            return True
    return False


def needs_at_its_end(status: Status) -> bool:
    """Whether a session that lives will need a person when it ends."""
    ends = countdown.expires_at(status)
    return (
        ends is not None
        and asks_a_person(status)
        and not OF_A_PERSON.isdisjoint(status.needs(ends))
    )


def environment_need(state: State) -> bool:
    """Whether the environment's session, in *state*, needs somebody: it is ending, over or broken.

    It stands in the way of all profiles, and nobody but its owner can replace it.
    """
    return state in (State.EXPIRING, State.EXPIRED, State.BROKEN)
