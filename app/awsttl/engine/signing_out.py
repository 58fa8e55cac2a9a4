"""Signing out: the session's token is forgotten by AWS, and by this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from awsttl.core.events import Event, What
from awsttl.core.files import Shape
from awsttl.core.model import Snapshot, Status
from awsttl.core.profiles.kinds import cache_of, sign_in_of
from awsttl.core.remedies import Problem
from awsttl.disk.locations import Locations
from awsttl.engine.waiting import token_of

if TYPE_CHECKING:
    from awsttl.engine.look import Seen
    from awsttl.engine.recording import Recorder


class SigningOut:
    """Signs out, and tells *recorder*. *clock* is the wall clock, in seconds UTC."""

    def __init__(
        self, seen: Seen, locations: Locations, recorder: Recorder, clock: Callable[[], float]
    ) -> None:
        self._seen, self._locations = seen, locations
        self._recorder, self._clock = recorder, clock

    def sign_out(self, status: Status) -> tuple[tuple[str, ...], Problem | None]:
        """Sign out of what a profile comes from. Blocks.

        Returns the files that are gone, and why AWS could not be told. The files go all the same:
        a token that nobody has is as good as forgotten.
        """
        link = status.hops[-1].link
        sign_in = sign_in_of(link)
        assert sign_in is not None
        folder = self._locations.folder(cache_of(link))
        tokens = [str(Path(folder, name)) for name in link.cache_names]
        problem: Problem | None = None
        if sign_in.by_awsttl:
            from awsttl.aws.sso_sign_out import sign_out

            problem = sign_out(status, tokens[0])
        arrangement = self._seen.latest
        sessions = _sessions_of(arrangement.snapshot, status) if arrangement else ()
        gone = tuple(path for path in (*tokens, *sessions) if _removed(path))
        if gone:
            event = Event(self._clock(), What.CLEARED, link.name, "signed out")
            self._recorder.record(event, gone)
        self._seen.changed()
        return gone, problem


def _sessions_of(seen: Snapshot, status: Status) -> Iterator[str]:
    """The files of the role sessions that were got with a token; a role behind them lives on."""
    token = token_of(status)
    for other in seen.profiles:
        if token and token_of(other) == token:
            for hop in other.hops:
                if hop.entry is not None and hop.entry.shape is Shape.SSO_ROLE:
                    yield hop.entry.path


def _removed(path: str) -> bool:
    try:
        Path(path).unlink()
    except OSError:
        return False
    return True
