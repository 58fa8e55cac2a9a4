"""Renewals at work, and what a screen hears of them."""

from __future__ import annotations

import threading
from collections.abc import Callable

from awsttl.engine.jobs import Job, Jobs, Phase
from awsttl.engine.waiting import SignInQueue
from support.home import Home
from support.looking import look


class Board:
    """Jobs, and what a screen hears of them."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.sign_ins = SignInQueue(str(home.sso_folder), self._sign_in_wanted)
        self.jobs = Jobs(str(home.cli_folder), self._changed, self._wanted, sign_ins=self.sign_ins)
        self.heard: list[Job] = []
        self.sign_ins_wanted: list[str] = []
        self.wanted: list[str] = []
        self._news = threading.Condition()

    def _changed(self, job: Job) -> None:
        with self._news:
            self.heard.append(job)
            self._news.notify_all()

    def _wanted(self, serial: str) -> None:
        with self._news:
            self.wanted.append(serial)
            self._news.notify_all()

    def _sign_in_wanted(self, token: str) -> None:
        with self._news:
            self.sign_ins_wanted.append(token)
            self._news.notify_all()

    def wait(self, condition: Callable[[], bool]) -> None:
        """Return once *condition* holds; it is looked at whenever something is heard."""
        with self._news:
            assert self._news.wait_for(condition, timeout=30), self.heard

    def start(self, *names: str) -> None:
        snapshot = look(self.home)
        for name in names:
            found = snapshot.status(name)
            assert found is not None
            assert self.jobs.start(found)

    def phase(self, name: str) -> Phase | None:
        job = self.jobs.of(name)
        return job.phase if job else None

    def phases(self, name: str) -> list[Phase]:
        """All phases that were heard of that profile's renewals, in order."""
        return [job.phase for job in self.heard if job.name == name]

    def end(self, *names: str) -> list[Job]:
        """Wait until these are over; how they ended."""
        self.wait(lambda: all((job := self.jobs.of(n)) and job.phase.over for n in names))
        return [job for name in names if (job := self.jobs.of(name)) is not None]

    def asking(self, serial: str, count: int) -> None:
        """Wait until that many renewals wait for a code of the device."""
        self.wait(lambda: len(self.jobs.codes.waiting(serial)) == count)


def workers() -> int:
    """How many threads renew something."""
    return sum(thread.name == "renewal" for thread in threading.enumerate())


def no_workers() -> None:
    """Wait until all threads have ended, those of cancelled renewals too."""
    for thread in threading.enumerate():
        if thread.name == "renewal":
            thread.join(timeout=30)
    assert workers() == 0
