"""``e`` and ``u``: hands a session out to a shell, or takes the AWS variables from it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from awsttl.core import countdown, diagnosis, snippets
from awsttl.core.model import Secret, State, Status
from awsttl.disk import sessionkeys
from awsttl.terminal import clipboard, shells
from awsttl.tui.background import in_background
from awsttl.tui.dialogs.snippet import SnippetDialog

if TYPE_CHECKING:
    from awsttl.core.rows import Arrangement
    from awsttl.tui.screen import MainScreen

_EXPORTABLE = (State.VALID, State.EXPIRING, State.UNKNOWN, State.LONG_TERM)


class HandOut:
    """Opens snippets for the main screen."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._app = screen.dashboard

    def export(self, status: Status) -> None:
        """Hand out a profile's session; get one first where that needs nobody else."""
        now = self._screen.clock()
        if countdown.standing(status, now).state in _EXPORTABLE:
            self._read_and_open(status)
        elif problem := diagnosis.cannot_renew(status, now):
            self._screen.say(f"nothing to export: {problem.message}; {problem.fix}", "warning")
        else:
            self._screen.say(f"getting a session for {status.name} first")
            self._screen.renewals.start(status, then=self._export_renewed)

    def _export_renewed(self, name: str) -> None:
        """Export what a renewal has just written, once the row shows it."""

        def is_here(arrangement: Arrangement) -> bool:
            status = arrangement.snapshot.status(name)
            if status is None:
                return False
            return countdown.standing(status, self._screen.clock()).state in _EXPORTABLE

        def then(arrangement: Arrangement) -> None:
            self._read_and_open(cast("Status", arrangement.snapshot.status(name)))

        self._app.once(is_here, then)

    def _read_and_open(self, status: Status) -> None:
        def read() -> snippets.Credentials | str:
            try:
                return sessionkeys.read(status, self._app.locations)
            except sessionkeys.NoKeysError as error:
                return str(error)

        def tell(result: snippets.Credentials | str) -> None:
            if isinstance(result, str):
                self._screen.say(f"nothing to export: {result}", "warning")
                return
            self._open(
                f"export {status.name}",
                lambda shell: snippets.export(shell, result),
                has_secrets=True,
            )

        in_background(self._app, read, tell)

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
            if text is not None:
                self._app.exit(text)

        shell = shells.user_shell(os.environ)
        dialog = SnippetDialog(title, snippet, shell, self._copy, has_secrets=has_secrets)
        self._app.push_screen(dialog, printed)

    def _copy(self, text: Secret) -> str:
        try:
            return "copied to the " + clipboard.copy(text, os.environ, self._app.write)
        except clipboard.ClipboardError as error:
            return str(error)
