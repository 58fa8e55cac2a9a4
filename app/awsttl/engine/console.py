"""The way into the AWS console: a link for a profile, and a browser that takes it."""

from __future__ import annotations

from typing import NamedTuple

from awsttl.core import console
from awsttl.core.console import Place
from awsttl.core.files import Files, Section
from awsttl.core.model import Status
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.profiles.kinds import ConsoleWay, merge
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials


class Door(NamedTuple):
    """How one gets into a profile's console, and where one arrives."""

    way: ConsoleWay
    place: Place
    page: str
    """The page of the console to open."""
    section: Section
    """The settings that the SSO portal is found by."""


def door(
    status: Status, files: Files, *, region: str = "", service: str = "", page: str = ""
) -> Door | Problem:
    """The way into the console, or why there is none. Asks nobody."""
    profile = status.profile
    way = console.way(profile)
    if isinstance(way, Problem):
        return way
    section = merge(files.config, files.credentials).merged.get(profile.name, {})
    if profile.sso_session:
        section = {**section, **files.config.sso_sessions.get(profile.sso_session, {})}
    partition = console.partition(profile, text_of(section, "role_arn") or "", region)
    place = console.PLACES.get(partition)
    if place is None:
        message = f"the partition {partition} has no public console"
        return Problem("no-console", message, Remedy())
    if page and not console.is_page(page):
        return Problem("no-page", f'"{page}" is no https page', Remedy())
    # The portal has a first page of its own; a page is asked for where one is wanted.
    if not page and (service or region or way is not ConsoleWay.PORTAL):
        page = console.destination(place, region or profile.region, service)
    return Door(way, place, page, section)


def link(
    status: Status, door: Door, credentials: Credentials | None, seconds: float | None
) -> Secret | Problem:
    """The link to a console session: whoever has it is signed in. Blocks for a call or two.

    *credentials* are the profile's; the SSO portal needs none.
    """
    if credentials is None:
        return Secret(console.portal_link(door.section, status.profile, door.page))
    # 500 ms: boto3's world, for those that come without a link of the portal.
    from awsttl.aws import federation
    from awsttl.aws.outcome import Failed

    lasting = seconds
    if door.way is ConsoleWay.USER:
        found = federation.user_session(status.name, credentials, seconds)
        if isinstance(found, Failed):
            return found.problem
        # Such a session has its length already: AWS refuses a second one.
        credentials, lasting = found, None
    token = federation.sign_in_token(status.name, door.place, credentials, lasting)
    if isinstance(token, Failed):
        return token.problem
    return console.sign_in_link(federation.endpoint(door.place), token, door.page)
