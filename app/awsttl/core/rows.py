"""Snapshot + filter + sort + now → rows of plain strings.

:func:`arrange` decides which rows there are and in which order; it grows with the number of
profiles and runs in the background. :func:`row` puts one of them into words; it is called for
visible rows only.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

from awsttl.core import countdown
from awsttl.core.model import (
    EMPTY,
    FOREVER,
    Environment,
    Hop,
    Kind,
    Orphan,
    Profile,
    Renewal,
    Snapshot,
    State,
    Status,
)
from awsttl.core.settings import Settings, Sort

ENVIRONMENT_KEY: Final = "environment"

GLYPHS: Final = {
    State.VALID: "●",
    State.EXPIRING: "◐",
    State.EXPIRED: "○",
    State.NONE: "·",
    State.LONG_TERM: "∞",
    State.UNKNOWN: "?",
    State.BROKEN: "✗",
}
WORDS: Final = {state: str(state) for state in State} | {State.NONE: "no session"}

STALE: Final = 12 * countdown.HOUR
"""Seconds after which an ended session is no news any more: it sinks below the living."""


class View(NamedTuple):
    """What the person asked to see."""

    filter: str = ""
    sort: Sort = Sort.URGENCY
    threshold: float = countdown.THRESHOLD
    hidden: frozenset[str] = frozenset()
    """Profiles that are left out,"""
    shows_hidden: bool = False
    """unless they are asked for."""

    @property
    def left_out(self) -> frozenset[str]:
        """The profiles that are not to be seen, and not to be acted upon by what acts on many."""
        return frozenset() if self.shows_hidden else self.hidden


Item = Status | Environment | Orphan
"""What a row can stand for."""


class Arrangement(NamedTuple):
    """The rows to show, in order, and the counts for the header."""

    items: tuple[Item, ...] = ()
    keys: tuple[str, ...] = ()
    """A name for each item that outlives any change of order."""
    counts: Mapping[State, int] = EMPTY
    """How many of *all* profiles are in each state, filtered out or not."""
    places: Mapping[str, int] = EMPTY
    """Key → place in ``items``."""
    longest: int = 0
    """Characters of the longest profile name, filtered out or not."""
    total: int = 0
    hidden: int = 0
    """How many of all profiles are among the hidden, shown or not."""
    orphans: int = 0
    """How many cache entries of no profile are listed by themselves, filtered out or not,"""
    corrupt: int = 0
    """and how many that nobody can read."""
    changes_at: float = FOREVER
    """When passing time alone changes the order, the counts or the filter's answer."""
    view: View = View()
    snapshot: Snapshot = Snapshot()
    settings: Settings = Settings()


def key(item: Item) -> str:
    """The name of a row that outlives any change of order."""
    match item:
        case Status():
            return f"profile {item.name}"
        case Environment():
            return ENVIRONMENT_KEY
        case Orphan():
            return f"entry {item.entry.path}"


class Ranking(NamedTuple):
    """All profiles of a snapshot in order, before any filter: what a keystroke need not repeat."""

    snapshot: Snapshot
    sort: Sort
    threshold: float
    made_at: float
    statuses: tuple[tuple[Status, State], ...]
    counts: Mapping[State, int]
    longest: int
    changes_at: float
    """When passing time alone changes the order or a state."""
    apart: tuple[Orphan, ...] = ()
    """The cache entries of which no profile's row tells,"""
    corrupt: int = 0
    """and how many of them nobody can read."""

    def serves(self, snapshot: Snapshot, view: View, now: float) -> bool:
        """Whether ranking anew would come to the same."""
        return (
            self.snapshot is snapshot
            and (self.sort, self.threshold) == (view.sort, view.threshold)
            and self.made_at <= now < self.changes_at
        )


