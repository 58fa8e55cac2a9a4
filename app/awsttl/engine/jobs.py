"""Renewals at work: eight at a time, in daemon threads, so that quitting waits for none.

The screen hears of them through two callbacks, which are called from the workers' threads. What
a renewal *did* the screen learns from the files, like everything else.
"""

from __future__ import annotations

import enum
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from awsttl.core.files import Held
from awsttl.core.model import Status
from awsttl.core.remedies import Act, Problem, Remedy
from awsttl.engine.waiting import CodeQueue, mfa_seconds

if TYPE_CHECKING:
    from awsttl.aws.mfa_device import MfaDevice
    from awsttl.aws.renewal import Outcome, Renewed
    from awsttl.engine.aws_login import LoginQueue
    from awsttl.engine.waiting import SignInQueue

AT_ONCE: Final = 8
MOST_THREADS: Final = 16
"""How many threads there are at most, with those of cancelled renewals that have not ended yet."""


class Phase(enum.Enum):
    """How far a renewal has come."""

    WAITING = "waiting"
    WORKING = "renewing"
    ASKING = "MFA code?"
    SIGNING_IN = "aws login"
    CONFIRMING = "sign-in"
    DONE = "renewed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def busy(self) -> bool:
        """Whether a thread works on it."""
        return self in (Phase.WORKING, Phase.ASKING, Phase.SIGNING_IN, Phase.CONFIRMING)

    @property
    def over(self) -> bool:
        """Whether it has ended, well or not."""
        return self in (Phase.DONE, Phase.FAILED, Phase.CANCELLED)


@dataclass(frozen=True, slots=True)
class Job:
    """One renewal, as far as it has come."""

    status: Status
    phase: Phase = Phase.WAITING
    problem: Problem | None = None
    since: float = 0.0
    """Monotonic seconds at which this phase began."""
    pressed_at: float = 0.0
    """When the key was pressed: a session that is newer than that need not be got again."""
    cancelled: threading.Event = field(default_factory=threading.Event, compare=False)
    quiet: bool = False
    """Asks nobody for anything: it fails where a person is needed."""
    kept: bool = False
    """Started by no key, to keep a session alive: whoever keeps it says what becomes of it."""
    may_run: frozenset[str] = frozenset()
    """The fingerprints of the processes that may be run although it is quiet."""
    wrote: list[str] = field(default_factory=list, compare=False)
    """What it has put on disk so far, as the keys of events: also on the way to a failure."""
    until: float | None = None
    """When the session ends that it got, where no cache file tells."""

    @property
    def name(self) -> str:
        """The profile's name."""
        return self.status.name

    @property
    def is_told_by_keeper(self) -> bool:
        """Whether it failed for a kept session, with nobody waiting: that is told elsewhere."""
        return self.kept and self.quiet and self.phase is Phase.FAILED


