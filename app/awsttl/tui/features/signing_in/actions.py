"""SSO sign-ins: the dialog that gets one, and the rows that it brings back to life.

One sign-in serves all rows of an SSO session. A session is known by the name of its token file,
which profiles share exactly if the AWS CLI signs them in together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from awsttl.core import countdown, events
from awsttl.core.events import Event, What
from awsttl.core.model import CacheEntry, Link, Renewal, Shape, State, Status
from awsttl.engine.waiting import sso_link, token_of

if TYPE_CHECKING:
    from awsttl.aws.outcome import Failed
    from awsttl.aws.sso_sign_in import SignedIn
    from awsttl.core.model import Snapshot
    from awsttl.core.view.arrangement import View
    from awsttl.engine.jobs import Jobs
    from awsttl.engine.waiting import SignInDesk
    from awsttl.tui.features.signing_in.dialog import SignInDialog
    from awsttl.tui.host import Host


class SignIns:
    """Opens the sign-in dialog for its host, and renews what one sign-in brings back to life."""

    def __init__(self, host: Host, jobs: Jobs, desk: SignInDesk) -> None:
        self._host = host
        self._jobs = jobs
        self._desk = desk
        self._token = ""
        self._dialog: SignInDialog | None = None

    def ask(self, token: str, closed: Callable[[], None]) -> bool:
        """Open the dialog for a sign-in, if somebody waits for it; *closed* is called after it."""
        from awsttl.tui.features.signing_in.dialog import SignInDialog

        waiting = self._desk.waiting(token)
        if not waiting:
            return False
        link = sso_link(waiting[0])
        assert link is not None

        def answered(outcome: SignedIn | Failed | None) -> None:
            self._dialog = None
            self._answered(link, outcome)
            closed()

        self._token = token
        self._dialog = SignInDialog(
            link.name, waiting, self._desk.folder, self._host.clock, self._host.write
        )
        self._host.open(self._dialog, answered)
        return True

    def another(self, token: str) -> None:
        """One more row waits for the sign-in whose dialog is open."""
        if self._dialog is not None and token == self._token:
            self._dialog.show_waiting(self._desk.waiting(token))

    def _answered(self, link: Link, outcome: SignedIn | Failed | None) -> None:
        from awsttl.aws.outcome import Failed

        token, now = link.cache_names[0], self._host.clock()
        names = {status.name for status in self._desk.waiting(token)}
        if outcome is None:
            for name in names:
                self._jobs.cancel(name)
        elif isinstance(outcome, Failed):
            self._desk.answer(token, outcome.problem)
        else:
            if not outcome.by_another:
                self._host.record(_told(link, outcome, names, now), [outcome.path])
            self._desk.answer(token)
            self._host.files_changed()
            self._renew_others(token, names, now)

    def _renew_others(self, token: str, but: set[str], now: float) -> None:
        snapshot = self._host.arrangement.snapshot
        view = self._host.arrangement.view

        def renew(others: tuple[Status, ...]) -> None:
            for status in others:
                self._jobs.start(status, quiet=True)

        self._host.in_background(lambda: brought_back(snapshot, token, but, now, view), renew)


def _told(link: Link, outcome: SignedIn, names: set[str], now: float) -> Event:
    text = f"for {', '.join(sorted(names))}"
    written = CacheEntry(outcome.path, Shape.SSO_TOKEN, outcome.expires_at)
    keys = (events.state(written),)
    return Event(now, What.SIGNED_IN, link.name, text, outcome.expires_at, keys)


def brought_back(
    snapshot: Snapshot, token: str, but: set[str], now: float, view: View
) -> tuple[Status, ...]:
    """The rows whose sessions are ending or over, and which a sign-in lets renew silently.

    Of profiles that share a cache entry, one; of those that are hidden, none.
    """
    found: dict[str, Status] = {}
    taken = {
        status.hops[0].link.cache_names[:1] for status in snapshot.profiles if status.name in but
    }
    for status in snapshot.profiles:
        if token_of(status) != token or status.name in but or status.broken:
            continue
        if status.name in view.left_out:
            continue
        if status.session is None:
            continue  # nobody has used it yet: the AWS CLI gets a session when somebody does
        own = status.hops[0].link.cache_names[:1]
        if own in taken or not _silent_behind(status, now):
            continue
        if countdown.standing(status, now, view.threshold).state in (State.EXPIRING, State.EXPIRED):
            found.setdefault(own[0] if own else status.name, status)
    return tuple(found.values())


def _silent_behind(status: Status, now: float) -> bool:
    """Whether nothing but the sign-in itself asks for a person."""
    hops = status.hops[:-1]
    needed = [hops[0]]
    for hop in hops[1:]:
        if hop.usable(now):
            break
        needed.append(hop)
    return all(hop.link.needs is Renewal.SILENT for hop in needed)
