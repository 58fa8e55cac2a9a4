"""Every command, once: the door finds it here, and the overview and the man page are made from it.

A command is a module beside this one, with two functions:

* ``declare(parser)`` says its options, and shows an example;
* ``run(given)`` does it, and returns the exit code.

The module is imported when its command is asked for: what one command needs, no other pays for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final, Protocol, cast

from awsttl.core.named_tuples import NamedTuple

if TYPE_CHECKING:
    from argparse import Namespace

    from awsttl.commands.parsing import Parser

    class Module(Protocol):
        """What the module of a command has."""

        def declare(self, parser: Parser) -> None:
            """Say its options."""

        def run(self, given: Namespace) -> int:
            """Do it. Returns the exit code."""


class Command(NamedTuple):
    """A command as the overview shows it."""

    name: str
    summary: str
    """One line, to follow the name."""
    aliases: tuple[str, ...] = ()
    typed: str = ""
    """What a person types for it, where that is not ``awsttl NAME``."""
    only_looks: bool = False
    """It reads files and prints: once that is done, nothing is left to be ended or written."""

    @property
    def called(self) -> str:
        """What a person types for it."""
        return self.typed or f"awsttl {self.name}"

    def load(self) -> Module:
        """Import what does it."""
        name = self.name.strip("_").replace("-", "_")
        return cast("Module", importlib.import_module(f"awsttl.commands.{name}"))


COMMANDS: Final = (
    Command(
        "status", "print what ends, in a few words: for prompts and status bars", only_looks=True
    ),
    Command("can", "say by the exit code whether a session lasts"),
    Command("renew", "get new sessions", ("refresh",)),
    Command("login", "sign in to an SSO session, or by aws login"),
    Command("logout", "sign out of an SSO session"),
    Command("keep", "keep sessions alive, in the foreground"),
    Command("clear", "remove cached sessions, and bring them back"),
    Command("new", "make a profile: a role, SSO, keys, a process"),
    Command("populate", "make profiles for the accounts and roles of an SSO session"),
    Command("edit", "change settings of a profile, and undo the last edit"),
    Command("remove", "take a profile out, with its cached sessions"),
    Command("paste", "write a session out of any text into a profile"),
    Command("export", "print a session for a shell, a program or a file"),
    Command("unset", "print what removes every variable of a session from a shell"),
    Command("exec", "run a command with a session in its environment"),
    Command("serve", "serve a session that lives on, to other shells on this machine"),
    Command("list", "print the rows of the dashboard, as a table or as JSON", only_looks=True),
    Command("doctor", "say what is wrong with profiles, and how to mend it"),
    Command("explain", "say what an error message of AWS means on this machine"),
    Command("console", "open the AWS console, signed in as a profile"),
    Command("pick", "choose a profile from the rows, and print its name"),
    Command("shell-init", "print the function awsuse for a shell"),
    Command("completion", "print the completion of a shell"),
    Command("tmux", "print the lines for ~/.tmux.conf"),
    Command("demo", "open the dashboard on a sandbox (needs the demo extra)"),
)
"""In the order of the overview."""


_BEHIND: Final = (Command("__use", "use an AWS profile in this shell", typed="awsuse"),)
"""Commands that programs of ours call, and no person."""


def find(word: str) -> Command | None:
    """The command of that name or alias."""
    known = (*COMMANDS, *_BEHIND)
    return next((each for each in known if word in (each.name, *each.aliases)), None)


def words() -> list[str]:
    """All names and aliases."""
    return [word for each in COMMANDS for word in (each.name, *each.aliases)]
