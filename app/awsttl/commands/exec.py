"""``awsttl exec``: a command with a session in its environment.

awsttl replaces itself by the command: its exit code, its signals, its terminal and its job
control are the command's own, and no shell is nested in another. What fails before that is exit
code 125; a command that cannot be run is 126, one that is not found 127, as shells have it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import Final, NoReturn

from awsttl.commands import handing_out
from awsttl.commands.exit_codes import INTERRUPTED, CommandError
from awsttl.commands.parsing import Parser
from awsttl.engine import exporting

OURS: Final = 125
NOT_RUN: Final = 126
NOT_FOUND: Final = 127


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.usage_code = OURS
    parser.add_argument("--name-only", action="store_true", help="set AWS_PROFILE instead of keys")
    parser.add_argument("--region", metavar="REGION", help="the region, instead of the profile's")
    parser.takes_span("--min", text="renew first if it would not last so long", default=0.0)
    parser.add_argument("-f", "--force", action="store_true", help="renew first in any case")
    parser.takes_no_input()
    parser.takes_program()
    parser.explains(
        "The exit code is the command's own; 125 where awsttl fails, 126 where the command cannot\n"
        "be run, 127 where it is not found."
    )
    parser.shows("awsttl exec prod -- terraform plan", "awsttl exec --min 1h prod -- make deploy")


def run(given: Namespace) -> int:
    """Become the command. Returns an exit code only where that fails."""
    try:
        environ = _environment(given)
    except CommandError as error:
        raise CommandError(str(error), OURS) from None
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        raise CommandError(error.strerror or str(error), OURS) from None
    return _become(given.words or [environ.get("SHELL") or "/bin/sh"], environ)


def _environment(given: Namespace) -> dict[str, str]:
    status = handing_out.profile(given.profile)
    if given.name_only:
        environ = exporting.with_profile(os.environ, status)
    else:
        _, credentials = handing_out.session(
            status, seconds=given.min, force=given.force, no_input=given.no_input
        )
        try:
            environ = exporting.with_session(os.environ, credentials)
        except ValueError as error:
            raise CommandError(f"{status.name}: {error}") from None
    if given.region:
        environ |= dict.fromkeys(exporting.REGION, given.region)
    return environ


def _become(command: list[str], environ: Mapping[str, str]) -> NoReturn:
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        # Python ignores these, and what is ignored stays so in the program that comes.
        signal.signal(number, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError):
            stream.flush()
    try:
        _execute(command, environ)
    except FileNotFoundError:
        raise CommandError(f"{command[0]}: command not found", NOT_FOUND) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise CommandError(f"{command[0]}: {why}", NOT_RUN) from None


def _execute(command: list[str], environ: Mapping[str, str]) -> NoReturn:
    try:
        os.execvpe(command[0], command, environ)  # noqa: S606 (to run it is what was asked for)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        # A script without a first line: shells run it themselves.
        os.execve("/bin/sh", ["sh", *command], environ)  # noqa: S606 (as above)
