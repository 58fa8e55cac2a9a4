"""Clearing cache entries, and bringing the last clearing back.

What is gone, the rows learn from the files. A session that is in memory only is forgotten and
brought back in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from awsttl.core.events import Event, What
from awsttl.core.files import CacheEntry, Held, Shape
from awsttl.core.model import Orphan, Status
from awsttl.core.view import layout
from awsttl.core.view.rows import orphan_name
from awsttl.disk import cache_store, last_clearing

if TYPE_CHECKING:
    from awsttl.engine.look import Seen
    from awsttl.engine.recording import Recorder


EVERYTHING: Final = "CLI cache"
"""What all cache entries together are called in the log."""


class ToClear(NamedTuple):
    """Cache entries, and what they are called together."""

    name: str
    """A profile, or what stands for several entries."""
    more: str = ""
    """What else is to be said of them: who uses them too, how many there are."""
    entries: tuple[CacheEntry, ...] = ()
    held: Held | None = None
    """A session in memory, in place of entries."""


class Report(NamedTuple):
    """What has been done to files, or to a session in memory."""

    name: str
    more: str = ""
    paths: tuple[str, ...] = ()
    """The files that were removed, or brought back."""
    in_memory: bool = False
    """Whether it was a session in memory that was forgotten, or brought back."""
    failures: tuple[str, ...] = ()
    """A line for each file that stays as it is, with the reason."""


def of_row(item: Status | Orphan, seen: Seen) -> ToClear:
    """What clearing one row removes; without entries where awsttl leaves its file alone."""
    if isinstance(item, Status):
        if item.session and (held := item.session.held):
            return ToClear(item.name, held=held)
        shared = f"also used by {', '.join(item.shared_with)}" if item.shared_with else ""
        return ToClear(item.name, shared, cache_store.entries_of(item))
    arrangement = seen.latest
    entries = cache_store.clearable_orphan(arrangement.snapshot, item) if arrangement else ()
    return ToClear(orphan_name(item), item.reason, entries)


def of_everything(seen: Seen) -> ToClear:
    """All that awsttl recognises in the CLI cache."""
    arrangement = seen.latest
    entries = cache_store.clearable(arrangement.snapshot) if arrangement else ()
    return ToClear(EVERYTHING, counted(len(entries)), entries)


def together(parts: Sequence[ToClear]) -> ToClear:
    """Several rows as one: what they share goes once, and comes back with one undo."""
    if len(parts) == 1:
        return parts[0]
    entries = {entry.path: entry for part in parts for entry in part.entries}
    names = [part.name for part in parts if part.entries]
    return ToClear(layout.listed(names), counted(len(entries)), tuple(entries.values()))


def only(what: ToClear, wanted: Callable[[CacheEntry], bool]) -> ToClear:
    """The part of it whose entries are *wanted*."""
    return what._replace(entries=tuple(entry for entry in what.entries if wanted(entry)))


def has_ended(now: float) -> Callable[[CacheEntry], bool]:
    """Tells the entries whose session is over at *now*."""
    return lambda entry: entry.expires_at is not None and entry.expires_at <= now


def is_corrupt(entry: CacheEntry) -> bool:
    """Whether the AWS CLI stumbles over it."""
    return entry.shape in (Shape.CORRUPT, Shape.FOREIGN)


def living(what: ToClear, seen: Seen, now: float) -> tuple[tuple[float, str], ...]:
    """The profiles that lose a living session: its end in seconds UTC, and the name, in order."""
    paths = {entry.path for entry in what.entries}
    found = []
    for status in seen.latest.snapshot.profiles if seen.latest else ():
        session = status.session
        if session is None or session.entry is None or session.expires_at is None:
            continue
        if session.entry.path in paths and session.expires_at > now:
            found.append((session.expires_at, status.name))
    return tuple(sorted(found))


class Clearing:
    """Clears, remembers the last clearing, and tells *recorder*.

    :meth:`clear` and :meth:`undo` block for as long as the disk takes; one at a time. *clock* is
    the wall clock, in seconds UTC.
    """

    def __init__(self, seen: Seen, recorder: Recorder, clock: Callable[[], float]) -> None:
        self._seen, self._recorder, self._clock = seen, recorder, clock
        self._last: cache_store.Cleared | Held | None = None
        self._last_name = ""
        self.last_at = float("-inf")
        """When something was cleared last, in seconds UTC; before all time if nothing was."""

    def clear(self, what: ToClear) -> Report:
        """Remove it."""
        if what.held is not None:
            self._last, self.last_at = what.held, self._clock()
            self._seen.release(what.held.profile)
            self._record(What.CLEARED, what.name, "it was in memory only")
            return Report(what.name, in_memory=True)
        cleared = cache_store.clear(what.entries)
        if cleared.contents:
            self._last, self._last_name = cleared, what.name
            self.last_at = self._clock()
        if cleared.paths:
            self._record(What.CLEARED, what.name, what.more, cleared.paths)
        for failure in cleared.failures[:3]:
            self._record(What.FAILED, what.name, f"not cleared: {failure}")
        self._seen.changed()
        return Report(what.name, what.more, cleared.paths, failures=cleared.failures)

    def undo(self) -> Report | None:
        """Bring the last clearing back; ``None`` where nothing has been cleared."""
        (cleared, name), self._last = (self._last, self._last_name), None
        self.last_at = float("-inf")
        if cleared is None:
            return None
        if isinstance(cleared, Held):
            self._seen.hold(cleared)
            self._record(What.RESTORED, cleared.profile, "in memory only")
            return Report(cleared.profile, in_memory=True)
        restored, kept = cache_store.restore(cleared)
        if self._last is None:
            # What could not be written stays, for another try.
            self._last = cache_store.missing(cleared)
            self.last_at = self._clock() if self._last else self.last_at
        if restored:
            self._record(What.RESTORED, name, counted(restored), cleared.paths)
        self._seen.changed()
        return Report(name, counted(restored), cleared.paths if restored else (), failures=kept)

    def keep_last(self) -> None:
        """Keep the last clearing beyond the end of this program. Raises ``OSError``."""
        if isinstance(self._last, cache_store.Cleared):
            last_clearing.keep(self._last_name, self._last)

    def undo_kept(self) -> Report | None:
        """Bring back the clearing that another program has kept; ``None`` where there is none."""
        found = last_clearing.load()
        if found is None:
            return None
        self._last_name, self._last = found
        report = self.undo()
        if self._last is None:
            last_clearing.forget()
        return report

    def _record(self, what: What, name: str, text: str, wrote: tuple[str, ...] = ()) -> None:
        self._recorder.record(Event(self._clock(), what, name, text), wrote)


def counted(number: int) -> str:
    """A number of cache entries, in words."""
    return f"{number} cache entr{'y' if number == 1 else 'ies'}"
