"""What becomes of a shell that names a profile in ``AWS_PROFILE``, and holds no keys.

The AWS CLI gets the sessions then, by itself as long as it can. From when on it cannot, and why,
is what :mod:`awsttl.core.why.prediction` foretells for the instants at which something ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from awsttl.core import countdown
from awsttl.core.model import FOREVER, Snapshot, State, Status
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.remedies import Say
from awsttl.core.why import prediction
from awsttl.core.why.prediction import Effect, Prediction

_NEEDS_SOMEBODY: Final = (Effect.ASKS, Effect.FAILS)


class Outlook(NamedTuple):
    """What the AWS CLI does in such a shell, now and later."""

    first: Prediction
    """What it does for the next command."""
    ends_at: float = FOREVER
    """The instant (seconds UTC) from which it needs a person, as far as the files tell."""
    then: Prediction | None = None
    """What it does from that instant on; ``None`` where no such instant is known."""
    is_unknown: bool = False
    """Whether its keys end at a time that nobody recorded."""


def outlook(snapshot: Snapshot, status: Status, environ: Mapping[str, str], now: float) -> Outlook:
    """What the AWS CLI v2 will do in a shell with *environ*, which selects the profile."""
    alone = snapshot._replace(profiles=(status,))

    def at(instant: float) -> Prediction:
        return prediction.predict(alone, None, environ, instant, prediction.V2)

    first = at(now)
    is_unknown = countdown.standing(status, now).state is State.UNKNOWN
    if first.effect in _NEEDS_SOMEBODY or is_unknown:
        return Outlook(first, is_unknown=is_unknown)
    for instant in sorted(each for each in set(_ends(status)) if now < each < FOREVER):
        then = at(instant)
        if then.effect in _NEEDS_SOMEBODY:
            return Outlook(first, instant, then)
    return Outlook(first)


def _ends(status: Status) -> Iterator[float]:
    """The instants at which something ends that the AWS CLI has used until then."""
    if (session := status.session) is not None and session.held is None:
        if session.expires_at is not None:
            yield session.expires_at
        if session.reuse_until is not None:
            yield session.reuse_until
    for hop in status.hops:
        yield from (end for end in (hop.usable_until, hop.expires_at) if end is not None)


def said(found: Outlook, status: Status, now: float, say: Say) -> str:
    """The outlook in one line. *say* says a remedy as its face does."""
    cli = _cli(status)
    if found.is_unknown:
        return f"{cli} works until its keys end: nobody recorded when"
    match found.first.effect:
        case Effect.FAILS:
            return f"{cli} fails with it now: {_why(found.first, say)}"
        case Effect.ASKS:
            return f"{cli} asks for an MFA code now, {_CANNOT_ASK}"
    if found.then is None:
        return f"{cli} works by itself: {_how(found.first, status)}"
    if found.then.effect is Effect.ASKS:
        what = f"it asks for an MFA code, {_CANNOT_ASK}"
    else:
        what = f"it fails: {_why(found.then, say)}"
    clock = countdown.clock_time(found.ends_at, now).text
    return f"{cli} works by itself until {clock}; then {what}"


def _cli(status: Status) -> str:
    """Which AWS CLI: not every v2 knows all kinds along the chain."""
    since = max((FACTS[hop.link.kind].since for hop in status.hops), default=_ANY)
    return f"the AWS CLI ({since[0]}.{since[1]} or newer)" if since > _ANY else "the AWS CLI"


_ANY: Final = (2, 0, 0)
_CANNOT_ASK: Final = "and most SDKs cannot ask"


def _how(first: Prediction, status: Status) -> str:
    if FACTS[status.profile.kind].is_long_term:
        return "its keys do not end"
    if first.effect is Effect.RUNS:
        return "it runs the credential_process for each command"
    return "it gets each session when it needs one"


def _why(found: Prediction, say: Say) -> str:
    problem = found.problem
    if problem is None:
        return ""
    fix = say(problem.fix)
    return f"{problem.message}; {fix}" if fix else problem.message
