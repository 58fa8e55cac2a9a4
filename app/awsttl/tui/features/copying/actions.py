"""``y``: what there is to copy of the rows, and its way to the clipboard. None is a secret."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping, Sequence

from awsttl.core import snippets
from awsttl.core.files import EMPTY, Files
from awsttl.core.model import Orphan, Status
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.secret import Secret
from awsttl.core.snippets import Shell
from awsttl.core.view import rows
from awsttl.terminal import clipboard, shells
from awsttl.tui.host import Host
from awsttl.tui.menu_dialog import Entry, MenuDialog

Words = Callable[[Status], str]


class Copying:
    """Asks its host's person what is to be copied, and copies it."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def copy(self) -> None:
        """Open the menu for the rows that the key acts on."""
        host, found = self._host, self._host.chosen
        statuses = [item for item in found if isinstance(item, Status)]
        texts = self._of_profiles(statuses) if statuses else _of_orphans(found)
        texts["message"] = ("m", "the last message", host.last_said)

        def answered(name: str | None) -> None:
            if name is not None:
                self._to_clipboard(*texts[name][1:])

        entries = [
            Entry(name, key, (key,), words, _short(text) or "there is none", not text)
            for name, (key, words, text) in texts.items()
        ]
        title = f"copy: {statuses[0].name}" if len(statuses) == 1 else f"copy: {len(found)} rows"
        host.open(MenuDialog(title, entries), answered)

    def _of_profiles(self, statuses: Sequence[Status]) -> dict[str, tuple[str, str, str]]:
        """Entry → its key, its words, and the text: a line for each profile that has one."""
        shell = self._shell()
        kinds: dict[str, tuple[str, str, Words]] = {
            "name": ("n", "the name", lambda status: status.name),
            "option": ("p", "--profile NAME", _option),
            "account": ("a", "the account", rows.account_id),
            "arn": ("r", "the role's ARN", lambda status: role_arn(status, self._host.files)),
            "variable": ("e", "an AWS_PROFILE line", lambda status: _variable(shell, status.name)),
        }
        return {
            name: (key, words, "\n".join(dict.fromkeys(filter(None, map(text, statuses)))))
            for name, (key, words, text) in kinds.items()
        }

    def _shell(self) -> Shell:
        known = self._host.arrangement.settings.shell
        return Shell(known) if known else shells.user_shell(os.environ)

    def _to_clipboard(self, words: str, text: str) -> None:
        if not text:
            self._host.say(f"{words}: there is none", "warning")
            return
        try:
            way = clipboard.copy(Secret(text), os.environ, self._host.write)
        except clipboard.ClipboardError as error:
            self._host.say(str(error), "warning")
        else:
            self._host.say(f"copied to the {way}: {_short(text)}")


def _option(status: Status) -> str:
    return f"--profile {shlex.quote(status.name)}"


def role_arn(status: Status, files: Files | None) -> str:
    """The ARN of the role that a profile assumes, as its settings have it; empty without one."""
    if files is None:
        return ""
    for file in (files.credentials, files.config):
        section: Mapping[str, object] = file.sections.get(status.name, EMPTY)
        if arn := text_of(section, "role_arn"):
            return arn
    return ""


def _variable(shell: Shell, name: str) -> str:
    """The line that selects a profile; empty where the shell cannot express its name."""
    try:
        lines = snippets.use(shell, name, ())
    except ValueError:
        return ""
    return snippets.text(lines).reveal().rstrip("\n")


def _of_orphans(items: Sequence[object]) -> dict[str, tuple[str, str, str]]:
    paths = "\n".join(item.entry.path for item in items if isinstance(item, Orphan))
    return {"path": ("n", "the path of its file", paths)}


def _short(text: str) -> str:
    first, *others = text.splitlines() or [""]
    return first + (f" and {len(others)} more" if others else "")
