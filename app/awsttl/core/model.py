"""What awsttl talks about, as frozen values: kinds, profiles, sessions, rows.

They are named tuples: as dataclasses, the thirty of them would take 15 ms longer to import.

Times are instants: seconds since the epoch, UTC, as ``float``. ``None`` means that no expiry was
recorded. Words are those of AWS and of the AWS CLI.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Final

from awsttl.core.files import CacheEntry, Held, Passage, Shape
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.remedies import Problem

REUSE_MARGIN: Final = 900.0
"""Seconds before its expiry from which the AWS CLI no longer reuses a cached session
(botocore's ``CachedCredentialFetcher.DEFAULT_EXPIRY_WINDOW_SECONDS``; v1 and v2 alike)."""


class Kind(enum.StrEnum):
    """How a profile comes by its credentials, in the AWS CLI's order of resolution.

    What awsttl knows about each of them stands in one row of ``profiles/kinds.py``.
    """

    ROLE = "role"
    WEB_IDENTITY = "web-identity"
    SSO = "sso"
    LONG_TERM = "long-term"
    TEMPORARY = "temporary"
    LOGIN = "login"
    PROCESS = "process"
    INCOMPLETE = "incomplete"
    """Settings only: no provider of the AWS CLI takes the profile."""
    CREDENTIAL_SOURCE = "credential-source"
    """No profile, but the place that a role's ``credential_source`` names."""


class State(enum.StrEnum):
    """How far a profile's session has come, which decides what its next command meets."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    NONE = "none"
    LONG_TERM = "long-term"
    UNKNOWN = "unknown"
    BROKEN = "broken"


class Renewal(enum.StrEnum):
    """Something that a new session asks of the person. They stand in the order of the effort."""

    NOTHING = "—"
    SILENT = "silent"
    MFA = "mfa"
    PROCESS = "process"
    SIGN_IN = "sign-in"
    PASTE = "paste"

    @property
    def effort(self) -> int:
        """A number to compare them by: the greater, the more is asked."""
        return _EFFORT[self]

    @property
    def asks(self) -> bool:
        """Whether it takes something that is not silent: a person, or a program of theirs."""
        return self in _ASKING


_EFFORT: Final = {renewal: effort for effort, renewal in enumerate(Renewal)}
_ASKING: Final = frozenset(Renewal) - {Renewal.NOTHING, Renewal.SILENT}


class MfaSession(NamedTuple):
    """The session that ``GetSessionToken`` gives for long-term keys and an MFA code.

    It is kept in the credentials file, in a profile beside the one that has the keys, so that
    every tool can use it.
    """

    source: str
    """The profile that has the long-term keys."""
    profile: str
    """The profile that holds the session, or will."""
    serial: str
    seconds: int
    """How long AWS is asked to let it last."""
    expires_at: float | None = None
    """The recorded end of the session that the profile holds now."""
    problem: Problem | None = None
    """Why it cannot be kept in that profile: the profile holds something else already."""


class Link(NamedTuple):
    """One hop of a chain as the files configure it: what does not change with time."""

    name: str
    """A profile, a ``credential_source``, an SSO session or a login session."""
    kind: Kind
    needs: Renewal
    """What a new session of this hop asks of the person, while the hop behind it has one."""
    is_profile: bool = True
    cache_names: tuple[str, ...] = ()
    """The names under which the AWS CLI may have cached this hop's session."""
    mfa_serial: str | None = None
    refreshes: bool = True
    """False for the sign-in of a legacy SSO profile: only an ``sso-session`` is refreshed."""
    expires_at: float | None = None
    """For keys written in a file: their recorded expiry."""
    mfa_session: MfaSession | None = None
    """For keys that are an MFA session, or with which one can be got."""
    access_key: str = ""
    """For keys written in a file: the last four characters of the access key."""
    fault: Problem | None = None
    """Why no new session of this hop can be got. One that is in the cache works all the same."""
    at_once: bool = False
    """Whether the AWS CLI gets it as it reads the settings, also where a session of a hop before
    it can be reused."""


def asked_by(links: Iterable[Link]) -> tuple[Renewal, ...]:
    """What these hops ask of the person when each gets a new session, the least effort first."""
    return asked([link.needs for link in links])


def asked(needs: Iterable[Renewal]) -> tuple[Renewal, ...]:
    """Those of the needs for which a person is asked, each once, the least effort first."""
    found = _ASKING.intersection(needs)
    return tuple(sorted(found, key=lambda need: need.effort)) if found else ()


class Profile(NamedTuple):
    """A named profile as the files configure it: what does not change with time."""

    name: str
    kind: Kind
    links: tuple[Link, ...]
    """The chain: this profile first, its first source last."""
    account_id: str = ""
    role: str = ""
    region: str = ""
    sso_session: str = ""
    """The ``sso-session``'s name; empty for a legacy profile."""
    login_session: str = ""
    process: str = ""
    """The fingerprint of its ``credential_process``, which may hold a password itself."""
    mfa_serial: str | None = None
    access_key: str = ""
    """Last four characters of the static access key in use, if any."""
    expiry_key: str = ""
    """Which key of the section recorded the expiry of its temporary keys."""
    problems: tuple[Problem, ...] = ()
    account_name: str = ""
    """What a tool wrote that the account is called; no AWS CLI reads it."""

    @property
    def chain(self) -> tuple[str, ...]:
        """The names along the chain, this profile first."""
        return tuple(dict.fromkeys(link.name for link in self.links if link.is_profile))

    @property
    def mfa_session(self) -> MfaSession | None:
        """The MFA session that can be got with the profile's long-term keys, or that it is."""
        return self.links[0].mfa_session if self.links else None


class Session(NamedTuple):
    """Credentials with (or without) a recorded expiry, on disk or in the environment."""

    expires_at: float | None
    reuse_until: float | None = None
    """The reuse point, from which the AWS CLI gets a new session; ``None`` where it caches none."""
    entry: CacheEntry | None = None
    held: Held | None = None
    """The session itself, where it is in awsttl's memory and not on disk."""


class Hop(NamedTuple):
    """One hop of a chain together with its session, which ends."""

    link: Link
    entry: CacheEntry | None = None
    expires_at: float | None = None
    usable_until: float | None = None
    """Until when the AWS CLI uses this hop's session as it is. ``None``: it gets a new one each
    time."""
    by_name: tuple[CacheEntry | None, ...] = ()
    """Where AWS CLIs differ in the name of this hop's file: what lies under each of the names."""

    @property
    def damaged(self) -> bool:
        """Whether the AWS CLI fails over this hop's cache file."""
        return self.entry is not None and self.entry.shape in (Shape.CORRUPT, Shape.FOREIGN)

    def usable(self, now: float) -> bool:
        """Whether the AWS CLI would use this hop's session, to get one of the hop before it."""
        return self.usable_until is not None and now < self.usable_until


FOREVER: Final = float("inf")


class Parent(NamedTuple):
    """The session that a session comes from: the second clock of a row."""

    kind: Kind
    name: str
    expires_at: float | None
    refreshable: bool = False


class Status(NamedTuple):
    """A profile together with its session, its parent and its faults: one row."""

    profile: Profile
    session: Session | None = None
    hops: tuple[Hop, ...] = ()
    parent: Parent | None = None
    shared_with: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        """The profile's name."""
        return self.profile.name

    @property
    def broken(self) -> Problem | None:
        """The problem that keeps this profile from working at all, if there is one."""
        for problem in self.problems:  # no generator: most have none, and thousands are asked
            if problem.blocks:
                return problem
        return None

    def needs(self, now: float) -> tuple[Renewal, ...]:
        """All that a new session would ask of the person at that moment, the least first.

        Where nothing is asked it is ``SILENT`` alone; where there is no session to get it is
        ``NOTHING``. The profile's own hop always gets a new session. Behind the first hop whose
        session the AWS CLI would reuse, only those hops do which it asks as it reads the settings.
        """
        if self.broken or not self.hops or self.hops[0].link.needs is Renewal.NOTHING:
            return (Renewal.NOTHING,)
        links, is_reused = [self.hops[0].link], False
        for hop in self.hops[1:]:
            is_usable = hop.usable(now)
            is_reused = is_reused or is_usable
            if not is_reused or (hop.link.at_once and not is_usable):
                links.append(hop.link)
        return asked_by(links) or (Renewal.SILENT,)

    def renewal(self, now: float) -> Renewal:
        """The greatest of its needs: ``SILENT`` only where nothing is asked of the person."""
        return self.needs(now)[-1]

    def mfa_session(self, now: float) -> MfaSession | None:
        """The MFA session that a renewal gets: the profile's own, or one behind it in the chain."""
        for place, hop in enumerate(self.hops):
            if place and hop.usable(now):
                return None
            if hop.link.mfa_session is not None:
                return hop.link.mfa_session
        return None


class Environment(NamedTuple):
    """The AWS variables of awsttl's own environment, as a session of their own."""

    kind: Kind
    variables: tuple[str, ...]
    """The names of those that are set, in the order of AWS's documentation."""
    expires_at: float | None = None
    expiry_variable: str = ""
    access_key: str = ""
    profile: str = ""
    """The profile that ``AWS_PROFILE`` or ``AWS_DEFAULT_PROFILE`` selects."""
    problems: tuple[Problem, ...] = ()
    fingerprint: str = ""
    """A fingerprint of the access key id."""
    leads_to: str = ""
    """Whom its container variables lead to, in words, where it holds no credentials itself: they
    give way to every profile that has some."""
    session_of: tuple[str, ...] = ()
    """The profiles that have the very same access key: in a cache, in a file, or in memory."""


class Orphan(NamedTuple):
    """A cache entry that belongs to no profile, or that nobody can read."""

    entry: CacheEntry
    reason: str


class Snapshot(NamedTuple):
    """Everything there is to show at one moment, but for the clock."""

    profiles: tuple[Status, ...] = ()
    environment: Environment | None = None
    orphans: tuple[Orphan, ...] = ()
    problems: tuple[Problem, ...] = ()
    misread: tuple[Passage, ...] = ()
    """What the AWS CLIs read otherwise than it looks; what matters of it is a problem too."""

    @property
    def unread(self) -> tuple[Problem, ...]:
        """Why there may be more profiles in the files than were read."""
        codes = ("file-unreadable", "file-does-not-parse", "not-read")
        return tuple(problem for problem in self.problems if problem.code in codes)

    def instead_of(self, name: str, kind: str = "profile") -> Passage | None:
        """What stands in a file in the place of a section that no AWS CLI finds there.

        *kind* is the word with which the headers of such sections begin.
        """
        return next((each for each in self.misread if each.meant == (kind, name)), None)

    def status(self, name: str) -> Status | None:
        """The status of the profile with that name."""
        return next((status for status in self.profiles if status.name == name), None)
