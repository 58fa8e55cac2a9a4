"""Snapshot + filter + sort + now → which rows there are, in which order, and until when.

The cost of :func:`arrange` grows with the number of profiles, so it runs in the background. What a
row says is in :mod:`~awsttl.core.view.rows`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from awsttl.core import countdown
from awsttl.core.model import (
    EMPTY,
    FOREVER,
    CacheEntry,
    Orphan,
    Renewal,
    Snapshot,
    State,
    Status,
    asked,
)
from awsttl.core.settings import Settings, Sort
from awsttl.core.view.rows import WORDS, Item, key, renews_text

STALE: Final = 12 * countdown.HOUR
"""Seconds after its end from which an expired session stands below those that are valid."""


class View(NamedTuple):
    """What the person asked to see."""

    filter: str = ""
    sort: Sort = Sort.URGENCY
    threshold: float = countdown.THRESHOLD
    hidden: frozenset[str] = frozenset()
    """Profiles that are left out, unless *shows_hidden*."""
    shows_hidden: bool = False

    @property
    def left_out(self) -> frozenset[str]:
        """The profiles that are not shown, and that actions on many profiles leave alone."""
        return frozenset() if self.shows_hidden else self.hidden


class Arrangement(NamedTuple):
    """The rows to show, in order, and the counts for the header."""

    items: tuple[Item, ...] = ()
    keys: tuple[str, ...] = ()
    """A name for each item, which stays the same when the order changes."""
    counts: Mapping[State, int] = EMPTY
    """How many of the profiles that are shown are in each state. Where the first rows come ahead of
    the rest, the counts are of all that will be shown."""
    places: Mapping[str, int] = EMPTY
    """Key → place in ``items``."""
    longest: int = 0
    """Characters of the longest profile name, of all, whatever the filter."""
    renews: int = 0
    """Characters of the longest text that a profile's renewal may come to show."""
    total: int = 0
    """How many profiles there are, shown or not."""
    hidden: int = 0
    """How many of all profiles are hidden ones, whether or not these are shown."""
    orphans: int = 0
    """How many of the rows are cache entries of no profile."""
    corrupt: int = 0
    """How many of the rows are corrupt cache entries."""
    changes_at: float = FOREVER
    """When passing time alone changes the order, the counts or the filter's answer."""
    view: View = View()
    snapshot: Snapshot = Snapshot()
    settings: Settings = Settings()


class Ranking(NamedTuple):
    """All profiles of a snapshot in order, before any filter.

    It is kept while the person types a filter, so that no keystroke sorts again.
    """

    snapshot: Snapshot
    sort: Sort
    threshold: float
    made_at: float
    statuses: tuple[tuple[Status, State], ...]
    counts: Mapping[State, int]
    longest: int
    renews: int
    changes_at: float
    """When passing time alone changes the order or a state."""
    apart: tuple[Orphan, ...] = ()
    """The cache entries that have a row of their own."""

    def serves(self, snapshot: Snapshot, view: View, now: float) -> bool:
        """Whether a new ranking would be the same."""
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
    return Ranking(
        snapshot,
        view.sort,
        view.threshold,
        now,
        tuple((status, state) for _, status, state in ranked),
        counts,
        max((len(status.name) for status in snapshot.profiles), default=0),
        _longest_needs(snapshot),
        changes_at,
        _apart(snapshot),
    )


def _longest_needs(snapshot: Snapshot) -> int:
    """Characters of the longest text for what a renewal asks when no hop can be reused."""
    # Thousands of chains need one of a few combinations.
    combinations = {tuple([link.needs for link in p.profile.links]) for p in snapshot.profiles}
    return max((len(renews_text(asked(needs))) for needs in combinations), default=0)


def _apart(snapshot: Snapshot) -> tuple[Orphan, ...]:
    """The orphans without the damaged files of which the row of a profile tells.

    Renewing or clearing it there mends that.
    """
    if all(orphan.entry.expires_at is not None for orphan in snapshot.orphans):
        return snapshot.orphans
    told = {entry.path for status in snapshot.profiles for entry in _told_by(status)}
    return tuple(orphan for orphan in snapshot.orphans if orphan.entry.path not in told)


