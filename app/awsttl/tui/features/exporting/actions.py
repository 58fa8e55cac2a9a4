"""``e`` and ``u``: hands a session out to a shell, or takes the AWS variables from it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from awsttl.core import snippets
from awsttl.core.model import Status
from awsttl.core.secret import Secret
from awsttl.core.why import by_name, obstacles
from awsttl.engine import exporting, living
from awsttl.terminal import clipboard, shells
from awsttl.tui.features.choices import choose
from awsttl.tui.features.exporting.dialog import SnippetDialog
from awsttl.tui.features.exporting.tabs import Keys, Live, Name, Session, Tab
from awsttl.tui.features.renewing.actions import Renewals
from awsttl.tui.host import Host
from awsttl.tui.remedies import said, told

if TYPE_CHECKING:
    from awsttl.core.snippets import Credentials
    from awsttl.core.view.arrangement import Arrangement
    from awsttl.tui.features.serving.actions import Offer


class Exporting:
    """Opens snippets for its host."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def export(self) -> None:
        """Hand out the profile under the cursor as a snippet: its name, its keys, or live."""
        status, host = self._host.item, self._host
        if not isinstance(status, Status):
            return
        now, name = host.clock(), status.name
        problem = obstacles.cannot_renew(status, now)
        if problem is not None and not exporting.has_session(status, now):
            host.say(f"nothing to export: {told(problem, name)}", "warning")
            return
        environ = exporting.with_profile(os.environ, status)
        outlook = by_name.outlook(host.arrangement.snapshot, status, environ, now)
        note = by_name.said(outlook, status, now, lambda remedy: said(remedy, name))
        stale = exporting.stale(os.environ, keep_region=not status.profile.region)
        session = Session(lambda then: self.hand_out(self._newest(status), then, then))
        self._open(
            f"export {name}",
            Name("profile", lambda shell: living.use(shell, name, stale), note),
            Keys(session),
            Live(session, lambda found, then: self.offer(self._newest(status), found, then)),
        )

    def _newest(self, status: Status) -> Status:
        """What is known of a profile now. The first rows at start come without profiles."""
        return self._host.arrangement.snapshot.status(status.name) or status

    def offer(
        self, status: Status, credentials: Credentials, then: Callable[[Offer | str], None]
    ) -> None:
        """Give what leads one shell to the dashboard's own server, or why there is nothing."""
        # 30 ms, and a port: for the first that wants it.
        from awsttl.tui.features.serving.actions import Serving

        self._host.feature(Serving).offer(status, credentials, then)

    def hand_out(
        self,
        status: Status,
        then: Callable[[Credentials], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Give the session of a profile; get one first where that needs nobody else.

        *failed* hears why there is none; without it, that is a message on the line of the keys.
        """
        host, now = self._host, self._host.clock()
        refuse = failed or self._refuse
        if exporting.has_session(status, now):
            self._read(status, then, refuse)
        elif problem := obstacles.cannot_renew(status, now):
            refuse(told(problem, status.name))
        else:
            if failed is None:
                host.say(f"getting a session for {status.name} first")

            def renewed(name: str) -> None:
                self._hand_out_renewed(name, then, refuse)

            host.feature(Renewals).start(status, renewed, failed)

    def _refuse(self, why: str) -> None:
        self._host.say(f"nothing to export: {why}", "warning")

    def _hand_out_renewed(
        self, name: str, then: Callable[[Credentials], None], refuse: Callable[[str], None]
    ) -> None:
        """Give what a renewal has just written, once the row shows it."""

        def is_here(arrangement: Arrangement) -> bool:
            status = arrangement.snapshot.status(name)
            return status is not None and exporting.has_session(status, self._host.clock())

        def read(arrangement: Arrangement) -> None:
            self._read(cast("Status", arrangement.snapshot.status(name)), then, refuse)

        self._host.once(is_here, read)

    def _read(
        self,
        status: Status,
        then: Callable[[Credentials], None],
        refuse: Callable[[str], None],
    ) -> None:
        def tell(result: Credentials | str) -> None:
            if isinstance(result, str):
                refuse(result)
            else:
                then(result)

        locations = self._host.engine.locations
        self._host.in_background(lambda: exporting.credentials(status, locations), tell)

    def unset(self) -> None:
        """Hand out what removes every AWS variable that shadows a profile."""
        self._open("unset", Tab("unset", living.unset))

    def _open(self, title: str, *tabs: Tab) -> None:
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
        dialog = SnippetDialog(title, tabs, shell, self._copy)
        self._host.open(dialog, printed)

    def _copy(self, text: Secret) -> str:
        try:
            forget = self._host.arrangement.settings.forget_copied
            return "copied to the " + clipboard.copy(text, os.environ, self._host.write, forget)
        except clipboard.ClipboardError as error:
            return str(error)
