"""files → Snapshot → Arrangement, in one background thread.

Whatever grows with the number of profiles happens here: reading, resolving, sorting, filtering.
The screen gets one finished, frozen value at a time. This module knows no Textual, so that it
can start before Textual is imported, which takes longer than the first look at a thousand files.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from awsttl.core.files import Files, Held
from awsttl.core.model import FOREVER, Snapshot
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.view.arrangement import Arrangement, arrange
from awsttl.core.view.ranking import Ranking, View, rank
from awsttl.disk.locations import Locations
from awsttl.disk.reader import AGAIN, Reader
from awsttl.disk.settings_file import SettingsFile
from awsttl.engine import prefetch
from awsttl.engine.look import Look
from awsttl.engine.prefetch import Beside, FirstLook
from awsttl.engine.wanted_view import WantedView

if TYPE_CHECKING:
    from awsttl.core.events import Event
    from awsttl.disk.watcher import Watcher

SETTLE: Final = 0.03
"""Seconds of quiet after an event before looking: writers come in bursts."""
SETTLE_MOST: Final = 0.3
"""Seconds after which a burst is looked at even though it goes on."""
LOOK_SELDOM: Final = 120.0
"""Seconds between two regular looks where every folder is known to tell of changes."""
LOOK_OFTEN: Final = 2.0
LOOK_AT_LEAST: Final = 15.0
"""Bounds, in seconds, for the regular look where some folder sends no events."""
LOOK_SHARE: Final = 0.001
"""The part of one processor that the regular look may take there: with more files it comes less
often, so that an idle pane costs the same with five thousand profiles as with fifty."""
FOLDERS_EVERY: Final = 30.0
"""Seconds between two glances at the folders: one that was replaced by another tells of nothing,
so its place must be asked."""
CLOCK_EVERY: Final = 1.0
"""Seconds between two glances at the clocks: after a sleep, or after somebody has set the clock,
the screen is right within so long. A glance takes some 20 µs."""
JUMP: Final = 1.5
"""Seconds by which wall clock and monotonic clock may part before it counts as a jump."""

FIRST_FRAME: Final = 1.0
"""Seconds for which everything that is not on the first frame waits for it."""

Publish = Callable[[Arrangement], None]


class Feed:
    """Keeps an :class:`Arrangement` up to date and hands each new one to *publish*.

    *publish* is called from the feed's thread, and must not wait. ``clock`` is the wall clock,
    in seconds UTC.
    """

    def __init__(
        self,
        locations: Locations,
        environ: Mapping[str, str],
        clock: Callable[[], float] = time.time,
        first: FirstLook | None = None,
    ) -> None:
        self._look = Look(locations, environ)
        self.latest: Arrangement | None = None
        self.published = 0
        """How many arrangements have been handed out; for tests and benchmarks."""
        self.noticed: Callable[[list[Event]], None] | None = None
        """Hears what changed on disk; called from the feed's thread, and must not wait."""
        self.beside: Beside | None = None
        """What there is to see beside the first rows; there before these are handed out."""
        self._clock = clock
        self._first = first
        self._first_frame_is_shown = threading.Event()
        self._publish: Publish | None = None
        self._wanted = WantedView()
        self._news = threading.Condition()
        self._disk_changed = True
        self._view_changed = False
        self._stopped = False
        self._last_clocks = (0.0, 0.0)
        self._look_cost = 0.0
        self._look_due = 0.0
        """Monotonic seconds at which the next regular look is due."""
        self._folders_due = 0.0
        """Likewise for the next glance at the folders, if no look comes before."""
        self._watcher: Watcher | None = None
        self._files: Files | None = None
        self._held: dict[str, Held] = {}
        """Profile → the session that is in memory only. Never changed, only replaced."""
        self._held_changed = False
        self._clock_stepped = False
        self._resolved: Snapshot | None = None
        """What the files say, without what is wrong with the settings."""
        self._told: tuple[Snapshot, tuple[Problem, ...], Snapshot] | None = None
        """A snapshot, what was wrong with the settings, and the one that says both."""
        self._ranking: Ranking | None = None
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    @property
    def files(self) -> Files | None:
        """The files of the latest snapshot, as read."""
        return self._files

    @property
    def reader(self) -> Reader:
        """What reads them."""
        return self._look.reader

    @property
    def settings(self) -> SettingsFile:
        """The person's settings."""
        return self._look.settings

    def start(self) -> None:
        """Begin with a first look."""
        self._thread.start()

    def stop(self, seconds: float = 0.0) -> None:
        """Ask the thread to end, and wait for it that long.

        It is a daemon, so a screen need not wait. But Python has crashed where it ended while the
        thread was just loading the watcher.
        """
        with self._news:
            self._stopped = True
            self._news.notify()
        if seconds and self._thread.is_alive():
            self._thread.join(seconds)

    def attach(self, publish: Publish) -> None:
        """Hand arrangements to *publish* from now on, the present one at once."""
        with self._news:
            self._publish = publish
            if self.latest is not None:
                publish(self.latest)

    def show(self, view: View) -> None:
        """Arrange the rows anew for another filter or order.

        The threshold, and which profiles are hidden or kept, are the settings' to say.
        """
        with self._news:
            self._wanted.asked = view
            self._view_changed = True
            self._news.notify()

    def wait_for(self, profiles: frozenset[str]) -> None:
        """Shells wait for sessions of these profiles in vain: they need somebody, as kept ones do.

        May be called by any thread.
        """
        with self._news:
            if profiles != self._wanted.waited_for:
                self._wanted.waited_for = profiles
                self._view_changed = True
                self._news.notify()

    def hold(self, held: Held) -> None:
        """Show this session as its profile's, from memory. May be called by any thread."""
        with self._news:
            self._keep(self._held | {held.profile: held})

    def release(self, profile: str) -> None:
        """Forget the session that is held for that profile."""
        with self._news:
            self._keep({name: held for name, held in self._held.items() if name != profile})

    def _keep(self, held: dict[str, Held]) -> None:
        self._held = held
        self._held_changed = True
        self._news.notify()

    def changed(self) -> None:
        """Something on disk may have changed. Cheap, and may be called by any thread."""
        with self._news:
            if not self._disk_changed:
                self._disk_changed = True
                self._news.notify()

    def clock_was_set(self) -> None:
        """The wall clock has stepped, so nothing on the screen is sure to be true.

        May be called by any thread, also by the feed's own while that reads the clock.
        """
        with self._news:
            self._clock_stepped = True
            self._news.notify()

    def first_frame_is_shown(self) -> None:
        """From now on the feed may take time from the screen."""
        self._first_frame_is_shown.set()

    def _run(self) -> None:
        while not self._stopped:
            try:
                self._step()
            except Exception as error:  # noqa: BLE001 (a frozen table would go on counting)
                self._report_failure(error)
                time.sleep(LOOK_OFTEN)
        if self._watcher is not None:
            self._watcher.stop()

    def _step(self) -> None:
        if self._first is not None:
            first, self._first = self._first, None
            self._take_over(first)
        self._turn()
        if self._watcher is None:
            self._watch()
        else:
            self._sleep()
            if time.monotonic() >= self._folders_due and self._rearm(self._watcher):
                self.changed()

    def _report_failure(self, error: Exception) -> None:
        """Say on the screen that what it shows is no longer followed, and why.

        The kind of error only: its text is not known to be free of secrets.
        """
        problem = Problem(
            "feed-failed",
            f"awsttl cannot follow its files: {type(error).__name__}; what you see may be old",
            Remedy("restart awsttl, and report this"),
        )
        shown = self.latest or Arrangement()
        # Whatever comes next is news, and comes without waiting for an event.
        self._files = None
        self._look_due = 0.0
        snapshot = shown.snapshot._replace(problems=(problem,))
        self._hand_out(shown._replace(snapshot=snapshot))

    def _watch(self) -> None:
        # Imported only now: the first rows do not wait for watchdog's 60 ms.
        from awsttl.disk import heap, leftovers
        from awsttl.disk.watcher import Watcher

        heap.share()
        self._watcher = Watcher(self.reader.locations, self.changed, (self.settings.path,))
        self._rearm(self._watcher)
        # What changed before the watches stood has made no event.
        self.changed()
        # It may hold sessions.
        leftovers.sweep(self.reader.locations, self.settings.path)

    def _rearm(self, watcher: Watcher) -> bool:
        self._folders_due = time.monotonic() + FOLDERS_EVERY
        return watcher.rearm()

    def _take_over(self, first: FirstLook) -> None:
        """Go on from where the first look has got to; without it, from the beginning."""
        head = first.head()
        if head is not None:
            self.beside = head.beside
            if head.arrangement is not None:
                self._hand_out(head.arrangement)
                # At five thousand profiles the rest takes 30 ms from the thread that paints.
                self._first_frame_is_shown.wait(FIRST_FRAME)
        rest = first.rest()
        if rest is not None:
            self._look = rest.look
            self._files = self.reader.files
            self._resolved = rest.snapshot
            with self._news:
                view = self._wanted.of(self.settings.chosen.settings)
            self._arrange(self._with_problems(rest.snapshot), view, self._clock())

    def _turn(self) -> None:
        """Look if need be, and publish if anything is new."""
        with self._news:
            view_changed = self._view_changed
            look = self._disk_changed or time.monotonic() >= self._look_due
            self._view_changed = False
            held, held_changed = self._held, self._held_changed
            self._held_changed = False
            if look:
                self._disk_changed = False
        latest = self.latest
        before = self._files
        files = self._read() if look or self._files is None else self._files
        if files is not self._files or held_changed or self._resolved is None:
            self._resolved = self._look.resolve(files, held)
            self._files = files
            self._forget_unused(held, self._resolved)
        snapshot = self._with_problems(self._resolved)
        with self._news:
            view = self._wanted.of(self.settings.chosen.settings)
        now = self._clock()
        jumped = self._clocks_parted(now) or self._clock_stepped
        self._clock_stepped = False
        if (
            latest is None
            or snapshot is not latest.snapshot
            or self.settings.chosen.settings is not latest.settings
            or view_changed
            or jumped
            or now >= latest.changes_at
        ):
            self._arrange(snapshot, view, now)
        if before is not None and self._files is not before:
            self._tell_changes(before, now)

    def _tell_changes(self, before: Files, now: float) -> None:
        """Say what the last look found to have changed. The rows go first."""
        files, latest = self._files, self.latest
        if self.noticed is None or files is None or latest is None:
            return
        from awsttl.core.changes import changes

        found = changes(before, files, self._look.resolver.owners, latest.snapshot, now)
        if found:
            # A screen that is closing may be gone already.
            with contextlib.suppress(RuntimeError):
                self.noticed(found)

    def _with_problems(self, snapshot: Snapshot) -> Snapshot:
        """*snapshot* and what is wrong with the settings; the same value for the same two."""
        problems = self.settings.chosen.problems
        if not problems:
            return snapshot
        if self._told is None or self._told[0] is not snapshot or self._told[1] is not problems:
            told = snapshot._replace(problems=snapshot.problems + problems)
            self._told = (snapshot, problems, told)
        return self._told[2]

    def _arrange(self, snapshot: Snapshot, view: View, now: float) -> None:
        if self._ranking is None or not self._ranking.serves(snapshot, view, now):
            self._ranking = rank(snapshot, view, now, self._ranking)
        arrangement = arrange(snapshot, view, now, self._ranking)._replace(
            settings=self.settings.chosen.settings
        )
        if self.beside is None and self._files is not None:
            self.beside = prefetch.beside(arrangement, self._files, self.reader.locations)
        self._hand_out(arrangement)
        # For the next keystroke in the filter, which need not wait for it then.
        self._ranking.searchable()

    def _forget_unused(self, held: dict[str, Held], snapshot: Snapshot) -> None:
        """Let go of what no profile shows any more: its command has changed, or it is gone."""
        if not held:
            return
        used = {each.name for each in snapshot.profiles if each.session and each.session.held}
        with self._news:
            # What came meanwhile has not had its turn yet.
            self._held = {
                name: each
                for name, each in self._held.items()
                if name in used or each is not held.get(name)
            }

    def _read(self) -> Files:
        """Look at the files, and settle when to look again if nobody tells."""
        watcher = self._watcher
        if watcher is not None:
            # First, so that what happens between the two is seen: a folder that is watched only
            # from now on tells of nothing before.
            self._rearm(watcher)
        started = time.thread_time()
        files = self.reader.look()
        self.reader.save()
        self.settings.look()
        self._look_cost = time.thread_time() - started
        if self.reader.has_half_written:
            patience = AGAIN
        elif watcher is not None and watcher.hears_everything:
            patience = LOOK_SELDOM
        else:
            patience = min(LOOK_AT_LEAST, max(LOOK_OFTEN, self._look_cost / LOOK_SHARE))
        self._look_due = time.monotonic() + patience
        return files

    def _hand_out(self, arrangement: Arrangement) -> None:
        # Under the lock, so that an older one that attach hands out cannot come after it.
        with self._news:
            self.latest = arrangement
            self.published += 1
            if self._publish is not None:
                # A screen that is closing may be gone already.
                with contextlib.suppress(RuntimeError):
                    self._publish(arrangement)

    def _sleep(self) -> None:
        """Until something happens, the regular look is due, or time changes the arrangement."""
        with self._news:
            patience = self._patience()  # which reads the clock, and may find that it was set
            if not (self._disk_changed or self._is_called):
                self._news.wait(patience)
            if self._is_called or not self._disk_changed:
                return
        self._let_burst_pass()

    @property
    def _is_called(self) -> bool:
        """Whether there is something to do that has nothing to do with the disk."""
        return self._view_changed or self._held_changed or self._clock_stepped or self._stopped

    def _patience(self) -> float:
        changes_at = self.latest.changes_at if self.latest else FOREVER
        due = min(self._look_due - time.monotonic(), changes_at - self._clock(), CLOCK_EVERY)
        return max(0.001, due)

    def _let_burst_pass(self) -> None:
        deadline = time.monotonic() + SETTLE_MOST
        while time.monotonic() < deadline:
            with self._news:
                self._disk_changed = False
                self._news.wait(SETTLE)
                if not self._disk_changed or self._is_called:
                    self._disk_changed = True
                    return

    def _clocks_parted(self, now: float) -> bool:
        """Whether the wall clock was set, or the machine slept, since the last turn."""
        monotonic = time.monotonic()
        wall_before, monotonic_before = self._last_clocks
        self._last_clocks = (now, monotonic)
        if not wall_before:
            return False
        return abs((now - wall_before) - (monotonic - monotonic_before)) > JUMP
