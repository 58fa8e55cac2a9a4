"""Snapshot → when to warn the person that a session ends, and in which words.

There are three warnings of a session: when its row becomes ``expiring``, five minutes before its
end, and at its end. A session that is kept alive is renewed before its reuse point; warnings of it
begin only there, whatever the threshold, because keeping it has failed then.

The cost of :func:`endings` grows with the number of profiles; it is called once for a snapshot.
After that, :class:`Watch` knows the next instant at which there is something to say, and the
dashboard sleeps until then.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from awsttl.core import countdown, events
from awsttl.core.countdown import HOUR, MINUTE, Timed
from awsttl.core.events import Event, What
from awsttl.core.files import EMPTY
from awsttl.core.model import FOREVER, Environment, Renewal, Snapshot, Status
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.view.rows import hop_label

SOON: Final = 5.0 * MINUTE
"""Seconds before the end of a session at which the second warning of it comes."""
BORN_EXPIRING: Final = 60.0
"""Seconds that a session must have been valid before the first warning of it. A session that was
asked for with 15 minutes is expiring from the start, and the person knows that."""
CLOSE: Final = 3.0
"""Seconds between two alarms within which they make one message: sessions that were renewed
together end at nearly the same time."""
PATIENCE: Final = 10.0
"""Seconds that an alarm waits at most for others, to make one message with them."""
GAP: Final = 60.0
"""Seconds after which an alarm is too late to be a warning: the machine slept, the process was
stopped or the clock was set."""
NAMED: Final = 3
"""How many names a message spells out; it counts the rest."""
PLAIN_TITLE: Final = "awsttl"


class Stage(enum.StrEnum):
    """How far a session has come."""

    EXPIRING = "expiring"
    SOON = "soon"
    EXPIRED = "expired"


class Ending(NamedTuple):
    """A session whose end is known, and the rows that end with it."""

    key: str
    """A name for the session and its expiry, the same in every process."""
    names: tuple[str, ...]
    """The profiles of the session: usually one, or all that share a cache entry."""
    expires_at: float
    expiring_at: float
    """From when its rows are ``expiring``; for a session that is kept alive, from when its renewal
    is overdue. It is *expires_at* where the rows are never ``expiring``."""
    is_quiet: bool = False
    """Whether only the log tells of its end, and nobody is warned before."""

    def alarms(self) -> tuple[Alarm, ...]:
        """Its stages in order. A stage that would not come after the one before is left out."""
        found = [Alarm(self.expires_at, Stage.EXPIRED, self)]
        if self.expiring_at < self.expires_at - SOON:
            found.insert(0, Alarm(self.expires_at - SOON, Stage.SOON, self))
        if self.expiring_at < self.expires_at:
            found.insert(0, Alarm(self.expiring_at, Stage.EXPIRING, self))
        return tuple(found)


class Alarm(NamedTuple):
    """One stage of one session, and the instant at which the session comes to it."""

    at: float
    stage: Stage
    ending: Ending

    @property
    def key(self) -> str:
        """Names the session, its expiry and the stage, the same in every process."""
        return f"{self.stage} {self.ending.key}"


# -------------------------------------------------------------------- a snapshot's endings


def endings(
    snapshot: Snapshot,
    threshold: float = countdown.THRESHOLD,
    *,
    silent: bool = True,
    hidden: Collection[str] = frozenset(),
    overdue: Mapping[str, float] = EMPTY,
) -> tuple[Ending, ...]:
    """All sessions of the snapshot that end, in the past or in the future. O(n).

    The sessions of *hidden* profiles are quiet; without *silent*, so are those that the AWS CLI
    replaces by itself when they end. *overdue* says for profiles that are kept alive from when on
    to warn of their sessions (:func:`awsttl.core.keeping.overdue`).
    """
    found: dict[str, Ending] = {}
    for status in snapshot.profiles:
        if status.broken:
            continue
        ending = _ending(status, threshold, overdue.get(status.name, -FOREVER))
        if ending is None:
            continue
        if status.name in hidden or not (silent or _needs_person(status, ending)):
            ending = ending._replace(expiring_at=ending.expires_at, is_quiet=True)
        shared = found.get(ending.key)
        if shared is None or (shared.is_quiet and not ending.is_quiet):
            found[ending.key] = ending
        elif shared.is_quiet == ending.is_quiet:
            names = dict.fromkeys((*shared.names, *ending.names))
            found[ending.key] = shared._replace(names=tuple(names))
    environment = snapshot.environment
    if environment is not None and (ending := _environment_ending(environment, threshold)):
        found[ending.key] = ending
    return tuple(found.values())


def _needs_person(status: Status, ending: Ending) -> bool:
    return status.renewal(ending.expires_at) is not Renewal.SILENT


def _ending(status: Status, threshold: float, no_earlier: float) -> Ending | None:
    session = status.session
    if session is None:
        return _lapse(status)
    if session.expires_at is None:
        return None
    expiring_at = countdown.expiring_at(session.expires_at, session.reuse_until, threshold)
    entry = session.entry
    if entry is None:
        where = f"{status.name} {status.profile.access_key}"
    else:
        where = entry.path
        if 0 <= expiring_at - entry.written_at < BORN_EXPIRING:
            expiring_at = entry.written_at
    expiring_at = min(max(expiring_at, no_earlier), session.expires_at)
    return Ending(_key(where, session.expires_at), (status.name,), session.expires_at, expiring_at)


def _lapse(status: Status) -> Ending | None:
    """The end of the sign-in on which rows without a session of their own depend.

    Such a row shows no countdown: it becomes ``expired`` at once, without being ``expiring``.
    """
    ended = countdown.lapsed_at(status)
    if ended is None:
        return None
    token = status.hops[1]
    where = token.entry.path if token.entry else token.link.name
    return Ending(_key(where, ended), (hop_label(token),), ended, ended)


def _environment_ending(environment: Environment, threshold: float) -> Ending | None:
    ended = environment.expires_at
    if (
        not FACTS[environment.kind].is_temporary
        or ended is None
        or any(problem.blocks for problem in environment.problems)
    ):
        return None
    key = _key(f"environment {environment.access_key}", ended)
    return Ending(key, ("(environment)",), ended, countdown.expiring_at(ended, None, threshold))


def _key(where: str, expires_at: float) -> str:
    return f"{expires_at:.0f} {where}"


# -------------------------------------------------------------------- what falls due when


class Watch:
    """Gives each alarm once, when its time has come.

    An alarm whose time was past when its session was first seen is never given.
    """

    def __init__(self) -> None:
        self._alarms: list[Alarm] = []
        """All alarms in order; those from ``_place`` on are still to come."""
        self._place = 0
        self._known: set[tuple[str, float]] = set()
        self._given_until = -FOREVER
        """All alarms up to this instant have been given."""
        self._longest = 0.0
        """Seconds for which a session is expiring, of the session for which that is longest."""

    def take(self, sessions: Iterable[Ending], now: float) -> None:
        """Watch these sessions from *now* on, and no others: those were renewed or cleared."""
        known: set[tuple[str, float]] = set()
        alarms: list[Alarm] = []
        self._longest = 0.0
        for ending in sessions:
            # Where the threshold was changed, the session counts as a new one.
            name = (ending.key, ending.expiring_at)
            known.add(name)
            since = self._given_until if name in self._known else now
            alarms.extend(alarm for alarm in ending.alarms() if alarm.at > since)
            self._longest = max(self._longest, ending.expires_at - ending.expiring_at)
        alarms.sort(key=lambda alarm: alarm.at)
        self._alarms, self._place, self._known = alarms, 0, known

    def due_at(self) -> float:
        """When there is something to say next; alarms close to each other make one message."""
        alarms, place = self._alarms, self._place
        if place == len(alarms):
            return FOREVER
        first = last = alarms[place].at
        for following in range(place + 1, len(alarms)):
            at = alarms[following].at
            if at > min(last + CLOSE, first + PATIENCE):
                break
            last = at
        return last

    def due(self, now: float) -> tuple[Alarm, ...]:
        """The alarms whose time has come at *now*, in order; they are not given again."""
        begin = self._place
        if begin < len(self._alarms) and self._alarms[begin].at <= now < self.due_at():
            return ()
        while self._place < len(self._alarms) and self._alarms[self._place].at <= now:
            self._place += 1
        self._given_until = max(self._given_until, now)
        return tuple(self._alarms[begin : self._place])

    def title(self, now: float) -> Timed:
        """The terminal's title: which session ends next, once it is expiring."""
        coming = self._alarms[self._place :]
        # The title changes at each alarm, and not only when several make one message.
        until = next((alarm.at for alarm in coming if alarm.at > now), FOREVER)
        for at, stage, ending in coming:
            if at > now + self._longest:
                break
            if stage is Stage.EXPIRED and ending.expiring_at <= now < at:
                left = countdown.coarse(at, now)
                name, *others = ending.names
                more = f" +{len(others)}" if others else ""
                return Timed(f"{PLAIN_TITLE}: {name}{more} {left.text}", min(left.until, until))
        return Timed(PLAIN_TITLE, until)


