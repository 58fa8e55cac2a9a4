"""The parser of a command: argparse, with the options that several commands share.

argparse it is because start-up counts: it takes 8 ms, where every other parser takes 20 to 80.
"""

from __future__ import annotations

import argparse
import functools
import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Final, NoReturn

from awsttl.commands.exit_codes import USAGE, CommandError
from awsttl.commands.registry import Command
from awsttl.commands.suggestions import did_you_mean
from awsttl.core import countdown
from awsttl.core.patterns import late

_SEPARATOR: Final = "--"


class Parser(argparse.ArgumentParser):
    """Reads the arguments of one command; what it cannot read ends in a ``CommandError``."""

    usage_code = USAGE
    """The exit code for what cannot be read."""

    def __init__(self, command: Command) -> None:
        super().__init__(
            prog=command.called,
            description=f"{command.summary[0].upper()}{command.summary[1:]}.",
            formatter_class=_Help,
            # A script that says --mi for --min would break with the next option.
            allow_abbrev=False,
        )
        self.command = command
        self._runs_program = False

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

    def takes_program(self) -> None:
        """Take a profile, or none, and another program's command line behind it."""
        self.takes_profile()
        self.add_argument(
            "words", nargs=argparse.REMAINDER, metavar="CMD", help="the command; without it, $SHELL"
        )
        self.usage = f"{self.prog} [OPTION …] [PROFILE] [--] [CMD …]"
        self._runs_program = True

    # ---------------------------------------------------------------- reading

    def parse_args(  # type: ignore[override]  # one namespace is enough here
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """The arguments as read. Raises ``CommandError`` where they cannot be."""
        words = list(sys.argv[1:] if args is None else args)
        own = self._own(words) if self._runs_program else len(words)
        given, more = self.parse_known_args(words[:own], namespace)
        if more:
            self.error(f'"{more[0]}" is not understood{self._nearest(more[0])}')
        if self._runs_program:
            given.profile, given.words = self._program(words[own:])
        return given

    def _own(self, words: Sequence[str]) -> int:
        """How many of the words are options of this command, and not the program's."""
        place = 0
        while place < len(words) and words[place].startswith("-") and words[place] != _SEPARATOR:
            action = self._option_string_actions.get(words[place])
            place += 1 if action is None or action.nargs == 0 else 2
        return min(place, len(words))

    def _program(self, words: Sequence[str]) -> tuple[str | None, list[str]]:
        """The profile, if one is named, and the command line of the program.

        argparse takes what follows a ``--`` for the profile, where no profile is named.
        """
        if not words or words[0] == _SEPARATOR:
            return None, list(words[1:])
        profile, rest = words[0], list(words[1:])
        if rest and rest[0] == _SEPARATOR:
            return profile, rest[1:]
        if rest and rest[0].startswith("-"):
            self.error(f'"{rest[0]}" stands behind the profile; options come before it')
        return profile, rest

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


_CHOICE = late(r"argument ([^:]+): invalid choice: '?(.*?)'? \(choose from (.*)\)")
"""How argparse says that a value is none of the choices."""


def span(text: str) -> float:
    """Seconds of ``45m``, ``8h``, ``1h30m``, ``2d``; of a bare number as well, as AWS has them."""
    seconds = countdown.span(f"{text}s" if text.isdecimal() else text)
    if seconds is None:
        raise argparse.ArgumentTypeError(f'"{text}" is no span of time, as 45m or 1h30m is')
    return seconds
