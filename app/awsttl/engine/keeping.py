"""Keeps sessions alive: renews those of the settings' ``keep`` shortly before their reuse point.

A daemon thread that is there only while something is kept. It decides by what
:mod:`awsttl.core.keeping` says, and renews through the same :class:`~awsttl.engine.jobs.Jobs` as
the key ``r``, but quietly: nothing is asked, no browser opens, no process runs that was not
allowed. That its renewals worked it learns from the files, like everything else.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

from awsttl.core import keeping
from awsttl.core.events import Event, What
from awsttl.core.keeping import Past
from awsttl.core.model import FOREVER, Status
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.view import layout
from awsttl.core.view.arrangement import Arrangement
from awsttl.core.view.details import Detail
from awsttl.core.why import obstacles
from awsttl.engine.jobs import Job, Jobs, Phase
from awsttl.engine.look import Seen
from awsttl.engine.recording import Recorder

LONGEST_SLEEP: Final = 30.0
"""Seconds after which the wall clock is read again: it may have been set, the laptop asleep."""
SHORTEST_SLEEP: Final = 0.5

Unkept = tuple[str, Problem]
"""A kept profile that could not be renewed, and why."""


class Keeper:
    """Keeps what the settings of the arrangements say that it is shown.

    *tell* hears, in this thread or in any other, of profiles that could not be renewed and of the
    first one's problem. *clock* is the wall clock, in seconds UTC.
    """

    def __init__(
        self,
        seen: Seen,
        jobs: Jobs,
        recorder: Recorder,
        clock: Callable[[], float],
        tell: Callable[[tuple[str, ...], Problem], None],
    ) -> None:
        self._seen, self._jobs, self._recorder = seen, jobs, recorder
        self._clock, self._tell = clock, tell
        self._seed = f"{os.getpid()} {time.time_ns()}"
        self.looks = 0
        """How often the thread has looked at the clock; for tests."""
        self._arrangement = Arrangement()
        self._ended: deque[Job] = deque()
        self._news = threading.Event()
        self._stopped = False
        self._thread: threading.Thread | None = None
        # The following are the thread's own, but for :meth:`details`, which only looks.
        self._working: dict[str, Status] = {}
        """Profile → as it was when its renewal began."""
        self._past: dict[str, Past] = {}
        self._blocked: dict[str, Problem] = {}
        """What cannot be kept at present, and has been said."""
        self._unsaid: list[Unkept] = []

    # ---------------------------------------------------------------- for the event loop

    def show(self, arrangement: Arrangement) -> None:
        """Take over an arrangement; the thread begins with the first that keeps something."""
        self._arrangement = arrangement
        if self._thread is None and arrangement.settings.keep:
            self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
            self._thread.start()
        self._news.set()

    def ended(self, job: Job) -> None:
        """A renewal is over. May be called by any thread, and does not wait."""
        if job.kept:
            self._ended.append(job)
            self._news.set()

    def stop(self) -> None:
        """Renew no more; what is under way goes on."""
        self._stopped = True
        self._news.set()

    def details(self, status: Status) -> Detail:
        """The line that says how a kept profile fares."""
        past = self._past.get(status.name)
        may_run = keeping.allowed(self._seen.files, self._arrangement.settings)
        return keeping.details(status, self._clock(), self._seed, past, may_run)

    # ---------------------------------------------------------------- the thread

    def _run(self) -> None:
        while not self._stopped:
            try:
                patience = self._step()
            except Exception as error:  # noqa: BLE001 (else nothing would be kept, in silence)
                # The kind of error only: its text is not known to be free of secrets.
                problem = Problem(
                    "unexpected", f"unexpected {type(error).__name__}", Remedy("restart awsttl")
                )
                self._not_kept(("everything",), problem)
                patience = LONGEST_SLEEP
            self.looks += 1
            self._news.wait(patience)
            self._news.clear()

    def _step(self) -> float | None:
        """Renew what is due. Returns the seconds until the next look at the clock, if any."""
        now = self._clock()
        arrangement = self._arrangement
        may_run = keeping.allowed(self._seen.files, arrangement.settings)
        keep = arrangement.settings.keep
        kept = [status for status in arrangement.snapshot.profiles if status.name in keep]
        while self._ended:
            self._account(self._ended.popleft(), now, kept)
        for known in (self._past, self._blocked):
            for name in known.keys() - keep:
                del known[name]
        if not kept:
            return None
        next_due = FOREVER
        for status in kept:
            instant = keeping.due(status, now, self._seed, self._past.get(status.name))
            if instant > now:
                self._blocked.pop(status.name, None)
                next_due = min(next_due, instant)
            else:
                self._renew(status, now, may_run)
        self._say()
        return min(LONGEST_SLEEP, max(SHORTEST_SLEEP, next_due - now))

    def _renew(self, status: Status, now: float, may_run: Mapping[str, str]) -> None:
        """Start a renewal, unless one is under way, for this profile or for its cache entry."""
        name = status.name
        if any(_entry(other) == _entry(status) for other in self._working.values()):
            return
        problem = obstacles.cannot_keep(status, now, may_run)
        if problem is None:
            self._blocked.pop(name, None)
            self._working[name] = status
            if not self._jobs.start(status, kept=True, may_run=frozenset(may_run.values())):
                # A person has asked for it already: that renewal serves this purpose too.
                del self._working[name]
        elif name not in self._blocked:
            self._blocked[name] = problem
            self._unsaid.append((name, problem))

    def _account(self, job: Job, now: float, kept: list[Status]) -> None:
        """Note what came of a renewal."""
        status = self._working.pop(job.name, None)
        if status is None:
            return
        if job.phase is Phase.DONE:
            # It served all that share the entry, before the files say so.
            for other in kept:
                if _entry(other) == _entry(status):
                    self._past[other.name] = Past(status.session, now)
            return
        past = self._past.get(job.name)
        before = past.failures if past and past.session == status.session else 0
        self._past[job.name] = Past(status.session, now, before + 1)
        if not before and job.problem and job.quiet:
            self._unsaid.append((job.name, job.problem))

    def _say(self) -> None:
        """Say what could not be renewed: once for each row of failures, together if it is much."""
        if self._unsaid and not self._working:
            names = tuple(dict.fromkeys(name for name, _ in self._unsaid))
            self._not_kept(names, self._unsaid[0][1])
            self._unsaid.clear()

    def _not_kept(self, names: tuple[str, ...], problem: Problem) -> None:
        why = f"{problem.message}; {problem.fix}"
        self._recorder.record(Event(self._clock(), What.KEEP_FAILED, layout.listed(names), why))
        self._tell(names, problem)


def _entry(status: Status) -> str:
    """What tells apart who is served by one renewal: the cache entry, else the profile."""
    return next(iter(status.hops[0].link.cache_names), status.name)
