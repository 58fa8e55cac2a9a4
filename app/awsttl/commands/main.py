"""The door: the first argument → a command. Owns stdout and the exit codes."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from typing import Final

from awsttl import __version__
from awsttl.commands import exit_codes, registry
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.registry import Command

_HELP: Final = ("-h", "--help")

_OVERVIEW: Final = """\
usage: awsttl [COMMAND] [ARGUMENT …]

top for AWS sessions: every profile, how long each has to live, one key to renew it.
Without a command the dashboard opens.

commands:
{commands}
  help          say what a command does: awsttl help {example}

options:
  -h, --help    show this
  --version     show the version

With eval "$(awsttl)" the keys e and u, then p, change the calling shell.
Exit codes: 0 yes, done; 1 no, failed; 2 usage, no such profile; 3 a person is needed.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run awsttl. Returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # What a command makes in its short life is not worth looking through for garbage: 5 ms of 50.
    gc.disable()
    try:
        return _run(given)
    except BrokenPipeError:
        # A pager that was left early; give Python no second try at flushing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.DONE
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except CommandError as error:
        _complain(given, str(error))
        return error.code
    except OSError as error:
        _complain(given, error.strerror or str(error))
        return exit_codes.FAILED
    except SystemExit as ended:
        # argparse has shown the help of a command.
        return ended.code if isinstance(ended.code, int) else exit_codes.DONE
    finally:
        gc.enable()


def _run(given: list[str]) -> int:
    if not given:
        from awsttl.commands import dashboard

        without_core_dumps()
        return dashboard.run()
    first, rest = given[0], given[1:]
    if first in _HELP:
        return _show(overview())
    if first == "--version":
        return _show(f"awsttl {__version__}\n")
    if first == "help":
        return _help(rest)
    command = registry.find(first)
    if command is None:
        raise _unknown(first)
    return run(command, rest)


def run(command: Command, arguments: Sequence[str]) -> int:
    """Run one command. Returns the exit code."""
    from awsttl.commands.parsing import Parser

    if command.name != "exec":  # which becomes another program, whose cores are not ours
        without_core_dumps()
    module = command.load()
    parser = Parser(command)
    module.declare(parser)
    return module.run(parser.parse_args(arguments))


def without_core_dumps() -> None:
    """Keep what is in memory out of files: there are sessions in it. Never raises."""
    import resource

    with contextlib.suppress(OSError, ValueError):
        most = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def overview() -> str:
    """What ``awsttl --help`` shows."""
    lines = (f"  {each.name:12}  {each.summary}" for each in registry.COMMANDS)
    return _OVERVIEW.format(commands="\n".join(lines), example=registry.COMMANDS[0].name)


def _help(words: list[str]) -> int:
    if not words:
        return _show(overview())
    command = registry.find(words[0])
    if command is None:
        raise _unknown(words[0])
    return run(command, ["--help"])


def _unknown(word: str) -> CommandError:
    from awsttl.commands.suggestions import did_you_mean

    what = "option" if word.startswith("-") else "command"
    known = [*registry.words(), "help", "--help", "--version"]
    near = did_you_mean(word, known) or "; see: awsttl --help"
    return CommandError(f'there is no {what} "{word}"{near}')


def _show(text: str) -> int:
    from awsttl.commands.output import show

    show(text)
    return exit_codes.DONE


def _complain(given: list[str], text: str) -> None:
    """Say on stderr why a command has ended, in one line."""
    from awsttl.commands.output import say

    command = registry.find(given[0]) if given else None
    say(f"{command.called if command else 'awsttl'}: {text}")
