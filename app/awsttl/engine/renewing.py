"""Renewing: one profile or all that need it, with what a person is asked on the way.

Whatever comes of a renewal is told in the log here, so that no dashboard takes it for another
program's doing, whichever face of awsttl has started it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final

from awsttl.core import countdown
from awsttl.core.events import EDITED_CREDENTIALS, Event, What
from awsttl.core.model import Link, Renewal, State, Status
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.view.arrangement import Arrangement
from awsttl.core.view.ranking import STALE
from awsttl.core.why import obstacles
from awsttl.disk.cache_store import chain_paths
from awsttl.engine.aws_login import LoginQueue, token_mark
from awsttl.engine.jobs import Job, Jobs, Phase
from awsttl.engine.person import CodeAnswer, CodeRequest, Person
from awsttl.engine.questions import Questions
from awsttl.engine.signing_in import SignInRequest, brought_back, region_of_portal, told
from awsttl.engine.waiting import SignInQueue, mfa_seconds, sso_link

if TYPE_CHECKING:
    from awsttl.aws.outcome import Failed
    from awsttl.aws.sso_sign_in import SignedIn
    from awsttl.disk.locations import Locations
    from awsttl.engine.look import Seen
    from awsttl.engine.recording import Recorder

GIVEN_UP: Final = Problem("given-up", "given up", Remedy())
NOT_SIGNED_IN: Final = Problem("aws-login", "not signed in", Remedy())

_ENDS: Final = {
    Phase.DONE: What.RENEWED,
    Phase.FAILED: What.FAILED,
    Phase.CANCELLED: What.CANCELLED,
}

Heard = Callable[[Job], None]
"""Hears of each phase of each renewal, in order, from any thread. It must wait for nothing."""


class Renewing:
    """Starts renewals, asks *person* what they need, and tells *recorder* what came of them.

    *clock* is the wall clock, in seconds UTC.
    """

    def __init__(  # noqa: PLR0913 (whom it works with)
        self,
        seen: Seen,
        person: Person,
        locations: Locations,
        recorder: Recorder,
        clock: Callable[[], float],
        *,
        heard: Heard,
    ) -> None:
        self._seen, self._person, self._locations = seen, person, locations
        self._recorder, self._clock = recorder, clock
        self._heard = heard
        self.also_hear: list[Heard] = []
        """They hear of each renewal that is over, like *heard*."""
        self._questions = Questions()
        self._news = threading.Condition()
        self.sign_ins = SignInQueue(locations.sso_cache, self._sign_in_wanted)
        self.logins = LoginQueue(person.lend_terminal, lambda name: token_mark(locations, name))
        self.jobs = Jobs(
            locations.cli_cache,
            changed=self._changed,
            wanted=self._code_wanted,
            hold=seen.hold,
            logins=self.logins,
            sign_ins=self.sign_ins,
        )

    # ---------------------------------------------------------------- starting

    def start(
        self, status: Status, *, quiet: bool = False, may_run: frozenset[str] = frozenset()
    ) -> bool:
        """Renew one profile; ``False`` when that is under way already.

        A *quiet* renewal asks nobody, nor does any where nobody is there. Of processes it runs
        those alone whose fingerprints are in *may_run*.
        """
        is_quiet = quiet or not self._person.is_there
        return self.jobs.start(status, quiet=is_quiet, may_run=may_run)

    def start_all(self, among: Collection[str] | None = None) -> tuple[str, ...]:
        """Renew all that are expiring or expired and need nobody. Returns their names.

        Profiles that share a cache entry are renewed by one call. Those that are hidden are left
        out while they are. *among*: of these profiles alone.
        """
        entries: set[str] = set()
        started = []
        for status in due(self._arrangement, self._clock()):
            name = next(iter(status.hops[0].link.cache_names), status.name)
            if (among is None or status.name in among) and name not in entries:
                entries.add(name)
                if self.jobs.start(status, quiet=True):
                    started.append(status.name)
        return tuple(started)

    def sign_in(self, status: Status, *, remote: bool = False) -> Problem | None:
        """Have the person sign in to what a profile comes from, though no renewal asks for it.

        Blocks as long as the person takes; returns why it did not work. What the sign-in brings
        back to life is being renewed by then. *remote*: for ``aws login`` on a machine whose
        browser is elsewhere.
        """
        cancelled = threading.Event()
        if sso_link(status) is not None:
            return self.sign_ins.sign_in(status, cancelled)
        problem = self.logins.sign_in(status, NOT_SIGNED_IN, cancelled, remote=remote)
        if problem is None:
            event = Event(self._clock(), What.SIGNED_IN, status.hops[-1].link.name)
            self._recorder.record(event, chain_paths(status, self._locations))
            self._seen.changed()
        return problem

    def wait(self, name: str, seconds: float | None = None) -> Job | None:
        """Wait until the renewal of a profile is over, or that long. ``None`` if there is none."""

        def is_over() -> bool:
            job = self.jobs.of(name)
            return job is None or job.phase.over

        with self._news:
            self._news.wait_for(is_over, seconds)
        return self.jobs.of(name)

    @property
    def _arrangement(self) -> Arrangement:
        return self._seen.latest or Arrangement()

    # ---------------------------------------------------------------- how they fare

    def _changed(self, job: Job) -> None:
        """Called with the lock of the jobs held."""
        if job.phase.over:
            # The keeper tells of its own failures, each once, unless a key has joined the renewal.
            if not job.is_told_by_keeper:
                self._record(job)
            if job.phase is not Phase.FAILED:
                self._seen.changed()
        self._heard(job)
        if job.phase.over:
            for hears in self.also_hear:
                hears(job)
        with self._news:
            self._news.notify_all()

    def _record(self, job: Job) -> None:
        """Tell how it ended, and of what it wrote.

        The cache files of a renewal that did not work are left to the recorder, which tells of
        each by its own name.
        """
        now = self._clock()
        done = job.phase is Phase.DONE
        text = ""
        if job.problem:
            text = f"{job.problem.message}; {job.problem.fix}"
        elif done and (session := job.status.mfa_session(now)):
            text = f"MFA session in profile {session.profile}"
        wrote = tuple(key for key in job.wrote if done or key in EDITED_CREDENTIALS)
        own = chain_paths(job.status, self._locations)[:1] if done else ()
        event = Event(now, _ENDS[job.phase], job.name, text, job.until, wrote)
        self._recorder.record(event, own)

    # ---------------------------------------------------------------- MFA codes

    def _code_wanted(self, serial: str) -> None:
        self._questions.ask(lambda: self._ask_for_code(serial))

    def _ask_for_code(self, serial: str) -> None:
        queue = self.jobs.codes
        waiting = queue.waiting(serial)
        if not waiting:
            return  # they have got one meanwhile, or wait no longer
        others = same_device(serial, waiting, self._arrangement, self._clock())
        names = tuple(status.name for status in others)
        answer: CodeAnswer | None = None
        try:
            request = CodeRequest(serial, waiting, names, queue.complaint(waiting))
            answer = self._person.mfa_code(request)
        finally:
            if answer is None:
                for name in queue.waiting(serial):
                    self.jobs.cancel(name)
        if answer is not None:
            also = others if answer.others_too else ()
            seconds = max(map(mfa_seconds, also), default=0)
            queue.answer(serial, answer.code, [status.name for status in also], seconds)
            for status in also:
                self.start(status)

    # ---------------------------------------------------------------- sign-ins

    def _sign_in_wanted(self, token: str) -> None:
        self._questions.ask(lambda: self._ask_to_sign_in(token))

    def _ask_to_sign_in(self, token: str) -> None:
        queue = self.sign_ins
        waiting = queue.waiting(token)
        if not waiting:
            return
        link = sso_link(waiting[0])
        assert link is not None
        outcome: SignedIn | Failed | None = None
        try:
            request = SignInRequest(link, lambda: queue.waiting(token), queue.folder)
            outcome = self._person.sign_in(request)
        finally:
            self._signed_in(link, token, outcome)

    def _signed_in(self, link: Link, token: str, outcome: SignedIn | Failed | None) -> None:
        from awsttl.aws.outcome import Failed

        names = {status.name for status in self.sign_ins.waiting(token)}
        if outcome is None:
            for name in names:
                self.jobs.cancel(name)
            # Nobody waits any more but those who asked for a sign-in alone.
            self.sign_ins.answer(token, GIVEN_UP)
        elif isinstance(outcome, Failed):
            self.sign_ins.answer(token, outcome.problem)
        else:
            now = self._clock()
            if not outcome.by_another:
                self._recorder.record(told(link, outcome, names, now), [outcome.path])
            problem = self._set_region(link, token, outcome.region) if outcome.region else None
            arrangement = self._arrangement
            self._seen.changed()
            view = arrangement.view
            for status in brought_back(arrangement.snapshot, token, names, now, view):
                self.jobs.start(status, quiet=True)
            self.sign_ins.answer(token, problem)

    def _set_region(self, link: Link, token: str, region: str) -> Problem | None:
        """Write ``sso_region`` as the portal has it. Tells why that cannot be done."""
        from awsttl.engine.editing import Editing, RefusedError

        editing = Editing(self._seen, self._locations, self._recorder, self._clock)
        plan = region_of_portal(link, region, self.sign_ins.waiting(token))
        try:
            editing.write(plan, link.name, f"sso_region is {region}, where its start URL leads")
        except RefusedError as refused:
            return refused.problem
        return None


def due(arrangement: Arrangement, now: float) -> tuple[Status, ...]:
    """The profiles that are expiring or expired, can be renewed without anybody, and are shown."""
    view = arrangement.view
    found = []
    for status in arrangement.snapshot.profiles:
        if status.name in view.left_out:
            continue
        state = countdown.standing(status, now, view.threshold).state
        if state not in (State.EXPIRING, State.EXPIRED):
            continue
        if status.renewal(now) is not Renewal.SILENT or obstacles.cannot_renew(status, now):
            continue
        if LoginQueue.is_behind(status) and LoginQueue.is_needed_always():
            continue
        found.append(status)
    return tuple(found)


def same_device(
    serial: str, waiting: tuple[str, ...], arrangement: Arrangement, now: float
) -> tuple[Status, ...]:
    """Other profiles of an MFA device that a person was just working with; no hidden ones."""
    view = arrangement.view
    found = []
    for status in arrangement.snapshot.profiles:
        session = status.profile.mfa_session
        device = session.serial if session else status.profile.mfa_serial
        if device != serial or status.name in waiting or status.name in view.left_out:
            continue
        if session and session.source in waiting:
            continue  # its other row is at work already
        if status.renewal(now) is not Renewal.MFA or obstacles.cannot_renew(status, now):
            continue
        state = countdown.standing(status, now, view.threshold).state
        ends = countdown.expires_at(status) or 0.0
        if state is State.EXPIRING or (state is State.EXPIRED and now - ends < STALE):
            found.append(status)
    return tuple(found)
