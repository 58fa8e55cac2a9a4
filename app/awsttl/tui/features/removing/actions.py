"""``D``: a look at what goes with the row and who depends on it, and then it goes."""

from __future__ import annotations

import os

from awsttl.core.files import Files
from awsttl.core.model import Status
from awsttl.core.profiles import environment
from awsttl.engine import removing
from awsttl.tui.host import Host
from awsttl.tui.writing import Wanted, when_read, write


class Removing:
    """Removes a profile of its host."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def remove(self) -> None:
        """Show what would go with the row under the cursor."""
        status = self._host.item
        if isinstance(status, Status):
            when_read(self._host, lambda files: self._show(status, files))

    def _show(self, status: Status, files: Files) -> None:
        host, name = self._host, status.name
        found = removing.of_profile(status, files, environment.selected(os.environ))
        wanted = Wanted(
            name,
            found.plan,
            f"remove {name}",
            f"{name} is removed",
            "removed",
            found.warnings,
            found.entries,
            yes="remove",
        )
        write(host, wanted)
