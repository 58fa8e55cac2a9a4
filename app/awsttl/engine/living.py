"""What is done to a shell's environment so that its AWS CLIs and SDKs live on a server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from awsttl.core import live, snippets
from awsttl.core.live import Address, Copy, Variables
from awsttl.core.model import Snapshot, Status
from awsttl.core.profiles import environment
from awsttl.core.snippets import Line, Shell
from awsttl.disk import live_config
from awsttl.disk.live_config import LiveConfig
from awsttl.disk.locations import Locations


class Living:
    """The environments of the shells of one server. Its copy of the config file goes with it."""

    def __init__(self, locations: Locations, environ: Mapping[str, str]) -> None:
        self._config = LiveConfig(locations)
        self._environ = environ

    def variables(self, address: Address, status: Status, seen: Snapshot) -> Variables | str:
        """The variables that lead a shell to an address; or why there are none, in words.

        Blocks for the disk where ``[default]`` would win.
        """
        config: tuple[str, Copy] | None = None
        if live.is_beaten(seen):
            try:
                config = (self._config.path, self._config.write())
            except (OSError, ValueError) as error:
                why = error.strerror if isinstance(error, OSError) else str(error)
                return f"[default] would win, and the config file cannot be copied: {why}"
        return live.variables(address, status.profile, self._environ, config)

    def follow(self) -> None:
        """The config file has changed."""
        self._config.follow()

    def close(self) -> None:
        """Leave nothing behind."""
        self._config.remove()


def applied(environ: Mapping[str, str], variables: Variables) -> dict[str, str]:
    """An environment for a program. Raises ``ValueError`` where none can hold a value."""
    rest = {name: value for name, value in environ.items() if name not in variables.gone}
    return rest | {name: value.reveal() for name, value in variables.values.items()}


def lines(shell: Shell, variables: Variables) -> tuple[Line, ...]:
    """The same for a shell. Raises ``ValueError`` where it cannot express a value."""
    return snippets.live(shell, variables.gone, variables.values, live.SHOWN)


def use(shell: Shell, profile: str, stale: Iterable[str]) -> tuple[Line, ...]:
    """The lines that select a profile by its name in a shell, also in one with a live session.

    *stale* are the variables that would win over it. Raises ``ValueError`` where the shell cannot
    express the name.
    """
    found = snippets.use(shell, profile, stale)
    if not live_config.was_used():
        return found
    return (*found, *snippets.leave_copy(shell, live.MARK, live.CONFIG_FILE, live.KEPT))


def unset(shell: Shell, names: Iterable[str] = environment.TO_UNSET) -> tuple[Line, ...]:
    """What takes every session out of a shell, live or not."""
    found = snippets.unset(shell, names)
    if not live_config.was_used():
        return found
    return (*snippets.leave_copy(shell, live.MARK, live.CONFIG_FILE, live.KEPT), *found)
