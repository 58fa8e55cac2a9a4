"""Clears cache entries, and brings the last clearing back.

Other tools keep files in the same folders, so only recognised files are deleted: an entry of
``cli/cache`` by its name *and* its content, or a corrupt file that has the name of a profile's
entry.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from awsttl.core.files import CacheEntry, Shape
from awsttl.core.model import Orphan, Snapshot, Status
from awsttl.core.profiles.cache_names import is_cache_name
from awsttl.core.profiles.kinds import cache_of
from awsttl.core.secret import Secret
from awsttl.disk import plain_files, whole_files
from awsttl.disk.locations import Locations
from awsttl.disk.plain_files import MOST_BYTES


@dataclass(frozen=True, slots=True)
class Cleared:
    """A clearing that can be undone. It is kept in memory only."""

    paths: tuple[str, ...] = ()
    """The files that are gone."""
    contents: tuple[tuple[str, Secret], ...] = ()
    """Path and content of each file; the content is text in Latin-1, which keeps every byte."""
    failures: tuple[str, ...] = ()
    """One line for each file that could not be removed."""


def entries_of(status: Status) -> tuple[CacheEntry, ...]:
    """The cache entries of the profile itself, which are cleared with it.

    The sessions behind it (an SSO token, a source role) may serve other profiles, and stay.
    """
    entry = status.hops[0].entry if status.hops else None
    return (entry,) if entry else ()


def chain_paths(status: Status, locations: Locations) -> tuple[str, ...]:
    """Every cache file that renewing the profile may write, the profile's own first."""
    found: list[str] = []
    for hop in status.hops:
        folder = locations.folder(cache_of(hop.link))
        found.extend(os.path.join(folder, name) for name in hop.link.cache_names)
    return tuple(found)


def clearable_orphan(snapshot: Snapshot, orphan: Orphan) -> tuple[CacheEntry, ...]:
    """The orphan's entry, if it is recognised: a session, or a profile's corrupt file."""
    return tuple(entry for entry in clearable(snapshot) if entry.path == orphan.entry.path)


def clearable(snapshot: Snapshot) -> tuple[CacheEntry, ...]:
    """All recognised files of ``cli/cache``, those of profiles and those of none."""
    found: dict[str, CacheEntry] = {}
    for status in snapshot.profiles:
        for hop in status.hops:
            if hop.entry and hop.link.is_profile:
                found[hop.entry.path] = hop.entry
    for orphan in snapshot.orphans:
        if orphan.entry.shape in (Shape.ROLE, Shape.SSO_ROLE):
            found[orphan.entry.path] = orphan.entry
    return tuple(found.values())


def clear(entries: Iterable[CacheEntry]) -> Cleared:
    """Remove these files. A file that is gone already is no failure."""
    paths: list[str] = []
    contents: list[tuple[str, Secret]] = []
    failures: list[str] = []
    for entry in entries:
        path = Path(entry.path)
        if not is_cache_name(path.name):
            failures.append(f"{path.name} is not a cache entry")
            continue
        try:
            if path.stat().st_size > MOST_BYTES:  # it could not be kept in memory
                failures.append(f"{path.name[:8]}… stays: too large to bring back")
                continue
            body = _read_if_possible(path)
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            failures.append(f"{path.name[:8]}… stays: {error.strerror}")
            continue
        paths.append(entry.path)
        if body is not None:
            contents.append((entry.path, Secret(body.decode("latin-1"))))
    return Cleared(tuple(paths), tuple(contents), tuple(failures))


def _read_if_possible(path: Path) -> bytes | None:
    """The content; ``None`` of a file that may be removed but not read, so never brought back."""
    try:
        return plain_files.read(path)
    except PermissionError:
        return None


def restore(cleared: Cleared) -> tuple[int, tuple[str, ...]]:
    """Bring the files back, with mode 0600. Returns how many, and a line for each other one.

    Where a file exists again, it is newer than the cleared one and is left alone.
    """
    restored = 0
    kept: list[str] = []
    for path, content in cleared.contents:
        try:
            whole_files.write_new(path, content.reveal().encode("latin-1"))
        except FileExistsError:
            kept.append(f"{Path(path).name[:8]}… has a newer session and is left alone")
        except OSError as error:
            kept.append(f"{Path(path).name[:8]}… cannot be written: {error.strerror}")
        else:
            restored += 1
    return restored, tuple(kept)


def missing(cleared: Cleared) -> Cleared | None:
    """The part of a clearing that is still to be brought back; ``None`` if there is none."""
    left = tuple(pair for pair in cleared.contents if not os.path.lexists(pair[0]))
    return Cleared(tuple(path for path, _ in left), left) if left else None
