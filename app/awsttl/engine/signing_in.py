"""Signing in to SSO: what a person is asked for, and what one sign-in brings back to life.

One sign-in serves all profiles of an SSO session. A session is known by the name of its token
file, which profiles share exactly if the AWS CLI signs them in together.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from awsttl.core import countdown, events
from awsttl.core.events import Event, What
from awsttl.core.files import CacheEntry, Shape
from awsttl.core.ini.names import SSO_SESSION
from awsttl.core.ini.plans import Plan, SetKeys, Which
from awsttl.core.model import Link, Renewal, Snapshot, State, Status
from awsttl.core.remedies import Act, Problem, Remedy
from awsttl.core.view.ranking import View
from awsttl.engine.waiting import token_of

if TYPE_CHECKING:
    from awsttl.aws.outcome import Failed
    from awsttl.aws.sso_sign_in import Code, SignedIn


class SignInRequest:
    """A sign-in is wanted. The person gets a code, confirms it in a browser, and waits for AWS.

    A code that has run out is replaced by calling :meth:`begin` again.
    """

    def __init__(
        self, link: Link, waiting: Callable[[], tuple[Status, ...]], sso_folder: str
    ) -> None:
        self.session = link.name
        """What people call it: the ``sso-session``'s name, or the start URL."""
        self._waiting = waiting
        self._first = waiting()[0]
        self._folder = sso_folder

    @property
    def waiting(self) -> tuple[str, ...]:
        """The profiles that wait for it now, by name."""
        return tuple(status.name for status in self._waiting())

    def begin(self) -> Code | Failed:
        """Ask AWS for a code. Blocks, half a minute at most for each of two calls."""
        from awsttl.aws import sso_sign_in
        from awsttl.aws.outcome import Failed

        try:
            return sso_sign_in.begin(self._first, self._folder)
        except Exception as error:  # noqa: BLE001 (the face says so, and goes on)
            return Failed(_unexpected(error))

    def finish(
        self, code: Code, cancelled: threading.Event, tell: Callable[[str], None]
    ) -> SignedIn | Failed | None:
        """Wait until the code is confirmed, or has run out; ``None`` when *cancelled*.

        *tell* hears, in this thread, why the last question to AWS was not answered; an empty text
        once one was.
        """
        from awsttl.aws import sso_sign_in
        from awsttl.aws.file_cache import Cancelled
        from awsttl.aws.outcome import Failed

        try:
            return sso_sign_in.finish(code, cancelled, tell)
        except Cancelled:
            return None
        except Exception as error:  # noqa: BLE001 (as above)
            return Failed(_unexpected(error))


def _unexpected(error: Exception) -> Problem:
    # The kind of error only: its text is not known to be free of secrets.
    again = Remedy(act=Act.RENEW, purpose="again")
    return Problem("unexpected", f"unexpected {type(error).__name__}", again)


def region_of_portal(link: Link, region: str, waiting: Iterable[Status]) -> Plan:
    """The edit by which ``sso_region`` names the portal's region, as AWS CLI v2 makes it.

    Without it every session would be asked of the wrong region.
    """
    keys = {"sso_region": region}
    if link.refreshes:
        return (SetKeys(Which.CONFIG, link.name, keys, SSO_SESSION),)
    names = dict.fromkeys(status.hops[-2].link.name for status in waiting)
    return tuple(SetKeys(Which.CONFIG, name, keys) for name in names)


def told(link: Link, outcome: SignedIn, names: set[str], now: float) -> Event:
    """The line of the log for a sign-in that worked."""
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
