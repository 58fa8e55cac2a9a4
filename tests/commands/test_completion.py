"""What Tab does in real shells. PowerShell is *not* run: there is none here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from awsttl.commands import grammar, registry
from awsttl.commands.completion import SHELLS
from support.commands import awsttl
from support.home import Home
from support.programs import loaded_by, required
from support.tmux import Pane

CONFIG = """
    [default]
    [profile plain]
    region = eu-west-1
    [profile team:dev]
    [profile team:prod/admin]
    [profile "two words"]
    [profile a=b]
    [profile three words unquoted]
    [sso-session corp]
    sso_region = us-east-1
    [services local]
"""

TYPED = {
    "awsttl explain --prof": "awsttl explain --profile",
    "awsttl explain --profile pl": "awsttl explain --profile plain",
    "awsttl doctor pl": "awsttl doctor plain",
    "awsttl doctor plain team:p": "awsttl doctor plain team:prod/admin",
    "awsttl doctor two": r"awsttl doctor two\ words",
    'awsttl doctor "two': 'awsttl doctor "two words"',
    "awsttl doctor a=": "awsttl doctor a=b",
    "awsttl completion pow": "awsttl completion powershell",
    "awsttl help expl": "awsttl help explain",
    "awsuse te": "awsuse team:",
    "awsuse team:p": "awsuse team:prod/admin",
}
"""What is on the line before Tab, and after it, in bash and in zsh."""

OFFERED = {
    "awsttl explain --prof": ["--profile"],
    "awsttl explain --profile pl": ["plain"],
    "awsttl doctor team": ["team:dev", "team:prod/admin"],
    "awsttl doctor a=": ["a=b"],
    "awsttl completion pow": ["powershell"],
    "awsttl help expl": ["explain"],
}
"""What is offered, where a shell can be asked without a terminal."""


@pytest.fixture
def environ(home: Home) -> dict[str, str]:
    """A shell's environment, in which awsttl is on the PATH."""
    home.config(CONFIG)
    here = str(Path(sys.executable).parent)
    return home.environ() | {"PATH": f"{here}{os.pathsep}{os.environ['PATH']}", "PS1": "$ "}


def written(home: Home, shell: str) -> Path:
    """A file with the completion of a shell."""
    path = home.path / f"completion.{shell}"
    path.write_text(awsttl(home, "completion", shell).out)
    return path


# -------------------------------------------------------------------- the names


def test_profiles_are_those_of_both_files_by_the_rules_of_the_aws_cli(home: Home) -> None:
    home.config(CONFIG)
    home.credentials("[team:dev]\nx = [nothing]\n[only here]\n[profile literal]\n")
    assert awsttl(home, "__complete", "profiles").out.splitlines() == [
        "a=b",
        "default",
        "only here",
        "plain",
        "profile literal",
        "team:dev",
        "team:prod/admin",
        "two words",
    ]
    assert awsttl(home, "__complete", "sso-sessions").out.splitlines() == ["corp"]


@pytest.mark.needs("aws-v2")
def test_the_aws_cli_lists_the_same_profiles(home: Home) -> None:
    home.config(CONFIG)
    listed = subprocess.run(
        [required("aws-v2"), "configure", "list-profiles"],
        env=home.environ(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(listed.stdout.splitlines()) == (
        awsttl(home, "__complete", "profiles").out.splitlines()
    )


def test_a_home_without_files_offers_nothing_and_complains_of_nothing(home: Home) -> None:
    assert awsttl(home, "__complete", "profiles") == (0, "", "")


def test_bytes_that_are_no_text_are_given_as_they_are(home: Home) -> None:
    home.config("")
    home.config_file.write_bytes(b"[profile caf\xe9]\n")
    done = subprocess.run(
        [sys.executable, "-m", "awsttl", "__complete", "profiles"],
        env=home.environ(),
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"caf\xe9\n"


def test_names_are_read_without_parser_model_or_types(home: Home) -> None:
    home.config(CONFIG)
    loaded = loaded_by(
        "import sys; sys.argv = ['awsttl', '__complete', 'profiles']\n"
        "from awsttl.__main__ import main; main()",
        home.environ(),
    )
    assert "awsttl.disk.section_names" in loaded
    assert not loaded & {
        "argparse",
        "typing",
        "awsttl.core.model",
        "awsttl.commands.registry",
        "botocore",
        "textual",
    }


# -------------------------------------------------------------------- shells


@pytest.mark.heavy
@pytest.mark.parametrize(
    "shell", [pytest.param(name, marks=pytest.mark.needs(name, "tmux")) for name in ("bash", "zsh")]
)
def test_tab_completes_what_is_typed(shell: str, home: Home, environ: Mapping[str, str]) -> None:
    script = written(home, shell)
    start = {"bash": "bash --norc -i", "zsh": "zsh -f -i"}[shell]
    load = {"bash": f". {script}", "zsh": f"autoload -U compinit; compinit -u -D; . {script}"}
    with Pane(start, environ) as pane:
        pane.sees("$")
        pane.type(f"{load[shell]}; echo lo''aded")
        pane.press("Enter")
        pane.sees("loaded")
        for typed, after in TYPED.items():
            pane.press("C-l")
            pane.type(typed)
            pane.sees(typed)
            pane.press("Tab")
            pane.sees(after)
            pane.press("C-u")
            pane.sees_no_more(after)


@pytest.mark.needs("fish")
@pytest.mark.parametrize("line", OFFERED)
def test_fish_offers(line: str, home: Home, environ: Mapping[str, str]) -> None:
    asked = f"source {written(home, 'fish')}; complete -C '{line}'"
    done = subprocess.run(
        [required("fish"), "-N", "-c", asked],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [offer.split("\t")[0] for offer in done.stdout.splitlines()] == OFFERED[line]
    assert not done.stderr


@pytest.mark.needs("nu")
@pytest.mark.parametrize("line", OFFERED)
def test_nushell_offers(line: str, home: Home, environ: Mapping[str, str]) -> None:
    typed = home.path / "typed.nu"
    typed.write_text(f"source {written(home, 'nu')}\n{line}")
    done = subprocess.run(
        [
            required("nu"),
            "--no-config-file",
            "--ide-complete",
            str(len(typed.read_bytes())),
            str(typed),
        ],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["completions"] == OFFERED[line]


@pytest.mark.heavy
def test_every_command_and_option_is_in_every_script(home: Home) -> None:
    known = grammar.read()
    assert {command.name for command in known.commands} == {
        *(command.name for command in registry.COMMANDS),
        "help",
    }
    for shell in SHELLS:
        script = awsttl(home, "completion", shell).out
        missing = [
            word
            for command in known.commands
            for word in (
                *command.names,
                *(name for option in command.options for name in (*option.long, *option.short)),
            )
            if word not in script
        ]
        assert not missing, shell