def rank(snapshot: Snapshot, view: View, now: float) -> Ranking:
    """The order of all profiles, and when that may change. O(n log n)."""
    counts: Counter[State] = Counter()
    changes_at = FOREVER
    ranked: list[tuple[tuple[object, ...], Status, State]] = []
    for status in snapshot.profiles:
        state, until = countdown.standing(status, now, view.threshold)
        counts[state] += 1
        changes_at = min(changes_at, until)
        if state is State.EXPIRED:
            changes_at = min(changes_at, _stale_at(status, now))
        ranked.append((_place(status, state, now, view.sort), status, state))
    ranked.sort(key=lambda each: each[0])
    apart = _apart(snapshot)
    return Ranking(
        snapshot,
        view.sort,
        view.threshold,
        now,
        tuple((status, state) for _, status, state in ranked),
        counts,
        max((len(status.name) for status in snapshot.profiles), default=0),
        changes_at,
        apart,
        sum(orphan.entry.expires_at is None for orphan in apart),
    )


def _apart(snapshot: Snapshot) -> tuple[Orphan, ...]:
    """The orphans without those that a profile has as its own, damaged as they are.

    Its row says what is wrong with the file, and ``r`` and ``c`` on it mend that.
    """
    if all(orphan.entry.expires_at is not None for orphan in snapshot.orphans):
        return snapshot.orphans
    told = {
        status.hops[0].entry.path
        for status in snapshot.profiles
        if status.hops and status.hops[0].damaged and status.hops[0].entry
    }
    return tuple(orphan for orphan in snapshot.orphans if orphan.entry.path not in told)


def arrange(
    snapshot: Snapshot, view: View, now: float, ranking: Ranking | None = None
) -> Arrangement:
    """Which rows to show, in which order, and when that may change.

    A *ranking* that serves the snapshot, the view and the moment saves making one.
    """
    if ranking is None or not ranking.serves(snapshot, view, now):
        ranking = rank(snapshot, view, now)
    words = view.filter.lower().split()
    hidden = _hidden(snapshot, view)
    left_out = frozenset() if view.shows_hidden else hidden
    statuses, changes_at = _matching(ranking, words, now, left_out)
    items: list[Item] = list(statuses)
    environment = snapshot.environment
    if environment is not None:
        state, until = countdown.environment_standing(environment, now, view.threshold)
        changes_at = min(changes_at, until)
        said = " ".join(("environment", WORDS[state], "paste", *environment.variables))
        if _has_words(words, said):
            items.insert(0, environment)
    items.extend(
        orphan
        for orphan in ranking.apart
        if _has_words(words, f"orphan {orphan.entry.name} {orphan.reason}")
    )
    keys = tuple(key(item) for item in items)
    return Arrangement(
        tuple(items),
        keys,
        ranking.counts,
        {name: place for place, name in enumerate(keys)},
        ranking.longest,
        len(snapshot.profiles),
        len(hidden),
        len(ranking.apart) - ranking.corrupt,
        ranking.corrupt,
        changes_at,
        view,
        snapshot,
    )


def _hidden(snapshot: Snapshot, view: View) -> frozenset[str]:
    """Those of the hidden names that there are."""
    if not view.hidden:
        return view.hidden
    return frozenset(status.name for status in snapshot.profiles if status.name in view.hidden)


def _matching(
    ranking: Ranking, words: list[str], now: float, left_out: frozenset[str]
) -> tuple[list[Status], float]:
    """The profiles that have all the words and are not left out, and until when that is so."""
    changes_at = ranking.changes_at
    if not words:
        ranked = ranking.statuses
        return [status for status, _ in ranked if status.name not in left_out], changes_at
    # Renewals change with time and are dear to work out: only for those who ask for one.
    asks_renewal = any(word in str(renewal) for word in words for renewal in Renewal)
    found = []
    for status, state in ranking.statuses:
        if status.name in left_out:
            continue
        haystack = f"{status.haystack} {WORDS[state]}"
        if asks_renewal:
            renewal, renewal_until = countdown.renewal(status, now)
            changes_at = min(changes_at, renewal_until)
            haystack = f"{haystack} {renewal}"
        if all(word in haystack for word in words):
            found.append(status)
    return found, changes_at