def latest(alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """Of each session the last of its *alarms*, which are in order: the stages before are past."""
    return tuple({alarm.ending.key: alarm for alarm in alarms}.values())


# -------------------------------------------------------------------- for the log


def told(ended: Sequence[Ending]) -> list[Event]:
    """What the log says of sessions that have ended: a line each, or one for many."""
    if len(ended) <= events.MANY:
        return [Event(each.expires_at, What.EXPIRED, listed(each.names)) for each in ended]
    names = listed([name for each in ended for name in each.names])
    last = max(each.expires_at for each in ended)
    return [Event(last, What.EXPIRED, f"{len(ended):,} sessions", names)]


# -------------------------------------------------------------------- in words


class Notice(NamedTuple):
    """What to tell the person, in one line."""

    text: str
    urgent: bool = False
    """Whether something has ended."""


def notice(alarms: Sequence[Alarm], now: float) -> Notice:
    """One message for *alarms*: at least one, and not two of the same session.

    When they come too late to be warnings, it is a summary of what happened meanwhile.
    """
    ended = [alarm.ending for alarm in alarms if alarm.stage is Stage.EXPIRED]
    ending = [alarm.ending for alarm in alarms if alarm.stage is not Stage.EXPIRED]
    if now - min(alarm.at for alarm in alarms) > GAP:
        return Notice(f"while this machine slept: {_summary(ended, ending)}", bool(ended))
    parts = []
    if ended:
        parts.append(_clause(ended, "has expired", "have expired"))
    if ending:
        span = _span(ending, now)
        parts.append(_clause(ending, f"expires {span}", f"expire {span}"))
    return Notice("; ".join(parts), bool(ended))


def _summary(ended: list[Ending], ending: list[Ending]) -> str:
    if len(ended) + len(ending) == 1:
        (only,) = ended or ending
        return f"{listed(only.names)} {'expired' if ended else 'expiring'}"
    parts = []
    if ended:
        parts.append(f"{len(ended)} session{'s' if len(ended) > 1 else ''} expired")
    if ending:
        sessions = "" if ended else f" session{'s' if len(ending) > 1 else ''}"
        parts.append(f"{len(ending)}{sessions} expiring")
    return ", ".join(parts)


def _clause(sessions: list[Ending], singular: str, plural: str) -> str:
    names = [name for ending in sessions for name in ending.names]
    if len(sessions) > 1:
        return f"{len(sessions)} sessions {plural}: {listed(names)}"
    return f"{listed(names)} {plural if len(names) > 1 else singular}"


def _span(sessions: list[Ending], now: float) -> str:
    """``in 5m``; ``within 15m`` where they differ."""
    minutes = {max(1, round((ending.expires_at - now) / MINUTE)) for ending in sessions}
    most = max(minutes) * MINUTE
    text = f"{most // MINUTE}m" if most < HOUR else f"{most // HOUR}h {most % HOUR // MINUTE:02}m"
    return f"in {text}" if len(minutes) == 1 else f"within {text}"


def listed(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b, c and 4 more``."""
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
