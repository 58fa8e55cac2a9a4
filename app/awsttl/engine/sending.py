"""Sending a session to the shell in another pane of the tmux window.

What is typed there is one line that reads a file and removes it: the keys are in the file, mode
0600, and so in no scrollback, no history, and no list of processes.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Mapping
from typing import assert_never

from awsttl.core import snippets
from awsttl.core.live import Variables
from awsttl.core.profiles import environment
from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials, Shell
from awsttl.disk import handed_over
from awsttl.engine import living
from awsttl.terminal import tmux
from awsttl.terminal.tmux import Pane


class What(enum.StrEnum):
    """What a shell is to be told; the values are the words to show, in their order."""

    PROFILE = "AWS_PROFILE"
    """It is the first, so that whoever sends without a look sends nothing secret."""
    KEYS = "export"
    LIVE = "live"
    UNSET = "unset"


def text(
    what: What,
    shell: Shell,
    profile: str,
    credentials: Credentials | None,
    variables: Variables | None = None,
) -> Secret:
    """The commands for that shell; *variables* are those of a session that lives on.

    Raises ``ValueError`` where the shell cannot express them.
    """
    match what:
        case What.KEYS:
            if credentials is None:
                raise ValueError("there is no session to export")
            return snippets.text(snippets.export(shell, credentials))
        case What.PROFILE:
            return snippets.text(living.use(shell, profile, environment.TO_UNSET))
        case What.LIVE:
            if variables is None:
                raise ValueError("there is no session to serve")
            return snippets.text(living.lines(shell, variables))
        case What.UNSET:
            return snippets.text(living.unset(shell))
        case _:
            assert_never(what)


def send(pane: Pane, commands: Secret, name: str, environ: Mapping[str, str]) -> str:
    """Have the shell of a pane run these commands. Returns why not, or the empty text. Blocks.

    *name* is what the line in the other pane shows: ``export-prod``.
    """
    try:
        handed_over.sweep()
        path = handed_over.write(commands, name, snippets.script_suffix(pane.language))
    except OSError as error:
        return f"the commands cannot be written: {error.strerror}"
    try:
        tmux.type_line(pane, snippets.run_once(pane.language, path), environ)
    except tmux.TmuxError as error:
        handed_over.withdraw(path)
        return f"tmux: {error}"
    _withdraw_later(path)
    return ""


def _withdraw_later(path: str) -> None:
    timer = threading.Timer(handed_over.LIFETIME, handed_over.withdraw, (path,))
    timer.name, timer.daemon = "withdraw", True
    timer.start()
