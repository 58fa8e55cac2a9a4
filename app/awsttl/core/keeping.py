"""Keeping sessions alive: when a kept profile is due, and why one cannot be kept.

Pure: whoever keeps (``tui/keeper.py``) hands in the wall clock, what came of its last renewal,
and a *seed*, a text that is another one in each process. Dashboards that keep the same profile
come at slightly different moments by it, so that the first one's session spares the others.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from awsttl.core import countdown
from awsttl.core.model import EMPTY, Files, Secret, Session, Snapshot, Status
from awsttl.core.profiles.cache_names import process_fingerprint, secret_of
from awsttl.core.settings import Settings
from awsttl.core.view.details import Detail
from awsttl.core.why import obstacles

LEAD: Final = 60.0
"""Seconds before the reuse point by which a session is renewed at the latest."""
SPREAD: Final = 60.0
"""Seconds over which dashboards spread before that."""
APART: Final = 300.0
"""Seconds between two renewals of one profile at least: a session of 15 minutes, whose reuse
point is its beginning, is not renewed without end."""
FIRST_RETRY: Final = 30.0
"""Seconds until the first retry; doubled by each further failure,"""
LAST_RETRY: Final = 900.0
"""up to these."""

AT_ONCE: Final = 0.0
"""An instant that has always passed."""


class Past(NamedTuple):
    """What came of the last renewal for the sake of keeping a profile."""

    session: Session | None
    """The session that it was to replace."""
    ended_at: float
    failures: int = 0
    """How many in a row have failed; 0: this one worked."""


def due(status: Status, now: float, seed: str, past: Past | None = None) -> float:
    """The instant at which a profile is to be renewed; not after *now* means at once.

    That is 60 to 120 seconds before its reuse point. A failed renewal is tried again after half
    a minute, and then ever more seldom. A wait that the clock has jumped over, forwards or
    backwards, is over.
    """
    instant = _due_by_session(status, now, seed)
    if past is None or past.session != status.session or past.ended_at > now:
        return instant
    return max(instant, past.ended_at + _wait(past, f"{seed} {status.name}"))


def overdue(
    snapshot: Snapshot, keep: Collection[str], allowed: Mapping[str, str]
) -> Mapping[str, float]:
    """From when on the sessions of kept profiles have evidently not been renewed in time. O(n).

    That is the reuse point, before which :func:`due` renews; a minute after the earliest renewal
    where that comes later still. The profiles that share a kept session have it too. Those that
    cannot be kept as things stand are left out: nobody will renew them. *allowed* is the
    settings' ``allowed_processes``.
    """
    if not keep:
        return EMPTY
    may_run = {
        status.name
        for status in snapshot.profiles
        if status.profile.process and allowed.get(status.name) == status.profile.process
    }
    found: dict[str, float] = {}
    for status in snapshot.profiles:
        session = status.session
        if status.name not in keep or session is None or session.expires_at is None:
            continue
        instant = _point(session, session.expires_at)
        # A file that claims to be younger than its session's end says nothing of its age.
        if session.entry is not None and session.entry.written_at < session.expires_at:
            instant = max(instant, session.entry.written_at + APART + LEAD)
        if obstacles.cannot_keep(status, instant, may_run) is None:
            found.update(dict.fromkeys((status.name, *status.shared_with), instant))
    return found


def _point(session: Session, expires_at: float) -> float:
    """The instant by which a session must have been renewed."""
    return expires_at if session.reuse_until is None else session.reuse_until


def _due_by_session(status: Status, now: float, seed: str) -> float:
    session = status.session
    if session is None or session.expires_at is None:
        return AT_ONCE
    point = _point(session, session.expires_at)
    name = session.entry.name if session.entry else status.name
    instant = point - LEAD - SPREAD * fraction(f"{seed} {name} {session.expires_at}")
    written = session.entry.written_at if session.entry else 0.0
    if written <= now:
        instant = max(instant, written + APART)
    return instant


def _wait(past: Past, seed: str) -> float:
    if not past.failures:
        # The new session is on its way here; or there is none, and another try makes none.
        return APART
    doubled = FIRST_RETRY * 2.0 ** min(past.failures - 1, 16)
    return min(LAST_RETRY, doubled) * (1 + fraction(f"{seed} {past.failures}") / 4)


def fraction(seed: str) -> float:
    """A number from 0 up to 1, as good as random, and always the same for the same text."""
    return zlib.crc32(seed.encode("utf-8", "surrogatepass")) / 2**32


# -------------------------------------------------------------------- processes


def command(files: Files, profile: str) -> Secret:
    """The ``credential_process`` of a profile; the credentials file wins, key by key."""
    for file in (files.credentials, files.config):
        value = secret_of(file.sections.get(profile, EMPTY), "credential_process")
        if value is not None:
            return value
    return Secret("")


def allowed(files: Files | None, settings: Settings) -> Mapping[str, str]:
    """The profiles whose process, as it is configured now, may be run without a key.

    Each with the fingerprint of its command, by which whoever runs it makes sure.
    """
    if files is None:
        return EMPTY
    commands = {name: command(files, name) for name in settings.allowed_processes}
    return {
        name: known
        for name, known in settings.allowed_processes.items()
        if commands[name] and process_fingerprint(commands[name].reveal()) == known
    }


# -------------------------------------------------------------------- in words


def details(
    status: Status, now: float, seed: str, past: Past | None, may_run: Collection[str]
) -> Detail:
    """The line that says how a kept profile fares."""
    if problem := obstacles.cannot_keep(status, now, may_run):
        return Detail("kept", "not at present", "expiring", problem.message)
    instant = due(status, now, seed, past)
    when = "at once" if instant <= now else f"at {countdown.clock_time(instant, now).text}"
    if past is not None and past.failures and past.session == status.session:
        times = "once" if past.failures == 1 else f"{past.failures} times"
        return Detail("kept", f"failed {times}; again {when}", "expiring")
    return Detail("kept", f"alive; next renewal {when}")
