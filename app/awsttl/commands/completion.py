"""``awsttl completion SHELL``: the script that completes awsttl's command line in a shell."""

from __future__ import annotations

from argparse import Namespace

from awsttl.commands import exit_codes
from awsttl.commands.output import show
from awsttl.commands.parsing import Parser

SHELLS = ("bash", "zsh", "fish", "nu", "powershell")
"""The shells that there is a completion, and an ``awsuse``, for."""

_WHERE = """\
Put it where the shell looks for completions, once, and again after an update of awsttl:
  bash         ~/.local/share/bash-completion/completions/awsttl
  zsh          a file _awsttl in a folder of $fpath
  fish         ~/.config/fish/completions/awsttl.fish
  nu           a file that your config.nu sources
  powershell   your $PROFILE
It asks awsttl for the names of profiles as you press Tab, so it need not know them."""


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.explains(_WHERE)
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
    parser.shows(
        "awsttl completion fish > ~/.config/fish/completions/awsttl.fish",
        'eval "$(awsttl completion bash)"      # in ~/.bashrc',
    )


def run(given: Namespace) -> int:
    """Print the script. Returns the exit code."""
    from awsttl.commands import grammar
    from awsttl.commands.completions import bash, fish, nushell, powershell, zsh

    scripts = {
        "bash": bash.script,
        "zsh": zsh.script,
        "fish": fish.script,
        "nu": nushell.script,
        "powershell": powershell.script,
    }
    show(scripts[given.shell](grammar.read()))
    return exit_codes.DONE
