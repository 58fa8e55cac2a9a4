"""Whether a session lasts long enough for what a person is about to do with it."""

from __future__ import annotations

import enum
from collections.abc import Collection

from awsttl.core import countdown
from awsttl.core.model import REUSE_MARGIN, State, Status
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.remedies import Problem
from awsttl.core.why import obstacles


class Answer(enum.Enum):
    """What there is to say to "can I work with this profile?"."""

    LASTS = "lasts"
    RENEWS = "renews by itself"
    """The session does not last, but nobody is needed for a new one."""
    NEEDS_YOU = "needs you"
    """A person is needed: for a code, a browser, new keys, or to mend something."""


class Verdict(NamedTuple):
    """The answer for one profile, or for the session that it comes from."""

    answer: Answer
    problem: Problem | None = None
    """Why a person is needed."""


def lasts(status: Status, now: float, seconds: float = 0.0) -> bool:
    """Whether the AWS CLI works for *seconds* from *now* on with the session that there is.

    From the reuse point on it would get a new one first, however long the old one still lives.
    Of keys without a recorded end nobody knows, so they do not count.
    """
    state = countdown.standing(status, now).state
    if state is State.LONG_TERM:
        return True
    session = status.session
    if state is State.BROKEN or session is None or session.expires_at is None:
        return False
    reuse_until = session.expires_at if session.reuse_until is None else session.reuse_until
    return now < reuse_until and session.expires_at - now >= seconds


def is_due(status: Status, now: float, seconds: float = 0.0) -> bool:
    """Whether a renewal would bring more than what there is, for work of *seconds*.

    Long-term keys that can get an MFA session are due when that session does not last.
    """
    session = status.profile.mfa_session
    if FACTS[status.profile.kind].is_long_term and session is not None and not session.problem:
        ends = session.expires_at
        return ends is None or ends - now < max(seconds, REUSE_MARGIN)
    return not lasts(status, now, seconds)


def verdict(
    status: Status, now: float, seconds: float = 0.0, may_run: Collection[str] = ()
) -> Verdict:
    """The answer for a profile's own session. *may_run* is as in ``obstacles.needs_person``."""
    if lasts(status, now, seconds):
        return Verdict(Answer.LASTS)
    problem = obstacles.needs_person(status, now, may_run)
    return Verdict(Answer.NEEDS_YOU, problem) if problem else Verdict(Answer.RENEWS)


def parent_verdict(status: Status, now: float, seconds: float = 0.0) -> Verdict:
    """The answer for the session that a profile's comes from: its sign-in, or a source role.

    What comes from keys alone has no such session, and so none that ends.
    """
    parent = status.parent
    if parent is None:
        return Verdict(Answer.LASTS)
    if parent.expires_at is not None and now < parent.expires_at >= now + seconds:
        return Verdict(Answer.LASTS)
    if parent.refreshable:
        return Verdict(Answer.RENEWS)
    problem = obstacles.needs_person(status._replace(hops=status.hops[1:]), now)
    return Verdict(Answer.NEEDS_YOU, problem) if problem else Verdict(Answer.RENEWS)
