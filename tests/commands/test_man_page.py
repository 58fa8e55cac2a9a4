"""awsttl(1), as groff reads it."""

from __future__ import annotations

import subprocess

import pytest

from awsttl.commands import grammar
from awsttl.commands.man_page import page
from awsttl.tui.actions import ACTIONS
from support.programs import required


def read(text: str) -> str:
    """The page as a person reads it, on one line; fails over every warning."""
    done = subprocess.run(
        [required("groff"), "-man", "-Tutf8", "-ww", "-P-cbou", "-rLL=200n"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return " ".join(done.stdout.split())


@pytest.mark.needs("groff")
def test_the_page_has_every_command_option_and_key() -> None:
    known = grammar.read()
    shown = read(page(known)).replace("‐", "-")
    for command in known.commands:
        assert f"{command.name} " in shown
        for option in command.options:
            assert ", ".join(option.names) in shown, command.name
            assert " ".join(option.help.split()) in shown, command.name
    for action in ACTIONS:
        assert f"{action.key} {action.description}" in shown


@pytest.mark.needs("groff")
@pytest.mark.parametrize(
    "text", [".TH is no request", "'quoted", r"back\slash", "--an-option", "↓ é ⏎"]
)
def test_words_are_never_taken_for_commands_of_roff(text: str) -> None:
    known = grammar.read()
    odd = known.commands[0]._replace(description=f"First.\n\n{text}\n  {text}")
    shown = read(page(known._replace(commands=(odd,))))
    assert f"{text} {text}" in shown
