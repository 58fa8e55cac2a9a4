"""The log of what happened: lines of JSON in awsttl's state folder, shared by all dashboards.

Two files, ``log.jsonl`` and the generation before it, ``log.1.jsonl``; mode 0600, at most 256 KB
each. Whoever writes has the turn, appends whole lines in one call and closes the file again. A
line that a killed writer left torn is skipped by readers, and ended by the next writer.

What a key did is written at once. A change that was seen on disk is held back for a moment: if
some awsttl did it, that one tells of it meanwhile, and better.
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
from awsttl.core.events import Event, Told
from awsttl.core.model import Shape
from awsttl.core.profiles import cache_entries
from awsttl.disk.own_folders import private, state_folder
from awsttl.disk.reader import MOST_BYTES

MOST_SIZE: Final = 256 * 1024
"""Bytes after which a new generation begins."""
MOST_EVENTS: Final = 1000
"""Events that a reader gets, and that are kept in memory where there is no writing."""
HOLD: Final = 2.0
"""Seconds of quiet for which changes on disk are held back."""
HOLD_MOST: Final = 10.0
"""Seconds after which they are written although there is no quiet."""
_TAIL: Final = 64 * 1024
"""Bytes at the end of the log in which to look for what has been told."""
_PATIENCE: Final = 10.0
"""Seconds to wait for the turn. After that the lines are appended without it, which on one
machine does no harm; only the generations are left as they are."""

_TRIES: Final = 5

_Deed = tuple[Event, tuple[str, ...]]


class Log(NamedTuple):
    """The log as it can be shown. The same object as before when nothing is new."""

    events: tuple[Event, ...] = ()
    """The last ones, in the order in which they were told."""
    problem: str = ""
    """Why it is in memory only."""


class Journal:
    """Writes the log, in a daemon thread that the first event starts, and reads it."""

    def __init__(self) -> None:
        self.path = os.path.join(state_folder(), "log.jsonl")
        self._older = os.path.join(state_folder(), "log.1.jsonl")
        self._news = threading.Condition()
        self._deeds: deque[_Deed] = deque(maxlen=MOST_EVENTS)
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
        """Tell what awsttl did. Waits for nothing.

        *wrote* are the paths of cache files that it wrote or removed, its own first: what is in
        them now is nobody else's doing.
        """
        with self._news:
            self._deeds.append((event, tuple(wrote)))
            self._wake()

    def notice(self, changes: Iterable[Event]) -> None:
        """Tell what changed on disk, unless some awsttl tells that it did it. Waits for nothing."""
        with self._news:
            now = time.monotonic()
            if not self._held:
                self._first_held = now
            self._last_held = now
            self._held.extend(changes)
            self._wake()

    def close(self, seconds: float = 0.5) -> None:
        """Write what is still held back and end the thread; wait no longer than that."""
        with self._news:
            self._closing = True
            self._news.notify()
        if self._thread is not None:
            self._thread.join(seconds)

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()
        self._news.notify()

    def _run(self) -> None:
        while True:
            deeds, changes = self._wait()
            if deeds or changes:
                self._write(deeds, changes)
            elif self._closing:
                if self._unwritten:
                    self._write([], [])
                return

    def _wait(self) -> tuple[list[_Deed], list[Event]]:
        """Until there is something to write: deeds, and the changes whose time has come."""
        with self._news:
            while True:
                due = self._due() - time.monotonic() if self._held else None
                ripe = self._held if self._closing or (due is not None and due <= 0) else []
                if self._deeds or ripe or self._closing:
                    deeds = list(self._deeds)
                    self._deeds.clear()
                    if ripe:
                        self._held = []
                    return deeds, ripe
                self._news.wait(due)

    def _due(self) -> float:
        return min(self._last_held + HOLD, self._first_held + HOLD_MOST)

    # ---------------------------------------------------------------- writing

    def _write(self, deeds: list[_Deed], changes: list[Event]) -> None:
        done = [_with_states(event, wrote) for event, wrote in deeds]
        changes = list(map(events.tidy, changes))
        problem, unwritten = "", self._unwritten
        try:
            # Imported here, in this thread: filelock's 20 ms are no key's.
            from awsttl.disk.locks import turn

            private(os.path.dirname(self.path))
            with turn("log", seconds=_PATIENCE) as has_turn:
                fresh = _news(self._tail(), done, changes)
                self._append([*unwritten, *fresh], rotate=has_turn)
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
                # What does not fit is told again later, as a whole.
                os.ftruncate(descriptor, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(descriptor)

    def _tail(self) -> list[Event]:
        """The last events that anybody has told."""
        found = _lines(self.path, _TAIL)
        if sum(map(len, found)) < _TAIL // 2:
            found = _lines(self._older, _TAIL) + found
        return _parsed(found)

    # ---------------------------------------------------------------- reading

    def read(self) -> Log:
        """The log as it is now. Reads only what changed; never raises for what is on disk."""
        with self._news:
            unwritten, problem = self._unwritten, self._problem
        for _ in range(_TRIES):
            seen = (_signature(self._older), _signature(self.path), unwritten, problem)
            if seen == self._seen:
                break
            lines = _lines(self._older, 2 * MOST_SIZE) + _lines(self.path, 2 * MOST_SIZE)
            # While a new generation begins, the same lines may be in both.
            if seen[0] == _signature(self._older):
                told = [*_parsed(lines), *unwritten][-MOST_EVENTS:]
                self._seen, self._log = seen, Log(tuple(told), problem)
                break
        return self._log


def _news(tail: Iterable[Event], deeds: list[Event], changes: list[Event]) -> list[Event]:
    """Of all that is to be told what has not been told."""
    told = Told(tail)
    fresh = []
    for deed in deeds:
        if not told.knows_deed(deed):
            told.add(deed)
            fresh.append(deed)
    unknown = [change for change in changes if not told.knows_change(change)]
    for change in events.summed_up(unknown):
        if not told.knows_change(change):
            told.add(change)
            fresh.append(change)
    return fresh


def _with_states(event: Event, wrote: tuple[str, ...]) -> Event:
    """An event together with what is in the files that it was about, the first its own."""
    keys, until = list(event.keys), event.until
    for path in wrote:
        key, ends = _state(path)
        if key and key not in keys:
            keys.append(key)
        if path == wrote[0] and event.what in events.MAKES_SESSIONS:
            until = until or ends
    return events.tidy(event._replace(keys=tuple(keys), until=until))


def fact(path: str) -> str:
    """The key of what awsttl has just written there: a cache file, or the credentials file.

    Empty if it cannot be known.
    """
    if events.is_cache_file(os.path.basename(path)):
        return _state(path)[0]
    return events.EDITED_CREDENTIALS[0]


def _state(path: str) -> tuple[str, float | None]:
    """The key of what is in a cache file now, and when that ends; empty if it cannot be known."""
    name = os.path.basename(path)
    try:
        with os.fdopen(_open(path, os.O_RDONLY), "rb") as file:
            body = file.read(MOST_BYTES)
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
    """Open a regular file of ours with mode 0600, whatever the umask, without waiting."""
    nonblock = getattr(os, "O_NONBLOCK", 0)  # a pipe in its place must not be waited for
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