class _Fails(Exception):  # noqa: N818 (an outcome, not an error)
    """A renewal ends here: nobody is to be asked, or asking has failed."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Jobs:
    """Runs renewals and remembers how each profile's last one stands.

    *changed* hears of every phase, in order; it is called with a lock held, so it must not
    wait for anything.
    """

    def __init__(  # noqa: PLR0913 (whom it works with)
        self,
        cache_folder: str,
        changed: Callable[[Job], None],
        wanted: Callable[[str], None],
        *,
        hold: Callable[[Held], None] = lambda _held: None,
        logins: LoginQueue | None = None,
        sign_ins: SignInQueue | None = None,
    ) -> None:
        self._folder = cache_folder
        self._changed = changed
        self._hold = hold
        """Takes what is to be held in memory, from the workers' threads."""
        self._logins = logins
        self._sign_ins = sign_ins
        self._jobs: dict[str, Job] = {}
        self._queue: deque[Job] = deque()
        self._lock = threading.RLock()
        self._busy = 0
        self._threads = 0
        self.codes = CodeQueue(wanted)

    def of(self, name: str) -> Job | None:
        """The renewal of that profile, running or last."""
        return self._jobs.get(name)

    @property
    def known(self) -> tuple[Job, ...]:
        """All that are not forgotten."""
        with self._lock:
            return tuple(self._jobs.values())

    @property
    def running(self) -> tuple[Job, ...]:
        """Those that are not over."""
        with self._lock:
            return tuple(job for job in self._jobs.values() if not job.phase.over)

    def over(self) -> tuple[str, ...]:
        """The profiles whose last renewal is over but not forgotten."""
        with self._lock:
            return tuple(name for name, job in self._jobs.items() if job.phase.over)

    def start(
        self,
        status: Status,
        *,
        quiet: bool = False,
        kept: bool = False,
        may_run: frozenset[str] = frozenset(),
    ) -> bool:
        """Queue a renewal; ``False`` when one is under way already.

        A *quiet* one asks nobody for anything, and runs no process but those whose fingerprints
        are in *may_run*; it fails with the code ``needs-you`` instead. One for the sake of a
        *kept* session is quiet. A key that is pressed while it is under way makes it ask.
        """
        quiet = quiet or kept
        with self._lock:
            known = self._jobs.get(status.name)
            if known is not None and not known.phase.over:
                if known.quiet and not quiet:
                    self._jobs[status.name] = replace(known, quiet=False)
                    return True
                return False
            job = self._jobs[status.name] = Job(
                status,
                since=time.monotonic(),
                pressed_at=time.time(),
                quiet=quiet,
                kept=kept,
                may_run=may_run,
            )
            self._changed(job)
            self._queue.append(job)
            self._begin()
        return True

    def cancel(self, name: str) -> bool:
        """Give up on a renewal. It ends at once for the person; its thread follows."""
        with self._lock:
            job = self._jobs.get(name)
            if job is None or job.phase.over:
                return False
            job.cancelled.set()
            self._move(job, Phase.CANCELLED)
        return True

    def forget(self, name: str) -> None:
        """Take the trace of a renewal that is over off the row."""
        with self._lock:
            job = self._jobs.get(name)
            if job is not None and job.phase.over:
                del self._jobs[name]

    def _begin(self) -> None:
        """Give the free places to those that wait.

        A cancelled renewal has left its place, even while its thread still hangs: after Escape
        the next key works at once. But only so many threads may hang.
        """
        while self._queue and self._busy < AT_ONCE and self._threads < MOST_THREADS:
            job = self._queue.popleft()
            if not job.cancelled.is_set():
                self._threads += 1
                self._move(job, Phase.WORKING)
                threading.Thread(target=self._run, args=(job,), name="renewal", daemon=True).start()

    def _move(
        self,
        job: Job,
        phase: Phase,
        problem: Problem | None = None,
        until: float | None = None,
    ) -> None:
        """Note a new phase, unless the job was cancelled meanwhile."""
        with self._lock:
            known = self._jobs.get(job.name)
            if known is None or known.cancelled is not job.cancelled or known.phase.over:
                return
            since = time.monotonic()
            moved = replace(known, phase=phase, problem=problem, since=since, until=until)
            self._jobs[job.name] = moved
            self._busy += phase.busy - known.phase.busy
            self._changed(moved)
            if phase.over:
                self.codes.withdraw(job.name)
                if self._sign_ins:
                    self._sign_ins.withdraw(job.name)
                self._begin()

    def _run(self, job: Job) -> None:
        try:
            self._move(job, *self._renew(job))
        except Exception as error:  # noqa: BLE001 (a row reports it; the pane must not die)
            # The kind of error only: its text is not known to be free of secrets.
            again = Remedy(act=Act.RENEW, profile=job.name, purpose="again")
            problem = Problem("unexpected", f"unexpected {type(error).__name__}", again)
            self._move(job, Phase.FAILED, problem)
        finally:
            with self._lock:
                self._threads -= 1
                self._begin()

    def _renew(self, job: Job) -> tuple[Phase, Problem | None, float | None]:
        # 500 ms and 30 MB, the first time: boto3's world is loaded when somebody renews.
        from awsttl.aws.file_cache import Cancelled
        from awsttl.aws.renewal import Failed

        token = self._sign_ins.seen(job.status) if self._sign_ins else None
        try:
            outcome = self._attempt(job)
            if isinstance(outcome, Failed) and self._sign_in(job, outcome.problem, token):
                outcome = self._attempt(job)
        except Cancelled:
            return Phase.CANCELLED, None, None
        except _Fails as failure:
            return Phase.FAILED, failure.problem, None
        if isinstance(outcome, Failed):
            return Phase.FAILED, outcome.problem, None
        self._keep(job, outcome)
        return Phase.DONE, None, outcome.until

    def _attempt(self, job: Job) -> Outcome:
        """Renew, with as many MFA codes as it takes."""
        from awsttl.aws.file_cache import Cancelled
        from awsttl.aws.renewal import Failed, renew
        from awsttl.disk.log_file import key_of_written

        def note(path: str) -> None:
            if key := key_of_written(path):
                job.wrote.append(key)

        def ask(serial: str) -> MfaDevice:
            if self._is_quiet(job):
                by_key = Remedy(act=Act.RENEW, profile=job.name)
                raise _Fails(Problem("needs-you", "it asks for an MFA code", by_key))
            self._move(job, Phase.ASKING)
            device = self.codes.ask(serial, job.name, job.cancelled, mfa_seconds(job.status))
            if device is None:
                raise Cancelled
            self._move(job, Phase.WORKING)
            return device

        while True:
            outcome = renew(
                job.status,
                self._folder,
                ask,
                job.cancelled,
                run_processes=job.may_run if self._is_quiet(job) else True,
                pressed_at=job.pressed_at,
                wrote=note,
            )
            if not isinstance(outcome, Failed) or outcome.problem.code != "mfa-wrong":
                return outcome
            self.codes.complain(job.name, outcome.problem.message)

    def _sign_in(self, job: Job, problem: Problem, token: object) -> bool:
        """Have the person sign in, if that is what *problem* asks for: then all may work now.

        *token* is the mark of the SSO token that was used. Raises :class:`_Fails` where nobody
        is to be asked, and where signing in did not work.
        """
        failed: Problem | None = None
        if self._sign_ins and self._sign_ins.serves(job.status, problem):
            if self._sign_ins.seen(job.status) != token:
                return True  # somebody has just signed in
            self._go_and_ask(job, problem, Phase.CONFIRMING)
            failed = self._sign_ins.sign_in(job.status, job.cancelled)
        elif self._logins and self._logins.serves(job.status, problem):
            self._go_and_ask(job, problem, Phase.SIGNING_IN)
            failed = self._logins.sign_in(job.status, problem, job.cancelled)
        else:
            return False
        if failed:
            raise _Fails(failed)
        self._move(job, Phase.WORKING)
        return True

    def _go_and_ask(self, job: Job, problem: Problem, phase: Phase) -> None:
        if self._is_quiet(job):
            raise _Fails(problem._replace(code="needs-you"))
        self._move(job, phase)

    def _is_quiet(self, job: Job) -> bool:
        """Whether it is quiet now: a key may have been pressed since it was started."""
        known = self._jobs.get(job.name)
        return known.quiet if known and known.cancelled is job.cancelled else job.quiet

    def _keep(self, job: Job, renewed: Renewed) -> None:
        for held in renewed.held:
            if not job.cancelled.is_set():
                self._hold(held)
