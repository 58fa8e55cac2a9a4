"""``awsttl tmux``: the lines for ``~/.tmux.conf``, for the tmux that is here."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import Final

from awsttl.commands import exit_codes
from awsttl.commands.exit_codes import CommandError
from awsttl.commands.output import show
from awsttl.commands.parsing import Parser
from awsttl.terminal import tmux

POPUPS: Final = (3, 2)
"""The first version that has ``display-popup``."""

_STATUS: Final = """\
# What ends next, in the status line. tmux asks every few seconds; only files are read.
set -ag status-right ' #(awsttl status --all --format tmux)'
set -g status-right-length 60
"""
_POPUP: Final = """\
# prefix A: the dashboard in a popup, until q.
bind A display-popup -E -w 90% -h 80% awsttl
"""
_WINDOW: Final = """\
# prefix A: the dashboard in a window of its own, until q (popups need tmux 3.2; this is {version}).
bind A new-window -n awsttl awsttl
"""
_SIDE: Final = """\
# prefix a: the dashboard beside the pane, 50 columns wide. There, t sends a session to the pane.
bind a split-window -h -d -l 50 awsttl
"""


def declare(parser: Parser) -> None:
    """Say what it prints."""
    parser.explains(
        "A status line that says what ends next, a key for the dashboard in a popup, and one for\n"
        "a pane beside the present one. Nothing is written: add the lines that you want."
    )
    parser.shows("awsttl tmux >> ~/.tmux.conf; tmux source ~/.tmux.conf")


def run(_given: Namespace) -> int:
    """Print the lines. Returns the exit code."""
    try:
        version = tmux.version(os.environ)
    except tmux.TmuxError as error:
        raise CommandError(str(error), exit_codes.FAILED) from None
    show(lines(version))
    return exit_codes.DONE


def lines(version: tuple[int, int]) -> str:
    """The lines for that version of tmux."""
    older = _WINDOW.format(version=".".join(map(str, version)))
    return "\n".join((_STATUS, _POPUP if version >= POPUPS else older, _SIDE))
