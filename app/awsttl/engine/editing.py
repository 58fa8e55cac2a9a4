"""Edits of config and credentials: looked at first, written one way, and undone.

A plan (:mod:`awsttl.core.ini.plans`) is shown as a difference, and carried out on the file as it
is at that moment. The last edit is kept, so that it can be undone by any awsttl.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from awsttl.core.events import EDITED_CONFIG, EDITED_CREDENTIALS, Event, What
from awsttl.core.files import CacheEntry
from awsttl.core.ini import differences, plans
from awsttl.core.ini.differences import Line
from awsttl.core.ini.plans import Plan, Step, Which
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.secret import Secret
from awsttl.disk import cache_store, ini_writer, last_edit, rewriting
from awsttl.disk.last_edit import KeptEdit
from awsttl.disk.locations import shown
from awsttl.disk.rewriting import RefusedError, Rewritten

if TYPE_CHECKING:
    from awsttl.core.ini.document import Document
    from awsttl.disk.locations import Locations
    from awsttl.engine.look import Seen
    from awsttl.engine.recording import Recorder

__all__ = ["Difference", "Edited", "Editing", "RefusedError", "Undone"]


class Difference(NamedTuple):
    """What is different in one file. It holds no secret, and may be shown."""

    file: str
    """Its path for people."""
    lines: tuple[Line, ...]
    is_new: bool = False
    """Whether there was no such file."""


class Edited(NamedTuple):
    """What an edit wrote."""

    name: str
    """What was edited, for people: a profile mostly."""
    differences: tuple[Difference, ...]
    """Of each file that is different now. Empty where all was as it should be before."""
    can_be_undone: bool = True
    """Whether it is kept; it is not where awsttl's state folder cannot be written."""
    failures: tuple[str, ...] = ()
    """A line for each cache entry that could not be removed, or file that stays open."""


class Undone(NamedTuple):
    """What an undo did, or what it would lose."""

    name: str
    differences: tuple[Difference, ...]
    """Between the files before this undo and after it."""
    is_done: bool
    """``False`` where a file has changed since the edit: a person has to look first."""
    failures: tuple[str, ...] = ()


class Editing:
    """Edits the files of *locations* as they were *seen*, and tells *recorder*.

    All methods block for as long as the disk takes; any thread may call them. *clock* is the wall
    clock, in seconds UTC.
    """

    def __init__(
        self, seen: Seen, locations: Locations, recorder: Recorder, clock: Callable[[], float]
    ) -> None:
        self._seen, self._locations = seen, locations
        self._recorder, self._clock = recorder, clock

    def preview(self, plan: Plan) -> tuple[Difference, ...]:
        """What :meth:`write` would make different now. Raises :class:`RefusedError`."""
        return tuple(
            difference
            for edit in self._edits(plan)
            for difference in _differences(edit.path, edit.foresee())
        )

    def write(
        self,
        plan: Plan,
        name: str,
        said: str = "",
        clearing: tuple[CacheEntry, ...] = (),
        closing: tuple[str, ...] = (),
    ) -> Edited:
        """Carry out a plan: all of it, or nothing. *name* is what is edited, for people.

        The cache entries *clearing* are removed with it, and the files *closing* lose what their
        mode allows to others. Raises :class:`RefusedError`.
        """
        # No file is written where another one refuses, nor before what it held is kept.
        edits = self._edits(plan)
        foreseen = [(edit.path, edit.foresee()) for edit in edits]
        before = last_edit.load()
        is_kept = self._keep(name, foreseen)
        try:
            done = _written(edits)
        except RefusedError:
            last_edit.put_back(before)
            raise
        cleared = cache_store.clear(clearing)
        failures = (*cleared.failures, *_close(closing))
        if done != foreseen or cleared.contents:
            is_kept = self._keep(name, done, cleared.contents)
        changed = [(path, each) for path, each in done if each.before != each.after]
        if not (changed or cleared.paths or closing):
            return Edited(name, (), failures=failures)
        text = said or "edited"
        self._record(What.EDITED, name, text, tuple(path for path, _ in changed), cleared.paths)
        found = tuple(each for pair in changed for each in _differences(*pair))
        return Edited(name, found, is_kept, failures)

    def _keep(
        self,
        name: str,
        files: list[tuple[str, Rewritten]],
        cleared: tuple[tuple[str, Secret], ...] = (),
    ) -> bool:
        """Keep what is needed to undo it; whether that could be done."""
        changed = (last_edit.of(path, each) for path, each in files if each.before != each.after)
        kept = tuple(changed)
        return not (kept or cleared) or _keep(KeptEdit(self._clock(), name, kept, cleared))

    # ---------------------------------------------------------------- undoing

    @property
    def last(self) -> KeptEdit | None:
        """The edit that :meth:`undo` would undo."""
        return last_edit.load()

    def undo(self, *, although_changed: bool = False) -> Undone | None:
        """Give the files of the last edit the bytes back that they had; ``None``: there is none.

        Where a file has changed since the edit, nothing is done, unless *although_changed*; what is
        lost then is kept in turn. Raises :class:`RefusedError`.
        """
        kept = last_edit.load()
        if kept is None:
            return None
        now = {file.path: rewriting.read(file.path) for file in kept.files}
        differs = tuple(
            each
            for file in kept.files
            for each in _differences(file.path, Rewritten(now[file.path], file.before))
        )
        has_changed = any(last_edit.digest(now[file.path]) != file.after for file in kept.files)
        if has_changed and differs and not although_changed:
            return Undone(kept.name, differs, is_done=False)
        done = []
        for file in kept.files:
            back = _restoring(file.path, now[file.path], file.before)
            done.append((file.path, rewriting.rewrite(file.path, back)))
        _, failures = cache_store.restore(cache_store.Cleared(contents=kept.cleared))
        if has_changed:
            files = tuple(last_edit.of(path, each) for path, each in done)
            _keep(KeptEdit(self._clock(), kept.name, files))
        else:
            last_edit.forget()
        paths = tuple(file.path for file in kept.files)
        entries = tuple(path for path, _ in kept.cleared)
        self._record(What.RESTORED, kept.name, "edit undone", paths, entries)
        return Undone(kept.name, differs, is_done=True, failures=failures)

    # ---------------------------------------------------------------- helpers

    def _edits(self, plan: Plan) -> list[ini_writer.Edit]:
        """A plan as an edit of each of its files."""
        found = []
        for which, steps in _by_file(plan).items():
            path = self._path(which)
            found.append(ini_writer.Edit(path, _change(steps), f"edit {shown(path)} by hand"))
        return found

    def _path(self, which: Which) -> str:
        match which:
            case Which.CONFIG:
                return self._locations.config
            case Which.CREDENTIALS:
                return self._locations.credentials

    def _record(
        self, what: What, name: str, text: str, paths: tuple[str, ...], cleared: tuple[str, ...]
    ) -> None:
        keys: tuple[str, ...] = ()
        for path in paths:
            keys += EDITED_CONFIG if path == self._locations.config else EDITED_CREDENTIALS
        self._recorder.record(Event(self._clock(), what, name, text, keys=keys), cleared)
        self._seen.changed()


