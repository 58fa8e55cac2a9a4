"""``a``: keeps a session alive, or no longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from awsttl.core import keeping
from awsttl.core.countdown import Timed
from awsttl.core.model import Status
from awsttl.core.remedies import Problem
from awsttl.core.secret import Secret
from awsttl.core.view import layout
from awsttl.core.view.details import Detail
from awsttl.core.view.rows import Item
from awsttl.core.why import obstacles
from awsttl.tui.features.choices import choose
from awsttl.tui.host import Host
from awsttl.tui.keymap import key_of
from awsttl.tui.remedies import told


class Keeping:
    """Asks what is to be asked first, and says what comes of it. The engine keeps."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def keep(self) -> None:
        """Keep the profiles that the key acts on; where all are kept, no longer."""
        host, choices, now = self._host, self._host.engine.choices, self._host.clock()
        found = [item for item in host.chosen if isinstance(item, Status)]
        names = [status.name for status in found]
        kept = host.arrangement.settings.keep
        if kept.issuperset(names):
            self._no_longer(names)
            return
        may_run = choices.may_run()
        wanted = [status for status in found if status.name not in kept]
        at_once = [each for each in wanted if obstacles.cannot_keep(each, now, may_run) is None]
        if len(at_once) == 1:
            self._begin(at_once[0], {})
        elif at_once:
            self._begin_all([status.name for status in at_once])
        for status in wanted:
            if status not in at_once:
                self._ask(status, choices.to_allow(status))

    def _no_longer(self, names: Sequence[str]) -> None:
        host = self._host

        def said() -> None:
            verb = "is" if len(names) == 1 else "are"
            host.say(f"{layout.listed(names)} {verb} no longer kept alive")

        if names:
            choose(host, lambda: host.engine.choices.keep_no_longer(*names), said)

    def _begin_all(self, names: Sequence[str]) -> None:
        host = self._host

        def said() -> None:
            host.say(f"{layout.listed(names)} are kept alive")

        choose(host, lambda: host.engine.choices.keep(names), said)

    def _begin(self, status: Status, allowed: Mapping[str, Secret]) -> None:
        host, name = self._host, status.name
        may_run = {*host.engine.choices.may_run(), *allowed}

        def said() -> None:
            host.say(f"{name} {keeping.promise(status, host.clock(), may_run)}")

        choose(host, lambda: host.engine.choices.keep([name], allowed), said)

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
            found.append(Detail("hidden", f"left out; {key_of('hide')} shows it again", "dim"))
        return tuple(found)
