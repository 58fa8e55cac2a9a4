"""``settings.toml``: read when it changes, and written with its comments and order kept.

The file belongs to the person. It may be a link into a folder of dotfiles, may be edited while
dashboards are open, and is never overwritten while it does not parse.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from awsttl.core.named_tuples import NamedTuple
from awsttl.core.patterns import late
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.settings import Edit, Settings, Warn, parse
from awsttl.disk import folders, plain_files
from awsttl.disk.locations import shown
from awsttl.disk.reader import Signature

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

PATIENCE: Final = 10.0
"""Seconds for which a change waits while another dashboard writes the file."""

_TRIES: Final = 5
"""How often a change begins again because an editor saved the file meanwhile."""

_MOST_DOTS: Final = 64
"""Dots of one line outside of texts. The time in which a key is read grows with the third power of
its parts, and no setting has more than two."""
_NO_KEYS: Final = late(r"""\"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|#[^\n]*""")
"""Texts and comments."""

_NEW: Final = (
    "# awsttl's settings: written by its keys and by you. Its README tells what they mean.\n"
)


class Chosen(NamedTuple):
    """What a look at the file found."""

    settings: Settings = Settings()
    problems: tuple[Problem, ...] = ()


class SettingsFile:
    """The settings file at *path*, read look by look. A missing file counts as an empty one."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.chosen = Chosen()
        """The result of the last look."""
        self._signature: Signature | None = None

    def look(self) -> Chosen:
        """The settings as they are now; the same object as before when nothing changed.

        Costs a ``stat``, and never raises for what is on disk. While the file does not parse, the
        last good settings stay.
        """
        try:
            signature = Signature.of(os.stat(self.path))
        except (OSError, ValueError):
            signature = None
        if signature != self._signature:
            self._signature = signature
            chosen = self._read(signature)
            if chosen != self.chosen:
                self.chosen = chosen
        return self.chosen

    def _read(self, signature: Signature | None) -> Chosen:
        if signature is None:
            return Chosen()
        try:
            settings, problems = parse(_parsed(_text(self.path, signature)))
        except _BadFileError as error:
            return self.chosen._replace(problems=(error.problem(self.path),))
        return Chosen(settings, tuple(problems.values()))

    def change(self, edit: Edit) -> Problem | None:
        """Apply *edit* to the settings in the file; all that it does not change stays as written.

        Returns why that could not be done. The file is left alone where it does not parse, and
        where the key that is to change holds a value that makes no sense. Waits while another
        dashboard changes the file; may be called by any thread.
        """
        from awsttl.disk.locks import lock

        try:
            # Where the path is a link, the file behind it is replaced, and not the link.
            path = folders.behind(self.path)
            with lock(f"settings {path}", seconds=PATIENCE) as has_lock:
                if has_lock:
                    return _change(path, edit)
        except _BadFileError as error:
            return error.problem(self.path)
        except OSError as error:
            from awsttl.disk import unwritable

            fix = unwritable.remedy(error, self.path)
            return _not_written(self.path, unwritable.why(error), fix)
        return _not_written(self.path, "another process has it", _AGAIN)


_AGAIN: Final = Remedy("try again")


def _not_written(path: str, reason: str, fix: Remedy) -> Problem:
    message = f"your choice is not kept: {shown(path)}: {reason}"
    return Problem("settings-not-written", message, fix)


class _BadFileError(Exception):
    """The file cannot be read as settings; the text says why."""

    def problem(self, path: str) -> Problem:
        return Problem(
            "settings-unreadable",
            f"{shown(path)} {self}; the last good settings stay",
            Remedy("mend the file; until then awsttl does not write it"),
        )


def _text(path: str, signature: Signature) -> str:
    # Reading a named pipe would wait for another program; a device may have no end.
    if not signature.is_small_file:
        raise _BadFileError("is no file of a sensible size")
    try:
        return plain_files.read(path).decode()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _BadFileError(f"line {line} is not UTF-8") from None
    except OSError as error:
        raise _BadFileError(f"cannot be read: {error.strerror}") from None


def _parsed(text: str) -> Mapping[str, object]:
    # Importing it takes 5 ms, and many people have no such file.
    import tomllib

    if any(line.count(".") > _MOST_DOTS for line in _NO_KEYS.sub("", text).split("\n")):
        raise _BadFileError("holds something that no settings need")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _BadFileError(_located(str(error), text)) from None
    except (ValueError, RecursionError):
        # Such as an integer with thousands of digits, or very deeply nested lists.
        raise _BadFileError("holds something that no settings need") from None


def _located(reason: str, text: str) -> str:
    """``line 3 does not parse: …``, from tomllib's ``… (at line 3, column 7)``."""
    reason, _, place = reason.rpartition(" (at ")
    found = re.match(r"line (\d+)", place)
    line = int(found[1]) if found else max(1, len(text.splitlines()))
    return f"line {line} does not parse: {reason[:1].lower()}{reason[1:]}"


