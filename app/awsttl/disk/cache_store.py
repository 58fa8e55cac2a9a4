"""Clears cache entries, brings the last clearing back, and writes files.

Other tools keep files in the same folders, so only recognised files are deleted: an entry of
``cli/cache`` by its name *and* its content, or a corrupt file that has the name of a profile's
entry.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import re
import stat
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from awsttl.core.model import CacheEntry, Orphan, Secret, Shape, Snapshot, Status
from awsttl.core.profiles.cache_names import is_cache_name
from awsttl.core.profiles.kinds import cache_of
from awsttl.disk.locations import Locations
from awsttl.disk.reader import MOST_BYTES

_TEMPORARY: Final = ".awsttl-"
_LEFT_OVER: Final = re.compile(r"\.awsttl-(?:(?P<writer>[0-9]{1,10})-)?[a-z0-9_]{8}\.tmp")
_LONG_AGO: Final = 60.0
"""Seconds after which no program is still writing a temporary file."""
_MOMENT: Final = 2.0
"""Seconds for which a temporary file is left alone even if its writer is not to be found: the
writer may run in another container that shares this home."""

_swept: dict[str, float] = {}
"""Folder → monotonic seconds of its last sweep."""


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
        return path.read_bytes()
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
            write_new(path, content.reveal().encode("latin-1"))
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


def write_new(path: str, body: bytes) -> None:
    """Write a file that is not there yet, whole or not at all, with mode 0600.

    Raises ``FileExistsError`` when another program was first.
    """
    target = Path(path)
    _make_folder(target.parent)
    temporary = _write_temporary(target, body)
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # No hard links on this file system. Another program could write between these two steps.
        if target.exists():
            raise FileExistsError(path) from None
        temporary.replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def replace(path: str, body: bytes, ready: Callable[[Path], None] | None = None) -> None:
    """Write a file, whole or not at all, with mode 0600; an older one is replaced.

    *ready* is called with the finished temporary file just before it is renamed. What it raises
    keeps the older file in its place.
    """
    target = Path(path)
    _make_folder(target.parent)
    temporary = _write_temporary(target, body)
    try:
        if ready is not None:
            ready(temporary)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def sweep(folder: str, at_most_every: float = 0.0) -> None:
    """Remove the temporary files of awsttl processes that were killed: they hold sessions.

    That is a file whose process is gone, or that is older than a minute. With *at_most_every*, in
    seconds, nothing is done where this folder was swept so short a time ago. Never raises.
    """
    now = time.monotonic()
    if now - _swept.get(folder, -math.inf) < at_most_every:
        return
    _swept[folder] = now
    with contextlib.suppress(OSError), os.scandir(folder) as listing:
        for item in listing:
            # There may be thousands of other files, so a file's name is checked before its times.
            if item.name.startswith(_TEMPORARY) and (found := _LEFT_OVER.fullmatch(item.name)):
                with contextlib.suppress(OSError):
                    if _is_left_over(item, found["writer"]):
                        os.unlink(item.path)


def _is_left_over(item: os.DirEntry[str], writer: str | None) -> bool:
    status = item.stat(follow_symlinks=False)
    # Positive also where the clock was set back and the file's time lies ahead.
    age = abs(time.time() - status.st_mtime)
    if not stat.S_ISREG(status.st_mode) or age < _MOMENT:
        return False
    return age > _LONG_AGO or (writer is not None and not _is_running(int(writer)))


def _is_running(pid: int) -> bool:
    if os.name == "nt":
        return True  # on Windows os.kill would end the process, so age alone decides
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except FileExistsError:
        # A file has the folder's name. FileExistsError would mean a newer session to the caller.
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), folder) from None


def _write_temporary(target: Path, body: bytes) -> Path:
    # mkstemp creates with mode 0600. The name is no cache entry's and has the process's number.
    prefix = f"{_TEMPORARY}{os.getpid()}-"
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=prefix, suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
