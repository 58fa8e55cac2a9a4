"""The sessions that are served: kept in memory, and renewed in time with nobody to ask.

An answer comes from memory and waits for nothing. A thread reads new sessions from where the
engine finds them, and renews through the same :class:`~awsttl.engine.jobs.Jobs` as the key ``r``,
but quietly. What it cannot renew is served as long as it lives.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from awsttl.core import containers
from awsttl.core.model import FOREVER, Session, Status
from awsttl.core.refusals import NEEDS_PERSON, NO_MORE, RENEWING, RENEWS, UNAVAILABLE
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.view import rows
from awsttl.core.why import obstacles
from awsttl.engine import exporting
from awsttl.engine.jobs import Job, Phase
from awsttl.server.protocol import Refusal, Refused, reply

if TYPE_CHECKING:
    from awsttl.core.snippets import Credentials
    from awsttl.core.view.arrangement import Arrangement
    from awsttl.disk.locations import Locations
    from awsttl.engine.jobs import Jobs

LONGEST_SLEEP: Final = 300.0
"""Seconds after which the wall clock is read again in any case. Where it was set, or the laptop
asleep, the feed shows anew what there is, and wakes the thread."""
AFTER_A_FAULT: Final = 30.0
"""Seconds until the next turn after one that has failed."""
SHORTEST_SLEEP: Final = 0.5
FIRST_RETRY: Final = 2.0
"""Seconds until a renewal that failed is tried again. Each further failure doubles the wait."""
LAST_RETRY: Final = 60.0
"""Seconds; no such wait is longer."""
SETTLES: Final = 30.0
"""Seconds for which a renewal that worked may not be seen in the files yet."""

WANTED: Final = 300.0
"""Seconds for which a session that has ended is tried for after the last question for it."""

_PASSING: Final = ("server-error", "throttled", "timeout", "unreachable", "unexpected")
"""Codes of the problems that pass by themselves."""

MayRun = Callable[[], Mapping[str, str]]
"""Gives the profiles whose ``credential_process`` may run unasked, each with its fingerprint."""


class Trouble(NamedTuple):
    """Why there is no successor for a session, or no session."""

    problem: Problem

    @property
    def passes(self) -> bool:
        """Whether it may be over the next time; else a person has to do something."""
        return self.problem.code in _PASSING


@dataclass(slots=True)
class _Stock:
    """What there is of one profile. To be used with the lock held."""

    credentials: Credentials | None = None
    account_id: str = ""
    ready: bytes = field(default=b"", repr=False)
    """The good answer as it was sent to the first question; it serves all others. It stays empty
    for keys without an end: their answer says when to ask again, and so differs each time."""
    due: float = FOREVER
    """The instant at which the session is to have a successor."""
    session: Session | None = None
    """The session, as it was seen, that was read last."""
    origin: object = None
    """What the credentials come from by the profile's settings: with others they are void."""
    got_at: float = 0.0
    wanted_at: float = 0.0
    """When it was handed out, or asked for last."""
    is_refused: bool = False
    """Whether a shell has asked in vain since there was a session."""
    trouble: Trouble | None = None
    failures: int = 0
    """How many renewals in a row have not worked."""
    tried_at: float = 0.0
    is_working: bool = False

    def lives(self, now: float) -> bool:
        """Whether there is something to serve. A client would refuse what ends at once."""
        if self.credentials is None:
            return False
        ends = self.credentials.expires_at
        return ends is None or ends > now + 1

    def fill(self, status: Status, credentials: Credentials, now: float) -> None:
        """Take over a session."""
        session = status.session
        source = (session.entry or session.held) if session else None
        written = getattr(source, "written_at", 0.0) or getattr(source, "got_at", 0.0)
        self.credentials, self.origin = credentials, _origin(status)
        self.account_id, self.ready = rows.account_id(status), b""
        self.got_at = written if 0 < written < now else now
        # What was tried for is here.
        self.trouble, self.failures, self.tried_at = None, 0, 0.0
        self.is_refused = False

    def good_answer(self, now: float) -> bytes:
        """The answer that holds the living session."""
        assert self.credentials is not None
        if self.ready:
            return self.ready
        answer = reply(200, containers.answer(self.credentials, self.account_id, now))
        if self.credentials.expires_at is not None:
            self.ready = answer
        return answer

    def may_try(self, now: float) -> bool:
        """Whether a renewal may begin now. After the clock was set back, it may."""
        return not self.is_working and not self.tried_at <= now < self.again_at

    @property
    def again_at(self) -> float:
        """When the next renewal may begin."""
        if not self.failures:
            return self.tried_at + SETTLES
        return self.tried_at + min(LAST_RETRY, FIRST_RETRY * 2.0 ** min(self.failures - 1, 16))


