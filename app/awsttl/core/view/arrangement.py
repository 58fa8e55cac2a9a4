"""Snapshot + filter + sort + now → which rows there are, in which order, and until when.

The cost of :func:`arrange` grows with the number of profiles, so it runs in the background. What a
row says is in :mod:`~awsttl.core.view.rows`, and in which order they stand in
:mod:`~awsttl.core.view.ranking`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from awsttl.core import countdown, needing
from awsttl.core.files import EMPTY
from awsttl.core.model import FOREVER, Environment, Orphan, Renewal, Snapshot, State, Status
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.settings import Settings, Sort
from awsttl.core.view.layout import Wanted
from awsttl.core.view.ranking import Ranked, Ranking, View, rank
from awsttl.core.view.rows import WORDS, Item, key, renews_text

if TYPE_CHECKING:
    from awsttl.core.view.groups import Head


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

    @property
    def best(self) -> tuple[int, bool]:
        """The place of the row that the filter's words mean most likely, and whether they name it.

        The profile of that name, else the first whose name begins with them, else the first whose
        name has them all, else the first row. O(n).
        """
        said = self.view.filter.strip().lower()
        words = said.split()
        begins, has = len(self.items), len(self.items)
        for place, item in enumerate(self.items):
            if not isinstance(item, Status):
                continue
            name = item.name.lower()
            if name == said:
                return place, True
            if begins > place and name.startswith(said):
                begins = place
            elif has > place and all(word in name for word in words):
                has = place
        found = begins if begins < len(self.items) else has
        return (found if found < len(self.items) else 0), False


def _heads(
    ranking: Ranking, matching: Sequence[Ranked], before: int, orphans: int
) -> tuple[Head, ...]:
    if not ranking.groups:
        return ()
    from awsttl.core.view import groups  # only where the rows are in the order of their accounts

    return groups.heads(matching, ranking.accounts, before, orphans)


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
        needs_you = needing.environment_need(state)
        if _has_words(words, _environment_text(environment, state)):
            needing_count += needs_you
            if needs_you or not view.only_needing:
                items.insert(0, environment)
    orphans = [] if view.only_needing else _orphans(ranking, words)
    corrupt = sum(orphan.entry.expires_at is None for orphan in orphans)
    items.extend(orphans)
    keys = tuple(key(item) for item in items)
    return Arrangement(
        tuple(items),
        keys,
        _counts(ranking, matching),
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
        heads=_heads(ranking, matching, len(items) - len(matching) - len(orphans), len(orphans)),
        most_heads=ranking.groups + bool(ranking.groups and ranking.apart),
        has_accounts=ranking.has_accounts,
    )


def _environment_text(environment: Environment, state: State) -> str:
    """The words by which a filter finds the row of the environment's session."""
    lead = (environment.leads_to,) if environment.leads_to else (WORDS[state], "paste")
    return " ".join(("environment", *lead, *environment.variables))


def _orphans(ranking: Ranking, words: list[str]) -> list[Orphan]:
    """The cache entries with a row of their own that have all the words of the filter."""
    return [
        orphan
        for orphan in ranking.apart
        if _has_words(words, f"orphan {orphan.entry.name} {orphan.reason}")
    ]


def _counts(ranking: Ranking, shown: Sequence[Ranked]) -> Mapping[State, int]:
    """How many of the profiles that are shown are in each state."""
    if len(shown) == len(ranking.ranked):
        return ranking.counts
    return Counter(state for _, state, _ in shown)


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
    fixed_texts = ranking.searchable()
    for each in ranked:
        status, state, _ = each
        name = status.profile.name
        if name in left_out:
            continue
        text = f"{fixed_texts[name]} {WORDS[state]}"
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
