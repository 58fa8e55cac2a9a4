"""Handing a session out: the credentials that a snippet, a program or a server is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from awsttl.core import countdown, lasting, snippets
from awsttl.core.model import Renewal, State, Status
from awsttl.core.profiles import environment
from awsttl.core.snippets import Credentials
from awsttl.disk import session_keys
from awsttl.disk.locations import Locations

REGION: Final = environment.REGION

_EXPORTABLE: Final = (State.VALID, State.EXPIRING, State.UNKNOWN, State.LONG_TERM)


def has_session(status: Status, now: float) -> bool:
    """Whether there is something to hand out as it is; if not, a renewal comes first."""
    return countdown.standing(status, now).state in _EXPORTABLE


def is_due(status: Status, now: float, seconds: float = 0.0) -> bool:
    """Whether a renewal comes before a session is handed out that is to last for *seconds*.

    Past the reuse point it does where nobody is needed for it: whoever gets the session asks
    again when its end nears, and must not get the same once more. Where a person is needed, the
    session is good for as long as it lives.
    """
    if lasting.lasts(status, now, seconds):
        return False
    if not has_session(status, now) or seconds > 0:
        return True
    return status.renewal(now) is Renewal.SILENT


def credentials(status: Status, locations: Locations) -> Credentials | str:
    """The keys of a profile, from the files; or why there are none, in words. Blocks for a read."""
    try:
        return session_keys.read(status, locations)
    except session_keys.NoKeysError as error:
        return str(error)


def with_session(environ: Mapping[str, str], given: Credentials) -> dict[str, str]:
    """An environment for a program that is to use these credentials, and nothing else.

    Whatever spoke of another session is gone. A session without a region leaves the region as it
    is. Raises ``ValueError`` where no environment can hold a value.
    """
    values = {name: value.reveal() for name, value in snippets.variables(given).items()}
    return {**without_session(environ, keep_region=not given.region), **values}


def with_profile(environ: Mapping[str, str], status: Status) -> dict[str, str]:
    """An environment for a program that is to use a profile by its name."""
    rest = without_session(environ, keep_region=not status.profile.region)
    return {**rest, snippets.PROFILE: status.name}


def without_session(environ: Mapping[str, str], *, keep_region: bool = False) -> dict[str, str]:
    """An environment in which no variable stands between a program and a profile."""
    gone = set(stale(environ, keep_region=keep_region))
    return {name: value for name, value in environ.items() if name not in gone}


def stale(environ: Mapping[str, str], *, keep_region: bool = False) -> list[str]:
    """The variables that stand between a profile and an AWS CLI or SDK, whether set or not."""
    kept = environment.REGION if keep_region else ()
    return [name for name in environment.to_unset(environ) if name not in kept]