def _has_words(words: list[str], haystack: str) -> bool:
    haystack = haystack.lower()
    return all(word in haystack for word in words)


_ORDER: Final = {
    State.EXPIRED: 0,
    State.EXPIRING: 1,
    State.VALID: 2,
    State.UNKNOWN: 3,
    State.NONE: 4,
    State.LONG_TERM: 6,
    State.BROKEN: 7,
}
_STALE_ORDER: Final = 5


def _place(status: Status, state: State, now: float, sort: Sort) -> tuple[object, ...]:
    name = status.name.casefold()
    if sort is Sort.NAME:
        return (name,)
    if sort is Sort.ACCOUNT:
        return (not status.profile.account_id, status.profile.account_id, name)
    ends = countdown.expires_at(status) or countdown.lapsed_at(status) or math.inf
    if state is not State.EXPIRED:
        return (_ORDER[state], ends, name)
    # Of what has ended, the latest first: that is what somebody was just working with.
    return (_STALE_ORDER if now - ends >= STALE else _ORDER[state], -ends, name)


def _stale_at(status: Status, now: float) -> float:
    ended = countdown.expires_at(status) or countdown.lapsed_at(status)
    return countdown.earliest([ended + STALE] if ended is not None else [], now)


class Row(NamedTuple):
    """One row in words. ``until`` is the instant up to which all of them are true."""

    key: str
    state: State
    name: str
    word: str = ""
    left: str = ""
    meter: int = -1
    """Half cells of the meter that are filled; -1 for no meter."""
    ends: str = ""
    """The local time at which it ends, or ended."""
    renews: str = ""
    source: str = ""
    account: str = ""
    role: str = ""
    region: str = ""
    note: str = ""
    """What is wrong, in place of the columns after the name."""
    finding: str = ""
    """What else should be known, in place of the last columns."""
    until: float = FOREVER

    @property
    def is_entry(self) -> bool:
        """Whether this is a cache entry listed apart, and not a profile."""
        return self.key.startswith("entry ")

    @property
    def glyph(self) -> str:
        """The state in one character, for where colour is missing."""
        return GLYPHS[self.state]


def row(item: Item, now: float, threshold: float = countdown.THRESHOLD) -> Row:
    """The words for one row at *now*."""
    match item:
        case Status():
            return _status_row(item, now, threshold)
        case Environment():
            return _environment_row(item, now, threshold)
        case Orphan():
            return _orphan_row(item, now)


def _status_row(status: Status, now: float, threshold: float) -> Row:
    profile = status.profile
    state, until = countdown.standing(status, now, threshold)
    if broken := status.broken:
        return Row(key(status), state, profile.name, WORDS[state], note=broken.message)
    renewal, renewal_until = countdown.renewal(status, now)
    source, source_until = source_text(status, now)
    instant = countdown.expires_at(status)
    if instant is None and state is State.EXPIRED:
        instant = countdown.lapsed_at(status)
    left, meter, ends = _clock(instant, now)
    return Row(
        key(status),
        state,
        profile.name,
        WORDS[state],
        left.text or _TIMELESS.get(state, ""),
        int(meter.text),
        ends.text,
        str(renewal),
        source,
        account_id(status),
        profile.role,
        profile.region,
        until=min(until, renewal_until, source_until, left.until, meter.until, ends.until),
    )


_TIMELESS: Final = {State.LONG_TERM: "∞", State.UNKNOWN: "?"}
_NO_CLOCK: Final = (
    countdown.Timed("", FOREVER),
    countdown.Timed("-1", FOREVER),
    countdown.Timed("", FOREVER),
)


def _clock(
    instant: float | None, now: float
) -> tuple[countdown.Timed, countdown.Timed, countdown.Timed]:
    if instant is None:
        return _NO_CLOCK
    return (
        countdown.left(instant, now),
        countdown.meter(instant, now),
        countdown.clock_time(instant, now),
    )


