"""watchdog → one "changed".

Events only say *when* to look; what changed is for the reader to find out. They are not relied
on either: whoever looks also does so every few seconds, because some file systems send none.

Only writing counts. Reading a file makes events too (``opened``, ``closed_no_write``), and a
program that reads because of them never comes to rest; they are masked in the kernel.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Final

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

Identity = tuple[int, int]


class Watcher:
    """Watches the folders of one user's files and calls *changed* from a thread of its own."""

    def __init__(self, locations: Locations, changed: Callable[[], None]) -> None:
        self._locations = locations
        self._handler = _Handler(locations, changed)
        self._observer: BaseObserver | None = None
        self._watches: dict[str, tuple[Identity, ObservedWatch]] = {}

    def rearm(self) -> None:
        """Watch the folders that are there now.

        Folders appear late, are removed, and are replaced by others of the same name; a watch
        on the old one stays silent then. Call it at each look; it costs a few ``stat``.
        """
        wanted = _identities(watched_folders(self._locations))
        for folder in list(self._watches):
            identity, watch = self._watches[folder]
            if wanted.get(folder) != identity:
                del self._watches[folder]
                if self._observer:
                    self._observer.unschedule(watch)
        for folder, identity in wanted.items():
            if folder not in self._watches:
                self._watch(folder, identity)

    def _watch(self, folder: str, identity: Identity) -> None:
        try:
            if self._observer is None:
                self._observer = Observer(timeout=_QUIET)
                self._observer.daemon = True
                self._observer.start()
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
    def __init__(self, locations: Locations, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._files = {
            place
            for path in (locations.config, locations.credentials)
            for place in (path, os.path.realpath(path))
        }
        self._caches = {
            place for path in locations.caches for place in (path, os.path.realpath(path))
        }
        self.stopped = False

    def on_any_event(self, event: FileSystemEvent) -> None:
        if not self.stopped and (event.is_directory or self._concerns_us(event)):
            self._changed()

    def _concerns_us(self, event: FileSystemEvent) -> bool:
        for path in (os.fsdecode(event.src_path), os.fsdecode(event.dest_path)):
            if path in self._files or os.path.dirname(path) in self._caches:
                return True
        return False


def watched_folders(locations: Locations) -> Iterable[str]:
    """The folders whose events tell of a change.

    Parents are among them, since folders come and go; and targets of symlinks, since an event
    is seen only where the file really is.
    """
    folders: dict[str, None] = {}
    for path in (locations.config, locations.credentials):
        for place in (path, os.path.realpath(path)):
            folders[os.path.dirname(place)] = None
    for cache in locations.caches:
        for place in (cache, os.path.realpath(cache)):
            folders[place] = None
            folders[os.path.dirname(place)] = None
    return folders


def _identities(folders: Iterable[str]) -> dict[str, Identity]:
    found = {}
    for folder in folders:
        try:
            status = os.stat(folder)
        except OSError:
            continue
        found[folder] = (status.st_dev, status.st_ino)
    return found
