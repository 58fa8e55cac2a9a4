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
from awsttl.core.model import FOREVER, Renewal, State, Status
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.profiles.kinds import FACTS

OF_A_PERSON: Final = frozenset({Renewal.MFA, Renewal.SIGN_IN, Renewal.PASTE})
"""What nobody but a person can give. A ``credential_process`` is run by the AWS CLI itself."""

_WITHOUT_SESSION: Final = frozenset({State.EXPIRING, State.EXPIRED, State.NONE})
"""The states in which the next command gets a new session."""


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
        point = session.expires_at if session.reuse_until is None else session.reuse_until
        if now >= point:
            return _YES
        until = point
    if not asks_a_person(status):
        return _NO if until == FOREVER else Need(is_there=False, until=until)
    found, changes_at = countdown.needs(status, now)
    return Need(not OF_A_PERSON.isdisjoint(found), min(until, changes_at))


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
