"""``h``: leaves a profile out of the table, or shows it again."""

from __future__ import annotations

from awsttl.core.model import Status
from awsttl.tui.features.choices import choose
from awsttl.tui.host import Host


class Hiding:
    """Hides rows of its host."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def hide(self) -> None:
        """Hide the profile under the cursor, or show it again."""
        host, item = self._host, self._host.item
        if not isinstance(item, Status):
            return
        name, choices = item.name, host.engine.choices
        if name in host.arrangement.settings.hidden:
            choose(host, lambda: choices.show(name))
            return

        def said() -> None:
            host.say(f"{name} is hidden; H shows the hidden ones")

        choose(host, lambda: choices.hide(name), said)
