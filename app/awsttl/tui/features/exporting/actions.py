"""``e`` and ``u``: hands a session out to a shell, or takes the AWS variables from it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from awsttl.core import countdown, snippets
from awsttl.core.model import Secret, State, Status
from awsttl.core.why import obstacles
from awsttl.disk import session_keys
from awsttl.terminal import clipboard, shells
from awsttl.tui.features.exporting.dialog import SnippetDialog
from awsttl.tui.host import Host

if TYPE_CHECKING:
    from awsttl.core.view.arrangement import Arrangement
    from awsttl.tui.features.keeping.actions import Choices

_EXPORTABLE = (State.VALID, State.EXPIRING, State.UNKNOWN, State.LONG_TERM)


class HandOut:
    """Opens snippets for its host."""

    def __init__(
        self,
        host: Host,
        renew: Callable[[Status, Callable[[str], None]], None],
        choices: Choices,
    ) -> None:
        self._host = host
        self._choices = choices
        self._renew = renew
        """Renews a profile, and calls back with its name once that has worked."""

    def export(self, status: Status) -> None:
        """Hand out a profile's session; get one first where that needs nobody else."""
        now = self._host.clock()
        if countdown.standing(status, now).state in _EXPORTABLE:
            self._read_and_open(status)
        elif problem := obstacles.cannot_renew(status, now):
            self._host.say(f"nothing to export: {problem.message}; {problem.fix}", "warning")
        else:
            self._host.say(f"getting a session for {status.name} first")
            self._renew(status, self._export_renewed)

    def _export_renewed(self, name: str) -> None:
        """Export what a renewal has just written, once the row shows it."""

        def is_here(arrangement: Arrangement) -> bool:
            status = arrangement.snapshot.status(name)
            if status is None:
                return False
            return countdown.standing(status, self._host.clock()).state in _EXPORTABLE

        def then(arrangement: Arrangement) -> None:
            self._read_and_open(cast("Status", arrangement.snapshot.status(name)))

        self._host.once(is_here, then)

    def _read_and_open(self, status: Status) -> None:
        def read() -> snippets.Credentials | str:
            try:
                return session_keys.read(status, self._host.locations)
            except session_keys.NoKeysError as error:
                return str(error)

        def tell(result: snippets.Credentials | str) -> None:
            if isinstance(result, str):
                self._host.say(f"nothing to export: {result}", "warning")
                return
            self._open(
                f"export {status.name}",
                lambda shell: snippets.export(shell, result),
                has_secrets=True,
            )

        self._host.in_background(read, tell)

    def unset(self) -> None:
        """Hand out what removes every AWS variable that shadows a profile."""
        self._open("unset", snippets.unset, has_secrets=False)

    def _open(
        self,
        title: str,
        snippet: Callable[[snippets.Shell], tuple[snippets.Line, ...]],
        *,
        has_secrets: bool,
    ) -> None:
        def printed(text: Secret | None) -> None:
            leave = None if text is None else lambda: self._host.leave(text)
            chosen = dialog.shell
            if chosen is not shell:
                self._choices.write(lambda settings: settings._replace(shell=chosen), leave)
            elif leave is not None:
                leave()

        known = self._host.arrangement.settings.shell
        shell = snippets.Shell(known) if known else shells.user_shell(os.environ)
        dialog = SnippetDialog(title, snippet, shell, self._copy, has_secrets=has_secrets)
        self._host.open(dialog, printed)

    def _copy(self, text: Secret) -> str:
        try:
            return "copied to the " + clipboard.copy(text, os.environ, self._host.write)
        except clipboard.ClipboardError as error:
            return str(error)
