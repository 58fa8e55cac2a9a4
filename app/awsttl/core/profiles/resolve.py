"""Files as read + environment → Snapshot.

There are two steps, because their inputs change at different times: profiles come from config and
credentials and are kept while these stay the same; sessions come from the caches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from awsttl.core.files import EMPTY, CacheEntry, Files, Held, Shape
from awsttl.core.model import (
    FOREVER,
    REUSE_MARGIN,
    Environment,
    Hop,
    Link,
    Orphan,
    Parent,
    Profile,
    Session,
    Snapshot,
    Status,
)
from awsttl.core.profiles.cache_names import key_fingerprint, text_of
from awsttl.core.profiles.chains import profiles
from awsttl.core.profiles.environment import Place
from awsttl.core.profiles.kinds import FACTS, SignIn, cache_of, has_clock, merge, sign_in_of
from awsttl.core.remedies import Act, Problem, Remedy


class Resolver:
    """Makes snapshots, and remembers the profiles while their files stay the same.

    With *only*, snapshots of one profile, which know nothing of the others. *places* says what
    each ``credential_source`` has to give (``environment.credential_sources``).
    """

    def __init__(self, only: str | None = None, places: Mapping[str, Place] = EMPTY) -> None:
        self._only, self._places = only, places
        self._made_from: tuple[object, ...] = ()
        self._profiles: tuple[Profile, ...] = ()
        self._owners: Mapping[str, tuple[str, ...]] = {}

    @property
    def owners(self) -> Mapping[str, tuple[str, ...]]:
        """Cache file → the profiles whose session it is, as of the last snapshot."""
        return self._owners

    def profiles(self, files: Files) -> tuple[Profile, ...]:
        """What the settings in these files say, without a look at the caches."""
        made_from = (files.config, files.credentials, files.web_tokens)
        if len(self._made_from) != 3 or any(
            old is not new for old, new in zip(self._made_from, made_from, strict=True)
        ):
            settings = merge(files.config, files.credentials, files.web_tokens, self._places)
            self._profiles = profiles(settings, self._only)
            self._owners = _owners(self._profiles)
            self._made_from = made_from
        return self._profiles

    def snapshot(self, files: Files, environment: Environment | None = None) -> Snapshot:
        """What these files say. Costs O(profiles), and parses nothing."""
        used: set[str] = set()
        hops: dict[int, _Known] = {}
        statuses = tuple(
            self._status(profile, files, used, hops) for profile in self.profiles(files)
        )
        misread = (*files.config.misread, *files.credentials.misread)
        problems = (
            files.config.problem,
            files.credentials.problem,
            *(passage.problem for passage in misread if passage.matters),
            *files.problems,
        )
        return Snapshot(
            statuses,
            environment and environment._replace(session_of=_whose(environment, statuses, files)),
            tuple(_orphans(files, used)),
            tuple(problem for problem in problems if problem),
            misread,
        )

    def _status(
        self, profile: Profile, files: Files, used: set[str], known: dict[int, _Known]
    ) -> Status:
        """*known* are the hops of this snapshot, by link: chains share most of theirs."""
        found, is_faulty = [], False
        for link in profile.links:
            hop, has_fault = known.get(id(link)) or _look_up(link, files, used, known)
            found.append(hop)
            is_faulty = is_faulty or has_fault
        hops = tuple(found)
        own = hops[0]
        session = _session(profile, hops, files.held)
        problems = profile.problems
        if is_faulty or profile.name in files.outdated:
            problems = (*problems, *_faults(profile, hops), *_outdated(profile, files))
        shared: tuple[str, ...] = ()
        if own.link.cache_names:
            owners = self._owners[own.link.cache_names[0]]
            if len(owners) > 1:
                shared = tuple(name for name in owners if name != profile.name)
        return Status(profile, session, hops, _parent(hops), shared, problems)


def snapshot(files: Files, environment: Environment | None = None) -> Snapshot:
    """A single snapshot, for a command that looks once."""
    return Resolver().snapshot(files, environment)


def _owners(known: tuple[Profile, ...]) -> Mapping[str, tuple[str, ...]]:
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for profile in known:
        for name in profile.links[0].cache_names:
            owners[name].append(profile.name)
    return {name: tuple(names) for name, names in owners.items()}


_Known = tuple[Hop, bool]
"""A hop, and whether there may be something to say of it."""


def _look_up(link: Link, files: Files, used: set[str], known: dict[int, _Known]) -> _Known:
    hop = _hop(link, files, used)
    found = known[id(link)] = (hop, _is_faulty(hop))
    return found


def _hop(link: Link, files: Files, used: set[str]) -> Hop:
    if not link.cache_names:
        # Keys of unknown end are used until AWS refuses them.
        until = FOREVER if link.expires_at is None else link.expires_at
        return Hop(link, None, link.expires_at, until if FACTS[link.kind].is_at_hand else None)
    used.update(link.cache_names)
    cache = files.entries(cache_of(link))
    by_name: tuple[CacheEntry | None, ...] = ()
    if len(link.cache_names) == 1:
        entry = cache.get(link.cache_names[0])
    else:
        by_name = tuple(cache.get(name) for name in link.cache_names)
        entry = _entry(by_name)
    if entry and entry.refreshable and not link.refreshes:
        entry = entry._replace(refreshable=False, refreshable_until=None)
    if entry is None or entry.expires_at is None:
        return Hop(link, entry, by_name=by_name)
    return Hop(link, entry, entry.expires_at, usable_until(entry), by_name)


def _entry(by_name: tuple[CacheEntry | None, ...]) -> CacheEntry | None:
    """The entry of a hop; where its file may have several names, the one that ends last.

    A corrupt file under the first name hides all others, as it does for the AWS CLI.
    """
    best: CacheEntry | None = None
    for entry in by_name:
        if entry is None:
            continue
        if entry.expires_at is None:
            return entry
        if best is None or (best.expires_at or 0) < entry.expires_at:
            best = entry
    return best


_TOKENS: Final = frozenset({Shape.SSO_TOKEN, Shape.LOGIN_TOKEN})


def usable_until(entry: CacheEntry) -> float | None:
    """Until when the AWS CLI uses an entry as it is, or refreshes it without a question."""
    if entry.expires_at is None:
        return None
    if entry.shape not in _TOKENS:
        return entry.expires_at - REUSE_MARGIN
    match entry.shape:
        case Shape.SSO_TOKEN if entry.refreshable:
            return max(entry.expires_at, entry.refreshable_until or 0.0)
        case Shape.LOGIN_TOKEN if entry.refreshable:
            return FOREVER
        case _:
            return entry.expires_at


def _session(profile: Profile, hops: tuple[Hop, ...], held: Mapping[str, Held]) -> Session | None:
    own, facts = hops[0], FACTS[profile.kind]
    if facts.runs_process:
        got = held.get(profile.name)
        if got is None or got.process != profile.process:
            return None
        return Session(got.expires_at, held=got)
    if facts.is_temporary:
        return Session(own.link.expires_at)
    if facts.sign_in and facts.sign_in.is_session and len(hops) > 1:
        token = hops[1]
        if token.expires_at is None:
            return None
        reuse_until = token.expires_at - facts.sign_in.refresh_margin
        return Session(token.expires_at, reuse_until, token.entry)
    if own.expires_at is None:
        return None
    return Session(own.expires_at, own.usable_until, own.entry)


def _parent(hops: tuple[Hop, ...]) -> Parent | None:
    sign_in = FACTS[hops[0].link.kind].sign_in
    if sign_in and sign_in.is_session:
        return None
    for hop in hops[1:]:
        if has_clock(hop.link):
            refreshable = hop.entry.refreshable if hop.entry else False
            return Parent(hop.link.kind, hop.link.name, hop.expires_at, refreshable)
    return None


def _is_faulty(hop: Hop) -> bool:
    """Whether there may be something to say of a hop."""
    link = hop.link
    return hop.damaged or link.fault is not None or (link.at_once and hop.expires_at is None)


def _faults(profile: Profile, hops: tuple[Hop, ...]) -> Iterator[Problem]:
    """What is wrong along a chain besides its settings: cache files over which the AWS CLI fails.

    It looks behind a hop only when that hop has no session: as long as it has one, a damaged file
    behind it blocks nothing. The exception is a login, which it reads at once.
    """
    blocks = True
    is_sound = not any(problem.blocks for problem in profile.problems)
    can_renew = is_sound and not any(hop.link.fault for hop in hops)
    for hop in hops:
        if hop.damaged:
            found = damage(hop, profile.name, blocks=blocks or hop.link.at_once)
            # What else is wrong would keep a renewal from replacing it.
            instead = hop.link.fault.fix if hop.link.fault else found.fix.otherwise
            yield found if can_renew or instead is None else found._replace(fix=instead)
        elif (
            hops[0].expires_at is not None
            and hop.link.at_once
            and hop.expires_at is None
            and (sign_in := sign_in_of(hop.link))
        ):
            yield _never_signed_in(profile.name, sign_in)
        if hop.link.fault:
            yield hop.link.fault._replace(blocks=blocks and hop.expires_at is None)
        blocks = blocks and hop.expires_at is None


def _never_signed_in(profile: str, sign_in: SignIn) -> Problem:
    """Why a profile that has a session fails all the same."""
    message = f"not signed in by {sign_in.command} yet, which the AWS CLI looks at first"
    fix = Remedy(act=Act.RENEW, profile=profile, purpose="to sign in")
    return Problem("never-signed-in", message, fix, blocks=True)


def _outdated(profile: Profile, files: Files) -> Iterator[Problem]:
    """Why the end of its keys is not known, although one is recorded."""
    key = files.outdated.get(profile.name)
    if key and FACTS[profile.kind].is_temporary:
        yield Problem(
            "expiry-unknown",
            f"its keys are newer than the end that {key} records: it is that of older keys",
            Remedy(f"remove {key}, or record the new end there"),
        )


def _whose(environment: Environment, statuses: tuple[Status, ...], files: Files) -> tuple[str, ...]:
    """The profiles that have the environment's access key."""
    if not environment.fingerprint:
        return ()
    found = []
    for status in statuses:
        session = status.session
        keys = [session.entry.fingerprint] if session and session.entry else []
        if session and session.held:
            keys.append(key_fingerprint(session.held.access_key_id))
        if status.profile.access_key == environment.access_key:
            # Of keys in a file a profile knows the last four characters only.
            for file in (files.config, files.credentials):
                identifier = text_of(file.sections.get(status.name, EMPTY), "aws_access_key_id")
                keys.append(key_fingerprint(identifier or ""))
        if environment.fingerprint in keys:
            found.append(status.name)
    return tuple(found)


