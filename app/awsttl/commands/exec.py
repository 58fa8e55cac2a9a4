"""``awsttl exec``: a command with a session in its environment.

awsttl replaces itself by the command: its exit code, its signals, its terminal and its job
control are the command's own, and no shell is nested in another. What fails before that is exit
code 125; a command that cannot be run is 126, one that is not found 127, as shells have it.

With ``--server`` it stays, and serves a session that lives on until the command ends.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Final, NoReturn

from awsttl.commands import handing_out
from awsttl.commands.exit_codes import INTERRUPTED, CommandError
from awsttl.commands.output import say
from awsttl.commands.parsing import Parser
from awsttl.core.model import Status
from awsttl.core.snippets import Credentials
from awsttl.engine import exporting

OURS: Final = 125
NOT_RUN: Final = 126
NOT_FOUND: Final = 127
_SHELLS: Final = (NOT_RUN, NOT_FOUND)


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.usage_code = OURS
    parser.add_argument(
        "-s",
        "--server",
        action="store_true",
        help="serve a session that lives on as long as the command does, instead of keys",
    )
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
    parser.shows(
        "awsttl exec prod -- terraform plan",
        "awsttl exec --min 1h prod -- make deploy",
        "awsttl exec --server prod -- ./runs-all-day",
    )


def run(given: Namespace) -> int:
    """Become the command, or serve it. Returns an exit code only in the second case."""
    try:
        if given.server:
            return _serve(given)
        environ = _environment(given)
    except CommandError as error:
        raise CommandError(str(error), error.code if error.code in _SHELLS else OURS) from None
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        raise CommandError(error.strerror or str(error), OURS) from None
    return _become(_command(given, environ), environ)


def _command(given: Namespace, environ: Mapping[str, str]) -> list[str]:
    words: list[str] = given.words
    return words or [environ.get("SHELL") or "/bin/sh"]


def _environment(given: Namespace) -> dict[str, str]:
    status = handing_out.profile(given.profile)
    if given.name_only:
        environ = exporting.with_profile(os.environ, status)
    else:
        _, credentials = _session(status, given)
        try:
            environ = exporting.with_session(os.environ, credentials)
        except ValueError as error:
            raise CommandError(f"{status.name}: {error}") from None
    return _in_region(environ, given.region)


def _session(status: Status, given: Namespace) -> tuple[Status, Credentials]:
    return handing_out.session(
        status, seconds=given.min, force=given.force, no_input=given.no_input
    )


def _in_region(environ: dict[str, str], region: str | None) -> dict[str, str]:
    return environ | dict.fromkeys(exporting.REGION, region) if region else environ


def _serve(given: Namespace) -> int:
    """Run the command beside a server. Returns the command's exit code, 128+n for a signal."""
    if given.name_only:
        raise CommandError("--server and --name-only exclude each other")
    status, credentials = _session(handing_out.profile(given.profile), given)
    # 30 ms, which only who serves pays for.
    from awsttl.commands import child
    from awsttl.commands.serving import Serving
    from awsttl.commands.signals import Signals
    from awsttl.engine import living

    with (
        Signals() as signals,
        Serving(status, credentials, lambda _text: None) as serving,
    ):
        variables = serving.variables()
        for note in variables.notes:
            say(f"awsttl exec: {note}")
        try:
            environ = living.applied(os.environ, variables)
        except ValueError as error:
            raise CommandError(f"{status.name}: {error}") from None
        environ = _in_region(environ, given.region)
        command = _command(given, environ)
        if number := signals.come():
            return 128 + number
        with _said_as_shells_do(command[0]):
            process = child.start(command, environ)
        return child.wait(process, signals)


def _become(command: list[str], environ: Mapping[str, str]) -> NoReturn:
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        # Python ignores these, and what is ignored stays so in the program that comes.
        signal.signal(number, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError):
            stream.flush()
    with _said_as_shells_do(command[0]):
        _execute(command, environ)


@contextlib.contextmanager
def _said_as_shells_do(name: str) -> Iterator[None]:
    """What cannot be run has a shell's exit code."""
    try:
        yield
    except FileNotFoundError:
        raise CommandError(f"{name}: command not found", NOT_FOUND) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise CommandError(f"{name}: {why}", NOT_RUN) from None


def _execute(command: list[str], environ: Mapping[str, str]) -> NoReturn:
    try:
        os.execvpe(command[0], command, environ)  # noqa: S606 (to run it is what was asked for)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        # A script without a first line: shells run it themselves.
        os.execve("/bin/sh", ["sh", *command], environ)  # noqa: S606 (as above)
