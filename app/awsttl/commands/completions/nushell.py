"""nushell's completion: a signature for each command, as its ``extern`` takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from awsttl.commands.grammar import Command, Grammar, Option, Source, Value

_SCRIPT: Final = r"""
# nushell completion of awsttl; made by: awsttl completion nu

# A name that nushell would not take as one word, in quotes.
def "nu-complete awsttl quoted" [] {
    each {|name| if $name =~ '^[\w./:@=+-]+$' { $name } else { $name | to json --raw } }
}

def "nu-complete awsttl profiles" [] {
    ^awsttl __complete profiles | lines | nu-complete awsttl quoted
}

def "nu-complete awsttl sso-sessions" [] {
    ^awsttl __complete sso-sessions | lines | nu-complete awsttl quoted
}

def "nu-complete awsttl profiles sso-sessions" [] {
    (nu-complete awsttl profiles) ++ (nu-complete awsttl sso-sessions)
}
"""


def script(grammar: Grammar) -> str:
    """What ``awsttl completion nu`` prints."""
    lines = [_SCRIPT.lstrip()]
    itself = Command(("awsttl",), "", "", "", grammar.options, ())
    lines += _extern("awsttl", itself)
    for command in grammar.commands:
        for name in command.names:
            lines += _extern(f"awsttl {name}", command)
    return "\n".join(lines) + "\n"


def _extern(name: str, command: Command) -> Iterator[str]:
    for takes in _values(command):
        if takes.words:
            words = " ".join(_quoted(word) for word in takes.words)
            yield f'def "nu-complete {name} {takes.name.strip("-")}" [] {{ [{words}] }}'
    if command.help:
        yield f"# {command.help}"
    yield f"export extern {_quoted(name)} ["
    for option in command.options:
        yield from _flags(name, option)
    for value in command.values:
        yield f"    {_argument(name, value)}"
    yield "]"
    yield ""


def _values(command: Command) -> Iterator[Value]:
    yield from command.values
    yield from (option.value for option in command.options if option.value is not None)


def _flags(name: str, option: Option) -> Iterator[str]:
    """Nushell knows one long and one short name for a flag; each further name is a flag too."""
    takes = f": {_shape(name, option.value)}" if option.value is not None else ""
    help_ = f"  # {option.help}" if option.help else ""
    long, short = list(option.long), list(option.short)
    while long or short:
        first = f"--{long.pop(0)}" if long else ""
        second = f"-{short.pop(0)}" if short else ""
        if not first or not second:
            yield f"    {first or second}{takes}{help_}"
        else:
            yield f"    {first}({second}){takes}{help_}"


def _argument(name: str, value: Value) -> str:
    named = re.sub(r"\W+", "_", value.name.lower())
    if value.many:
        return f"...{named}: {_shape(name, value)}"
    return f"{named}{'' if value.required else '?'}: {_shape(name, value)}"


def _shape(name: str, value: Value) -> str:
    if value.words:
        return f'string@"nu-complete {name} {value.name.strip("-")}"'
    if Source.FILES in value.sources:
        return "path"
    asked = [
        source.value for source in value.sources if source in (Source.PROFILES, Source.SESSIONS)
    ]
    return f'string@"nu-complete awsttl {" ".join(asked)}"' if asked else "string"


def _quoted(text: str) -> str:
    return f'"{text}"'
