"""PowerShell's completion, for Windows PowerShell 5.1 and PowerShell 7."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from awsttl.commands.grammar import Command, Grammar, Source, Value

_SCRIPT: Final = r"""
# PowerShell completion of awsttl; made by: awsttl completion powershell

Register-ArgumentCompleter -Native -CommandName awsttl -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
    $before = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString() })
    $previous = $before[-1]
    $offered = if ($before.Count -le 1) {
        @commands@
    } else {
        switch ($words[1]) {
@cases@
        }
    }
    $typed = $wordToComplete.Trim("'", '"')
    $offered | Where-Object { $_.StartsWith($typed) } | ForEach-Object {
        $text = if ($_ -match '^[\w./:+-]+$') { $_ } else { "'" + $_.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
    }
}

Register-ArgumentCompleter -CommandName awsuse -ParameterName Profile -ScriptBlock {
    param($commandName, $parameterName, $wordToComplete)

    awsttl __complete profiles | Where-Object { $_.StartsWith($wordToComplete.Trim("'", '"')) } |
        ForEach-Object {
            if ($_ -match '^[\w./:+-]+$') { $_ } else { "'" + $_.Replace("'", "''") + "'" }
        }
}
"""


def script(grammar: Grammar) -> str:
    """What ``awsttl completion powershell`` prints."""
    cases = "\n".join(line for command in grammar.commands for line in _case(command))
    first = _list(grammar.first_words)
    return _SCRIPT.lstrip().replace("@commands@", first).replace("@cases@", cases)


def _case(command: Command) -> Iterator[str]:
    names = _list(command.names)
    options = tuple(name for option in command.options for name in option.names)
    yield f"            {{ $_ -in {names} }} {{"
    for option in command.options:
        if option.value is not None:
            offers = _offers(option.value) or "@()"
            yield f"                if ($previous -in {_list(option.names)}) {{ {offers}; break }}"
    yield "                if ($wordToComplete.StartsWith('-')) {"
    yield f"                    {_list(options)}"
    yield "                    break"
    yield "                }"
    for value in command.values:
        if offers := _offers(value):
            yield f"                {offers}"
    yield "            }"


def _offers(value: Value) -> str:
    offers = [_list(value.words)] if value.words else []
    offers += [
        f"awsttl __complete {source.value}"
        for source in value.sources
        if source in (Source.PROFILES, Source.SESSIONS)
    ]
    return "; ".join(offers)


def _list(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words) or "@()"
