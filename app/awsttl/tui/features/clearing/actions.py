"""``c``, ``C`` and ``z``: clears cache entries, and brings the last clearing back."""

from __future__ import annotations

from awsttl.core import countdown
from awsttl.core.events import Event, What
from awsttl.core.model import CacheEntry, Held, Orphan, Status
from awsttl.core.view import layout
from awsttl.core.view.rows import orphan_name
from awsttl.disk import cache_store
from awsttl.tui.host import Host


class Clearing:
    """Clears for its host. What is gone, the rows learn from the files."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._last: cache_store.Cleared | Held | None = None
        self._last_name = ""

    def clear_row(self, item: Status | Orphan) -> None:
        """Clear the entries of one row."""
        if isinstance(item, Status) and item.session and (held := item.session.held):
            self._last = held
            self._host.let_go(item.name)
            self._host.say(f"forgot the session of {item.name}; z brings it back")
            self._record(What.CLEARED, item.name, "it was in memory only")
            return
        if isinstance(item, Status):
            shared = f" (also used by {', '.join(item.shared_with)})" if item.shared_with else ""
            self._clear(cache_store.entries_of(item), f"{item.name}{shared}", item.name)
            return
        entries = cache_store.clearable_orphan(self._host.arrangement.snapshot, item)
        if entries:
            name = orphan_name(item)
            self._clear(entries, f"{name} ({item.reason})", name)
        else:
            self._host.say("awsttl does not know this file, so it leaves it alone", "warning")

    def clear_all(self) -> None:
        """Clear the whole CLI cache, after one question that names what goes."""
        from awsttl.tui.confirm_dialog import ConfirmDialog

        entries = cache_store.clearable(self._host.arrangement.snapshot)
        if not entries:
            self._host.say("the CLI cache is empty")
            return
        living = self._living(entries)
        what = f"Remove {_counted(len(entries), 'cache entry', 'cache entries')}?"
        loses = "None of them is alive."
        if living:
            loses = _counted(len(living), "profile loses its session:", "profiles lose a session:")

        def answered(answer: bool | None) -> None:  # noqa: FBT001 (Textual's callback)
            if answer:
                count = _counted(len(entries), "cache entry", "cache entries")
                self._clear(entries, count, "CLI cache")

        dialog = ConfirmDialog("clear the CLI cache", f"{what} {loses}", living)
        self._host.open(dialog, answered)

    def _living(self, entries: tuple[CacheEntry, ...]) -> list[str]:
        """A line for each profile with a living session in *entries*, what ends first on top."""
        now = self._host.clock()
        paths = {entry.path for entry in entries}
        found = []
        for status in self._host.arrangement.snapshot.profiles:
            session = status.session
            if session is None or session.entry is None or session.expires_at is None:
                continue
            if session.entry.path in paths and session.expires_at > now:
                found.append((session.expires_at, status.name))
        width = max((layout.cell_width(name) for _, name in found), default=0)
        return [
            f"{layout.fit(name, width)}  {countdown.left(ends, now).text:>7} left"
            for ends, name in sorted(found)
        ]

    def _clear(self, entries: tuple[CacheEntry, ...], what: str, name: str) -> None:
        def tell(cleared: cache_store.Cleared) -> None:
            if cleared.contents:
                self._last, self._last_name = cleared, name
            if cleared.paths:
                self._host.say(f"cleared {what}; z brings it back")
                more = what.removeprefix(name).strip(" ()")
                self._record(What.CLEARED, name, more, cleared.paths)
            for failure in cleared.failures[:3]:
                self._host.say(failure, "error")
                self._record(What.FAILED, name, f"not cleared: {failure}")
            self._host.files_changed()

        self._host.in_background(lambda: cache_store.clear(entries), tell)

    def bring_back(self) -> None:
        """Undo the last clearing."""
        (cleared, name), self._last = (self._last, self._last_name), None
        if cleared is None:
            self._host.say("nothing has been cleared")
            return
        if isinstance(cleared, Held):
            self._host.hold(cleared)
            self._host.say(f"brought back the session of {cleared.profile}")
            self._record(What.RESTORED, cleared.profile, "in memory only")
            return

        def restore() -> tuple[int, tuple[str, ...], cache_store.Cleared | None]:
            restored, kept = cache_store.restore(cleared)
            missing = cache_store.missing(cleared)
            return restored, kept, missing

        def tell(result: tuple[int, tuple[str, ...], cache_store.Cleared | None]) -> None:
            restored, kept, missing = result
            if self._last is None:
                # What could not be written stays, for another z.
                self._last = missing
            if restored:
                count = _counted(restored, "cache entry", "cache entries")
                self._host.say(f"brought back {count}")
                self._record(What.RESTORED, name, count, cleared.paths)
            for line in kept[:3]:
                self._host.say(line, "warning")
            self._host.files_changed()

        self._host.in_background(restore, tell)

    def _record(self, what: What, name: str, text: str, wrote: tuple[str, ...] = ()) -> None:
        self._host.record(Event(self._host.clock(), what, name, text), wrote)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
