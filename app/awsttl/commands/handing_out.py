"""A session for a program: the one that there is, or a new one if it would not last."""

from __future__ import annotations

import os
import time

from awsttl.commands import choosing, exit_codes
from awsttl.commands.exit_codes import CommandError
from awsttl.core.model import Status
from awsttl.core.snippets import Credentials
from awsttl.disk.locations import Locations
from awsttl.engine import exporting
from awsttl.engine.look import OneLook


def profile(given: str | None) -> Status:
    """The profile that is meant, as it is now. Raises ``CommandError`` where there is none."""
    locations = Locations.of(os.environ)
    name = choosing.name_of(given)
    status = OneLook(locations, os.environ, only=name).snapshot.status(name)
    # All names are there to be told of, and to be suggested.
    return status or choosing.one(given, OneLook(locations, os.environ).snapshot)


def session(
    status: Status, *, seconds: float = 0.0, force: bool = False, no_input: bool = False
) -> tuple[Status, Credentials]:
    """The credentials of a profile, which last for *seconds*, renewed first if need be.

    A session that is good enough as it is costs neither a network call nor boto3. With *force* it
    is renewed anyhow. Raises ``CommandError`` with the exit code where there is none to be had.
    """
    if force or exporting.is_due(status, time.time(), seconds):
        return _renewed(status, seconds, force=force, no_input=no_input)
    return status, _credentials(status)


def _renewed(
    status: Status, seconds: float, *, force: bool, no_input: bool
) -> tuple[Status, Credentials]:
    from awsttl.commands.acting import Acting, complaint
    from awsttl.commands.output import say
    from awsttl.commands.prompts import Prompts
    from awsttl.core.why import obstacles

    if problem := obstacles.cannot_renew(status, time.time()):
        raise complaint(status.name, problem)
    with Acting(Prompts(no_input=no_input)) as acting:
        (job,) = acting.renew([acting.status(status.name)])
        status = acting.status(status.name)
    now = time.time()
    if job.problem is not None or not exporting.has_session(status, now):
        error = complaint(status.name, job.problem)
        # A renewal that fails leaves the old session, which may still be good for this.
        if force or seconds > 0 or not exporting.has_session(status, now):
            raise error
        say(f"awsttl: {error}; its session still lives")
    ends = status.session.expires_at if status.session else None
    if ends is not None and ends - now < seconds:
        text = f"{status.name}: even a new session does not last that long"
        raise CommandError(text, exit_codes.FAILED)
    return status, _credentials(status)


def _credentials(status: Status) -> Credentials:
    found = exporting.credentials(status, Locations.of(os.environ))
    if isinstance(found, str):
        raise CommandError(f"{status.name}: {found}", exit_codes.FAILED)
    return found
