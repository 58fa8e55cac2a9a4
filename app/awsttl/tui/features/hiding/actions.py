"""``x``: leaves a profile out of the table, or shows it again."""

from __future__ import annotations

from awsttl.core.model import Status
from awsttl.core.view import layout
from awsttl.tui.features.choices import choose
from awsttl.tui.host import Host
from awsttl.tui.keymap import key_of


class Hiding:
    """Hides rows of its host."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def hide(self) -> None:
        """Hide the profiles that the key acts on; where all are hidden, show them again."""
        host, choices = self._host, self._host.engine.choices
        names = [item.name for item in host.chosen if isinstance(item, Status)]
        if not names:
            return
        if host.arrangement.settings.hidden.issuperset(names):
            choose(host, lambda: choices.show(*names))
            return

        def said() -> None:
            verb = "is" if len(names) == 1 else "are"
            host.say(f"{layout.listed(names)} {verb} hidden; {key_of('bring_back')} undoes it")

        choose(host, lambda: choices.hide(*names), said)
