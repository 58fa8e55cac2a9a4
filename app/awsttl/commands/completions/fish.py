"""fish's completion: a line for each word that may stand somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from awsttl.commands.grammar import Command, Grammar, Option, Source, Value

_SCRIPT: Final = r"""
# fish completion of awsttl; made by: awsttl completion fish

# Whether the command is one of these, and the cursor is not behind a --.
function __awsttl_is
    set -l words (commandline -opc)
    contains -- "$words[2]" $argv; and not contains -- -- $words
end

function __awsttl_has_no_command
    test (count (commandline -opc)) = 1
end

function __awsttl_is_behind_dashes
    set -l words (commandline -opc)
    contains -- "$words[2]" $argv; and contains -- -- $words
end

# What fish would complete if the words behind the -- were a line of their own.
function __awsttl_program
    set -l words (commandline -opc)
    set -l behind (contains -i -- -- $words)
    set -l line (string escape -- $words[(math $behind + 1)..-1]) (commandline -ct)
    complete -C "$line"
end

function __awsttl_profiles
    command awsttl __complete profiles 2>/dev/null
end

function __awsttl_sso_sessions
    command awsttl __complete sso-sessions 2>/dev/null
end

complete -c awsttl -f
complete -c awsuse -f -n 'test (count (commandline -opc)) = 1' -a '(__awsttl_profiles)' -d profile
complete -c awsuse -l unset -d 'Take the AWS variables out of this shell'
"""


def script(grammar: Grammar) -> str:
    """What ``awsttl completion fish`` prints."""
    return _SCRIPT.lstrip() + "".join(f"{line}\n" for line in _lines(grammar))


def _lines(grammar: Grammar) -> Iterator[str]:
    alone = "-n __awsttl_has_no_command"
    for option in grammar.options:
        yield f"complete -c awsttl {alone} {_option(option)}"
    for command in grammar.commands:
        for name in command.names:
            yield f"complete -c awsttl {alone} -a {name} -d {_quoted(command.help)}"
    for command in grammar.commands:
        yield from _command(command)


def _command(command: Command) -> Iterator[str]:
    names = " ".join(command.names)
    here = f"complete -c awsttl -n {_quoted(f'__awsttl_is {names}')}"
    for option in command.options:
        yield f"{here} {_option(option)}"
    for value in command.values:
        if Source.PROGRAM in value.sources:
            behind = _quoted(f"__awsttl_is_behind_dashes {names}")
            yield f"complete -c awsttl -n {behind} -a '(__awsttl_program)'"
        elif offers := _offers(value):
            yield f"{here} {offers}"


def _option(option: Option) -> str:
    words = [f"-s {name}" for name in option.short]
    words += [f"-l {name}" for name in option.long]
    if option.value is not None:
        words.append("-r")
        if offers := _offers(option.value):
            words.append(offers)
    return " ".join([*words, "-d", _quoted(option.help)])


def _offers(value: Value) -> str:
    offered = list(value.words)
    for source in value.sources:
        match source:
            case Source.PROFILES:
                offered.append("(__awsttl_profiles)")
            case Source.SESSIONS:
                offered.append("(__awsttl_sso_sessions)")
            case Source.FILES:
                return "-F"
            case Source.PROGRAM:
                pass
    return f"-a {_quoted(' '.join(offered))}" if offered else ""


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", r"\\").replace("'", r"\'") + "'"
