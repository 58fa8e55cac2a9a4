"""Who may ask: what was handed out to shells, until it is revoked."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from awsttl.core import containers, refusals
from awsttl.core.model import FOREVER
from awsttl.core.secret import Secret
from awsttl.server.protocol import Refusal, Refused, Request

LATELY: Final = 3600.0
"""Seconds for which a shell counts as one that has asked lately: a program that runs for long asks
once for each session, and most of these last an hour."""

_UNKNOWN: Final = Refusal(404, "NotFound", refusals.OTHER_PATH)
_WRONG: Final = Refusal(401, "Unauthorized", refusals.OTHER_KEY)
_REVOKED: Final = Refusal(403, "Revoked", refusals.REVOKED)


@dataclass(slots=True)
class Grant:
    """What one shell was given: an address and a token."""

    profile: str
    path: str
    token: Secret
    at: float
    """When it was handed out, in seconds UTC."""
    asked_at: float = 0.0
    """When its shell has asked last; 0 for never."""
    told_at: float = 0.0
    """When the log was told last that it asks."""
    is_revoked: bool = False


class Shells(NamedTuple):
    """How the shells of a profile fare."""

    handed_out: int = 0
    """How many addresses are handed out and not revoked."""
    lately: int = 0
    """How many of these were asked at lately."""
    asked_at: float = 0.0
    """The last time; 0 for never."""
    until: float = FOREVER
    """The instant from which fewer have asked lately, if none asks before."""


class Grants:
    """All that was handed out. Any thread may call. *clock* is the wall clock, in seconds UTC."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._by_path: dict[str, Grant] = {}

    def hand_out(self, profile: str) -> Grant:
        """A new address and token of 256 bits for one shell."""
        path = containers.path(secrets.token_urlsafe(16), profile)
        grant = Grant(profile, path, Secret(secrets.token_urlsafe(32)), self._clock())
        with self._lock:
            self._by_path[path] = grant
        return grant

    def withdraw(self, grant: Grant) -> None:
        """Forget what nobody was given after all."""
        with self._lock:
            self._by_path.pop(grant.path, None)

    def revoke(self, profile: str) -> int:
        """Answer the shells of a profile no more. Returns how many were handed out."""
        with self._lock:
            found = self._living(profile)
            for grant in found:
                grant.is_revoked = True
            return len(found)

    def asked(self, request: Request) -> Grant:
        """Whose request it is. Raises :class:`Refused` for strangers.

        The caller notes that the shell has asked.
        """
        with self._lock:
            grant = self._by_path.get(request.path)
            if grant is None:
                raise Refused(_UNKNOWN)
            if not secrets.compare_digest(request.authorization, grant.token.reveal().encode()):
                raise Refused(_WRONG)
            if grant.is_revoked:
                raise Refused(_REVOKED)
            return grant

    @property
    def profiles(self) -> frozenset[str]:
        """The profiles that somebody may ask for."""
        with self._lock:
            grants = self._by_path.values()
            return frozenset(grant.profile for grant in grants if not grant.is_revoked)

    def shells(self, profile: str) -> Shells:
        """How the shells of a profile fare."""
        now = self._clock()
        with self._lock:
            living = self._living(profile)
        times = [grant.asked_at for grant in living]
        lately = [at for at in times if at and now - at < LATELY]
        until = min(lately) + LATELY if lately else FOREVER
        return Shells(len(living), len(lately), max(times, default=0.0), until)

    def _living(self, profile: str) -> list[Grant]:
        grants = self._by_path.values()
        return [each for each in grants if each.profile == profile and not each.is_revoked]
