"""The engine for the length of one command: it acts, asks at the terminal, and tells the log."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from types import TracebackType
from typing import Final, Self

from awsttl.commands import choosing, exit_codes
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.prompts import Prompts
from awsttl.commands.remedies import said
from awsttl.core.alarms import Notice
from awsttl.core.model import Status
from awsttl.core.remedies import Problem
from awsttl.core.why import obstacles
from awsttl.disk.locations import Locations
from awsttl.engine.engine import Engine
from awsttl.engine.jobs import Job, Phase
from awsttl.engine.look import OneLook

Heard = Callable[[Job], None]


class Acting:
    """A context manager: at its end, what is still to be told is written to the log.

    *person* answers the engine's questions, on the thread that calls the methods here. *heard* is
    told of each phase of each renewal, on that thread too.
    """

    def __init__(self, person: Prompts, heard: Heard | None = None) -> None:
        self.person = person
        self.locations = Locations.of(os.environ)
        self.look = OneLook(self.locations, os.environ)
        self.engine = Engine(self.look, self.locations, person, self)
        self._heard = heard
        self._ended: dict[str, Job] = {}
        """Profile → how its renewal has ended."""

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
        for status, quiet, may_run in wanted.values():
            self.engine.renewing.start(status, quiet=quiet, may_run=may_run)
        self._wait_for(wanted.keys())
        return [self._ended[name] for name in wanted]

    def sign_in(self, status: Status, *, remote: bool = False) -> Problem | None:
        """Have the person sign in, and wait until that has brought back what it can.

        Returns why it did not work.
        """
        renewing = self.engine.renewing
        problem = self.person.run(lambda: renewing.sign_in(status, remote=remote))
        self._wait_for(())
        return problem

    def _wait_for(self, names: Collection[str]) -> None:
        """Wait until these renewals have been told of, and no other is at work."""
        jobs = self.engine.renewing.jobs
        self.person.wait(lambda: all(name in self._ended for name in names) and not jobs.running)

    def _processes(self, status: Status) -> frozenset[str]:
        """The fingerprints of the processes along a chain."""
        names = obstacles.processes(status)
        found = (self.look.snapshot.status(name) for name in names)
        return frozenset(each.profile.process for each in found if each is not None)

    # ---------------------------------------------------------------- what happens by itself

    def renewal(self, job: Job) -> None:
        """A renewal has come further."""
        self.person.do(lambda: self._hear(job))

    def _hear(self, job: Job) -> None:
        """On the thread that waits: take note of it, and tell of it."""
        if job.phase.over:
            self._ended[job.name] = job
        if self._heard is not None:
            self._heard(job)

    def not_kept(self, names: tuple[str, ...], problem: Problem) -> None:
        """Only what keeps sessions alive has something to say here."""

    def warned(self, notice: Notice | None, title: str) -> None:
        """A command announces nothing: it ends before a session does."""


def complaint(name: str, problem: Problem | None) -> CommandError:
    """The error for a profile without a session: its problem, and what one can type about it."""
    if problem is None:
        return CommandError(f"{name}: given up", exit_codes.FAILED)
    text = f"{name}: {problem.message}; {said(problem.fix)}"
    return CommandError(text, code_of_problem(problem))


_NEED_A_PERSON: Final = ("needs-you", "paste", "process-not-allowed")
"""Codes of the problems that nothing but a person can solve."""


def code_of_problem(problem: Problem) -> int:
    """The exit code for a problem that keeps a profile from a session."""
    needs_you = problem.code in _NEED_A_PERSON
    return exit_codes.NEEDS_YOU if needs_you else exit_codes.FAILED


def code_of(job: Job) -> int:
    """The exit code for how a renewal has ended."""
    if job.phase is Phase.DONE:
        return exit_codes.DONE
    return exit_codes.FAILED if job.problem is None else code_of_problem(job.problem)
