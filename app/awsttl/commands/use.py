"""``awsttl __use SHELL …``: what the shell function ``awsuse`` evaluates.

All that ``awsuse`` does is in here, so that the function is the same few lines in every shell.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import Final

from awsttl.commands import handing_out
from awsttl.commands.completion import SHELLS
from awsttl.commands.exit_codes import DONE, CommandError
from awsttl.commands.parsing import Parser
from awsttl.core import snippets
from awsttl.core.model import Status
from awsttl.core.profiles import environment
from awsttl.core.secret import Secret
from awsttl.core.snippets import Shell
from awsttl.disk.locations import Locations
from awsttl.engine import exporting
from awsttl.engine.look import OneLook

_LANGUAGES: Final = {
    "bash": Shell.POSIX,
    "zsh": Shell.POSIX,
    "fish": Shell.FISH,
    "powershell": Shell.POWERSHELL,
}
"""The shells that evaluate text. nushell evaluates none: it takes variables as JSON."""

_PROFILE, _EXPIRES = environment.OURS


def declare(parser: Parser) -> None:
    """Say its options: those of ``awsuse``, behind the shell."""
    parser.usage = "awsuse [-h] [--unset] [--name-only] [--keys] [--no-input] [PROFILE | -]"
    # An option: argparse gives up on an optional argument that an option stands before.
    parser.add_argument("--shell", choices=SHELLS, required=True, help=argparse.SUPPRESS)
    parser.add_argument(
        "profile", nargs="?", metavar="PROFILE", help="- is the last one; without it, you choose"
    )
    parser.add_argument("--unset", action="store_true", help="take all of it out of the shell")
    parser.add_argument(
        "--name-only", action="store_true", help="select the profile by AWS_PROFILE, without keys"
    )
    parser.add_argument("--keys", action="store_true", help="the keys, whatever shell-init said")
    parser.takes_no_input()
    parser.shows("awsuse prod", "awsuse -", "awsuse --unset")


def run(given: Namespace) -> int:
    """Print what changes the shell. Returns the exit code."""
    values: dict[str, Secret] = {}
    if not given.unset:
        values = _values(given)
    before, after = os.environ.get(_PROFILE, ""), values.get(_PROFILE, Secret("")).reveal()
    if before and before != after:
        values[environment.LAST] = Secret(before)
    keeps_region = not given.unset and not values.keys() & set(environment.REGION)
    gone = exporting.stale(os.environ, keep_region=keeps_region)
    try:
        sys.stdout.write(_text(given.shell, gone, values))
    except ValueError as error:
        raise CommandError(f"{given.shell} cannot express this: {error}") from None
    sys.stdout.flush()
    return DONE


def _values(given: Namespace) -> dict[str, Secret]:
    """The variables of the profile that is meant."""
    status = handing_out.profile(_name(given))
    if given.name_only and not given.keys:
        values = {snippets.PROFILE: Secret(status.name)}
        ends = _ends(status)
    else:
        status, credentials = handing_out.session(status, no_input=given.no_input)
        values = snippets.variables(credentials)
        ends = credentials.expires_at
    values[_PROFILE] = Secret(status.name)
    if ends is not None:
        values[_EXPIRES] = Secret(str(int(ends)))
    return values


def _name(given: Namespace) -> str:
    if given.profile is None:
        from awsttl.commands import pick

        return pick.choose(OneLook(Locations.of(os.environ), os.environ))[0]
    if given.profile != "-":
        return str(given.profile)
    last = os.environ.get(environment.LAST)
    if not last:
        raise CommandError("this shell has used no other profile before")
    return last


def _ends(status: Status) -> float | None:
    return status.session.expires_at if status.session else None


def _text(shell: str, gone: list[str], values: Mapping[str, Secret]) -> str:
    if shell in _LANGUAGES:
        return snippets.text(snippets.change(_LANGUAGES[shell], gone, values)).reveal()
    revealed = {name: value.reveal() for name, value in values.items()}
    return json.dumps({"gone": [name for name in gone if name in os.environ], "set": revealed})
