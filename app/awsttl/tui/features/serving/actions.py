"""Serves sessions to shells as long as the dashboard is open, and says on rows how they fare."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from awsttl.core.countdown import Timed
from awsttl.core.live import Address, Variables
from awsttl.core.model import Status
from awsttl.core.remedies import Act
from awsttl.core.view.details import Detail
from awsttl.core.view.rows import LIVE, Item
from awsttl.engine.living import Living
from awsttl.server.service import Service
from awsttl.tui.host import Host
from awsttl.tui.keymap import key_of
from awsttl.tui.remedies import said, told
from awsttl.tui.table.paint import Remark

if TYPE_CHECKING:
    from awsttl.core.snippets import Credentials
    from awsttl.core.view.arrangement import Arrangement
    from awsttl.server.grants import Grant


class Offer(NamedTuple):
    """What a shell may be given. It is withdrawn if nobody takes it."""

    variables: Variables
    taken: Callable[[], None]
    """To be called when a shell gets it."""
    left: Callable[[], None]
    """To be called when it was shown, and may not have been taken."""


class Serving:
    """The server of a dashboard: there is none before the first offer."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._service: Service | None = None
        self._living = Living(host.engine.locations, os.environ)
        self._remarked: set[str] = set()
        """The profiles whose rows say that shells ask in vain."""

    # ---------------------------------------------------------------- handing out

    def offer(
        self, status: Status, credentials: Credentials, then: Callable[[Offer | str], None]
    ) -> None:
        """Prepare an address for one shell; *then* gets it, or why there is none."""
        try:
            service = self._start()
        except OSError as error:
            then(f"nothing can be served: {error.strerror}")
            return
        grant = service.hand_out(status, credentials)
        seen = self._host.arrangement.snapshot

        def prepare() -> Variables | str:
            address = Address(service.uri(grant), grant.token)
            return self._living.variables(address, status, seen)

        def tell(found: Variables | str) -> None:
            if isinstance(found, str):
                service.withdraw(grant)
                then(found)
            else:
                then(self._offer(service, grant, found))

        self._host.in_background(prepare, tell)

    def _offer(self, service: Service, grant: Grant, variables: Variables) -> Offer:
        state = {"is_taken": False}

        def taken() -> None:
            if not state["is_taken"]:
                state["is_taken"] = True
                service.note(grant)

        def left() -> None:
            if not state["is_taken"]:
                service.withdraw(grant)

        return Offer(variables, taken, left)

    def _start(self) -> Service:
        if self._service is None:
            host = self._host
            self._service = Service(
                host.engine,
                lambda name: host.soon(lambda: self._hear(name)),
                # It is read in another shell, in what an AWS CLI prints.
                lambda remedy: f"in awsttl: {text}" if (text := said(remedy)) else "",
                host.engine.choices.may_run,
            )
            host.serving = self
            self._service.show(host.arrangement)
        return self._service

    def revoke(self) -> None:
        """Answer the shells of the profile under the cursor no more."""
        item, service = self._host.item, self._service
        if not isinstance(item, Status):
            return
        count = service.revoke(item.name) if service is not None else 0
        if count:
            whose = "1 shell" if count == 1 else f"{count} shells"
            self._host.say(
                f"{item.name} is served no more: {whose} had it; {key_of('unset')} "
                "removes the variables"
            )
        else:
            self._host.say(
                f"{item.name} was not given to a shell as live: "
                f"{key_of('export')}, then e until live"
            )

    # ---------------------------------------------------------------- following

    def show(self, arrangement: Arrangement) -> None:
        """Take over what was seen."""
        if self._service is not None:
            self._service.show(arrangement)
            self._host.in_background(self._living.follow, lambda _done: None)

    def close(self) -> None:
        """Serve no more: the dashboard ends."""
        if self._service is not None:
            self._service.close()
        self._living.close()

    # ---------------------------------------------------------------- in words

    def glance(self, status: Status, other: Timed) -> Timed:
        """What a row says besides: *other*, or how many shells live on it."""
        if self._service is None:
            return other
        shells = self._service.standing(status.name).shells
        if other.text or not shells.handed_out:
            return other
        count = f"{shells.lately} shell" + ("" if shells.lately == 1 else "s")
        text = f"{LIVE} {count}" if shells.lately else f"{LIVE} live"
        return Timed(text, min(shells.until, other.until))

    def _hear(self, name: str) -> None:
        """There is something new to say of the shells of a profile."""
        trouble = self._trouble(name)
        if trouble:
            self._remarked.add(name)
            self._host.remark(name, Remark(f"! {trouble}", "expiring"))
        elif name in self._remarked:
            self._remarked.remove(name)
            self._host.remark(name, None)
        self._host.wait_for(frozenset(self._remarked))
        self._host.look_again(name)

    def _trouble(self, name: str) -> str:
        """Why the shells of a profile get nothing, and what to do; empty where they do."""
        trouble = self._service.standing(name).trouble if self._service else None
        if trouble is None:
            return ""
        problem = trouble.problem
        why = f"needs an MFA code, press {key_of(Act.RENEW)}" if problem.code == "mfa" else ""
        return f"asked for by a shell: {why or told(problem, name)}"

    def details(self, item: Item | None) -> tuple[Detail, ...]:
        """How the shells of a row fare, at length."""
        if self._service is None or not isinstance(item, Status):
            return ()
        shells = self._service.standing(item.name).shells
        if not shells.handed_out:
            return ()
        text = f"{shells.handed_out} given, {shells.lately} asked lately"
        lines = [Detail("shells", text, aside=f"{key_of('revoke')} revokes")]
        if trouble := self._trouble(item.name):
            lines.append(Detail("", trouble, "expiring"))
        return tuple(lines)
