"""``t``: tells the shell in another pane of the tmux window to use a profile, or to unset it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from awsttl.core.model import Status
from awsttl.core.secret import Secret
from awsttl.engine import sending
from awsttl.engine.sending import What
from awsttl.terminal import tmux
from awsttl.terminal.tmux import Pane
from awsttl.tui.confirm_dialog import ConfirmDialog
from awsttl.tui.features.exporting.actions import Exporting
from awsttl.tui.features.sending.dialog import PaneDialog
from awsttl.tui.host import Host

if TYPE_CHECKING:
    from awsttl.core.live import Variables
    from awsttl.core.snippets import Credentials
    from awsttl.tui.features.serving.actions import Offer


class Sending:
    """Asks its host's person what is to be sent, and where to."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def send(self) -> None:
        """Look which panes there are, and ask."""
        item = self._host.item
        profile = item.name if isinstance(item, Status) else ""

        def look() -> list[Pane] | str:
            try:
                return tmux.other_panes(os.environ)
            except tmux.TmuxError as error:
                return f"tmux: {error}"

        def tell(panes: list[Pane] | str) -> None:
            if isinstance(panes, str):
                self._host.say(panes, "warning")
            elif not panes:
                self._host.say("this window of tmux has no other pane: split it first", "warning")
            else:
                self._ask(panes, profile)

        self._host.in_background(look, tell)

    def _ask(self, panes: list[Pane], profile: str) -> None:
        def answered(answer: tuple[What, Pane] | None) -> None:
            if answer is None:
                return
            what, pane = answer
            if pane.busy:
                self._ask_again(what, pane, profile)
            else:
                self._begin(what, pane, profile)

        self._host.open(PaneDialog(profile, panes), answered)

    def _ask_again(self, what: What, pane: Pane, profile: str) -> None:
        """Keys that are typed into a program do whatever they do there."""

        def answered(answer: bool | None) -> None:  # noqa: FBT001 (Textual's callback)
            if answer:
                self._begin(what, pane, profile)

        question = f"Type into pane {pane.number} although {pane.busy}?"
        dialog = ConfirmDialog("no prompt", question, [pane.runs], yes="type", no="leave it")
        self._host.open(dialog, answered)

    def _begin(self, what: What, pane: Pane, profile: str) -> None:
        if what not in (What.KEYS, What.LIVE):
            self._send(what, pane, profile, None)
            return
        status = self._host.arrangement.snapshot.status(profile)
        if status is None:
            self._host.say(f"{profile} is gone", "warning")
            return

        def send(credentials: Credentials) -> None:
            if what is What.LIVE:
                self._offer(pane, status, credentials)
            else:
                self._send(what, pane, profile, credentials)

        self._host.feature(Exporting).hand_out(status, send)

    def _offer(self, pane: Pane, status: Status, credentials: Credentials) -> None:
        """Have the shell live on the dashboard's own server."""

        def send(offer: Offer | str) -> None:
            if isinstance(offer, str):
                self._host.say(offer, "warning")
                return
            offer.taken()
            self._send(What.LIVE, pane, status.name, credentials, offer.variables)
            for note in offer.variables.notes:
                self._host.say(note, seconds=10)

        self._host.feature(Exporting).offer(status, credentials, send)

    def _send(
        self,
        what: What,
        pane: Pane,
        profile: str,
        credentials: Credentials | None,
        variables: Variables | None = None,
    ) -> None:
        name = f"{what} {profile}".strip() if what is not What.UNSET else str(what)

        def work() -> str:
            try:
                commands: Secret = sending.text(
                    what, pane.language, profile, credentials, variables
                )
            except ValueError as error:
                return f"{pane.language} cannot express this: {error}"
            return sending.send(pane, commands, name, os.environ)

        def tell(complaint: str) -> None:
            if complaint:
                self._host.say(complaint, "warning")
            else:
                self._host.say(f"sent to pane {pane.number}: {name}")

        self._host.in_background(work, tell)