def _change(path: str, edit: Edit) -> Problem | None:
    """Write what *edit* makes of the file, or say why not.

    An editor knows nothing of awsttl's lock. Where it saves the file in between, its text is not
    overwritten: the change is applied to that text.
    """
    # Imported here, because reading the settings does not need it.
    from awsttl.disk.exchange import Content
    from awsttl.disk.whole_files import ChangedError, replace_known

    for _ in range(_TRIES):
        found = _found(path)
        text = None if found is None else _text(path, found)
        made = _made(path, text, edit)
        if not isinstance(made, str):
            return made
        with contextlib.suppress(ChangedError):
            known = None if text is None else Content(text.encode())
            replace_known(path, Content(made.encode()), known)
            return None
    return _not_written(path, "it is written again and again by another program", _AGAIN)


def _found(path: str) -> Signature | None:
    """The file's signature; ``None`` where there is no file."""
    try:
        return Signature.of(os.stat(path))
    except FileNotFoundError:
        return None


def _made(path: str, text: str | None, edit: Edit) -> str | Problem | None:
    """The new text of the file; ``None`` where it stays as it is; or why there is none."""
    text = _NEW if text is None else text
    before, problems = parse(_parsed(text))
    after = edit(before)
    changed = [key for key in Settings._fields if getattr(after, key) != getattr(before, key)]
    if not changed:
        return None
    if broken := next((problems[key] for key in changed if key in problems), None):
        return broken
    written = _written(text, {key: getattr(after, key) for key in changed})
    if parse(_parsed(written))[0] != after:
        fix = Remedy(f"write {changed[0]} into it by hand")
        return _not_written(path, f"awsttl cannot put {changed[0]} into it", fix)
    return written


def _written(text: str, values: Mapping[str, Any]) -> str:
    """The text of the file with these values in it, everything else as it was."""
    # Importing it takes 40 ms, and only a change of the settings needs it.
    import tomlkit

    document = tomlkit.parse(text)
    for key, value in values.items():
        match value:
            case "":
                document.remove(key)
            case frozenset():
                _write_names(document, key, value)
            case Warn():
                _write_table(document, key, value._asdict())
            case Mapping():
                _write_table(document, key, value)
            case float() if value.is_integer():
                document[key] = int(value)
            case str():
                document[key] = str(value)
            case _:
                document[key] = value
    return tomlkit.dumps(document)


def _write_names(document: TOMLDocument, key: str, names: frozenset[str]) -> None:
    found = document.setdefault(key, [])
    for index in reversed(range(len(found))):
        if found[index] not in names:
            del found[index]
    for name in sorted(names.difference(found)):
        found.append(name)


def _write_table(document: TOMLDocument, key: str, values: Mapping[str, object]) -> None:
    if key not in document:
        document[key] = {}
    table: Any = document[key]
    for name in [name for name in table if name not in values]:
        del table[name]
    for name, value in values.items():
        if table.get(name) != value:
            table[name] = value
