"""The engine for the length of one command: it acts, asks at the terminal, and tells the log."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from awsttl.commands import choosing, exit_codes
from awsttl.commands.prompts import Prompts
from awsttl.core.alarms import Notice
from awsttl.core.model import Problem, Status
from awsttl.core.why import obstacles
from awsttl.disk.locations import Locations
from awsttl.engine.engine import Engine
from awsttl.engine.jobs import Job, Phase
from awsttl.engine.look import OneLook

Heard = Callable[[Job], None]


class Acting:
    """A context manager: at its end, what is still to be told is written to the log.

    *person* answers the engine's questions, on the thread that calls the methods here. *heard* is
    told of each phase of each renewal, from any thread, and must not wait.
    """

    def __init__(self, person: Prompts, heard: Heard | None = None) -> None:
        self.person = person
        self.locations = Locations.of(os.environ)
        self.look = OneLook(self.locations, os.environ)
        self.engine = Engine(self.look, self.locations, person, self)
        self._heard = heard

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.engine.close()

    def status(self, name: str) -> Status:
        """A profile as it is now. Raises ``CommandError`` where there is none of that name."""
        return choosing.one(name, self.look.snapshot)

    # ---------------------------------------------------------------- renewing

    def renew(self, statuses: Iterable[Status]) -> list[Job]:
        """Renew these, and wait until all are over. Returns how each has ended.

        A command is a person's own word, as a key is: the processes behind these profiles run.
        """
        return self._renew(
            {status.name: (status, False, self._processes(status)) for status in statuses}
        )

    def renew_silently(
        self, statuses: Iterable[Status], may_run: frozenset[str] = frozenset()
    ) -> list[Job]:
        """The same without a question, and with no processes but those of these fingerprints."""
        return self._renew({status.name: (status, True, may_run) for status in statuses})

    def _renew(self, wanted: dict[str, tuple[Status, bool, frozenset[str]]]) -> list[Job]:
        jobs = self.engine.renewing.jobs
        for status, quiet, may_run in wanted.values():
            self.engine.renewing.start(status, quiet=quiet, may_run=may_run)

        def is_over() -> bool:
            return all((job := jobs.of(name)) is not None and job.phase.over for name in wanted)

        self.person.wait(is_over)
        return [job for name in wanted if (job := jobs.of(name)) is not None]

    def _processes(self, status: Status) -> frozenset[str]:
        """The fingerprints of the processes along a chain."""
        names = obstacles.processes(status)
        found = (self.look.snapshot.status(name) for name in names)
        return frozenset(each.profile.process for each in found if each is not None)

    # ---------------------------------------------------------------- what happens by itself

    def renewal(self, job: Job) -> None:
        """A renewal has come further."""
        if self._heard is not None:
            self._heard(job)
        self.person.wake()

    def not_kept(self, names: tuple[str, ...], problem: Problem) -> None:
        """Only what keeps sessions alive has something to say here."""

    def warned(self, notice: Notice | None, title: str) -> None:
        """A command announces nothing: it ends before a session does."""


def code_of(job: Job) -> int:
    """The exit code for how a renewal has ended."""
    if job.phase is Phase.DONE:
        return exit_codes.DONE
    needs_you = job.problem is not None and job.problem.code == "needs-you"
    return exit_codes.NEEDS_YOU if needs_you else exit_codes.FAILED
