"""Keeping sessions alive: when a kept profile is due, and why one cannot be kept.

``engine/keeping.py`` gives the wall clock, the outcome of its last renewal, and a *seed*: a text
that differs from process to process. By their seeds, dashboards that keep the same profile renew it
at slightly different instants, so that the session of the first spares the others a renewal.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from typing import Final

from awsttl.core import countdown, needing
from awsttl.core.countdown import Timed
from awsttl.core.files import EMPTY, Files
from awsttl.core.model import FOREVER, Hop, Session, Snapshot, Status
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.needing import APART, LEAD
from awsttl.core.profiles.cache_names import process_fingerprint, secret_of
from awsttl.core.profiles.kinds import sign_in_of
from awsttl.core.secret import Secret
from awsttl.core.settings import Settings
from awsttl.core.view.details import Detail
from awsttl.core.why import obstacles

SPREAD: Final = 60.0
"""Seconds over which the renewals of several dashboards are spread, before that."""
FIRST_RETRY: Final = 30.0
"""Seconds until the first retry. Each further failure doubles the wait."""
LAST_RETRY: Final = 900.0
"""Seconds; no wait for a retry is longer (but for a quarter that spreads the dashboards)."""

AT_ONCE: Final = 0.0
"""An instant that is always in the past."""


class Past(NamedTuple):
    """The outcome of the last renewal by which a profile was kept alive."""

    session: Session | None
    """The session that it was to replace."""
    ended_at: float
    failures: int = 0
    """How many renewals in a row have failed, this one included; 0: it worked."""


def due(status: Status, now: float, seed: str, past: Past | None = None) -> float:
    """The instant at which a profile is to be renewed; at once where that is not after *now*.

    That is 60 to 120 seconds before its reuse point. A failed renewal is tried again after half
    a minute, and then after longer and longer waits. When the clock is set, forwards or backwards,
    the wait is over.
    """
    instant = _due_by_session(status, now, seed)
    if past is None or past.session != status.session or past.ended_at > now:
        return instant
    return max(instant, past.ended_at + _wait(past, f"{seed} {status.name}"))


def overdue(
    snapshot: Snapshot, keep: Collection[str], allowed: Mapping[str, str]
) -> Mapping[str, float]:
    """Profile → the instant from which its session was not renewed in time. O(n).

    That is the reuse point, before which :func:`due` renews, or a minute after the earliest renewal
    where that is later. Profiles that share the session of a kept one are included. Those that
    cannot be kept at present are left out: no dashboard will renew them. *allowed* is the settings'
    ``allowed_processes``.
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
        instant = needing.late_from(session, session.expires_at)
        if obstacles.cannot_keep(status, instant, may_run) is None:
            found.update(dict.fromkeys((status.name, *status.shared_with), instant))
    return found


class Limit(NamedTuple):
    """Where keeping a profile alive must end, as far as its files tell."""

    at: float
    """The instant from which each renewal needs a person."""
    ends: str
    """What ends at that instant, in words: ``its sign-in``."""
    until: float
    """Until when there is a session without a person: *at*, or the end of the present session where
    no renewal comes before *at*."""
    is_renewed: bool
    """Whether the session is renewed before *at*."""


def limit(
    status: Status, now: float, may_run: Collection[str], renewal_at: float | None = None
) -> Limit | None:
    """Where keeping must end, seen from *now*; ``None`` where no end is known.

    What counts is whether a renewal is possible at its own instant, and not when the person asks
    for keeping. *renewal_at* is the instant of the next renewal, as :func:`due` gives it; without
    it, the latest possible one is taken.
    """
    for hop in sorted(status.hops[1:], key=_usable_until):
        at = _usable_until(hop)
        if not now < at < FOREVER or obstacles.cannot_keep(status, at, may_run) is None:
            continue
        what = "its sign-in" if sign_in_of(hop.link) else f"the session of {hop.link.name}"
        session = status.session
        ends = session.expires_at if session else None
        if session is None or ends is None:
            return Limit(at, what, at, is_renewed=True)
        renewal = needing.renewal_point(session, ends) - LEAD if renewal_at is None else renewal_at
        is_renewed = renewal < at
        return Limit(at, what, at if is_renewed else ends, is_renewed)
    return None


def _usable_until(hop: Hop) -> float:
    return FOREVER if hop.usable_until is None else hop.usable_until


def _due_by_session(status: Status, now: float, seed: str) -> float:
    session = status.session
    if session is None or session.expires_at is None:
        return AT_ONCE
    point = needing.renewal_point(session, session.expires_at)
    name = session.entry.name if session.entry else status.name
    instant = point - LEAD - SPREAD * fraction(f"{seed} {name} {session.expires_at}")
    written = session.entry.written_at if session.entry else 0.0
    if written <= now:
        instant = max(instant, written + APART)
    return instant


def _wait(past: Past, seed: str) -> float:
    if not past.failures:
        # It worked, but the files do not show the new session: either they will in a moment, or the
        # renewal wrote none, and neither will another.
        return APART
    doubled = FIRST_RETRY * 2.0 ** min(past.failures - 1, 16)
    return min(LAST_RETRY, doubled) * (1 + fraction(f"{seed} {past.failures}") / 4)


def fraction(seed: str) -> float:
    """A number from 0 up to 1: like a random one, but always the same for the same text."""
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
    """The profiles whose ``credential_process``, as it is configured now, may run unasked.

    Each comes with the fingerprint of its command, which is compared again before it is run.
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
    found = limit(status, now, may_run, max(now, instant))
    if found is not None and not found.is_renewed:
        until = countdown.clock_time(found.until, now).text
        return Detail("kept", f"until {until} only", "expiring", _too_early(found, now))
    when = "at once" if instant <= now else f"at {countdown.clock_time(instant, now).text}"
    aside = f"until {_when_it_ends(found, now)}" if found else ""
    if past is not None and past.failures and past.session == status.session:
        times = "once" if past.failures == 1 else f"{past.failures} times"
        return Detail("kept", f"failed {times}; again {when}", "expiring")
    return Detail("kept", f"alive; next renewal {when}", aside=aside)


def promise(status: Status, now: float, may_run: Collection[str]) -> str:
    """What to say when a profile is kept alive from now on: that it is, and until when."""
    found = limit(status, now, may_run)
    if found is None:
        return "is kept alive: renewed by itself before the AWS CLI would"
    if found.is_renewed:
        return f"is kept alive until {_when_it_ends(found, now)}"
    until = countdown.clock_time(found.until, now).text
    return f"is kept alive until {until} only: {_too_early(found, now)}"


def glance(status: Status, now: float, may_run: Collection[str]) -> Timed:
    """What the row of a kept profile says: something only where its session is not renewed."""
    found = limit(status, now, may_run)
    changes_at = found.at if found else FOREVER
    ends = status.session.expires_at if status.session else None
    if ends is None or ends <= now:
        return Timed("", changes_at)
    if (found is None or found.is_renewed) and not obstacles.cannot_keep(status, now, may_run):
        return Timed("", changes_at)
    until = countdown.clock_time(ends, now)
    return Timed(f"kept until {until.text} only", min(until.until, ends, changes_at))


def _when_it_ends(found: Limit, now: float) -> str:
    return f"{countdown.clock_time(found.at, now).text}, when {found.ends} ends"


def _too_early(found: Limit, now: float) -> str:
    ends = countdown.clock_time(found.at, now).text
    return f"{found.ends} ends at {ends}, before the next renewal"
