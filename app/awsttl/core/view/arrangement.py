"""Snapshot + filter + sort + now → which rows there are, in which order, and until when.

The cost of :func:`arrange` grows with the number of profiles, so it runs in the background. What a
row says is in :mod:`~awsttl.core.view.rows`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from awsttl.core import countdown, needing
from awsttl.core.files import EMPTY, CacheEntry
from awsttl.core.model import FOREVER, Orphan, Renewal, Snapshot, State, Status, asked
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.settings import ColumnSet, Settings, Sort
from awsttl.core.view.layout import Wanted
from awsttl.core.view.rows import WORDS, Item, account_id, key, own_source, renews_text

if TYPE_CHECKING:
    from awsttl.core.view.groups import Head

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


class Next(NamedTuple):
    """The session that will need somebody next: whose it is, and when it ends."""

    name: str
    expires_at: float


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
    needing: int = 0
    """How many of the profiles and the environment need somebody: whatever :attr:`View.filter`
    and the hidden ones leave. Those that are fine are counted whether or not they are shown."""
    fine: int = 0
    next: Next | None = None
    """What will need somebody next, of what lives and is not left out."""
    changes_at: float = FOREVER
    """When passing time alone changes the order, the counts or the filter's answer."""
    view: View = View()
    snapshot: Snapshot = Snapshot()
    settings: Settings = Settings()
    heads: tuple[Head, ...] = ()
    """What stands above each group of rows, where they are in the order of their accounts."""
    most_heads: int = 0
    """How many of these there may be, whatever the filter."""
    has_accounts: bool = False
    """Whether the account of any profile is known."""

    @property
    def wanted(self) -> Wanted:
        """What the columns depend on besides the width of the pane."""
        view = self.view
        by_account = view.sort is Sort.ACCOUNT
        chosen = view.column_set or view.columns
        return Wanted(self.longest, self.renews, chosen, by_account, self.has_accounts)

    @property
    def most_lines(self) -> int:
        """How many lines the rows take at most, whatever filter the person types."""
        snapshot = self.snapshot
        environment = snapshot.environment is not None
        return self.total + len(snapshot.orphans) + environment + self.most_heads


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
    """Whether any chain does, with any of its hops."""
    changes_at: float
    """When passing time alone changes the order or a state."""
    apart: tuple[Orphan, ...]
    """The cache entries that have a row of their own."""
    accounts: Mapping[str, str]
    """Account id → name, as far as the order has to do with it."""
    groups: int
    """How many groups there are, if the order has any."""
    has_accounts: bool
    search_texts: list[str]
    """Empty until :meth:`searchable` is called."""

    def searchable(self) -> list[str]:
        """The :func:`search_text` of each profile, in the order of *ranked*.

        The first call makes them, 12 ms for five thousand: no first paint waits for that.
        """
        if not self.search_texts:
            self.search_texts.extend([search_text(status) for status, _, _ in self.ranked])
        return self.search_texts

    def serves(self, snapshot: Snapshot, view: View, now: float) -> bool:
        """Whether a new ranking would be the same."""
        return (
            self.snapshot is snapshot
            and (self.sort, self.threshold, self.keep, self.backwards)
            == (view.sort, view.threshold, view.keep, view.backwards)
            and self.made_at <= now < self.changes_at
        )


def rank(snapshot: Snapshot, view: View, now: float) -> Ranking:
    """The order of all profiles, and when that may change. O(n log n)."""
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
        _account_names(snapshot) if sort is Sort.ACCOUNT else EMPTY,
        _groups(snapshot) if sort is Sort.ACCOUNT else 0,
        any(account_id(status) for status in snapshot.profiles),
        [],
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


def _groups(snapshot: Snapshot) -> int:
    accounts = {account_id(status) for status in snapshot.profiles}
    return len(accounts) if len(accounts) < len(snapshot.profiles) else 0


