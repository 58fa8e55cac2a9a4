"""Watches folders, and calls back when a file in them may have changed.

An event only says that it is time to look; the reader finds out what changed. The feed also looks
from time to time without an event, because some file systems send none.

Only events of writing count. Reading a file makes events too (``opened``, ``closed_no_write``); a
program that reads at those would go on for ever, so the kernel is asked not to send them.
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
"""Seconds after which a thread of watchdog wakes up without an event."""

_WITH_EVENTS: Final = re.compile(
    r"ext[234]|xfs|btrfs|zfs|f2fs|jfs|reiserfs|bcachefs|ecryptfs|tmpfs|ramfs|overlay"
    r"|vfat|exfat|ntfs3"
)
"""File systems that change only on this machine, where inotify sees every change. Others may be
changed from elsewhere: nfs, cifs, 9p, fuse, and those that are not known here."""

Identity = tuple[int, int, int]
"""Device, inode and mode of a folder. The mode counts because a folder that may not be listed
cannot be watched until its mode changes."""


class Places(NamedTuple):
    """Where the files and caches are: the paths of :class:`Locations`, and what links lead to."""

    files: frozenset[str]
    caches: frozenset[str]
    folders: frozenset[str]
    """The folders to watch: also those above, because a cache folder may be made or removed."""

    @classmethod
    def of(cls, locations: Locations, more: Sequence[str] = ()) -> Places:
        """The places of *locations* and of *more* files, as links lead to them now."""
        files = _with_targets((locations.config, locations.credentials, *more))
        caches = _with_targets(locations.caches)
        return cls(files, caches, caches.union(map(os.path.dirname, files | caches)))

    def concern(self, path: str) -> bool:
        """Whether an event at *path* may change what is read: a file, or a folder above one."""
        return (
            path in self.files
            or os.path.dirname(path) in self.caches
            or any(f"{folder}/".startswith(f"{path}/") for folder in self.folders)
        )


def _with_targets(paths: Iterable[str]) -> frozenset[str]:
    # The event of a file comes from the folder where it really is, and not from that of a link.
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
        """Whether every folder, or the folder in which it would appear, is watched and lies on a
        file system that sends events. Where not, the feed looks more often by itself."""

    def rearm(self) -> bool:
        """Watch the folders that are there now; ``True`` if these are others than before.

        A folder may appear late, be removed, or be replaced by another of the same name: then the
        watch on the old one gets no events any more. Call this at each look; it costs a few
        ``stat``.
        """
        self._handler.places = Places.of(self._locations, self._more)
        wanted = _identities(self._handler.places.folders)
        # A new folder often gets the inode of the one that was just removed, whose watch has ended.
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
            # The system allows no more watches, or the folder is gone: the feed's looks must do.
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
        # Of several mounts at one place the last counts, such as nfs on autofs.
        if len(path) >= longest and _is_below(place, path):
            kind, longest = its_kind, len(path)
    return not _WITH_EVENTS.fullmatch(kind)


_OCTAL: Final = re.compile(r"\\([0-7]{3})")
"""How ``/proc/self/mounts`` writes a blank in a path."""


def _is_below(place: str, mount: str) -> bool:
    return mount in ("/", place) or place.startswith(mount + "/")


def _identities(folders: Iterable[str]) -> dict[str, Identity]:
    """The identity of each folder, or of the nearest one above it where it does not exist."""
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
