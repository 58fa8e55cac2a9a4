"""``awsttl shell-init SHELL``: the function ``awsuse``, which changes the shell that it runs in."""

from __future__ import annotations

from argparse import Namespace
from typing import Final

from awsttl.commands.completion import SHELLS
from awsttl.commands.exit_codes import DONE
from awsttl.commands.output import show
from awsttl.commands.parsing import Parser

_BASH: Final = """\
awsuse() {
    local text
    text="$(command awsttl __use @words@ "$@")" || return
    case " $* " in
        *' -h '* | *' --help '*) printf '%s\\n' "$text" ;;
        *) eval "$text" ;;
    esac
}
"""
_FISH: Final = """\
function awsuse --description 'Use an AWS profile in this shell'
    if contains -- -h $argv; or contains -- --help $argv
        command awsttl __use @words@ $argv
        return
    end
    set -l text (command awsttl __use @words@ $argv)
    or return
    eval (string join \\n -- $text | string collect)
end
"""
_NU: Final = """\
# Use an AWS profile in this shell.
def --env --wrapped awsuse [...words: string] {
    if "-h" in $words or "--help" in $words {
        print (^awsttl __use @words@ ...$words)
        return
    }
    let change = (^awsttl __use @words@ ...$words | from json)
    if $change == null { return }
    hide-env --ignore-errors ...$change.gone
    load-env $change.set
}
"""
_POWERSHELL: Final = """\
function awsuse {
    param([Parameter(Position = 0)] [string] $Profile, [switch] $Unset)
    $words = @()
    if ($Unset) { $words += '--unset' }
    if ($Profile) { $words += $Profile }
    $text = awsttl __use @words@ @words
    if ($LASTEXITCODE -eq 0) { $text | Out-String | Invoke-Expression }
}
"""
_FUNCTIONS: Final = {
    "bash": _BASH,
    "zsh": _BASH,
    "fish": _FISH,
    "nu": _NU,
    "powershell": _POWERSHELL,
}

_WHAT: Final = """\
awsuse PROFILE   the shell gets the profile's session, renewed first if need be
awsuse           you choose the profile from the rows
awsuse -         back to the profile before
awsuse --unset   takes all of it out of the shell
It sets AWSTTL_PROFILE and AWSTTL_EXPIRES (seconds since 1970, UTC) for prompts. Completion for it
comes with: awsttl completion SHELL"""


def declare(parser: Parser) -> None:
    """Say its options."""
    parser.explains(_WHAT)
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
    parser.add_argument(
        "--name-only",
        action="store_true",
        help="awsuse sets AWS_PROFILE instead of keys, unless it is called with --keys",
    )
    parser.shows(
        'eval "$(awsttl shell-init bash)"              # in ~/.bashrc',
        "awsttl shell-init fish | source               # in config.fish",
        "awsttl shell-init nu | save -f ~/awsuse.nu    # once; then: source ~/awsuse.nu",
    )


def run(given: Namespace) -> int:
    """Print the function. Returns the exit code."""
    words = f"--shell {given.shell}" + (" --name-only" if given.name_only else "")
    show(_FUNCTIONS[given.shell].replace("@words@", words, 2))
    return DONE