def _by_file(plan: Plan) -> dict[Which, tuple[Step, ...]]:
    files = dict.fromkeys(step.which for step in plan)
    return {which: tuple(step for step in plan if step.which is which) for which in files}


def _change(steps: tuple[Step, ...]) -> ini_writer.Change:
    def change(document: Document, text: Secret) -> Secret:
        return Secret(plans.carried_out(document, text.reveal(), steps))

    return change


def _written(edits: list[ini_writer.Edit]) -> list[tuple[str, Rewritten]]:
    """All of them; raises :class:`RefusedError`, and then none of them."""
    done: list[tuple[str, Rewritten]] = []
    try:
        for edit in edits:
            done.append((edit.path, edit.write()))  # noqa: PERF401 (what is done counts)
    except RefusedError:
        for path, rewritten in reversed(done):
            _back(path, rewritten)
        raise
    return done


def _differences(path: str, rewritten: Rewritten) -> tuple[Difference, ...]:
    if rewritten.before == rewritten.after:
        return ()
    before, after = (ini_writer.shown_text(each) for each in rewritten)
    lines = differences.between(before.reveal(), after.reveal())
    return (Difference(shown(path), lines, is_new=rewritten.before is None),)


def _restoring(path: str, now: Secret | None, before: Secret | None) -> rewriting.Make:
    """Puts *before* in the place of *now*, and of nothing else."""

    def make(found: Secret | None) -> Secret | None:
        if found not in (now, before):
            raise rewriting.refused(path, "another program has just written to it", "try again")
        return before

    return make


def _back(path: str, rewritten: Rewritten) -> None:
    """Undo one file of an edit that could not be made whole."""
    restoring = _restoring(path, rewritten.after, rewritten.before)
    try:
        rewriting.rewrite(path, restoring)
    except RefusedError:
        return


def _close(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Take what others may do from files; a line for each that stays as it is."""
    failures = []
    for path in paths:
        try:
            file = Path(path)
            file.chmod(stat.S_IMODE(file.stat().st_mode) & 0o700)
        except OSError as error:
            failures.append(f"{shown(path)} stays open to others: {error.strerror}")
    return tuple(failures)


def _keep(edit: KeptEdit) -> bool:
    try:
        last_edit.keep(edit)
    except OSError:
        return False
    return True


def refused(message: str, fix: str) -> RefusedError:
    """The error of an edit that makes no sense; nothing is written."""
    return RefusedError(Problem("not-edited", message, Remedy(fix)))
