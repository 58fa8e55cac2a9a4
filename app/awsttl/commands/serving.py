"""A server for the length of one command: it follows the files, and asks nobody."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Final, Self

from awsttl.commands import exit_codes
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.remedies import said
from awsttl.core.alarms import Notice
from awsttl.core.live import Address, Variables
from awsttl.core.model import Status
from awsttl.core.remedies import Problem
from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials
from awsttl.core.view.arrangement import Arrangement
from awsttl.core.why import obstacles
from awsttl.disk import live_config
from awsttl.disk.locations import Locations
from awsttl.engine.engine import Engine
from awsttl.engine.feed import Feed
from awsttl.engine.jobs import Job, Phase
from awsttl.engine.living import Living
from awsttl.engine.look import OneLook
from awsttl.engine.person import Nobody
from awsttl.server.service import Service

PATIENCE: Final = 2.0
"""Seconds that what follows the files has to come to its end."""

Tell = Callable[[str], None]
"""Hears what happens, in a few words; from any thread."""


class Serving:
    """Serves one profile, which has these credentials to begin with. A context manager.

    A command is a person's own word, as a key is: the processes behind the profile run. One that
    is changed later does not. With *token_file*, the token is not a variable but in that file.
    Raises ``CommandError``.
    """

    def __init__(
        self,
        status: Status,
        credentials: Credentials,
        tell: Tell,
        *,
        port: int = 0,
        token_file: str = "",
    ) -> None:
        gc.enable()  # unlike other commands, this one stays
        self._status, self._tell = status, tell
        self._locations = Locations.of(os.environ)
        self._feed = Feed(self._locations, os.environ)
        self._engine = Engine(self._feed, self._locations, Nobody(), self)
        self._living = Living(self._locations, os.environ)
        self._may_run: Mapping[str, str] | None = None
        self._asked = self._trouble = ""
        self._token_file = token_file
        try:
            self._service = Service(self._engine, self._heard, said, self._allowed, port)
        except OSError as error:
            text = f"port {port} cannot be served: {error.strerror}"
            raise CommandError(text, exit_codes.FAILED) from None
        self._grant = self._service.hand_out(status, credentials)

    def variables(self) -> Variables:
        """The variables that lead a program here. Raises ``CommandError``."""
        grant, token = self._grant, self._token_file or self._grant.token
        if self._token_file:
            _write_token(self._token_file, grant.token)
        seen = OneLook(self._locations, os.environ, only="default").snapshot
        address = Address(self._service.uri(grant), token)
        found = self._living.variables(address, self._status, seen)
        if isinstance(found, str):
            raise CommandError(f"{self._status.name}: {found}", exit_codes.FAILED)
        self._service.note(grant)
        return found

    def __enter__(self) -> Self:
        self._feed.noticed = self._engine.notice
        self._feed.start()
        self._feed.attach(self._show)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._service.close()
        self._feed.stop(PATIENCE)
        self._engine.close()
        self._living.close()
        if self._token_file:
            live_config.withdraw_token(self._token_file, self._grant.token)

    def _show(self, arrangement: Arrangement) -> None:
        if len(arrangement.snapshot.profiles) != arrangement.total:
            return
        if self._may_run is None:
            names = obstacles.processes(self._status)
            found = (arrangement.snapshot.status(name) for name in names)
            self._may_run = {each.name: each.profile.process for each in found if each}
        self._service.show(arrangement)
        self._living.follow()

    def _allowed(self) -> Mapping[str, str]:
        return self._may_run or {}

    # ---------------------------------------------------------------- what happens by itself

    def _heard(self, name: str) -> None:
        shells, trouble = self._service.standing(name)
        if shells.asked_at and not self._asked:
            self._asked = "asked"
            self._tell(f"{name}: asked for the first time")
        text = ""
        if trouble is not None:
            fix = said(trouble.problem.fix)
            text = f"{name}: asked for, and {trouble.problem.message}; {fix}"
        if text and text != self._trouble:
            self._tell(text)
        self._trouble = text

    def renewal(self, job: Job) -> None:
        """A renewal has come further."""
        if job.phase is Phase.DONE:
            self._tell(f"{job.name}: renewed")

    def not_kept(self, names: tuple[str, ...], problem: Problem) -> None:
        """Nothing is kept here but what is served."""

    def warned(self, notice: Notice | None, title: str) -> None:
        """Nothing is announced here: dashboards do that."""


def timed(text: str) -> str:
    """A line for a log that a person reads."""
    return f"{time.strftime('%H:%M:%S')} {text}"


def _write_token(path: str, token: Secret) -> None:
    try:
        live_config.write_token(path, token)
    except OSError as error:
        text = f"{path} cannot be written: {error.strerror}"
        raise CommandError(text, exit_codes.FAILED) from None
