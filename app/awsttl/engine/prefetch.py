"""The first look at the files, on the other processor while this one imports Textual.

Two threads would share one interpreter lock: with five thousand profiles, reading and importing
together take a second, one after the other. A forked child reads, resolves and arranges, and
hands the result over as a pickle; the first rows are there when the screen is. Where there is no
``fork`` the feed reads for itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from awsttl.core.named_tuples import NamedTuple

if TYPE_CHECKING:
    from awsttl.core.files import Files
    from awsttl.core.ini.setting import Setting
    from awsttl.core.model import Snapshot
    from awsttl.core.remedies import Problem
    from awsttl.core.secret import Secret
    from awsttl.core.view.arrangement import Arrangement
    from awsttl.disk.ini_files import Documents
    from awsttl.disk.locations import Locations
    from awsttl.engine.look import Look

HEAD: Final = 200
"""Rows in the part that comes first: more than any screen has lines."""


class Beside(NamedTuple):
    """What the first frame shows beside its rows, so that nothing on it comes a moment later."""

    findings: Mapping[str, str]
    """Profile → what is wrong with it, for the rows in sight; mostly nothing. Kept profiles are
    left out: whether they can be kept comes first on their rows, and changes with time."""
    settings: Mapping[str, tuple[Setting, ...]]
    """Profile → the lines that make it, for the first row: its details are shown at once."""


class Head(NamedTuple):
    """What comes first."""

    arrangement: Arrangement | None
    """The first rows and all counts; ``None`` where everything is needed for a first frame."""
    beside: Beside


class Rest(NamedTuple):
    """What the child knows when it is done: everything, as if the feed had read it itself."""

    look: Look
    snapshot: Snapshot


class FirstLook:
    """The parent's end of the pipe. Blocks, and belongs into the feed's thread."""

    def __init__(self, descriptor: int, child: int) -> None:
        self._pipe = os.fdopen(descriptor, "rb")
        self._child = child

    def head(self) -> Head | None:
        """What comes first; ``None`` when the child failed."""
        found: Head | None = self._take()
        return found

    def rest(self) -> Rest | None:
        """Everything else; ``None`` when the child failed, and the feed must look for itself."""
        found: Rest | None = self._take()
        self._pipe.close()
        os.waitpid(self._child, 0)
        return found

    def _take(self) -> Any:
        import pickle

        try:
            return pickle.load(self._pipe)  # noqa: S301 (our own child wrote it)
        except (EOFError, pickle.UnpicklingError, OSError):
            return None


def begin(locations: Locations, environ: Mapping[str, str]) -> FirstLook | None:
    """Fork a child that looks. Call it before there is any other thread."""
    if not hasattr(os, "fork"):
        return None
    mine, childs = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(mine)
        os.close(childs)
        return None
    if child:
        os.close(childs)
        return FirstLook(mine, child)
    status = 1
    try:
        os.close(mine)
        _look(locations, environ, childs)
        status = 0
    finally:
        # Whatever happened: the child must not go on to be a second dashboard, nor say a word.
        os._exit(status)


def _look(locations: Locations, environ: Mapping[str, str], descriptor: int) -> None:
    import gc
    import time

    from awsttl.core.view.arrangement import arrange
    from awsttl.core.view.ranking import View
    from awsttl.engine.look import Look

    gc.disable()
    sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 (the child's for life)
    look = Look(locations, environ)
    documents = look.reader.documents = {}
    files = look.reader.look()
    look.reader.documents = None
    snapshot = look.resolve(files)
    chosen = look.settings.look()
    settings = chosen.settings
    view = View(
        sort=settings.sort,
        threshold=settings.threshold,
        hidden=settings.hidden,
        keep=settings.keep,
        columns=settings.columns,
    )
    arranged = arrange(snapshot, view, time.time())._replace(settings=chosen.settings)
    # Whether a kept session can be kept, and until when, only all files together say.
    head = None if chosen.settings.keep else _first_rows(arranged, chosen.problems)
    rest = Rest(look, snapshot)
    with os.fdopen(descriptor, "wb") as pipe:
        pipe.write(_pickled(Head(head, beside(arranged, files, locations, documents))))
        pipe.flush()
        pipe.write(_pickled(rest))


def _first_rows(arranged: Arrangement, problems: tuple[Problem, ...]) -> Arrangement:
    """The head of an arrangement; *problems* are those of the settings."""
    keys, snapshot = arranged.keys[:HEAD], arranged.snapshot
    return arranged._replace(
        items=arranged.items[:HEAD],
        keys=keys,
        places={key: place for place, key in enumerate(keys)},
        heads=tuple(head for head in arranged.heads if head.at < HEAD),
        snapshot=snapshot._replace(profiles=(), problems=snapshot.problems + problems),
    )


def beside(
    arranged: Arrangement,
    files: Files,
    locations: Locations,
    documents: Documents | None = None,
) -> Beside:
    """Look up what the first frame shows beside its rows. *documents*: what was just read."""
    from awsttl.core.model import Status
    from awsttl.core.why import checks
    from awsttl.disk.setting_lines import SettingLines

    first = [item for item in arranged.items[: _lines()] if isinstance(item, Status)]
    kept = arranged.settings.keep
    asked = (status for status in first if status.name not in kept)
    found = ((status.name, checks.row_finding(status, files)) for status in asked)
    findings = {name: finding.short if finding is not None else "" for name, finding in found}
    lines = SettingLines(locations, documents)
    settings = {item.name: lines.settings(item.name) for item in first[:1]}
    return Beside(findings, settings)


def _lines() -> int:
    """How many rows the screen has room for, at most."""
    try:
        return min(HEAD, os.get_terminal_size(2).lines)
    except OSError:
        return HEAD


def _pickled(value: Any) -> bytes:
    """A pickle that carries secrets too, which refuse it everywhere else.

    It goes through a pipe from one memory of awsttl into the other: no file, and no other program,
    ever sees it. Without the secrets the parent would read every file anew, in its own time.
    """
    import copyreg
    import io
    import pickle

    from awsttl.core.secret import Secret

    written = io.BytesIO()
    pickler = pickle.Pickler(written, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = copyreg.dispatch_table | {Secret: _carried}
    pickler.dump(value)
    return written.getvalue()


def _carried(secret: Secret) -> tuple[type[Secret], tuple[str]]:
    return type(secret), (secret.reveal(),)
