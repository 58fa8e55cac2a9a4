"""Which sign-in a word stands for: that of a profile, or an SSO session by its name."""

from __future__ import annotations

import time

from awsttl.commands import choosing
from awsttl.commands.exit_codes import USAGE, CommandError
from awsttl.core import countdown
from awsttl.core.model import Snapshot, Status
from awsttl.core.profiles.kinds import sign_in_of


def signed_in_by(given: str | None, seen: Snapshot) -> Status:
    """A profile that comes from the sign-in that is meant.

    *given* is a profile, or else an SSO session; without it, the profile that the environment
    selects. Raises ``CommandError`` where no sign-in is meant.
    """
    name = choosing.name_of(given)
    status = seen.status(name)
    if status is not None and _signs_in(status):
        return status
    for other in seen.profiles:
        if _signs_in(other) and other.hops[-1].link.name == name:
            return other
    if status is None:
        raise _missing(name, seen)
    raise CommandError(f"{name} does not sign in; to renew it: awsttl renew {name}", USAGE)


def _signs_in(status: Status) -> bool:
    return bool(status.hops) and sign_in_of(status.hops[-1].link) is not None


def _missing(name: str, seen: Snapshot) -> CommandError:
    sessions = {each.hops[-1].link.name for each in seen.profiles if _signs_in(each)}
    names = (*(status.name for status in seen.profiles), *sorted(sessions))
    return choosing.missing(name, names, "profile or SSO session")


def left_of(status: Status, *, at_least: float | None) -> str | None:
    """How long the sign-in lasts, in words; ``None`` where it is over, or too short.

    A session that is refreshed silently is good, but for how long nobody is told: where it must
    last *at_least* so many seconds, the end of its token is what counts.
    """
    token, now = status.hops[-1], time.time()
    entry = token.entry
    if token.expires_at is None or entry is None:
        return None
    refreshes = entry.refreshable and token.usable(now)
    lives = token.expires_at > now or refreshes
    if not lives or (at_least is not None and token.expires_at - now < at_least):
        return None
    left = countdown.left(token.expires_at, now).text
    return "refreshed by itself" if refreshes else f"{left} left"
