"""The door: overview, help, what was mistyped."""

from __future__ import annotations

import os
import subprocess

import pytest

from awsttl import __version__
from awsttl.commands import main, registry
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.parsing import Parser
from support.commands import AWSTTL
from support.home import Home
from support.programs import loaded_by


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["help"]])
def test_the_overview_names_every_command(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(arguments) == 0
    out = capsys.readouterr().out
    for command in registry.COMMANDS:
        assert f"  {command.name} " in out
        assert command.summary in out


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--version"]) == 0
    assert capsys.readouterr().out == f"awsttl {__version__}\n"


@pytest.mark.parametrize("command", registry.COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help_with_an_example(
    command: registry.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main([command.name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"usage: awsttl {command.name}" in shown
    assert (
        f"\n  awsttl {command.name}" in shown or f"awsttl {command.name}" in shown.split("\n\n")[-1]
    )
    assert main.main(["help", command.name]) == 0
    assert capsys.readouterr().out == shown


@pytest.mark.parametrize("command", registry.COMMANDS, ids=lambda command: command.name)
def test_every_option_of_every_command_says_what_it_does(command: registry.Command) -> None:
    parser = Parser(command)
    command.load().declare(parser)
    assert [action.dest for action in parser._actions if not action.help] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lits"], 'awsttl: there is no command "lits"; did you mean "list"?\n'),
        (["help", "docter"], 'awsttl: there is no command "docter"; did you mean "doctor"?\n'),
        (["xyzzy"], 'awsttl: there is no command "xyzzy"; see: awsttl --help\n'),
        (["--vresion"], 'awsttl: there is no option "--vresion"; did you mean "--version"?\n'),
        (
            ["list", "--jsn"],
            'awsttl list: "--jsn" is not understood; did you mean "--json"?\n',
        ),
        (
            ["doctor", "--off"],
            'awsttl doctor: "--off" is not understood; did you mean "--offline"?\n',
        ),
    ],
)
def test_what_is_mistyped_is_usage_and_the_nearest_is_named(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(arguments) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", said)


def test_no_name_or_alias_stands_for_two_commands() -> None:
    words = registry.words()
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("45m", 2700), ("1h30m", 5400), ("2d", 172800), ("30s", 30)]
)
def test_spans(text: str, seconds: float) -> None:
    parser = Parser(registry.COMMANDS[0])
    parser.takes_span("--min", text="at least")
    assert parser.parse_args(["--min", text]).min == seconds


@pytest.mark.parametrize("text", ["", "soon", "5x", "1m1h", "1.5h"])
def test_what_is_no_span_is_usage(text: str) -> None:
    parser = Parser(registry.COMMANDS[0])
    parser.takes_span("--min", text="at least")
    with pytest.raises(CommandError, match="no span of time"):
        parser.parse_args(["--min", text])


def test_the_overview_loads_no_command() -> None:
    loaded = loaded_by("from awsttl.commands.main import main; main(['--help'])")
    assert {name for name in loaded if name.startswith("awsttl.commands.")} <= {
        f"awsttl.commands.{name}" for name in ("main", "registry", "exit_codes", "output")
    }


@pytest.mark.parametrize(
    "command", [each.name for each in registry.COMMANDS if each.only_looks], ids=str
)
def test_a_command_that_ends_at_once_has_printed_everything_and_keeps_its_code(
    command: str, home: Home
) -> None:
    # Into a pipe Python keeps back what is printed, until it is told to write or ends.
    environ = {**home.environ(), "PATH": os.environ["PATH"]}
    for arguments, code in (["--help"], 0), (["--nonsense"], 2):
        ended = subprocess.run(
            [*AWSTTL, command, *arguments], env=environ, capture_output=True, text=True, check=False
        )
        assert ended.returncode == code
        printed = ended.stderr if code else ended.stdout
        assert command in printed
        assert printed.endswith("\n")