def _told_by(status: Status) -> Iterator[CacheEntry]:
    """The damaged file that a row tells of: its own, or the token of its sign-in."""
    broken = status.broken
    if broken is not None and broken.code == "cache-corrupt":
        hop = next(hop for hop in status.hops if hop.damaged)
        if hop.entry and (hop is status.hops[0] or not hop.link.is_profile):
            yield hop.entry


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
    matching, changes_at = _matching(ranking, words, now, left_out)
    items: list[Item] = [status for status, _ in matching]
    environment = snapshot.environment
    if environment is not None:
        state, until = countdown.environment_standing(environment, now, view.threshold)
        changes_at = min(changes_at, until)
        said = " ".join(("environment", WORDS[state], "paste", *environment.variables))
        if _has_words(words, said):
            items.insert(0, environment)
    orphans = [
        orphan
        for orphan in ranking.apart
        if _has_words(words, f"orphan {orphan.entry.name} {orphan.reason}")
    ]
    corrupt = sum(orphan.entry.expires_at is None for orphan in orphans)
    items.extend(orphans)
    keys = tuple(key(item) for item in items)
    return Arrangement(
        tuple(items),
        keys,
        ranking.counts
        if len(matching) == len(ranking.statuses)
        else Counter(state for _, state in matching),
        {name: place for place, name in enumerate(keys)},
        ranking.longest,
        ranking.renews,
        len(snapshot.profiles),
        len(hidden),
        len(orphans) - corrupt,
        corrupt,
        changes_at,
        view,
        snapshot,
    )


def _hidden(snapshot: Snapshot, view: View) -> frozenset[str]:
    """The hidden profiles, without names that no profile has."""
    if not view.hidden:
        return view.hidden
    return frozenset(status.name for status in snapshot.profiles if status.name in view.hidden)


def _matching(
    ranking: Ranking, words: list[str], now: float, left_out: frozenset[str]
) -> tuple[Sequence[tuple[Status, State]], float]:
    """The profiles that have all the words and are not left out, and until when that is so."""
    changes_at, ranked = ranking.changes_at, ranking.statuses
    if not words:
        left = [each for each in ranked if each[0].name not in left_out] if left_out else ranked
        return left, changes_at
    # What a renewal asks changes with time and costs much to find out: only where a word of the
    # filter may be about it.
    asks_renewal = any(word in _ALL_NEEDS or "+" in word for word in words)
    found = []
    for status, state in ranking.statuses:
        if status.name in left_out:
            continue
        search_text = f"{status.search_text} {WORDS[state]}"
        if asks_renewal:
            needs, needs_until = countdown.needs(status, now)
            changes_at = min(changes_at, needs_until)
            search_text = f"{search_text} {renews_text(needs)}"
        if all(word in search_text for word in words):
            found.append((status, state))
    return found, changes_at


_ALL_NEEDS: Final = " ".join(Renewal)
"""Every word that RENEWS may show, by which a filter may be about it."""


def _has_words(words: list[str], search_text: str) -> bool:
    search_text = search_text.lower()
    return all(word in search_text for word in words)


# What lives is in the order of its end alone: an AWS CLI that no longer reuses a session makes it
# expiring 15 minutes before, while others may be valid for less.
_ORDER: Final = {
    State.EXPIRED: 0,
    State.EXPIRING: 1,
    State.VALID: 1,
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
    # Of what has ended, the latest first: the person was probably just working with it.
    return (_STALE_ORDER if now - ends >= STALE else _ORDER[state], -ends, name)


def _stale_at(status: Status, now: float) -> float:
    ended = countdown.expires_at(status) or countdown.lapsed_at(status)
    return countdown.earliest([ended + STALE] if ended is not None else [], now)
