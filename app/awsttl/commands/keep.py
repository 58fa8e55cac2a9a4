"""``awsttl keep``: keeps sessions alive without a screen, for a service or a spare pane."""

from __future__ import annotations

import gc
import os
import signal
import time
from argparse import Namespace
from collections.abc import Collection
from typing import Final, NoReturn

from awsttl.commands import choosing, exit_codes
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.output import say, show
from awsttl.commands.parsing import Parser
from awsttl.commands.prompts import Prompts
from awsttl.commands.remedies import said
from awsttl.core import countdown
from awsttl.core.alarms import Notice
from awsttl.core.model import Snapshot, Status
from awsttl.core.profiles.cache_names import process_fingerprint
from awsttl.core.remedies import Problem
from awsttl.core.settings import Settings
from awsttl.core.view import layout
from awsttl.core.view.arrangement import Arrangement
from awsttl.core.why import obstacles
from awsttl.disk.locations import Locations
from awsttl.engine.engine import Engine
from awsttl.engine.feed import Feed
from awsttl.engine.jobs import Job, Phase
from awsttl.engine.look import OneLook
from awsttl.engine.person import Nobody

PATIENCE: Final = 2.0
"""Seconds that what follows the files has to come to its end."""


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.takes_profiles("profiles and globs, for as long as this runs; without any, those of a")
    parser.takes_no_input()
    parser.explains(
        "Runs until it is stopped, and prints a line for each event. It renews shortly before the\n"
        "reuse point, asks nobody, and runs no credential_process that was not allowed."
    )
    parser.shows("awsttl keep prod 'dev-*'", "systemd-run --user awsttl keep")


def run(given: Namespace) -> int:
    """Keep alive until a signal comes. Returns the exit code."""
    gc.enable()  # unlike other commands, this one stays
    locations = Locations.of(os.environ)
    person = Prompts(no_input=given.no_input)
    names = _chosen(OneLook(locations, os.environ), given, person)
    for number in (signal.SIGTERM, signal.SIGHUP):
        # The end comes from the queue: out of the handler itself the exception could come anywhere,
        # also while Python imports something, where it has been lost.
        signal.signal(number, lambda number, _frame: person.do(lambda: _end(number)))
    keeping = _Keeping(Feed(locations, os.environ), locations, person, names)
    keeping.start()
    try:
        person.wait(lambda: False)
    finally:
        keeping.stop()
    return exit_codes.DONE


def _end(number: int) -> NoReturn:
    # To be stopped is what a service is for: no failure.
    raise SystemExit(exit_codes.DONE if number == signal.SIGTERM else 128 + number)


def _chosen(look: OneLook, given: Namespace, person: Prompts) -> frozenset[str] | None:
    """The profiles that were named; ``None`` where the settings say which are kept.

    Raises ``CommandError`` where nothing of it can be kept.
    """
    settings, now = look.latest.settings, time.time()
    if given.profiles:
        statuses = choosing.some(given.profiles, look.snapshot)
    else:
        statuses = [each for each in look.snapshot.profiles if each.name in settings.keep]
        if not statuses:
            raise CommandError("no profile is chosen to be kept; name some")
    for status in statuses:
        _ask_for_processes(status, look, person)
    allowed = _allowed(look)
    problems = [
        (status.name, problem)
        for status in statuses
        if (problem := obstacles.cannot_keep(status, now, allowed))
    ]
    if len(problems) == len(statuses):
        for name, problem in problems[:-1]:
            say(f"awsttl keep: {_told((name,), problem)}")
        raise CommandError(_told((problems[-1][0],), problems[-1][1]), exit_codes.NEEDS_YOU)
    for name, problem in problems:
        say(f"awsttl keep: {_told((name,), problem)}")
    return frozenset(status.name for status in statuses) if given.profiles else None


def _allowed(look: OneLook) -> Collection[str]:
    from awsttl.core import keeping

    return keeping.allowed(look.files, look.settings.look().settings)


def _ask_for_processes(status: Status, look: OneLook, person: Prompts) -> None:
    """Ask whether the processes of a chain may run without a key, and show them."""
    from awsttl.core import keeping

    allowed = _allowed(look)
    names = [name for name in obstacles.processes(status) if name not in allowed]
    if not names or not person.can_ask:
        return
    commands = {name: keeping.command(look.files, name) for name in names}
    for name, command in commands.items():
        say(f"{name}: {command.reveal()}")
    if not person.agrees(f"To keep {status.name} alive, may awsttl run this without asking?"):
        return
    prints = {name: process_fingerprint(each.reveal()) for name, each in commands.items()}

    def allow(present: Settings) -> Settings:
        return present._replace(allowed_processes={**present.allowed_processes, **prints})

    if problem := look.settings.change(allow):
        say(f"awsttl keep: {problem.message}; {said(problem.fix)}")


def _told(names: tuple[str, ...], problem: Problem) -> str:
    verb = "is" if len(names) == 1 else "are"
    told = f"{layout.listed(names)} {verb} not kept alive: {problem.message}"
    return f"{told}; {fix}" if (fix := said(problem.fix)) else told


class _Keeping:
    """Follows the files, keeps what is to be kept, and prints what happens."""

    def __init__(
        self, feed: Feed, locations: Locations, person: Prompts, names: frozenset[str] | None
    ) -> None:
        self._feed, self._person, self._names = feed, person, names
        self._engine = Engine(feed, locations, Nobody(), self)
        self._kept: frozenset[str] = frozenset()

    def start(self) -> None:
        """Begin to follow."""
        self._feed.noticed = self._engine.notice
        self._feed.start()
        self._feed.attach(lambda arrangement: self._person.do(lambda: self._show(arrangement)))

    def stop(self) -> None:
        """Keep no more, and write what is still to be told."""
        self._feed.stop(PATIENCE)
        self._engine.close()

    def _show(self, arrangement: Arrangement) -> None:
        settings = arrangement.settings
        if self._names is not None:
            settings = settings._replace(keep=self._names)
        if len(arrangement.snapshot.profiles) == arrangement.total:
            self._greet(settings.keep, arrangement.snapshot)
        self._engine.keep_alive(arrangement._replace(settings=settings))

    def _greet(self, keep: frozenset[str], seen: Snapshot) -> None:
        """Say what is kept from now on, and what no longer."""
        now = time.time()
        for name in sorted(keep - self._kept):
            status = seen.status(name)
            ends = countdown.expires_at(status) if status else None
            left = f", {countdown.left(ends, now).text} left" if ends and ends > now else ""
            self._print(f"{name}: kept alive{left}" if status else f"{name}: does not exist")
        for name in sorted(self._kept - keep):
            self._print(f"{name}: no longer kept alive")
        self._kept = keep

    # ---------------------------------------------------------------- what happens by itself

    def renewal(self, job: Job) -> None:
        """A renewal has come further."""
        if job.phase is Phase.DONE:
            self._person.do(lambda: self._print(f"{job.name}: renewed"))

    def not_kept(self, names: tuple[str, ...], problem: Problem) -> None:
        """Kept profiles could not be renewed."""
        self._person.do(lambda: self._print(_told(names, problem)))

    def warned(self, notice: Notice | None, title: str) -> None:
        """Nothing is announced here: dashboards do that."""

    def _print(self, text: str) -> None:
        show(layout.printable(f"{time.strftime('%H:%M:%S')} {text}"))
