"""``e`` and ``u``: hands a session out to a shell, or takes the AWS variables from it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from awsttl.core import snippets
from awsttl.core.model import Status
from awsttl.core.secret import Secret
from awsttl.core.why import obstacles
from awsttl.engine import exporting, living
from awsttl.terminal import clipboard, shells
from awsttl.tui.features.choices import choose
from awsttl.tui.features.exporting.dialog import AskForOffer, SnippetDialog
from awsttl.tui.features.renewing.actions import Renewals
from awsttl.tui.host import Host
from awsttl.tui.remedies import told

if TYPE_CHECKING:
    from awsttl.core.snippets import Credentials
    from awsttl.core.view.arrangement import Arrangement
    from awsttl.tui.features.serving.actions import Offer


class Exporting:
    """Opens snippets for its host."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def export(self) -> None:
        """Hand out the session under the cursor, as a snippet for a shell."""
        status = self._host.item
        if not isinstance(status, Status):
            return
        name = status.name

        def show(credentials: Credentials) -> None:
            self._open(
                f"export {name}",
                lambda shell: snippets.export(shell, credentials),
                has_secrets=True,
                live=lambda then: self.offer(name, credentials, then),
            )

        self.hand_out(status, show)

    def offer(
        self, name: str, credentials: Credentials, then: Callable[[Offer | str], None]
    ) -> None:
        """Give what leads one shell to the dashboard's own server, or why there is nothing."""
        # 30 ms, and a port: for the first that wants it.
        from awsttl.tui.features.serving.actions import Serving

        status = self._host.arrangement.snapshot.status(name)
        if status is None:
            then(f"{name} is gone")
        else:
            self._host.feature(Serving).offer(status, credentials, then)

    def hand_out(self, status: Status, then: Callable[[Credentials], None]) -> None:
        """Give the session of a profile; get one first where that needs nobody else."""
        host, now = self._host, self._host.clock()
        if exporting.has_session(status, now):
            self._read(status, then)
        elif problem := obstacles.cannot_renew(status, now):
            host.say(f"nothing to export: {told(problem, status.name)}", "warning")
        else:
            host.say(f"getting a session for {status.name} first")
            host.feature(Renewals).start(status, lambda name: self._hand_out_renewed(name, then))

    def _hand_out_renewed(self, name: str, then: Callable[[Credentials], None]) -> None:
        """Give what a renewal has just written, once the row shows it."""

        def is_here(arrangement: Arrangement) -> bool:
            status = arrangement.snapshot.status(name)
            return status is not None and exporting.has_session(status, self._host.clock())

        def read(arrangement: Arrangement) -> None:
            self._read(cast("Status", arrangement.snapshot.status(name)), then)

        self._host.once(is_here, read)

    def _read(self, status: Status, then: Callable[[Credentials], None]) -> None:
        def tell(result: Credentials | str) -> None:
            if isinstance(result, str):
                self._host.say(f"nothing to export: {result}", "warning")
            else:
                then(result)

        locations = self._host.engine.locations
        self._host.in_background(lambda: exporting.credentials(status, locations), tell)

    def unset(self) -> None:
        """Hand out what removes every AWS variable that shadows a profile."""
        self._open("unset", living.unset, has_secrets=False)

    def _open(
        self,
        title: str,
        snippet: Callable[[snippets.Shell], tuple[snippets.Line, ...]],
        *,
        has_secrets: bool,
        live: AskForOffer | None = None,
    ) -> None:
        def printed(text: Secret | None) -> None:
            leave = None if text is None else lambda: self._host.leave(text)
            chosen = dialog.shell
            if chosen is not shell:
                write = self._host.engine.choices.write
                choose(self._host, lambda: write(lambda old: old._replace(shell=chosen)), leave)
            elif leave is not None:
                leave()

        known = self._host.arrangement.settings.shell
        shell = snippets.Shell(known) if known else shells.user_shell(os.environ)
        dialog = SnippetDialog(
            title, snippet, shell, self._copy, has_secrets=has_secrets, live=live
        )
        self._host.open(dialog, printed)

    def _copy(self, text: Secret) -> str:
        try:
            forget = self._host.arrangement.settings.forget_copied
            return "copied to the " + clipboard.copy(text, os.environ, self._host.write, forget)
        except clipboard.ClipboardError as error:
            return str(error)