def account_id(status: Status) -> str:
    """The account as configured, else as the session's own file tells it."""
    session = status.session
    own = (session.entry or session.held) if session else None
    return status.profile.account_id or (own.account_id if own else "")


def _environment_row(environment: Environment, now: float, threshold: float) -> Row:
    state, until = countdown.environment_standing(environment, now, threshold)
    left, meter, ends = _clock(environment.expires_at, now)
    note = next((problem.message for problem in environment.problems if problem.blocks), "")
    return Row(
        ENVIRONMENT_KEY,
        state,
        "(environment)",
        WORDS[state],
        left.text or _TIMELESS.get(state, ""),
        int(meter.text),
        ends.text,
        "paste" if environment.kind is Kind.TEMPORARY else "—",
        ", ".join(environment.variables),
        note=note,
        until=min(until, left.until, meter.until, ends.until),
    )


def orphan_name(orphan: Orphan) -> str:
    """What an entry that no profile has is called: its file's name, shortened."""
    return f"{orphan.entry.name[:8]}…json"


def _orphan_row(orphan: Orphan, now: float) -> Row:
    instant = orphan.entry.expires_at
    left, meter, ends = _clock(instant, now)
    state, word = orphan_standing(orphan, now)
    return Row(
        key(orphan),
        state,
        orphan_name(orphan),
        word,
        left.text,
        int(meter.text),
        ends.text,
        source="no profile" if instant is not None else "",
        account=orphan.entry.account_id,
        role=orphan.entry.role,
        note=orphan.entry.reason if instant is None else "",
        until=min(left.until, meter.until, ends.until),
    )


def orphan_standing(orphan: Orphan, now: float) -> tuple[State, str]:
    """Its state, and the word for what it is: the word says more than the state's own."""
    instant = orphan.entry.expires_at
    if instant is None:
        return State.BROKEN, "corrupt"
    return (State.EXPIRED if now >= instant else State.VALID), "orphan"


def source_text(status: Status, now: float) -> countdown.Timed:
    """Where the session comes from: the chain behind it, its first clock beside its hop."""
    parts: list[str] = []
    until = FOREVER
    clocked = False
    for hop in status.hops[1:]:
        label = hop_label(hop)
        if hop.has_clock and not clocked and hop.expires_at is not None:
            clocked = True
            clock = _hop_clock(hop, now)
            label = f"{label} {clock.text}"
            until = min(until, clock.until)
        if not (hop.link.kind is Kind.LOGIN and not hop.link.is_profile):
            parts.append(label)
    if not parts:
        parts.append(own_source(status.profile))
    return countdown.Timed(" › ".join(parts), until)


OWN_SOURCE: Final = {
    Kind.LONG_TERM: "keys",
    Kind.TEMPORARY: "pasted keys",
    Kind.PROCESS: "process",
    Kind.WEB_IDENTITY: "token file",
    Kind.LOGIN: "aws login",
    Kind.INCOMPLETE: "settings only",
}


def own_source(profile: Profile) -> str:
    """Where the session of a profile without a chain comes from."""
    if profile.kind is Kind.TEMPORARY and profile.mfa_session:
        return profile.mfa_session.source
    return OWN_SOURCE.get(profile.kind, "")


def hop_label(hop: Hop) -> str:
    """A hop in a word or two; an SSO session is told from a profile by ``sso``."""
    name = hop.link.name
    if hop.link.kind is Kind.SSO and not hop.link.is_profile:
        host = name.removeprefix("https://").removesuffix("/").removesuffix("/start")
        return f"sso {host.removesuffix('.awsapps.com')}"
    return name


def _hop_clock(hop: Hop, now: float) -> countdown.Timed:
    assert hop.expires_at is not None
    clock = countdown.coarse(hop.expires_at, now)
    if clock.text == "expired" and hop.usable(now):
        # Past its time, but the AWS CLI refreshes it without a browser.
        assert hop.usable_until is not None
        return countdown.Timed("refreshable", hop.usable_until)
    return clock