def _heads(items: Sequence[Item], ranking: Ranking) -> tuple[Head, ...]:
    if ranking.sort is not Sort.ACCOUNT:
        return ()
    from awsttl.core.view import groups  # likewise

    return groups.heads(items, ranking.accounts)


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
    is_all = len(matching) == len(ranking.ranked)
    needing_count = ranking.needing if is_all else sum([needs_you for _, _, needs_you in matching])
    fine = len(matching) - needing_count
    following = _next(matching, now) if ranking.asks_a_person else None
    if view.only_needing:
        matching = [each for each in matching if each[2]]
    items: list[Item] = [status for status, _, _ in matching]
    environment = snapshot.environment
    if environment is not None:
        state, until = countdown.environment_standing(environment, now, view.threshold)
        changes_at = min(changes_at, until)
        lead = (environment.leads_to,) if environment.leads_to else (WORDS[state], "paste")
        said = " ".join(("environment", *lead, *environment.variables))
        needs_you = needing.environment_need(state)
        if _has_words(words, said):
            needing_count += needs_you
            if needs_you or not view.only_needing:
                items.insert(0, environment)
    apart = () if view.only_needing else ranking.apart
    orphans = [
        orphan
        for orphan in apart
        if _has_words(words, f"orphan {orphan.entry.name} {orphan.reason}")
    ]
    corrupt = sum(orphan.entry.expires_at is None for orphan in orphans)
    items.extend(orphans)
    keys = tuple(key(item) for item in items)
    return Arrangement(
        tuple(items),
        keys,
        ranking.counts
        if len(matching) == len(ranking.ranked)
        else Counter(state for _, state, _ in matching),
        {name: place for place, name in enumerate(keys)},
        ranking.longest,
        ranking.renews,
        len(snapshot.profiles),
        len(hidden),
        len(orphans) - corrupt,
        corrupt,
        needing_count,
        fine,
        following,
        changes_at,
        view,
        snapshot,
        heads=_heads(items, ranking),
        most_heads=ranking.groups + bool(ranking.groups and ranking.apart),
        has_accounts=ranking.has_accounts,
    )


def _next(shown: Sequence[Ranked], now: float) -> Next | None:
    """What will need somebody next."""
    found: Next | None = None
    first = FOREVER
    for status, _, needs_you in shown:
        session = status.session
        ends = session.expires_at if session is not None else None
        # Asked last, since it costs most: few sessions end before all that were asked.
        if (
            ends is not None
            and now < ends < first
            and not needs_you
            and needing.needs_at_its_end(status)
        ):
            first, found = ends, Next(status.name, ends)
    return found


def _hidden(snapshot: Snapshot, view: View) -> frozenset[str]:
    """The hidden profiles, without names that no profile has."""
    if not view.hidden:
        return view.hidden
    return frozenset(status.name for status in snapshot.profiles if status.name in view.hidden)


def _matching(
    ranking: Ranking, words: list[str], now: float, left_out: frozenset[str]
) -> tuple[Sequence[Ranked], float]:
    """The profiles that have all the words and are not left out, and until when that is so."""
    changes_at, ranked = ranking.changes_at, ranking.ranked
    if not words:
        if not left_out:
            return ranked, changes_at
        return [each for each in ranked if each[0].name not in left_out], changes_at
    # What a renewal asks changes with time and costs much to find out: only where a word of the
    # filter may be about it.
    asks_renewal = any(word in _ALL_NEEDS or "+" in word for word in words)
    found = []
    for each, fixed_text in zip(ranked, ranking.searchable(), strict=True):
        status, state, _ = each
        if status.name in left_out:
            continue
        text = f"{fixed_text} {WORDS[state]}"
        if asks_renewal:
            needs, needs_until = countdown.needs(status, now)
            changes_at = min(changes_at, needs_until)
            text = f"{text} {renews_text(needs)}"
        if all(word in text for word in words):
            found.append(each)
    return found, changes_at


_ALL_NEEDS: Final = " ".join([renews_text([need]) for need in Renewal])
"""Every word that RENEWS may show, by which a filter may be about it."""


def _has_words(words: list[str], search_text: str) -> bool:
    search_text = search_text.lower()
    return all(word in search_text for word in words)


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
    needs_you: bool,  # noqa: FBT001
) -> tuple[object, ...]:
    """By urgency, what needs somebody stands before what goes on by itself."""
    profile, session = status.profile, status.session
    name = profile.name.casefold()
    if sort is Sort.NAME:
        return (name,)
    if sort is Sort.ACCOUNT:
        account = account_id(status)
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
