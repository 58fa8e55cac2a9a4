"""Handing a session out: the credentials that a snippet, a program or a server is given."""

from __future__ import annotations

from typing import Final

from awsttl.core import countdown
from awsttl.core.model import State, Status
from awsttl.core.snippets import Credentials
from awsttl.disk import session_keys
from awsttl.disk.locations import Locations

_EXPORTABLE: Final = (State.VALID, State.EXPIRING, State.UNKNOWN, State.LONG_TERM)


def has_session(status: Status, now: float) -> bool:
    """Whether there is something to hand out as it is; if not, a renewal comes first."""
    return countdown.standing(status, now).state in _EXPORTABLE


def credentials(status: Status, locations: Locations) -> Credentials | str:
    """The keys of a profile, from the files; or why there are none, in words. Blocks for a read."""
    try:
        return session_keys.read(status, locations)
    except session_keys.NoKeysError as error:
        return str(error)