def damage(hop: Hop, profile: str, *, blocks: bool = True) -> Problem:
    """What is wrong with the cache file of a damaged hop in the chain of *profile*."""
    name, entry = hop.link.name, hop.entry
    assert entry is not None
    if sign_in := sign_in_of(hop.link):
        what = f"its {sign_in.label.upper() or sign_in.command} token {entry.name[:8]}…"
        # A sign-in replaces the file; clearing leaves tokens alone.
        fix = Remedy(act=Act.RENEW, profile=profile, purpose="to sign in")
        return Problem("cache-corrupt", f"{what} is corrupt: {entry.reason}", fix, blocks)
    whose = "" if name == profile else f' of "{name}"'
    return Problem(
        "cache-corrupt",
        f"cache file {entry.name[:8]}…{whose} is corrupt: {entry.reason}",
        Remedy(
            act=Act.RENEW,
            profile=profile,
            purpose="to replace it",
            otherwise=Remedy(act=Act.CLEAR, profile=name, purpose="to remove it"),
        ),
        blocks,
    )


def _orphans(files: Files, used: set[str]) -> list[Orphan]:
    """The cache entries of no profile, and all that are corrupt, also those of profiles."""
    found = []
    caches = (files.cli_cache, files.sso_cache, files.login_cache)
    for cache in caches:
        for name, entry in cache.items():
            if entry.shape is Shape.CORRUPT or (entry.shape is Shape.FOREIGN and name in used):
                found.append(Orphan(entry, f"corrupt: {entry.reason}"))
            elif name not in used and entry.shape is not Shape.FOREIGN:
                found.append(Orphan(entry, "no profile has this entry"))
    return sorted(found, key=lambda orphan: orphan.entry.path)
