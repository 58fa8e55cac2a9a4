"""Two looks at the files → what happened between them.

The feed asks after each look that found something new. The files do not tell which program changed
them; :class:`~awsttl.core.events.ToldEvents` leaves out the changes that an awsttl made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from awsttl.core import events
from awsttl.core.events import Event, What
from awsttl.core.files import CacheEntry, Files, IniFile, Shape
from awsttl.core.model import Snapshot
from awsttl.core.profiles import cache_names

Owners = Mapping[str, tuple[str, ...]]
"""Cache file → the profiles whose session it is."""
Cache = Mapping[str, CacheEntry]

_NAMED: Final = 3
"""How many names stand in one line; the others are counted."""


def changes(
    before: Files, after: Files, owners: Owners, snapshot: Snapshot, at: float
) -> list[Event]:
    """What happened between two looks, as events at the instant *at*.

    A cache or file that the reader did not read again costs nothing; each other costs one
    comparison for each of its entries.
    """
    found: list[Event] = []
    if after.cli_cache is not before.cli_cache:
        found.extend(_sessions(before.cli_cache, after.cli_cache, owners, at))
    if after.sso_cache is not before.sso_cache:
        signed_in = _sso_names(after) | _sso_names(before)
        found.extend(_tokens(before.sso_cache, after.sso_cache, signed_in, at))
    if after.login_cache is not before.login_cache:
        logged_in = _login_names(snapshot)
        found.extend(_tokens(before.login_cache, after.login_cache, logged_in, at))
    for role, old, new in (
        ("config", before.config, after.config),
        ("credentials", before.credentials, after.credentials),
    ):
        if new is not old:
            found.extend(_edits(role, old, new, at))
    return found


def _differing(
    before: Cache, after: Cache
) -> Iterator[tuple[str, CacheEntry | None, CacheEntry | None]]:
    for name, entry in after.items():
        old = before.get(name)
        if old is not entry and (old is None or events.state(old) != events.state(entry)):
            yield name, old, entry
    for name in before.keys() - after.keys():
        yield name, before[name], None


def _sessions(before: Cache, after: Cache, owners: Owners, at: float) -> Iterator[Event]:
    for name, old, new in _differing(before, after):
        if Shape.FOREIGN in (new and new.shape, old and old.shape):
            continue
        whose = _listed(owners.get(name, ())) or f"{name[:8]}…json"
        if new is None:
            text = "session removed by another program"
            yield Event(at, What.CHANGED, whose, text, keys=(events.gone(name),))
        elif new.shape is Shape.CORRUPT:
            text = f"cache file {name[:8]}… is corrupt: {new.reason}"
            yield Event(at, What.CHANGED, whose, text, keys=(events.state(new),))
        else:
            text = "new session by another program"
            keys = (events.state(new),)
            yield Event(at, What.CHANGED, whose, text, new.expires_at, keys)


def _tokens(before: Cache, after: Cache, names: Mapping[str, str], at: float) -> Iterator[Event]:
    for name, old, new in _differing(before, after):
        if Shape.FOREIGN in (new and new.shape, old and old.shape):
            continue  # a client registration
        owner = (new and new.owner) or (old and old.owner) or f"{name[:8]}…json"
        whose = names.get(name, owner)
        if new is None:
            text = "signed out by another program"
            yield Event(at, What.CHANGED, whose, text, keys=(events.gone(name),))
        elif new.shape is Shape.CORRUPT:
            text = f"token file {name[:8]}… is corrupt: {new.reason}"
            yield Event(at, What.CHANGED, whose, text, keys=(events.state(new),))
        else:
            text = "signed in" if old is None else "token renewed"
            keys = (events.state(new),)
            text = f"{text} by another program"
            yield Event(at, What.CHANGED, whose, text, new.expires_at, keys)


def _sso_names(files: Files) -> dict[str, str]:
    return {cache_names.sso_token_name(name): name for name in files.config.sso_sessions}


def _login_names(snapshot: Snapshot) -> dict[str, str]:
    return {
        name: status.name
        for status in snapshot.profiles
        if status.profile.login_session
        for hop in status.hops[1:]
        for name in hop.link.cache_names
    }


def _edits(role: str, old: IniFile, new: IniFile, at: float) -> Iterator[Event]:
    """Which sections of a file were added, changed or removed.

    Which of their keys changed is not told.
    """
    if new.problem != old.problem and new.problem is not None:
        key = f"{role} {new.problem.message}"
        yield Event(at, What.CHANGED, role, new.problem.message, keys=(key,))
    parts = []
    for noun, was, now in (
        ("profile", old.sections, new.sections),
        ("sso-session", old.sso_sessions, new.sso_sessions),
    ):
        if was == now:
            continue
        changed = [name for name in now if name in was and now[name] != was[name]]
        for verb, names in (
            ("added", [name for name in now if name not in was]),
            ("removed", [name for name in was if name not in now]),
            ("changed", changed),
        ):
            if names:
                plural = "s" if len(names) > 1 else ""
                parts.append(f"{noun}{plural} {_listed(names)} {verb}")
    if parts:
        text = "; ".join(parts)
        yield Event(at, What.CHANGED, role, text, keys=(f"{role} {text}",))


def _listed(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
