"""``a``: keeps a session alive, or no longer."""

from __future__ import annotations

from collections.abc import Mapping

from awsttl.core import keeping
from awsttl.core.countdown import Timed
from awsttl.core.model import Problem, Secret, Status
from awsttl.core.view import layout
from awsttl.core.view.details import Detail
from awsttl.core.view.rows import Item
from awsttl.core.why import obstacles
from awsttl.tui.features.choices import choose
from awsttl.tui.host import Host
from awsttl.tui.remedies import told


class Keeping:
    """Asks what is to be asked first, and says what comes of it. The engine keeps."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def keep(self) -> None:
        """Keep the profile under the cursor, or no longer."""
        host, item = self._host, self._host.item
        if not isinstance(item, Status):
            return
        name, choices, now = item.name, host.engine.choices, host.clock()
        if name in host.arrangement.settings.keep:

            def said() -> None:
                host.say(f"{name} is no longer kept alive")

            choose(host, lambda: choices.keep_no_longer(name), said)
            return
        if obstacles.cannot_keep(item, now, choices.may_run()) is None:
            self._begin(item, {})
        else:
            self._ask(item, choices.to_allow(item))

    def _begin(self, status: Status, allowed: Mapping[str, Secret]) -> None:
        host, name = self._host, status.name
        may_run = {*host.engine.choices.may_run(), *allowed}

        def said() -> None:
            host.say(f"{name} {keeping.promise(status, host.clock(), may_run)}")

        choose(host, lambda: host.engine.choices.keep(name, allowed), said)

    def _ask(self, status: Status, commands: Mapping[str, Secret]) -> None:
        """Ask whether the processes of a chain may run without a key, and show them."""
        from awsttl.tui.confirm_dialog import ConfirmDialog

        if not commands:
            return

        def answered(answer: bool | None) -> None:  # noqa: FBT001 (Textual's callback)
            if answer:
                self._begin(status, commands)

        question = f"To keep {status.name} alive, may awsttl run this without a key?"
        lines = [f"{each}: {command.reveal()}" for each, command in commands.items()]
        dialog = ConfirmDialog("keep alive", question, lines, yes="allow", no="do not")
        self._host.open(dialog, answered)

    def glance(self, status: Status, now: float) -> Timed:
        """What the row of a kept profile says of that; mostly nothing."""
        return keeping.glance(status, now, self._host.engine.choices.may_run())

    def not_kept(self, names: tuple[str, ...], problem: Problem) -> None:
        """Say that kept profiles could not be renewed."""
        verb = "is" if len(names) == 1 else "are"
        why = told(problem, joint="\n")
        self._host.say(f"{layout.listed(names)} {verb} not kept alive: {why}", "warning", 10)

    def details(self, item: Item | None) -> tuple[Detail, ...]:
        """What there is to say of a person's choices for a row."""
        settings = self._host.arrangement.settings
        if not isinstance(item, Status):
            return ()
        found = []
        keeper = self._host.engine.keeper
        if item.name in settings.keep and keeper is not None:
            found.append(keeper.details(item))
        if item.name in settings.hidden:
            found.append(Detail("hidden", "left out; h shows it again", "dim"))
        return tuple(found)
