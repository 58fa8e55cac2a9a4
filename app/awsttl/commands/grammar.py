"""What the commands understand, as data: completions and the man page are made from it.

So neither can say anything that the parsers do not. This is the one file that reads argparse's
private lists; they have been the same since Python 3.2.
"""

from __future__ import annotations

import argparse
import enum
import re
from typing import Final, NamedTuple

from awsttl.commands import registry
from awsttl.commands.parsing import Parser


class Source(enum.Enum):
    """Where the words come from that may stand in a place."""

    PROFILES = "profiles"
    """``awsttl __complete profiles``."""
    SESSIONS = "sso-sessions"
    """``awsttl __complete sso-sessions``."""
    PROGRAM = "program"
    """Another program's command line, to the end of the line."""
    FILES = "files"


_BY_METAVAR: Final = {
    "PROFILE": Source.PROFILES,
    "SESSION": Source.SESSIONS,
    "CMD": Source.PROGRAM,
    "FILE": Source.FILES,
}
"""How a command declares what may stand in a place: by the word that its help shows for it.

``PROFILE|SESSION`` takes either.
"""


class Value(NamedTuple):
    """A place for a word: an argument, or the value of an option."""

    name: str
    """As the help shows it: ``PROFILE``."""
    help: str
    words: tuple[str, ...]
    """The words that may stand there; empty where any may."""
    sources: tuple[Source, ...]
    """Where else words come from."""
    required: bool
    many: bool


class Option(NamedTuple):
    """``--force`` and its short form."""

    names: tuple[str, ...]
    help: str
    value: Value | None
    """``None`` for a switch."""

    @property
    def long(self) -> tuple[str, ...]:
        """Its names that begin with two dashes, without them."""
        return tuple(name[2:] for name in self.names if name.startswith("--"))

    @property
    def short(self) -> tuple[str, ...]:
        """Its names of one letter, without the dash."""
        return tuple(name[1:] for name in self.names if not name.startswith("--"))


class Command(NamedTuple):
    """A command, with all that may follow its name."""

    names: tuple[str, ...]
    """Its name, then its aliases."""
    help: str
    """One line."""
    description: str
    epilog: str
    """What stands below its options: examples."""
    options: tuple[Option, ...]
    values: tuple[Value, ...]

    @property
    def name(self) -> str:
        """The name that it is shown by."""
        return self.names[0]

    @property
    def runs_program(self) -> bool:
        """Whether its last argument is another program's command line."""
        return any(Source.PROGRAM in value.sources for value in self.values)


class Grammar(NamedTuple):
    """All that can be typed behind ``awsttl``."""

    options: tuple[Option, ...]
    """Those that stand in place of a command."""
    commands: tuple[Command, ...]

    @property
    def first_words(self) -> tuple[str, ...]:
        """Every word that may come first."""
        commands = (name for command in self.commands for name in command.names)
        options = (name for option in self.options for name in option.names)
        return (*commands, *options)


def read() -> Grammar:
    """What all commands of the table understand, without what their help hides."""
    commands = [_command(command) for command in registry.COMMANDS]
    names = tuple(name for command in commands for name in command.names)
    topic = Value("COMMAND", "the command", names, (), required=False, many=False)
    commands.append(
        Command(("help",), "say what a command does", "Say what a command does.", "", (), (topic,))
    )
    return Grammar(
        (
            Option(("-h", "--help"), "show all commands", None),
            Option(("--version",), "show the version", None),
        ),
        tuple(commands),
    )


def _command(command: registry.Command) -> Command:
    parser = Parser(command)
    command.load().declare(parser)
    options: list[Option] = []
    values: list[Value] = []
    formatter = parser._get_formatter()  # noqa: SLF001 (see the module)
    for action in parser._actions:  # noqa: SLF001 (see the module)
        if action.help is argparse.SUPPRESS:
            continue
        words = formatter._expand_help(action) if action.help else ""  # noqa: SLF001 (see the module)
        value = _value(action, words)
        if action.option_strings:
            takes_value = action.nargs != 0
            options.append(
                Option(tuple(action.option_strings), words, value if takes_value else None)
            )
        else:
            values.append(value)
    return Command(
        (command.name, *command.aliases),
        command.summary,
        parser.description or "",
        parser.epilog or "",
        tuple(options),
        tuple(values),
    )


def _value(action: argparse.Action, help_: str) -> Value:
    metavar = action.metavar or action.dest.upper()
    name = metavar if isinstance(metavar, str) else metavar[0]
    sources = (_BY_METAVAR.get(part.strip(".…")) for part in re.split(r"\W+", name))
    return Value(
        name,
        help_,
        tuple(str(choice) for choice in action.choices or ()),
        tuple(source for source in sources if source),
        required=action.nargs not in ("?", "*", argparse.REMAINDER) and action.required,
        many=action.nargs in ("*", "+", argparse.REMAINDER),
    )
