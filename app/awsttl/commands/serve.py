"""``awsttl serve``: a session that lives on, for the AWS CLIs and SDKs of other shells."""

from __future__ import annotations

import json
import os
import signal
import sys
from argparse import ArgumentTypeError, Namespace
from pathlib import Path
from typing import Final

from awsttl.commands import exit_codes, handing_out
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.output import is_terminal, say, show_exactly
from awsttl.commands.parsing import Parser
from awsttl.core import formats, live, snippets
from awsttl.core.formats import Format
from awsttl.core.live import Variables
from awsttl.core.profiles import container_lead
from awsttl.core.secret import Secret
from awsttl.engine import living

_ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_FORMATS: Final = (
    Format.ENV,
    Format.ENV_NO_EXPORT,
    Format.FISH,
    Format.NU,
    Format.POWERSHELL,
    Format.JSON,
)
_IN_JSON: Final = (
    container_lead.FULL_URI,
    container_lead.TOKEN,
    container_lead.TOKEN_FILE,
    snippets.PROFILE,
    live.CONFIG_FILE,
)


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.takes_profile()
    parser.add_argument(
        "--format",
        choices=[str(each) for each in _FORMATS],
        default=str(Format.ENV),
        help=f"how the variables are printed: {', '.join(_FORMATS)} (default: env)",
    )
    parser.add_argument(
        "--port", type=_port, default=0, metavar="PORT", help="the port (default: any free one)"
    )
    parser.add_argument(
        "--token-file",
        metavar="FILE",
        default="",
        help="write the token into FILE (mode 0600) instead of printing it",
    )
    parser.takes_no_input()
    parser.explains(
        "Prints the variables that lead a shell here, then serves until Ctrl+C or SIGTERM, on the\n"
        "loopback address only. AWS CLIs and SDKs come back before a session ends, and find the\n"
        "next one, as long as no person is needed for it. It does not end by itself, so it is\n"
        "nothing for eval; after its end the variables lead nowhere."
    )
    parser.shows(
        "awsttl serve prod                 # then paste the lines into another shell",
        "awsttl serve prod --token-file ~/prod.token --format env-no-export > prod.env",
    )


def run(given: Namespace) -> int:
    """Serve until a signal comes. Returns the exit code."""
    status = handing_out.profile(given.profile)
    status, credentials = handing_out.session(status, no_input=given.no_input)
    # 30 ms, which only who serves pays for.
    from awsttl.commands.serving import Serving, timed
    from awsttl.commands.signals import Signals

    token_file = str(Path(given.token_file).absolute()) if given.token_file else ""
    # An exception out of a handler could come anywhere, also while Python imports something.
    with (
        Signals() as signals,
        Serving(
            status,
            credentials,
            lambda text: say(timed(text)),
            port=given.port,
            token_file=token_file,
        ) as serving,
    ):
        variables = serving.variables()
        show_exactly(_text(Format(given.format), variables))
        _let_go_of_stdout()
        say(timed(f"{status.name}: served on {container_lead.HOST}; Ctrl+C ends it"))
        for note in variables.notes:
            say(f"  {note}")
        while (number := signals.next().number) not in _ENDS:
            pass
    # To be stopped is what a service is for: no failure.
    return exit_codes.DONE if number == signal.SIGTERM else 128 + number


def _let_go_of_stdout() -> None:
    """Whoever reads the lines from a pipe, and waits for its end, has all of them now."""
    if not is_terminal(sys.stdout):
        with open(os.devnull, "wb") as nothing:  # noqa: PTH123 (a device, not a path of anybody's)
            os.dup2(nothing.fileno(), sys.stdout.fileno())


def _text(how: Format, variables: Variables) -> Secret:
    if how is Format.JSON:
        values = variables.values
        found = {name: values[name].reveal() for name in _IN_JSON if name in values}
        return Secret(json.dumps(found) + "\n")
    try:
        return snippets.text(living.lines(formats.SHELLS[how], variables))
    except ValueError as error:
        raise CommandError(str(error), exit_codes.FAILED) from None


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ArgumentTypeError(f'"{text}" is no port')
    return int(text)