def _origin(status: Status) -> object:
    profile = status.profile
    names = profile.links[0].cache_names if profile.links else ()
    return names, profile.kind, profile.process, profile.access_key


class Supply:
    """Holds the sessions of the profiles that were handed out.

    *jobs* renews. *told* hears that something about a profile has changed, from any thread, and
    must not wait. *say* gives the sentence for a remedy. *clock* is the wall clock, in seconds UTC.
    """

    def __init__(  # noqa: PLR0913 (whom it works with)
        self,
        jobs: Jobs,
        locations: Locations,
        clock: Callable[[], float],
        *,
        may_run: MayRun,
        told: Callable[[str], None],
        say: Callable[[Remedy], str],
    ) -> None:
        self._jobs, self._locations, self._clock = jobs, locations, clock
        self._may_run, self._told, self._say = may_run, told, say
        self._seed = f"{os.getpid()} {time.time_ns()}"
        self.looks = 0
        """How often the thread has looked at the clock; for tests."""
        self._lock = threading.Lock()
        self._stocks: dict[str, _Stock] = {}
        self._seen: Arrangement | None = None
        self._news = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="supply", daemon=True)

    def start(self) -> None:
        """Begin to look after what is there."""
        self._thread.start()

    def stop(self) -> None:
        """Renew no more; what is under way goes on."""
        self._stopped = True
        self._news.set()

    # ---------------------------------------------------------------- what comes in

    def take_up(self, status: Status, credentials: Credentials | None = None) -> None:
        """Serve this profile from now on, with these credentials to begin with."""
        now = self._clock()
        with self._lock:
            stock = self._stocks.setdefault(status.name, _Stock())
            stock.wanted_at = now
            if credentials is not None:
                self._fill(stock, status, credentials, now)
        self._news.set()

    def give_up(self, name: str) -> None:
        """Serve it no more, and forget its session."""
        with self._lock:
            self._stocks.pop(name, None)

    def show(self, arrangement: Arrangement) -> None:
        """Take over what was seen. Any thread may call; nothing is read here."""
        self._seen = arrangement
        self._news.set()

    def ended(self, job: Job) -> None:
        """A renewal is over, whoever has begun it. Any thread may call; waits for nothing."""
        with self._lock:
            stock = self._stocks.get(job.name)
            if stock is None:
                return
            stock.is_working, stock.tried_at = False, self._clock()
            if job.phase is Phase.DONE:
                stock.failures, stock.trouble = 0, None
            else:
                stock.failures += 1
                if job.problem is not None:
                    stock.trouble = Trouble(job.problem)
        self._news.set()
        self._told(job.name)

    # ---------------------------------------------------------------- what goes out

    def answer(self, name: str, *, is_last: bool) -> bytes | None:
        """A good answer; ``None`` for "in a moment", unless this *is_last*.

        Raises :class:`Refused`, with the reason, where there is no session.
        """
        now = self._clock()
        with self._lock:
            stock = self._stocks.get(name)
            if stock is None:
                raise Refused(Refusal(404, "NotFound", NO_MORE))
            stock.wanted_at = now
            if stock.lives(now):
                if self._is_due(stock, now) and stock.may_try(now):
                    self._news.set()
                return stock.good_answer(now)
            if stock.may_try(now):
                self._news.set()
                trouble = None
            else:
                trouble = None if stock.is_working else stock.trouble
            stock.is_refused = stock.is_refused or trouble is not None
        if trouble is not None:
            raise Refused(self._refusal(name, trouble))
        if is_last:
            raise Refused(Refusal(503, RENEWING, RENEWS.format(profile=name)))
        return None

    def trouble(self, name: str) -> Trouble | None:
        """Why shells that asked for a profile got nothing; ``None`` where none asked in vain."""
        with self._lock:
            stock = self._stocks.get(name)
            return stock.trouble if stock is not None and stock.is_refused else None

    def _refusal(self, name: str, trouble: Trouble) -> Refusal:
        message = f"{name}: {trouble.problem.message}"
        if fix := self._say(trouble.problem.fix):
            message += f"; {fix}"
        if trouble.passes:
            return Refusal(503, UNAVAILABLE, message)
        return Refusal(403, NEEDS_PERSON, message)

    # ---------------------------------------------------------------- the thread

    def _run(self) -> None:
        while not self._stopped:
            try:
                patience = self._step()
            except Exception:  # noqa: BLE001 (what lives is served on, and the next turn tries again)
                patience = AFTER_A_FAULT
            self.looks += 1
            self._news.wait(patience)
            self._news.clear()

    def _step(self) -> float | None:
        """Read what is new, renew what is due. Returns the seconds until the next look, if any."""
        seen = self._seen
        with self._lock:
            names = set(self._stocks)
        # A head that came ahead of the rest has no profiles in its snapshot.
        if seen is None or not names or len(seen.snapshot.profiles) != seen.total:
            return None
        now = self._clock()
        known = {each.name: each for each in seen.snapshot.profiles if each.name in names}
        next_step = min(self._look_after(name, known.get(name), now) for name in names)
        return min(LONGEST_SLEEP, max(SHORTEST_SLEEP, next_step - now))

    def _look_after(self, name: str, status: Status | None, now: float) -> float:
        """Read and renew for one profile. Returns the instant of the next step."""
        with self._lock:
            stock = self._stocks.get(name)
            if stock is None:
                return FOREVER
            if status is None:
                gone = Problem("gone", "there is no such profile any more", Remedy())
                stock.credentials, stock.session = None, None
                stock.trouble, stock.tried_at, stock.failures = Trouble(gone), now, 1
                return FOREVER
            if stock.credentials is not None and stock.origin != _origin(status):
                stock.credentials, stock.session = None, None
                stock.failures, stock.tried_at, stock.trouble = 0, 0.0, None
            is_new = stock.credentials is None or status.session != stock.session
        if is_new and exporting.has_session(status, now):
            self._read(stock, status, now)
        return self._renew_if_due(stock, status, now)

    def _read(self, stock: _Stock, status: Status, now: float) -> None:
        found = exporting.credentials(status, self._locations)
        with self._lock:
            stock.session = status.session
            if isinstance(found, str) or not _Stock(found).lives(now):
                return
            self._fill(stock, status, found, now)
        self._told(status.name)

    def _fill(self, stock: _Stock, status: Status, found: Credentials, now: float) -> None:
        stock.fill(status, found, now)
        ends = found.expires_at
        stock.due = FOREVER if ends is None else containers.due(ends, stock.got_at, self._seed)

    def _renew_if_due(self, stock: _Stock, status: Status, now: float) -> float:
        with self._lock:
            if not self._is_due(stock, now):
                return stock.due if self._is_followed(stock, now) else FOREVER
            if not stock.may_try(now):
                return FOREVER if stock.is_working else stock.again_at
            may_run = self._may_run()
            problem = obstacles.needs_person(status, now, may_run)
            stock.tried_at = now
            if problem is None:
                stock.is_working = True
            else:
                stock.trouble = Trouble(problem)
                stock.failures += 1
        if problem is None:
            fingerprints = frozenset(may_run.values())
            if not self._jobs.start(status, kept=True, may_run=fingerprints):
                # A person's own is under way, and serves this purpose too.
                with self._lock:
                    stock.is_working = False
        else:
            self._told(status.name)
        return now + FIRST_RETRY

    def _is_due(self, stock: _Stock, now: float) -> bool:
        """Whether a successor is to be got now."""
        if not stock.lives(now):
            return now - stock.wanted_at < WANTED
        return self._is_followed(stock, now) and now >= stock.due

    def _is_followed(self, stock: _Stock, now: float) -> bool:
        """Whether a session that lives is to have a successor: if it was asked for since it came.

        What nobody asks for is not renewed through day and night; whoever asks has it renewed.
        """
        return stock.lives(now) and stock.wanted_at >= stock.got_at
