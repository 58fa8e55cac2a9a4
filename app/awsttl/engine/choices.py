"""What a person chooses for good: kept and hidden profiles, and all that settings.toml holds.

No face takes a choice from here: it follows the settings file, as it follows all others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from awsttl.core import keeping
from awsttl.core.events import Event, What
from awsttl.core.files import EMPTY
from awsttl.core.model import Status
from awsttl.core.profiles.cache_names import process_fingerprint
from awsttl.core.remedies import Problem
from awsttl.core.secret import Secret
from awsttl.core.settings import Edit, Settings
from awsttl.core.why import obstacles

if TYPE_CHECKING:
    from awsttl.engine.look import Seen
    from awsttl.engine.recording import Recorder


class Choices:
    """Writes the settings file. *clock* is the wall clock, in seconds UTC."""

    def __init__(self, seen: Seen, recorder: Recorder, clock: Callable[[], float]) -> None:
        self._seen, self._recorder, self._clock = seen, recorder, clock
        self.hidden_last: tuple[str, ...] = ()
        """The profiles that were hidden last, until that is undone."""
        self.hidden_at = float("-inf")
        """When that was, in seconds UTC."""

    def write(self, edit: Edit) -> Problem | None:
        """Apply *edit* to the file. Blocks. Returns why that did not work."""
        problem = self._seen.settings.change(edit)
        if problem is None:
            self._seen.changed()
        return problem

    @property
    def settings(self) -> Settings:
        """What is chosen by now."""
        return self._seen.latest.settings if self._seen.latest else Settings()

    # ---------------------------------------------------------------- hidden

    def hide(self, *names: str) -> Problem | None:
        """Leave profiles out of the table, and out of what acts on many."""
        problem = self.write(lambda settings: settings._replace(hidden=settings.hidden | {*names}))
        if problem is None:
            self.hidden_last, self.hidden_at = names, self._clock()
        return problem

    def show_again(self) -> Problem | None:
        """Undo the last hiding."""
        names, self.hidden_last, self.hidden_at = self.hidden_last, (), float("-inf")
        return self.show(*names)

    def show(self, *names: str) -> Problem | None:
        """Show hidden profiles again."""
        return self.write(lambda settings: settings._replace(hidden=settings.hidden - {*names}))

    # ---------------------------------------------------------------- kept alive

    def keep(self, names: Sequence[str], allowed: Mapping[str, Secret] = EMPTY) -> Problem | None:
        """Keep profiles alive. *allowed*: the processes that may run for them, by profile."""
        prints = {each: process_fingerprint(command.reveal()) for each, command in allowed.items()}
        problem = self.write(
            lambda present: present._replace(
                keep=present.keep | {*names},
                allowed_processes={**present.allowed_processes, **prints},
            )
        )
        if problem is None:
            runs = f"; the process of {', '.join(allowed)} may run without a key"
            for name in names:
                self._record(name, "kept alive from now on" + (runs if allowed else ""))
        return problem

    def keep_no_longer(self, *names: str) -> Problem | None:
        """Let sessions end when they end."""
        problem = self.write(lambda present: present._replace(keep=present.keep - {*names}))
        if problem is None:
            for name in names:
                self._record(name, "no longer kept alive")
        return problem

    def may_run(self) -> Mapping[str, str]:
        """The profiles whose process may run without being asked for, each with its fingerprint."""
        return keeping.allowed(self._seen.files, self.settings)

    def to_allow(self, status: Status) -> Mapping[str, Secret]:
        """The processes that must be allowed before a profile can be kept: profile → command."""
        files, may_run = self._seen.files, self.may_run()
        if files is None:
            return {}
        names = [name for name in obstacles.processes(status) if name not in may_run]
        return {name: keeping.command(files, name) for name in names}

    def _record(self, name: str, text: str) -> None:
        """Note in the log what awsttl will do by itself, or no longer."""
        self._recorder.record(Event(self._clock(), What.SETTINGS, name, text))
