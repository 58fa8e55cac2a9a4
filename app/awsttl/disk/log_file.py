"""The log of what happened: lines of JSON in awsttl's state folder, shared by all dashboards.

Two files, ``log.jsonl`` and the older ``log.1.jsonl``; mode 0600, at most 256 KB each. A dashboard
that writes holds a lock, appends whole lines in one call and closes the file again. Where a
dashboard was killed while it wrote a line, readers skip that line and the next writer ends it.

What awsttl did at a key is written at once. A change that was seen on disk is held back for a
moment: if another awsttl made it, that one writes of it meanwhile, and knows more about it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

from awsttl.core import events
from awsttl.core.events import Event, ToldEvents
from awsttl.core.files import Shape
from awsttl.core.profiles import cache_entries
from awsttl.core.profiles.cache_names import is_entry_name
from awsttl.disk import plain_files
from awsttl.disk.locks import lock
from awsttl.disk.own_folders import private, state_folder

MOST_SIZE: Final = 256 * 1024
"""Bytes of the log from which on it becomes the older one, and a new one begins."""
MOST_EVENTS: Final = 1000
"""How many events a reader gets, and how many are kept in memory where none can be written."""
HOLD: Final = 2.0
"""Seconds for which changes on disk are held back after the last one."""
HOLD_MOST: Final = 10.0
"""Seconds after the first change from which they are written although more are coming."""
_TAIL: Final = 64 * 1024
"""Bytes at the end of the log that are searched for what has been written already."""
_PATIENCE: Final = 10.0
"""Seconds to wait for the lock. After that the lines are appended without it, which does no harm
on one machine; but no new log is begun then."""

_TRIES: Final = 5

_Recorded = tuple[Event, tuple[str, ...]]
"""What awsttl did, and the cache files that it wrote or removed."""


class Log(NamedTuple):
    """The log as it can be shown."""

    events: tuple[Event, ...] = ()
    """The last ones, in the order in which they were written."""
    problem: str = ""
    """Why the log cannot be written; empty where it can. Then events are kept in memory only."""


class LogFile:
    """Writes the log, in a daemon thread that the first event starts, and reads it.

    Only the thread waits for disks and locks; every method returns at once, except :meth:`close`.
    """

    def __init__(self) -> None:
        self.path = os.path.join(state_folder(), "log.jsonl")
        self._older = os.path.join(state_folder(), "log.1.jsonl")
        self._news = threading.Condition()
        self._recorded: deque[_Recorded] = deque(maxlen=MOST_EVENTS)
        self._held: list[Event] = []
        self._first_held = self._last_held = 0.0
        self._unwritten: tuple[Event, ...] = ()
        self._problem = ""
        self._closing = False
        self._thread: threading.Thread | None = None
        self._seen: object = None
        self._log = Log()

    # ---------------------------------------------------------------- telling

    def record(self, event: Event, wrote: Iterable[str] = ()) -> None:
        """Write that awsttl did something.

        *wrote* are the paths of the cache files that it wrote or removed, the profile's own first.
        Then no dashboard tells of these files as changed by another program.
        """
        with self._news:
            self._recorded.append((event, tuple(wrote)))
            self._wake()

    def notice(self, changes: Iterable[Event]) -> None:
        """Write what changed on disk, unless an awsttl writes that it made the change."""
        with self._news:
            now = time.monotonic()
            if not self._held:
                self._first_held = now
            self._last_held = now
            self._held.extend(changes)
            self._wake()

    def close(self, seconds: float = 0.5) -> None:
        """Write what is still held back and end the thread. Waits *seconds* at most."""
        with self._news:
            self._closing = True
            self._news.notify()
        if self._thread is not None:
            self._thread.join(seconds)

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="log", daemon=True)
            self._thread.start()
        self._news.notify()

    def _run(self) -> None:
        while True:
            recorded, changes = self._wait()
            if recorded or changes:
                self._try(recorded, changes)
            elif self._closing:
                if self._unwritten:
                    self._write([], [])
                return

    def _wait(self) -> tuple[list[_Recorded], list[Event]]:
        """Wait for something to write: what awsttl did, and changes that were held long enough."""
        with self._news:
            while True:
                due = self._due() - time.monotonic() if self._held else None
                ripe = self._held if self._closing or (due is not None and due <= 0) else []
                if self._recorded or ripe or self._closing:
                    recorded = list(self._recorded)
                    self._recorded.clear()
                    if ripe:
                        self._held = []
                    return recorded, ripe
                self._news.wait(due)

    def _due(self) -> float:
        return min(self._last_held + HOLD, self._first_held + HOLD_MOST)

    # ---------------------------------------------------------------- writing

    def _try(self, recorded: list[_Recorded], changes: list[Event]) -> None:
        """Write these. Where that fails they are lost, and the thread goes on."""
        try:
            self._write(recorded, changes)
        except Exception as error:  # noqa: BLE001 (the pane says so)
            with self._news:
                self._problem = type(error).__name__

    def _write(self, recorded: list[_Recorded], changes: list[Event]) -> None:
        done = [_with_states(event, wrote) for event, wrote in recorded]
        changes = list(map(events.shortened, changes))
        problem, unwritten = "", self._unwritten
        try:
            private(os.path.dirname(self.path))
            with lock("log", seconds=_PATIENCE) as has_lock:
                fresh = _news(self._tail(), done, changes)
                self._append([*unwritten, *fresh], rotate=has_lock)
            unwritten = ()
        except Exception as error:  # noqa: BLE001 (the pane says so, and keeps it in memory)
            problem = getattr(error, "strerror", None) or type(error).__name__
            unwritten = (*unwritten, *_news(unwritten, done, changes))[-MOST_EVENTS:]
        with self._news:
            self._problem, self._unwritten = problem, unwritten

    def _append(self, fresh: list[Event], *, rotate: bool) -> None:
        if not fresh:
            return
        body = "".join(events.as_line(event) + "\n" for event in fresh).encode()
        size = _size(self.path)
        if rotate and size and size + len(body) > MOST_SIZE:
            os.replace(self.path, self._older)
        descriptor = _open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                body = b"\n" + body
            if os.write(descriptor, body) != len(body):
                # The disk is full: take the part back, so that the whole can be written later.
                os.ftruncate(descriptor, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(descriptor)

    def _tail(self) -> list[Event]:
        """The last events in the log, of all dashboards."""
        found = _lines(self.path, _TAIL)
        if sum(map(len, found)) < _TAIL // 2:
            found = _lines(self._older, _TAIL) + found
        return _parsed(found)

    # ---------------------------------------------------------------- reading

    def read(self) -> Log:
        """The log as it is now; the same object as before where nothing is new.

        Never raises for what is on disk.
        """
        with self._news:
            unwritten, problem = self._unwritten, self._problem
        for _ in range(_TRIES):
            seen = (_signature(self._older), _signature(self.path), unwritten, problem)
            if seen == self._seen:
                break
            lines = _lines(self._older, 2 * MOST_SIZE) + _lines(self.path, 2 * MOST_SIZE)
            # While another dashboard begins a new log, the same lines may be in both files.
            if seen[0] == _signature(self._older):
                told = [*_parsed(lines), *unwritten][-MOST_EVENTS:]
                self._seen, self._log = seen, Log(tuple(told), problem)
                break
        return self._log


def _news(tail: Iterable[Event], recorded: list[Event], changes: list[Event]) -> list[Event]:
    """What is not in the log yet; *tail* are its last events."""
    told = ToldEvents(tail)
    fresh = []
    for event in recorded:
        if not told.knows_renewal(event):
            told.add(event)
            fresh.append(event)
    unknown = [change for change in changes if not told.knows_change(change)]
    for change in events.summed_up(unknown):
        if not told.knows_change(change):
            told.add(change)
            fresh.append(change)
    return fresh


def _with_states(event: Event, wrote: tuple[str, ...]) -> Event:
    """An event with the keys of what is in the files that it was about.

    Where a session was made, the first file's expiry is when it ends.
    """
    keys, until = list(event.keys), event.until
    for path in wrote:
        key, ends = _state(path)
        if key and key not in keys:
            keys.append(key)
        if path == wrote[0] and event.what in events.MAKES_SESSIONS:
            until = until or ends
    return events.shortened(event._replace(keys=tuple(keys), until=until))


def key_of_written(path: str) -> str:
    """The key of the file that awsttl has just written: a cache file, or the credentials file.

    Empty if the file cannot be read.
    """
    if is_entry_name(os.path.basename(path)):
        return _state(path)[0]
    return events.EDITED_CREDENTIALS[0]


def _state(path: str) -> tuple[str, float | None]:
    """The key of what is in a cache file now, and when that ends; empty if it cannot be read."""
    name = os.path.basename(path)
    try:
        body = plain_files.read(path)
    except FileNotFoundError:
        return events.gone(name), None
    except OSError:
        return "", None
    for parse in cache_entries.PARSERS.values():
        entry = parse(path, name, body, 0.0)
        if entry is not None and entry.shape is not Shape.FOREIGN:
            return events.state(entry), entry.expires_at
    return "", None


def _open(path: str, flags: int) -> int:
    """Open a regular file of awsttl's with mode 0600, whatever the umask, without waiting."""
    nonblock = getattr(os, "O_NONBLOCK", 0)  # opening a pipe would wait for another program
    descriptor = os.open(path, flags | nonblock | getattr(os, "O_CLOEXEC", 0), 0o600)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "something else has its name")
    if flags & os.O_CREAT and status.st_mode & 0o077:
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, 0o600)
    return descriptor


def _lines(path: str, most: int) -> list[bytes]:
    """The last whole lines of a file, of *most* bytes altogether; none if it cannot be read."""
    try:
        descriptor = _open(path, os.O_RDONLY)
    except OSError:
        return []
    try:
        with os.fdopen(descriptor, "rb") as file:
            size = os.fstat(descriptor).st_size
            start = max(0, size - most)
            file.seek(start)
            lines = file.read(most).split(b"\n")
    except OSError:
        return []
    return lines[1:] if start else lines


def _parsed(lines: list[bytes]) -> list[Event]:
    return [event for event in map(events.from_line, lines) if event is not None]


def _size(path: str) -> int:
    """Bytes of a file; 0 for none."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _signature(path: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
