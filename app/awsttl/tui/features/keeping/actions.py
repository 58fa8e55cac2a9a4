"""``a`` and ``h``, and what else is chosen for good: written to the settings file, and followed.

The screen does not take a choice from here: it follows the file, as it follows all others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from awsttl.core import keeping
from awsttl.core.events import Event, What
from awsttl.core.model import Problem, Status
from awsttl.core.profiles.cache_names import process_fingerprint
from awsttl.core.settings import Edit
from awsttl.core.view.details import Detail
from awsttl.core.why import obstacles
from awsttl.tui.host import Host

if TYPE_CHECKING:
    from awsttl.core.model import Files
    from awsttl.core.view.arrangement import Arrangement
    from awsttl.core.view.rows import Item
    from awsttl.engine.feed import Feed
    from awsttl.tui.features.keeping.keeper import Keeper
    from awsttl.tui.features.renewing.actions import Renewals


class Choices:
    """Writes for its host. What is chosen by now, the arrangement's settings say."""

    def __init__(self, host: Host, feed: Feed, renewals: Callable[[], Renewals]) -> None:
        self._host, self._feed, self._renewals = host, feed, renewals
        self.keeper: Keeper | None = None
        """There from the moment that something is kept alive."""

    def _files(self) -> Files | None:
        return self._feed.files

    # ---------------------------------------------------------------- following

    def follow(self, arrangement: Arrangement) -> None:
        """Keep alive what the settings of an arrangement say."""
        # A head that came ahead of the rest has no profiles in its snapshot.
        if len(arrangement.snapshot.profiles) != arrangement.total:
            return
        if self.keeper is None and arrangement.settings.keep:
            from awsttl.tui.features.keeping.keeper import Keeper

            renewals = self._renewals()
            self.keeper = Keeper(self._host, renewals.jobs, self._files)
            renewals.ended = self.keeper.ended
        if self.keeper is not None:
            self.keeper.show(arrangement)

    def stop(self) -> None:
        """Keep nothing alive any more."""
        if self.keeper is not None:
            self.keeper.stop()

    def may_run(self) -> Mapping[str, str]:
        """The profiles whose process may be run without a key."""
        return keeping.allowed(self._files(), self._host.arrangement.settings)

    def details(self, item: Item | None) -> tuple[Detail, ...]:
        """What there is to say of the choices for a row."""
        settings = self._host.arrangement.settings
        if not isinstance(item, Status):
            return ()
        found = []
        if item.name in settings.keep and self.keeper is not None:
            found.append(self.keeper.details(item))
        if item.name in settings.hidden:
            found.append(Detail("hidden", "left out; h shows it again", "dim"))
        return tuple(found)

    def not_kept(self, names: tuple[str, ...], problem: Problem) -> None:
        """Say that kept profiles could not be renewed."""
        who = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        verb = "is" if len(names) == 1 else "are"
        text = f"{who} {verb} not kept alive: {problem.message}\n{problem.fix}"
        self._host.say(text, "warning", 10)
        why = f"{problem.message}; {problem.fix}"
        self._host.record(Event(self._host.clock(), What.KEEP_FAILED, who, why))

    # ---------------------------------------------------------------- choosing

    def write(self, edit: Edit, then: Callable[[], None] | None = None) -> None:
        """Apply *edit* to the settings file in the background; *then* is called if that worked."""
        settings = self._feed.settings

        def tell(problem: Problem | None) -> None:
            if problem is not None:
                self._host.say(f"{problem.message}\n{problem.fix}", "error", 10)
                return
            self._host.files_changed()
            if then is not None:
                then()

        self._host.in_background(lambda: settings.change(edit), tell)

    def hide(self, status: Status) -> None:
        """Hide a profile, or show it again."""
        name, hidden = status.name, self._host.arrangement.settings.hidden

        def told() -> None:
            self._host.say(f"{name} is hidden; H shows the hidden ones")

        if name in hidden:
            self.write(lambda settings: settings._replace(hidden=settings.hidden - {name}))
        else:
            self.write(lambda settings: settings._replace(hidden=settings.hidden | {name}), told)

    def keep(self, status: Status) -> None:
        """Keep a profile alive, or no longer; ask first where a process is to be allowed."""
        name, settings = status.name, self._host.arrangement.settings

        def told() -> None:
            self._host.say(f"{name} is no longer kept alive")
            self._record(name, "no longer kept alive")

        if name in settings.keep:
            self.write(lambda present: present._replace(keep=present.keep - {name}), told)
            return
        may_run = self.may_run()
        problem = obstacles.cannot_keep(status, self._host.clock(), may_run)
        if problem is None:
            self._begin(name, {})
        elif problem.code == "process-not-allowed":
            self._ask(status, may_run)
        else:
            self._host.say(f"it cannot be kept alive: {problem.message}; {problem.fix}", "warning")

    def _begin(self, name: str, allowed: dict[str, str]) -> None:
        def told() -> None:
            self._host.say(f"{name} is kept alive: renewed by itself before the AWS CLI would")
            runs = f"; the process of {', '.join(allowed)} may run without a key"
            self._record(name, "kept alive from now on" + (runs if allowed else ""))

        self.write(
            lambda present: present._replace(
                keep=present.keep | {name},
                allowed_processes={**present.allowed_processes, **allowed},
            ),
            told,
        )

    def _record(self, name: str, text: str) -> None:
        """Note in the log what awsttl will do by itself, or no longer."""
        self._host.record(Event(self._host.clock(), What.SETTINGS, name, text))

    def _ask(self, status: Status, may_run: Mapping[str, str]) -> None:
        """Ask whether the processes of a chain may run without a key, and show them."""
        from awsttl.tui.confirm_dialog import ConfirmDialog

        files = self._files()
        if files is None:
            return
        names = [name for name in obstacles.processes(status) if name not in may_run]
        commands = {name: keeping.command(files, name) for name in names}

        def answered(answer: bool | None) -> None:  # noqa: FBT001 (Textual's callback)
            if answer:
                prints = {
                    name: process_fingerprint(command.reveal())
                    for name, command in commands.items()
                }
                self._begin(status.name, prints)

        question = f"To keep {status.name} alive, may awsttl run this without a key?"
        lines = [f"{name}: {command.reveal()}" for name, command in commands.items()]
        dialog = ConfirmDialog("keep alive", question, lines, yes="allow", no="do not")
        self._host.open(dialog, answered)
