"""``awsttl console [PROFILE]``: the AWS console in the browser, signed in as a profile."""

from __future__ import annotations

import os
from argparse import Namespace

from awsttl.commands import choosing, exit_codes, handing_out
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.output import say, show
from awsttl.commands.parsing import Parser
from awsttl.commands.remedies import said
from awsttl.core import console
from awsttl.core.model import Status
from awsttl.core.profiles.kinds import ConsoleWay
from awsttl.core.remedies import Problem
from awsttl.core.secret import Secret
from awsttl.disk.locations import Locations
from awsttl.engine.console import Door, door, link
from awsttl.engine.look import OneLook
from awsttl.terminal import browser


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.takes_profile()
    parser.add_argument("-s", "--service", default="", help="its page: ec2, s3, logs, …")
    parser.add_argument("-r", "--region", default="", help="instead of the profile's own")
    parser.add_argument(
        "--destination", default="", metavar="PAGE", help="any page of the console, by its address"
    )
    parser.takes_span(
        "-d", "--duration", text="how long it stays open: 15m to 12h, where AWS lets one choose"
    )
    parser.add_argument(
        "--url",
        "--stdout",
        "--print",
        action="store_true",
        help="print the link: for 15 minutes, whoever has it is signed in",
    )
    parser.add_argument(
        "--logout-first", action="store_true", help="end the browser's present console session"
    )
    parser.add_argument(
        "--container",
        action="store_true",
        help='in a container of Firefox, by the extension "Granted Containers"',
    )
    parser.takes_no_input()
    parser.explains(
        "A session that has ended is renewed first. Without a browser here, the link is copied.\n"
        "An SSO profile needs no call: the link of the portal signs the person in."
    )
    parser.shows("awsttl console prod", "awsttl console prod --service s3 --region eu-west-1")


def run(given: Namespace) -> int:
    """Open the console, or print the link. Returns the exit code."""
    look = OneLook(Locations.of(os.environ), os.environ)
    status = choosing.one(given.profile, look.snapshot)
    way_in = door(
        status,
        look.files,
        region=given.region,
        service=given.service,
        page=given.destination,
    )
    if isinstance(way_in, Problem):
        raise _failed(status, way_in)
    _check_duration(status, given.duration)
    address = _link(status, way_in, given)
    if given.logout_first:
        address = console.after_logging_out(way_in.place, address)
    if given.container:
        address = console.in_container(address, status.name)
    if given.url:
        show(address.reveal())
    elif browser.is_here(os.environ):
        _open(address)
    else:
        _copy(address)
    return exit_codes.DONE


def _check_duration(status: Status, seconds: float | None) -> None:
    if seconds is None:
        return
    if reason := console.no_duration(status.profile):
        raise CommandError(f"{status.name}: without --duration, please: {reason}")
    if not console.SHORTEST <= seconds <= console.LONGEST:
        raise CommandError("--duration is from 15m to 12h")


def _link(status: Status, way_in: Door, given: Namespace) -> Secret:
    credentials = None
    if way_in.way is not ConsoleWay.PORTAL:
        status, credentials = handing_out.session(status, no_input=given.no_input)
    found = link(status, way_in, credentials, given.duration)
    if isinstance(found, Problem):
        raise _failed(status, found)
    return found


def _failed(status: Status, problem: Problem) -> CommandError:
    fix = said(problem.fix)
    text = f"{status.name}: {problem.message}" + (f"; {fix}" if fix else "")
    return CommandError(text, exit_codes.FAILED)


def _open(address: Secret) -> None:
    from awsttl.terminal.secret_page import open_secret

    if complaint := open_secret(address):
        raise CommandError(f"{complaint}; --url prints the link", exit_codes.FAILED)


def _copy(address: Secret) -> None:
    from awsttl.terminal import clipboard

    try:
        where = clipboard.copy(address, os.environ, _write)
    except (clipboard.ClipboardError, OSError) as error:
        text = f"there is no browser here, and {error}; --url prints the link"
        raise CommandError(text, exit_codes.FAILED) from None
    say(f"there is no browser here: the link is copied to the {where}, and good for 15 minutes")


def _write(sequence: str) -> None:
    """Control sequences go to the terminal itself, wherever stdout and stderr lead."""
    with open("/dev/tty", "w", encoding="ascii") as terminal:  # noqa: PTH123 (no path: a device)
        terminal.write(sequence)
