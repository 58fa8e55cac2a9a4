"""Announces that sessions end, and tells the log, once among all dashboards of this machine.

A daemon thread works out when there is next something to announce, and sleeps until then: whatever
grows with the number of profiles happens there. It is woken by new arrangements only, of which
the feed makes one after a sleep of the machine too. A face says what comes of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from awsttl.core import alarms, keeping
from awsttl.core.alarms import Notice, Stage, Watch
from awsttl.core.events import Event
from awsttl.core.model import FOREVER, Snapshot
from awsttl.core.view.arrangement import Arrangement

SETTLE: Final = 0.2
"""Seconds between news and the look at them: the screen comes first, and news come in bursts."""
LONGEST_SLEEP: Final = 86400.0
"""Seconds; longer waits overflow on some systems."""


class _Plan(NamedTuple):
    """What the watch was last told, to tell whether it must be told anew."""

    snapshot: Snapshot
    threshold: float
    silent: bool
    hidden: frozenset[str]
    keep: frozenset[str]
    allowed_processes: Mapping[str, str]

    def same(self, other: _Plan) -> bool:
        return self.snapshot is other.snapshot and self[1:] == other[1:]


class Warner:
    """Begins with the first :meth:`take`.

    *tell* hears, in the thread, what is to be announced and what the terminal's title is to say; an
    empty title means the one that the terminal had. *record* takes what the log is to tell.
    *clock* is the wall clock, in seconds UTC.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        tell: Callable[[Notice | None, str], None],
        record: Callable[[Event], None],
    ) -> None:
        self._clock, self._tell, self._record = clock, tell, record
        self._news = threading.Condition()
        self._arrangement = Arrangement()
        self._fresh = False
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="warnings", daemon=True)
        # The following are the thread's own.
        self._watch = Watch()
        self._plan: _Plan | None = None
        self._wake_at = FOREVER
        self._told_title = ""

    def take(self, arrangement: Arrangement) -> None:
        """The feed has a new arrangement."""
        if len(arrangement.snapshot.profiles) != arrangement.total:
            return  # only its head, ahead of the rest
        with self._news:
            self._arrangement, self._fresh = arrangement, True
            self._news.notify()
        if self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; it is a daemon, so nobody waits for it."""
        with self._news:
            self._stopped = True
            self._news.notify()

    def _run(self) -> None:
        try:
            while (arrangement := self._wait()) is not None:
                self._look(arrangement)
        except Exception as error:  # noqa: BLE001 (on the screen it would draw over the table)
            # The kind of error only: its text is not known to be free of secrets.
            text = f"awsttl can no longer warn you: {type(error).__name__}"
            self._tell(Notice(text, urgent=True), "")

    def _wait(self) -> Arrangement | None:
        """Until there is news or something falls due; ``None`` at the end."""
        with self._news:
            if not self._fresh and not self._stopped:
                ahead = max(0.005, self._wake_at - self._clock())
                self._news.wait(None if ahead == FOREVER else min(ahead, LONGEST_SLEEP))
            if self._fresh:
                self._news.wait_for(lambda: self._stopped, SETTLE)
            self._fresh = False
            return None if self._stopped else self._arrangement

    def _look(self, arrangement: Arrangement) -> None:
        now = self._clock()
        warn = arrangement.settings.warn
        self._follow(arrangement, now)
        mine = self._unannounced(now)
        for event in alarms.told([each.ending for each in mine if each.stage is Stage.EXPIRED]):
            self._record(event)
        found = [alarm for alarm in mine if not alarm.ending.is_quiet]
        notice = alarms.notice(found, now) if found else None
        title, title_until = self._watch.title(now) if warn.title else ("", FOREVER)
        self._wake_at = min(self._watch.due_at(), title_until)
        if notice is not None or title != self._told_title:
            self._told_title = title
            self._tell(notice, title)

    def _follow(self, arrangement: Arrangement, now: float) -> None:
        """Have the watch know the sessions as they are now; once for each snapshot."""
        chosen = arrangement.settings
        threshold = arrangement.view.threshold
        plan = _Plan(
            arrangement.snapshot,
            threshold,
            chosen.warn.auto,
            chosen.hidden,
            chosen.keep,
            chosen.allowed_processes,
        )
        if self._plan is None or not self._plan.same(plan):
            self._plan = plan
            found = alarms.endings(
                plan.snapshot,
                plan.threshold,
                silent=plan.silent,
                hidden=plan.hidden,
                overdue=keeping.overdue(plan.snapshot, plan.keep, plan.allowed_processes),
            )
            self._watch.take(found, now)

    def _unannounced(self, now: float) -> tuple[alarms.Alarm, ...]:
        """What falls due now, and is this pane's to tell."""
        due = self._watch.due(now)
        if not due:
            return ()
        # Imported when there is something to announce: file locks take 10 ms.
        from awsttl.disk.announced import mark_announced

        mine = mark_announced(alarm.key for alarm in due)
        return tuple(alarm for alarm in alarms.latest(due) if alarm.key in mine)
