"""The parser of a command: argparse, with the options that several commands share.

argparse it is because start-up counts: it takes 8 ms, where every other parser takes 20 to 80.
"""

from __future__ import annotations

import argparse
import functools
import os
import re
from collections.abc import Iterable, Sequence
from typing import NoReturn

from awsttl.commands.exit_codes import USAGE, CommandError
from awsttl.commands.registry import Command
from awsttl.commands.suggestions import did_you_mean
from awsttl.core import countdown


class Parser(argparse.ArgumentParser):
    """Reads the arguments of one command; what it cannot read ends in a ``CommandError``."""

    usage_code = USAGE
    """The exit code for what cannot be read."""

    def __init__(self, command: Command) -> None:
        super().__init__(
            prog=f"awsttl {command.name}",
            description=f"{command.summary[0].upper()}{command.summary[1:]}.",
            formatter_class=_Help,
            # A script that says --mi for --min would break with the next option.
            allow_abbrev=False,
        )
        self.command = command

    # ---------------------------------------------------------------- declaring

    def explains(self, text: str) -> None:
        """Put a paragraph below the summary."""
        self.description = f"{self.description}\n\n{text}"

    def shows(self, *examples: str) -> None:
        """Put examples at the end of the help."""
        lines = "".join(f"\n  {example}" for example in examples)
        self.epilog = f"{'example' if len(examples) == 1 else 'examples'}:{lines}"

    def takes_profile(self, text: str = "the profile; without it, the one of AWS_PROFILE") -> None:
        """Take one profile, or none."""
        self.add_argument("profile", nargs="?", metavar="PROFILE", help=text)

    def takes_profiles(self, text: str) -> None:
        """Take any number of profiles and globs."""
        self.add_argument("profiles", nargs="*", metavar="PROFILE", help=text)

    def takes_json(self) -> None:
        """Take ``--json``."""
        self.add_argument("--json", action="store_true", help="as JSON, for programs")

    def takes_no_input(self) -> None:
        """Take ``--no-input``."""
        self.add_argument(
            "--no-input", action="store_true", help="ask nothing; exit 3 where a person is needed"
        )

    def takes_span(self, *names: str, text: str, default: float | None = None) -> None:
        """Take an option that is a span of time, such as ``45m``."""
        self.add_argument(*names, type=span, default=default, metavar="SPAN", help=text)

    # ---------------------------------------------------------------- reading

    def parse_args(  # type: ignore[override]  # one namespace is enough here
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """The arguments as read. Raises ``CommandError`` where they cannot be."""
        given, more = self.parse_known_args(args, namespace)
        if more:
            self.error(f'"{more[0]}" is not understood{self._nearest(more[0])}')
        return given

    def error(self, message: str) -> NoReturn:
        """End with what is wrong."""
        if found := _CHOICE.match(message):
            option, typed, known = found.groups()
            message = f'{option} cannot be "{typed}"'
            message += did_you_mean(typed, re.findall(r"[\w-]+", known)) or f"; it is {known}"
        hint = "" if message.endswith("?") else f"; see: {self.prog} --help"
        raise CommandError(message.removeprefix("argument ") + hint, self.usage_code)

    def _nearest(self, typed: str) -> str:
        known: Iterable[str] = self._option_string_actions
        return did_you_mean(typed, known) if typed.startswith("-") else ""


class _Help(argparse.RawDescriptionHelpFormatter):
    """argparse asks for the terminal's width at each option that is declared: that is 3 ms."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32, width=_width())


@functools.cache
def _width() -> int:
    try:
        return max(40, min(100, os.get_terminal_size().columns - 2))
    except OSError:
        return 78


_CHOICE = re.compile(r"argument ([^:]+): invalid choice: '?(.*?)'? \(choose from (.*)\)")
"""How argparse says that a value is none of the choices."""


def span(text: str) -> float:
    """Seconds of ``45m``, ``8h``, ``1h30m``, ``2d``; of a bare number as well, as AWS has them."""
    seconds = countdown.span(f"{text}s" if text.isdecimal() else text)
    if seconds is None:
        raise argparse.ArgumentTypeError(f'"{text}" is no span of time, as 45m or 1h30m is')
    return seconds
