"""zsh's completion: a function for ``$fpath``, that can be sourced as well.

zsh's own ``_arguments`` does the work, from a line for each option and each argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from awsttl.commands.grammar import Command, Grammar, Option, Source, Value

_SCRIPT: Final = r"""
#compdef awsttl awsuse
# zsh completion of awsttl; made by: awsttl completion zsh

_awsttl_profiles() {
    local -a names
    names=(${(f)"$(command awsttl __complete profiles 2>/dev/null)"})
    _wanted profiles expl profile compadd -a - names
}

_awsttl_sso_sessions() {
    local -a names
    names=(${(f)"$(command awsttl __complete sso-sessions 2>/dev/null)"})
    _wanted sso-sessions expl 'SSO session' compadd -a - names
}

_awsttl_profiles_sso_sessions() {
    _awsttl_profiles
    local found=$?
    _awsttl_sso_sessions && found=0
    return found
}

_awsttl_commands() {
    local -a commands
    commands=(
@commands@
    )
    _describe -t commands command commands
}

_awsttl() {
    local curcontext=$curcontext state line
    if [[ $service == awsuse ]]; then
        _arguments \
            '(1)--unset[take the AWS variables out of this shell]' \
            '1:profile:_awsttl_profiles'
        return
    fi
    _arguments -C \
@options@
        '1: :_awsttl_commands' \
        '*:: :->rest' && return
    [[ $state == rest ]] || return
    case $line[1] in
@cases@
    esac
}

if [[ $funcstack[1] == _awsttl ]]; then
    _awsttl "$@"
else
    compdef _awsttl awsttl awsuse
fi
"""


def script(grammar: Grammar) -> str:
    """What ``awsttl completion zsh`` prints."""
    commands = (
        f"        {_quoted(f'{_escaped(name)}:{command.help}')}"
        for command in grammar.commands
        for name in command.names
    )
    options = (f"        {_option(option)} \\" for option in grammar.options)
    cases = (line for command in grammar.commands for line in _case(command))
    return (
        _SCRIPT.lstrip()
        .replace("@commands@", "\n".join(commands))
        .replace("@options@", "\n".join(options))
        .replace("@cases@", "\n".join(cases))
    )


def _case(command: Command) -> Iterator[str]:
    yield f"        ({'|'.join(command.names)})"
    specs = [
        *(_option(option) for option in command.options),
        *(_argument(value) for value in command.values),
    ]
    # -S: what stands behind -- is no option of ours.
    yield "            _arguments -s -S \\"
    yield from (f"                {spec} \\" for spec in specs[:-1])
    yield f"                {specs[-1]}"
    yield "            ;;"


def _option(option: Option) -> str:
    help_ = option.help.replace("[", r"\[").replace("]", r"\]")
    value = ""
    if option.value is not None:
        value = f":{_escaped(option.value.name.lower())}:{_action(option.value)}"
    names = option.names
    if len(names) == 1:
        return _quoted(f"{names[0]}[{help_}]{value}")
    # One of its names on the line, and the others are offered no more.
    others = _quoted(f"({' '.join(names)})")
    return f"{others}{{{','.join(names)}}}{_quoted(f'[{help_}]{value}')}"


def _argument(value: Value) -> str:
    if Source.PROGRAM in value.sources:
        return _quoted("*:::program:_normal")
    count = "*" if value.many else ""
    return _quoted(f"{count}:{_escaped(value.name.lower())}:{_action(value)}")


def _action(value: Value) -> str:
    if value.words:
        return f"({' '.join(value.words)})"
    if Source.PROFILES in value.sources:
        both = Source.SESSIONS in value.sources
        return "_awsttl_profiles_sso_sessions" if both else "_awsttl_profiles"
    if Source.SESSIONS in value.sources:
        return "_awsttl_sso_sessions"
    return "_files" if Source.FILES in value.sources else "_nothing"


def _escaped(text: str) -> str:
    return text.replace(":", r"\:")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", r"'\''") + "'"
