"""watchdog → one "changed".

Events only say *when* to look; what changed is for the reader to find out. They are not relied
on either: whoever looks also does so every few seconds, because some file systems send none.

Only writing counts. Reading a file makes events too (``opened``, ``closed_no_write``), and a
program that reads because of them never comes to rest; they are masked in the kernel.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

# 60 ms: this module is imported after the first paint.
from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from awsttl.disk.locations import Locations

_EVENTS: Final[list[type[FileSystemEvent]]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]

_QUIET: Final = 3600.0
"""Seconds between two idle turns of watchdog's threads; they are woken by events."""

_TELLING: Final = re.compile(
    r"ext[234]|xfs|btrfs|zfs|f2fs|jfs|reiserfs|bcachefs|ecryptfs|tmpfs|ramfs|overlay"
    r"|vfat|exfat|ntfs3"
)
"""File systems whose every change is made on this machine, where inotify sees it. Others may be
changed elsewhere: nfs, cifs, 9p, fuse and what is not known here."""

Identity = tuple[int, int, int]
"""Device, inode and mode: what may not be listed cannot be watched until its mode is another."""


class Places(NamedTuple):
    """Where the files and caches are, by the paths of :class:`Locations` and by the real ones."""

    files: frozenset[str]
    caches: frozenset[str]
    folders: frozenset[str]
    """Those whose events tell of a change: parents too, since folders come and go."""

    @classmethod
    def of(cls, locations: Locations, more: Sequence[str] = ()) -> Places:
        """The places, and *more* files, as symlinks lead to them now."""
        files = _with_targets((locations.config, locations.credentials, *more))
        caches = _with_targets(locations.caches)
        return cls(files, caches, caches.union(map(os.path.dirname, files | caches)))

    def concern(self, path: str) -> bool:
        """Whether what happened to *path* may change what is read: a file, a folder above it."""
        return (
            path in self.files
            or os.path.dirname(path) in self.caches
            or any(f"{folder}/".startswith(f"{path}/") for folder in self.folders)
        )


def _with_targets(paths: Iterable[str]) -> frozenset[str]:
    # An event is seen only where the file really is.
    return frozenset(place for path in paths for place in (path, os.path.realpath(path)))


class Watcher:
    """Watches the folders of one user's files and calls *changed* from a thread of its own.

    *more* are files beside those of AWS: the settings.
    """

    def __init__(
        self, locations: Locations, changed: Callable[[], None], more: Sequence[str] = ()
    ) -> None:
        self._locations, self._more = locations, more
        self._handler = _Handler(Places.of(locations, more), changed)
        self._observer: BaseObserver | None = None
        self._watches: dict[str, tuple[Identity, ObservedWatch]] = {}
        self._known: tuple[object, ...] = ()
        self.hears_everything = False
        """Whether every folder, or the one in which it would appear, is watched and lies on a
        file system that tells of changes. Where not, somebody has to look from time to time."""

    def rearm(self) -> bool:
        """Watch the folders that are there now; ``True`` if they are others than before.

        Folders appear late, are removed, and are replaced by others of the same name; a watch
        on the old one stays silent then. Call it at each look; it costs a few ``stat``.
        """
        self._handler.places = Places.of(self._locations, self._more)
        wanted = _identities(self._handler.places.folders)
        # A new folder often gets the inode of the one just removed, whose watch has ended.
        emitters = self._observer.emitters if self._observer else ()
        alive = {emitter.watch for emitter in emitters if emitter.should_keep_running()}
        for folder in list(self._watches):
            identity, watch = self._watches[folder]
            if wanted.get(folder) != identity or watch not in alive:
                del self._watches[folder]
                if self._observer:
                    self._observer.unschedule(watch)
        for folder, identity in wanted.items():
            if folder not in self._watches:
                self._watch(folder, identity)
        known = (wanted, set(self._watches))
        if known == self._known:
            return False
        self._known = known
        all_watched = wanted.keys() <= self._watches.keys()
        self.hears_everything = all_watched and not any(map(is_silent, wanted))
        return True

    def _watch(self, folder: str, identity: Identity) -> None:
        try:
            if self._observer is None:
                observer = Observer(timeout=_QUIET)
                observer.daemon = True
                observer.start()
                self._observer = observer
            watch = self._observer.schedule(self._handler, folder, event_filter=_EVENTS)
        except (OSError, RuntimeError):
            # No watches left, or gone again: the regular look remains.
            return
        self._watches[folder] = (identity, watch)

    def stop(self) -> None:
        """Stop calling. Does not wait for the threads, which are daemons."""
        self._handler.stopped = True
        if self._observer:
            self._observer.stop()


class _Handler(FileSystemEventHandler):
    def __init__(self, places: Places, changed: Callable[[], None]) -> None:
        self.places = places
        self._changed = changed
        self.stopped = False

    def on_any_event(self, event: FileSystemEvent) -> None:
        paths = (os.fsdecode(path) for path in (event.src_path, event.dest_path) if path)
        if not self.stopped and any(map(self.places.concern, paths)):
            self._changed()


def is_silent(folder: str, mounts: str = "/proc/self/mounts") -> bool:
    """Whether a folder lies on a file system that may change without an event (Linux)."""
    try:
        with open(mounts, encoding="utf-8", errors="surrogateescape") as file:
            fields = [line.split(" ") for line in file if line.count(" ") > 2]
    except OSError:
        return False
    place = os.path.realpath(folder)
    kind, longest = "", 0
    for _, mount, its_kind, *_ in fields:
        path = _OCTAL.sub(lambda found: chr(int(found[1], 8)), mount)
        # Of several at one place the last is on top: nfs on autofs.
        if len(path) >= longest and _is_below(place, path):
            kind, longest = its_kind, len(path)
    return not _TELLING.fullmatch(kind)


_OCTAL: Final = re.compile(r"\\([0-7]{3})")
"""How a blank in a path is written there."""


def _is_below(place: str, mount: str) -> bool:
    return mount in ("/", place) or place.startswith(mount + "/")


def _identities(folders: Iterable[str]) -> dict[str, Identity]:
    """Each folder that is there, and for each that is not the nearest above it."""
    found = {}
    for folder in folders:
        nearest = folder
        while not (status := _folder_status(nearest)) and nearest != os.path.dirname(nearest):
            nearest = os.path.dirname(nearest)
        if status:
            found[nearest] = (status.st_dev, status.st_ino, status.st_mode)
    return found


def _folder_status(folder: str) -> os.stat_result | None:
    try:
        status = os.stat(folder)
    except OSError:
        return None
    return status if stat.S_ISDIR(status.st_mode) else None
