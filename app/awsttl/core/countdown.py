"""(expiry, now) → state, text, and when that text next changes.

Every text comes as :class:`Timed`: the words, and the instant until which they are true. The
dashboard sleeps until the earliest of these instants, so that it does nothing while nothing
changes. No function here reads a clock: *now* is the wall clock, read once for each frame.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable
from datetime import date
from typing import Final

from awsttl.core.model import FOREVER, Environment, Renewal, State, Status
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.patterns import late
from awsttl.core.profiles.kinds import FACTS

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86400
YEAR: Final = 365 * DAY

THRESHOLD: Final = 900.0
"""Seconds before its expiry from which a session counts as expiring, unless set otherwise."""

BEAT: Final = 20
"""Seconds. A countdown in minutes or greater units is computed for the next multiple of these.

So the texts of all rows change at the same instants, and cost one redraw instead of one each, which
is most of what the dashboard costs while nothing happens. A minute may end up to 19 seconds early
and never late: no row says that more time is left than there is. Countdowns in seconds are exact,
and so is every change of state.
"""

METER_CELLS: Final = 12
"""A full meter is an hour, so that rows can be compared; a cell is five minutes."""
METER_CELL: Final = HOUR // METER_CELLS
"""Seconds that a cell of the meter stands for."""


class Timed(NamedTuple):
    """A text and the instant (seconds UTC) until which it stays true."""

    text: str
    until: float


class Standing(NamedTuple):
    """The state of a row and the instant until which it stays so."""

    state: State
    until: float


def standing(status: Status, now: float, threshold: float = THRESHOLD) -> Standing:
    """The state of a profile at *now*.

    A session is expired from the very instant of its expiry, and expiring from its reuse point
    or *threshold* seconds before its end, whichever comes first.
    """
    if status.broken:
        return Standing(State.BROKEN, FOREVER)
    session = status.session
    if session is None:
        return _without_session(status, now)
    if session.expires_at is None:
        lasts = session.held is not None and session.held.lasts
        return Standing(State.LONG_TERM if lasts else State.UNKNOWN, FOREVER)
    return _ticking(session.expires_at, session.reuse_until, now, threshold)


def environment_standing(
    environment: Environment, now: float, threshold: float = THRESHOLD
) -> Standing:
    """The state of the session that the environment holds."""
    if any(problem.blocks for problem in environment.problems):
        return Standing(State.BROKEN, FOREVER)
    facts = FACTS[environment.kind]
    if facts.is_long_term:
        return Standing(State.LONG_TERM, FOREVER)
    if not facts.is_temporary:
        return Standing(State.NONE, FOREVER)
    if environment.expires_at is None:
        return Standing(State.UNKNOWN, FOREVER)
    return _ticking(environment.expires_at, None, now, threshold)


def _ticking(
    expires_at: float, reuse_until: float | None, now: float, threshold: float
) -> Standing:
    if now >= expires_at:
        return Standing(State.EXPIRED, FOREVER)
    expiring_from = expiring_at(expires_at, reuse_until, threshold)
    if now >= expiring_from:
        return Standing(State.EXPIRING, expires_at)
    return Standing(State.VALID, expiring_from)


def expiring_at(expires_at: float, reuse_until: float | None, threshold: float) -> float:
    """The instant from which a session counts as expiring."""
    if reuse_until is None:
        return expires_at - threshold
    if threshold == THRESHOLD:
        # No threshold was chosen, so what the AWS CLI does counts: a token of ``aws login`` lives
        # 15 minutes, and the AWS CLI uses it until 5 minutes before its end.
        return reuse_until
    return min(expires_at - threshold, reuse_until)


def _without_session(status: Status, now: float) -> Standing:
    if FACTS[status.profile.kind].is_long_term:
        return Standing(State.LONG_TERM, FOREVER)
    ended = lapsed_at(status)
    if ended is None:
        return Standing(State.NONE, FOREVER)
    # "No session yet" promises that the AWS CLI gets one by itself. It cannot with an SSO token
    # that has ended: then the row says that the sign-in has expired.
    return Standing(State.EXPIRED, FOREVER) if now >= ended else Standing(State.NONE, ended)


def lapsed_at(status: Status) -> float | None:
    """When a profile without a session stops working because its sign-in ends.

    ``None`` where the profile has a session, and where the sign-in itself is the session.
    """
    sign_in = FACTS[status.profile.kind].sign_in
    if status.session is None and sign_in and not sign_in.is_session and len(status.hops) > 1:
        token = status.hops[1]
        if token.expires_at is not None:
            return max(token.expires_at, token.usable_until or 0.0)
    return None


def span(text: str) -> float | None:
    """Seconds of a span as people write it, such as ``1h30m``; ``None`` where it is no span."""
    match = _SPAN.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, rest = (int(part or 0) for part in match.groups())
    return float(days * DAY + hours * HOUR + minutes * MINUTE + rest)


_SPAN: Final = late(
    r"(?:(\d{1,6})d)?\s*(?:(\d{1,6})h)?\s*(?:(\d{1,6})m)?\s*(?:(\d{1,6})s)?", re.ASCII
)


def expires_at(status: Status) -> float | None:
    """The instant that the row counts down to, or counts up from."""
    return status.session.expires_at if status.session else None


def _beat(now: float) -> int:
    """The instant for which texts in minutes are computed; see :data:`BEAT`."""
    return math.ceil(math.floor(now) / BEAT) * BEAT


def _beat_before(instant: float) -> int:
    """The instant from which texts are computed for *instant* or later; see :data:`BEAT`."""
    return math.ceil(instant / BEAT) * BEAT - BEAT + 1


def left(instant: float, now: float) -> Timed:
    """Time left until *instant*: ``3d 04h``, ``7h 12m``, ``47:12``; past it, ``12m ago``.

    Seconds are rounded up, so that zero and "expired" come in the same moment.
    """
    if now >= instant:
        return ago(instant, now)
    seconds = math.ceil(instant - now)
    if seconds < HOUR:
        return Timed(f"{seconds // MINUTE}:{seconds % MINUTE:02}", instant - (seconds - 1))
    seconds = max(HOUR, math.ceil(instant - _beat(now)))
    if seconds < DAY:
        text = f"{seconds // HOUR}h {seconds % HOUR // MINUTE:02}m"
        floor = seconds - seconds % MINUTE
    elif seconds < 100 * DAY:
        text = f"{seconds // DAY}d {seconds % DAY // HOUR:02}h"
        floor = seconds - seconds % HOUR
    else:
        text = f"{seconds // DAY}d"
        floor = seconds - seconds % DAY
    next_at = instant - (floor - 1)
    # The last minute lasts until the seconds begin.
    return Timed(text, next_at if floor == HOUR else _beat_before(next_at))


def ago(instant: float, now: float) -> Timed:
    """Time since *instant*: ``just now``, ``12m ago``, ``2h ago``, ``3d ago``, ``7mo ago``."""
    seconds = math.floor(_beat(now) - instant)
    if seconds < MINUTE:
        return Timed("just now", _beat_before(instant + MINUTE))
    if seconds < HOUR:
        unit, letter = MINUTE, "m"
    elif seconds < 2 * DAY:
        unit, letter = HOUR, "h"
    elif seconds < 100 * DAY:
        unit, letter = DAY, "d"
    elif seconds < 2 * YEAR:
        unit, letter = YEAR // 12, "mo"
    else:
        unit, letter = YEAR, "y"
    count = seconds // unit
    return Timed(f"{count}{letter} ago", _beat_before(instant + (count + 1) * unit))


def coarse(instant: float, now: float) -> Timed:
    """Time left in one unit, for a narrow place: ``6h``, ``41m``, ``<1m``, ``expired``."""
    if now >= instant:
        return Timed("expired", FOREVER)
    seconds = math.ceil(instant - now)
    for unit, letter in ((DAY, "d"), (HOUR, "h"), (MINUTE, "m")):
        if seconds >= unit:
            count = seconds // unit
            return Timed(f"{count}{letter}", instant - (count * unit - 1))
    return Timed("<1m", instant)


def clock_time(instant: float, now: float) -> Timed:
    """The local time of *instant*: ``21:51`` today, ``Sat 04:54`` within six days, ``12 Dec``.

    A day is a local calendar day, so that the text changes at local midnights only.
    """
    try:
        then, today = time.localtime(instant), time.localtime(now)
        days = abs(date(*then[:3]).toordinal() - date(*today[:3]).toordinal())
    except (OverflowError, OSError, ValueError):
        return Timed("—", FOREVER)
    midnight = _next_midnight(today)
    if days == 0:
        return Timed(time.strftime("%H:%M", then), midnight)
    if days <= 6:
        return Timed(time.strftime("%a %H:%M", then), midnight)
    if then.tm_year == today.tm_year:
        return Timed(f"{then.tm_mday} {time.strftime('%b', then)}", midnight)
    return Timed(time.strftime("%b %Y", then), midnight)


def _next_midnight(today: time.struct_time) -> float:
    midnight = time.mktime((today.tm_year, today.tm_mon, today.tm_mday + 1, 0, 0, 0, 0, 0, -1))
    # Where clocks are set back over midnight, there are two midnights; mktime may give the second.
    earlier = midnight - HOUR
    return midnight if time.localtime(earlier)[:3] == today[:3] else earlier


def meter(instant: float, now: float, cells: int = METER_CELLS) -> Timed:
    """How much of the last hour is left, in half cells: a count from 0 to ``2 * cells``.

    The count is given as a text, as all of this module is, so that it has its instant too.
    """
    step = HOUR / (2 * cells)
    seconds = instant - now
    if seconds <= 0:
        return Timed("0", FOREVER)
    halves = min(2 * cells, math.ceil(seconds / step))
    return Timed(str(halves), instant - (halves - 1) * step)


def meter_mark(expires_at: float, reuse_until: float | None) -> int:
    """The border of a meter's cell that stands for the reuse point; -1 where there is none."""
    return -1 if reuse_until is None else round((expires_at - reuse_until) / METER_CELL)


def needs(status: Status, now: float) -> tuple[tuple[Renewal, ...], float]:
    """All that a new session asks of the person, and until when that holds."""
    changes = (hop.usable_until for hop in status.hops[1:] if hop.usable_until is not None)
    return status.needs(now), earliest(changes, now)


def earliest(instants: Iterable[float], now: float) -> float:
    """The first of *instants* after *now*."""
    return min((instant for instant in instants if instant > now), default=FOREVER)
