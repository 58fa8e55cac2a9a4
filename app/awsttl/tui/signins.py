"""SSO sign-ins: the desk where renewals wait for one, and the dialog that gets it.

One sign-in serves all rows of an SSO session. A session is known by the name of its token file,
which profiles share exactly if the AWS CLI signs them in together.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from awsttl.core import countdown, events
from awsttl.core.events import Event, What
from awsttl.core.model import CacheEntry, Kind, Link, Problem, Renewal, Shape, State, Status

if TYPE_CHECKING:
    from awsttl.aws.outcome import Failed
    from awsttl.aws.signin import SignedIn
    from awsttl.core.arrangement import View
    from awsttl.core.model import Snapshot
    from awsttl.tui.dialogs.signin import SignInDialog
    from awsttl.tui.host import Host
    from awsttl.tui.jobs import Jobs

_HELPS: Final = ("sign-in", "never-signed-in")
"""Codes of the problems that a sign-in solves."""


def sso_link(status: Status) -> Link | None:
    """The SSO sign-in that a profile, or the source of its chain, depends on."""
    end = status.hops[-1].link if status.hops else None
    return end if end and end.kind is Kind.SSO and not end.is_profile else None


def token_of(status: Status) -> str:
    """The name of the token file that a profile depends on; empty where there is none."""
    link = sso_link(status)
    return link.cache_names[0] if link else ""


@dataclass(slots=True)
class _Request:
    waiting: dict[str, Status] = field(default_factory=dict)
    is_over: bool = False
    problem: Problem | None = None


class SignInDesk:
    """Where renewals wait for a sign-in, SSO session by SSO session.

    *wanted* is called with a token file's name when somebody begins to wait for it.
    """

    def __init__(self, folder: str, wanted: Callable[[str], None]) -> None:
        self.folder = folder
        """``~/.aws/sso/cache``."""
        self._wanted = wanted
        self._news = threading.Condition()
        self._requests: dict[str, _Request] = {}

    @staticmethod
    def serves(status: Status, problem: Problem) -> bool:
        """Whether signing in is what this failure asks for."""
        return problem.code in _HELPS and sso_link(status) is not None

    def seen(self, status: Status) -> tuple[int, ...]:
        """A mark of the token file as it is now, which differs after every sign-in."""
        if not (token := token_of(status)):
            return ()
        try:
            found = Path(self.folder, token).stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_ino, found.st_size

    def sign_in(self, status: Status, cancelled: threading.Event) -> Problem | None:
        """Wait for the sign-in of that profile. Tells why that did not work."""
        token = token_of(status)
        with self._news:
            # A request that is put in after its withdrawal would open a dialog for nobody.
            if cancelled.is_set():
                return None
            request = self._requests.setdefault(token, _Request())
            request.waiting[status.name] = status
        self._wanted(token)
        with self._news:
            while not request.is_over and not cancelled.is_set():
                self._news.wait()
            return request.problem

    def waiting(self, token: str) -> tuple[Status, ...]:
        """The profiles that wait for that sign-in, by name."""
        with self._news:
            request = self._requests.get(token)
            return (
                tuple(request.waiting[name] for name in sorted(request.waiting)) if request else ()
            )

    def tokens(self) -> tuple[str, ...]:
        """The sign-ins that somebody waits for."""
        with self._news:
            return tuple(self._requests)

    def answer(self, token: str, problem: Problem | None = None) -> None:
        """Tell all who wait that it is done, or why it failed."""
        with self._news:
            if request := self._requests.pop(token, None):
                request.is_over, request.problem = True, problem
                self._news.notify_all()

    def withdraw(self, name: str) -> None:
        """A profile waits no longer."""
        with self._news:
            for token, request in list(self._requests.items()):
                request.waiting.pop(name, None)
                if not request.waiting:
                    del self._requests[token]
            self._news.notify_all()


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
        from awsttl.tui.dialogs.signin import SignInDialog

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
