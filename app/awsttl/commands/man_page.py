"""awsttl(1): the manual page, from what the commands declare and the keys are.

It is made when the package is built (``hatch_build.py``), and travels in the wheel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from awsttl import __version__
from awsttl.commands.grammar import Command, Grammar, Option, Value
from awsttl.tui.actions import ACTIONS

_EXITS = (
    ("0", "yes, or done"),
    ("1", "no, or failed"),
    ("2", "usage, or no such profile"),
    ("3", "a person is needed (an MFA code, a browser, keys to paste), and nobody was asked"),
    ("130", "interrupted, or given up"),
)
_ENVIRONMENT = (
    ("AWS_PROFILE, AWS_DEFAULT_PROFILE", "the profile, where a command names none"),
    ("AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE", "the two files, as for the AWS CLI"),
    ("AWSTTL_EXPIRES", "set by awsuse: when the session ends, in seconds since 1970, UTC"),
    ("NO_COLOR", "no colours"),
)
_FILES = (
    ("~/.aws/config, ~/.aws/credentials", "the profiles"),
    ("~/.aws/cli/cache, ~/.aws/sso/cache, ~/.aws/login/cache", "the sessions of the AWS CLI"),
    ("~/.config/awsttl/settings.toml", "what you have chosen; written by keys and by hand"),
    ("~/.local/state/awsttl", "the log, and locks between dashboards"),
)


def page(grammar: Grammar) -> str:
    """The page in roff, for man(1)."""
    return "\n".join(_lines(grammar)) + "\n"


def _lines(grammar: Grammar) -> Iterator[str]:
    yield f'.TH AWSTTL 1 "" "awsttl {__version__}" "User Commands"'
    yield ".SH NAME"
    yield r"awsttl \- top for AWS sessions"
    yield ".SH SYNOPSIS"
    yield ".B awsttl"
    yield r"[\fICOMMAND\fR] [\fIARGUMENT\fR ...]"
    yield ".SH DESCRIPTION"
    yield _text(
        "Shows every AWS profile, how long its session has to live, and renews one with a key. "
        'Without a command the dashboard opens. With eval "$(awsttl)" the keys e and u, then p, '
        "change the calling shell."
    )
    yield from _options(grammar.options)
    yield ".SH KEYS"
    yield from _table((action.key, action.description) for action in ACTIONS)
    yield ".SH COMMANDS"
    for command in grammar.commands:
        yield from _command(command)
    yield ".SH EXIT STATUS"
    yield from _table(_EXITS)
    yield ".SH ENVIRONMENT"
    yield from _table(_ENVIRONMENT)
    yield ".SH FILES"
    yield from _table(_FILES)
    yield ".SH SEE ALSO"
    yield ".BR aws (1)"


def _command(command: Command) -> Iterator[str]:
    yield f".SS {_text(' '.join([command.name, *map(_place, command.values)]))}"
    if command.names[1:]:
        yield _text(f"Also: {', '.join(command.names[1:])}.")
        yield ".PP"
    summary, *paragraphs = command.description.split("\n\n")
    yield _text(summary)
    for paragraph in paragraphs:
        yield ".PP"
        yield from _as_written(paragraph)
    yield from _table((value.name, value.help) for value in command.values if value.help)
    yield from _options(command.options)
    if command.epilog:
        yield ".PP"
        yield from _as_written(command.epilog)


def _place(value: Value) -> str:
    name = f"{value.name} ..." if value.many else value.name
    return name if value.required else f"[{name}]"


def _options(options: tuple[Option, ...]) -> Iterator[str]:
    for option in options:
        value = f" {option.value.name}" if option.value is not None else ""
        yield ".TP"
        yield f".B {_text(', '.join(option.names) + value)}"
        yield _text(option.help)


def _table(rows: Iterator[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Iterator[str]:
    for term, meaning in rows:
        yield ".TP"
        yield f".B {_text(term)}"
        yield _text(meaning)


def _as_written(text: str) -> Iterator[str]:
    """Lines as they are: what is indented is a command to be typed, or a table."""
    yield ".nf"
    yield from map(_text, text.splitlines())
    yield ".fi"


def _text(text: str) -> str:
    """Words that roff takes for nothing else, in ASCII: not every man(1) reads UTF-8."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    text = re.sub(r"^(?=[.'])", r"\\&", text)
    return re.sub(r"[^\x00-\x7f]", lambda found: rf"\[u{ord(found[0]):04X}]", text)
