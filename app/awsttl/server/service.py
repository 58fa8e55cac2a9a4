"""The server as a whole: who may ask, what there is to give, and the door.

It lives as long as its program. What was handed out leads nowhere after that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from awsttl.core import containers
from awsttl.core.events import Event, What
from awsttl.server.endpoint import Endpoint
from awsttl.server.grants import Grant, Grants, Shells
from awsttl.server.protocol import Refused, Request
from awsttl.server.supply import MayRun, Supply, Trouble

if TYPE_CHECKING:
    from awsttl.core.model import Status
    from awsttl.core.remedies import Remedy
    from awsttl.core.snippets import Credentials
    from awsttl.core.view.arrangement import Arrangement
    from awsttl.engine.engine import Engine

LOGGED_EVERY: Final = 900.0
"""Seconds for which the log is not told again that the same shell asks."""


class Standing(NamedTuple):
    """How a profile that is served fares."""

    shells: Shells
    trouble: Trouble | None = None
    """Why the shells that asked get nothing."""


class Service:
    """Serves sessions of *engine*'s profiles on the loopback address.

    *heard* is told the name of a profile of which there is something new to say; any thread calls
    it, and it must not wait. *say* gives the sentence for a remedy, which clients print. *port* 0
    is any that is free. Raises ``OSError`` where the port is taken.
    """

    def __init__(
        self,
        engine: Engine,
        heard: Callable[[str], None],
        say: Callable[[Remedy], str],
        may_run: MayRun,
        port: int = 0,
    ) -> None:
        self._engine, self._heard, self._clock = engine, heard, engine.clock
        self.grants = Grants(engine.clock)
        self.supply = Supply(
            engine.renewing.jobs,
            engine.locations,
            engine.clock,
            may_run=may_run,
            told=self._changed,
            say=say,
        )
        self.endpoint = Endpoint(self._answer, port)
        self._told: dict[str, Trouble | None] = {}
        """Profile → the trouble that the log was told of."""
        engine.renewing.also_hear.append(self.supply.ended)
        self.supply.start()
        self.endpoint.start()

    def close(self) -> None:
        """Serve no more."""
        self.supply.stop()
        self.endpoint.stop()

    def show(self, arrangement: Arrangement) -> None:
        """Take over what was seen."""
        self.supply.show(arrangement)

    # ---------------------------------------------------------------- handing out

    def hand_out(self, status: Status, credentials: Credentials | None = None) -> Grant:
        """An address and a token for one shell. *credentials* are the profile's, if known."""
        grant = self.grants.hand_out(status.name)
        self.supply.take_up(status, credentials)
        return grant

    def withdraw(self, grant: Grant) -> None:
        """Take back what no shell was given."""
        self.grants.withdraw(grant)
        if grant.profile not in self.grants.profiles:
            self._give_up(grant.profile)

    def note(self, grant: Grant) -> None:
        """Tell the log that a shell was given an address."""
        self._record(grant.profile, "handed out live to a shell")
        self._heard(grant.profile)

    def revoke(self, profile: str) -> int:
        """Answer the shells of a profile no more. Returns how many had an address."""
        count = self.grants.revoke(profile)
        self._give_up(profile)
        self.endpoint.wake()
        if count:
            self._record(profile, f"live credentials revoked, of {_shells(count)}")
            self._heard(profile)
        return count

    def _give_up(self, profile: str) -> None:
        self.supply.give_up(profile)
        self._told.pop(profile, None)

    def uri(self, grant: Grant) -> str:
        """The address for ``AWS_CONTAINER_CREDENTIALS_FULL_URI``."""
        return containers.address(self.endpoint.port, grant.path)

    def standing(self, profile: str) -> Standing:
        """How a profile fares."""
        return Standing(self.grants.shells(profile), self.supply.trouble(profile))

    # ---------------------------------------------------------------- answering

    def _answer(self, request: Request, is_last: bool) -> bytes | None:  # noqa: FBT001 (Endpoint's)
        grant = self.grants.asked(request)
        self._note_asked(grant)
        try:
            return self.supply.answer(grant.profile, is_last=is_last)
        except Refused:
            self._changed(grant.profile, wake=False)
            raise

    def _note_asked(self, grant: Grant) -> None:
        now, before = self._clock(), grant.asked_at
        grant.asked_at = now
        if not 0 <= now - grant.told_at < LOGGED_EVERY:
            grant.told_at = now
            again = "again" if before else "for the first time"
            self._record(grant.profile, f"a shell asks {again}")
            # No more often: ten shells that ask each minute must not cost a frame each.
            self._heard(grant.profile)

    def _changed(self, profile: str, *, wake: bool = True) -> None:
        """There is a new session, or none can be had."""
        if wake:
            self.endpoint.wake()
        trouble = self.supply.trouble(profile)
        if trouble == self._told.get(profile):
            return
        self._told[profile] = trouble
        if trouble is not None:
            text = f"{trouble.problem.message}; {trouble.problem.fix}"
            self._engine.recorder.record(Event(self._clock(), What.REFUSED, profile, text))
        self._heard(profile)

    def _record(self, profile: str, text: str) -> None:
        self._engine.recorder.record(Event(self._clock(), What.SERVED, profile, text))


def _shells(count: int) -> str:
    return "1 shell" if count == 1 else f"{count} shells"
