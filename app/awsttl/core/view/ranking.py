"""The order of all profiles, before any filter, and what the person asked to see.

The cost of :func:`rank` grows with the number of profiles, so it runs in the background; it is kept
while the person types a filter.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from awsttl.core import countdown, needing
from awsttl.core.files import EMPTY, CacheEntry
from awsttl.core.model import FOREVER, Orphan, Renewal, Snapshot, State, Status, asked
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.settings import ColumnSet, Sort
from awsttl.core.view.rows import account_id, own_source, renews_text

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
    keep: frozenset[str] = frozenset()
    """Profiles that are kept alive."""
    only_needing: bool = False
    """Whether to show only what needs somebody."""
    backwards: bool = False
    """Whether the order is turned round."""
    columns: ColumnSet | tuple[str, ...] = ColumnSet.ALL
    """The columns that the settings ask for."""
    column_set: ColumnSet | None = None
    """The set that a key asked for instead."""

    @property
    def left_out(self) -> frozenset[str]:
        """The profiles that are not shown, and that actions on many profiles leave alone."""
        return frozenset() if self.shows_hidden else self.hidden


Ranked = tuple[Status, State, bool]
"""A profile at its place, its state, and whether it needs somebody. Named tuples would take a
millisecond more for five thousand profiles."""


class Ranking(NamedTuple):
    """All profiles of a snapshot in order, before any filter.

    It is kept while the person types a filter, so that no keystroke sorts again.
    """

    snapshot: Snapshot
    sort: Sort
    threshold: float
    keep: frozenset[str]
    backwards: bool
    made_at: float
    ranked: tuple[Ranked, ...]
    counts: Mapping[State, int]
    needing: int
    longest: int
    renews: int
    """Characters of the longest text for what a renewal asks when no hop can be reused."""
    asks_a_person: bool
    """Whether any hop of any chain may ask a person for something."""
    changes_at: float
    """When passing time alone changes the order or a state."""
    apart: tuple[Orphan, ...]
    """The cache entries that have a row of their own."""
    accounts: Mapping[str, str]
    """Account id → name, as far as the order has to do with it."""
    groups: int
    """How many accounts there are, if the order is theirs and one of them has two profiles."""
    has_accounts: bool
    search_texts: dict[str, str]
    """Empty until :meth:`searchable` is called. All rankings of a snapshot share them."""

    def searchable(self) -> Mapping[str, str]:
        """Profile → its :func:`search_text`.

        The first call makes them, 12 ms for five thousand: no first paint waits for that.
        """
        if not self.search_texts:
            self.search_texts.update(
                [(status.profile.name, search_text(status)) for status, _, _ in self.ranked]
            )
        return self.search_texts

    def serves(self, snapshot: Snapshot, view: View, now: float) -> bool:
        """Whether a new ranking would be the same."""
        return (
            self.snapshot is snapshot
            and (self.sort, self.threshold, self.keep, self.backwards)
            == (view.sort, view.threshold, view.keep, view.backwards)
            and self.made_at <= now < self.changes_at
        )


def rank(snapshot: Snapshot, view: View, now: float, before: Ranking | None = None) -> Ranking:
    """The order of all profiles, and when that may change. O(n log n).

    *before* is the ranking until now: another order of the same snapshot has the same texts.
    """
    changes = [FOREVER]
    places: list[tuple[object, ...]] = []
    ranked: list[Ranked] = []
    sort, threshold, keep = view.sort, view.threshold, view.keep
    for index, status in enumerate(snapshot.profiles):
        state, until = countdown.standing(status, now, threshold)
        needs_you, need_until = needing.need(status, state, now, keep)
        changes += (until, need_until)
        if state is State.EXPIRED:
            changes.append(_stale_at(status, now))
        ranked.append((status, state, needs_you))
        # Names may differ in case alone: the index keeps the order of the files then.
        places.append((*_place(status, state, now, sort, needs_you), index))
    places.sort(reverse=view.backwards)
    groups = 0
    if sort is Sort.ACCOUNT:
        found = len({place[1] for place in places})
        groups = found if found < len(places) else 0
    combinations = _combinations(snapshot)
    in_order = tuple([ranked[place[-1]] for place in places])  # type: ignore[call-overload]  # the index is last in each place
    return Ranking(
        snapshot,
        sort,
        threshold,
        keep,
        view.backwards,
        now,
        in_order,
        Counter([state for _, state, _ in ranked]),
        sum([needs_you for _, _, needs_you in ranked]),
        max([len(status.profile.name) for status in snapshot.profiles], default=0),
        max([len(renews_text(asked(needs))) for needs in combinations], default=0),
        any(not needing.OF_A_PERSON.isdisjoint(needs) for needs in combinations),
        min(changes),
        _apart(snapshot),
        _account_names(snapshot) if groups else EMPTY,
        groups,
        any(account_id(status) for status in snapshot.profiles),
        before.search_texts if before is not None and before.snapshot is snapshot else {},
    )


def search_text(status: Status) -> str:
    """Every word of a row that does not change with time, in lower case, for the filter."""
    profile, hops = status.profile, status.hops
    words = (
        profile.name,
        profile.kind,
        account_id(status),
        profile.account_name,
        profile.role,
        profile.region,
        *[hop.link.name for hop in hops],
        *[problem.message for problem in status.problems],
        own_source(profile) if len(hops) == 1 else "",
    )
    return " ".join(words).lower()


def _account_names(snapshot: Snapshot) -> Mapping[str, str]:
    from awsttl.core.profiles import accounts  # only where the rows are in their order

    return accounts.names([status.profile for status in snapshot.profiles])


def _combinations(snapshot: Snapshot) -> set[tuple[Renewal, ...]]:
    """What the hops of each chain ask: thousands of chains ask one of a few combinations."""
    return {tuple([link.needs for link in p.profile.links]) for p in snapshot.profiles}


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


# What lives is in the order of its end alone: an AWS CLI that no longer reuses a session makes it
# expiring 15 minutes before, while others may be valid for less.
_ORDER: Final = {
    State.BROKEN: -1,
    State.EXPIRED: 0,
    State.EXPIRING: 1,
    State.VALID: 1,
    State.UNKNOWN: 3,
    State.NONE: 4,
    State.LONG_TERM: 6,
}
_STALE_ORDER: Final = 5


def _place(
    status: Status,
    state: State,
    now: float,
    sort: Sort,
    needs_you: bool,  # noqa: FBT001 (one caller, for each profile)
) -> tuple[object, ...]:
    """By urgency, what needs somebody stands before what goes on by itself."""
    profile, session = status.profile, status.session
    name = profile.name.casefold()
    if sort is Sort.NAME:
        return (name,)
    if sort is Sort.ACCOUNT:
        account = profile.account_id or account_id(status)
        return (not account, account, name)
    ends = (session.expires_at if session else countdown.lapsed_at(status)) or math.inf
    if state is not State.EXPIRED:
        return (not needs_you, _ORDER[state], ends, name)
    # Of what has ended, the latest first: the person was probably just working with it.
    order = _STALE_ORDER if now - ends >= STALE else _ORDER[state]
    return (not needs_you, order, -ends, name)


def _stale_at(status: Status, now: float) -> float:
    ended = countdown.expires_at(status) or countdown.lapsed_at(status)
    return countdown.earliest([ended + STALE] if ended is not None else [], now)
