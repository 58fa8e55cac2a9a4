"""``config`` and ``credentials``: their bytes, and what the AWS CLI makes of them.

One bad line makes the AWS CLI refuse the whole file. awsttl says which line it is, and still
lists the sections that can be read. The syntax itself is :mod:`awsttl.core.ini.document`'s.
"""

from __future__ import annotations

import codecs
import errno
import locale
import os
from typing import Final

from awsttl.core.files import IniFile, Passage
from awsttl.core.ini import misread, names
from awsttl.core.ini.document import Document, Fault, parse
from awsttl.core.remedies import Problem, Remedy
from awsttl.disk import plain_files
from awsttl.disk.locations import shown

_WIDE: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
"""What Windows PowerShell writes, by its byte-order mark. No AWS CLI reads it."""


Documents = dict[str, Document]
"""Path → a file that was read. It is kept for a moment only: it holds whole lines of the file."""


def read_config(path: str, documents: Documents | None = None) -> IniFile:
    """The profiles and sso-sessions of a config file. A missing file is an empty one.

    Where *documents* are given, what was read is put there, so that nobody has to read it again.
    """
    return _read(path, documents, is_config=True)


def read_credentials(path: str, documents: Documents | None = None) -> IniFile:
    """The sections of a credentials file: each is a profile, literally by its name."""
    return _read(path, documents, is_config=False)


def encoding() -> str:
    """The encoding in which the AWS CLI reads and writes these files: the locale's."""
    return locale.getpreferredencoding(do_setlocale=False)


def read_text(path: str) -> tuple[str, tuple[Fault, ...]]:
    """The text of a file with its line ends, and the faults of its bytes. Raises ``OSError``.

    What is no regular file is not opened: a pipe would wait for another program to write.
    """
    return _decoded(plain_files.read(path, plain_files.MOST_SETTINGS))


def parsed(body: bytes) -> tuple[str, Document]:
    """The text of a file that holds these bytes, and how it is read."""
    text, faults = _decoded(body)
    return text, parse(text, *faults)


def _decoded(body: bytes) -> tuple[str, tuple[Fault, ...]]:
    if wide := _WIDE.get(body[:2]):
        fault = Fault(1, "the file is UTF-16: save it as plain UTF-8")
        return body[2:].decode(wide, "replace"), (fault,)
    try:
        return body.decode(encoding()), ()
    except UnicodeDecodeError:
        return body.decode(encoding(), "surrogateescape"), ()  # faults of their own lines


def read_document(path: str) -> Document:
    """The same, as sections, keys and values. Raises ``OSError``."""
    text, faults = read_text(path)
    return parse(text, *faults)


def _read(path: str, documents: Documents | None, *, is_config: bool) -> IniFile:
    try:
        document = read_document(path)
    except (OSError, ValueError) as error:
        return _without_text(path, error)
    if documents is not None:
        documents[path] = document
    problem = refused(path, document.faults[0]) if document.faults else None
    read = IniFile(path, document.settings(), problem=problem, exists=True)
    if not is_config:
        passages = misread.in_credentials(document, read.sections)
        return read._replace(misread=_placed(path, passages))
    named = names.by_name(read.sections)
    return read._replace(
        sections=named[names.PROFILE],
        sso_sessions=named[names.SSO_SESSION],
        misread=_placed(path, misread.in_config(document, named)),
    )


def _without_text(path: str, error: OSError | ValueError) -> IniFile:
    """What no AWS CLI can open counts as empty for it. That may be meant, or a mistake."""
    if path == os.devnull:
        return IniFile(path, exists=True)
    if path == os.path.abspath(""):
        return IniFile(path)  # The variable that names the file is set and empty.
    is_missing = isinstance(error, FileNotFoundError | NotADirectoryError | ValueError)
    if is_missing and not os.path.lexists(path):
        return IniFile(path)
    assert isinstance(error, OSError)
    return IniFile(path, problem=unreadable(path, error), exists=True)


def _placed(path: str, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    return tuple(passage._replace(file=shown(path)) for passage in passages)


def unreadable(path: str, error: OSError) -> Problem:
    """The problem of a file that is there and cannot be read."""
    why, fix = error.strerror, Remedy(f"put a file in the place of {shown(path)}")
    if isinstance(error, FileNotFoundError):
        why = "it is a link to nothing"
    elif isinstance(error, IsADirectoryError):
        why = "it is no regular file"
    elif isinstance(error, PermissionError):
        fix = Remedy(_opening(path))
    takes = "" if error.errno == errno.EFBIG else "; the AWS CLI takes it for empty"
    message = f"{shown(path)} cannot be read: {why}{takes}"
    return Problem("file-unreadable", message, fix)


def _opening(path: str) -> str:
    """The command by which this user may read a file. It or a folder on its way is closed."""
    effective = os.access in os.supports_effective_ids
    folders = [path]
    while (folder := os.path.dirname(folders[-1])) != folders[-1]:
        folders.append(folder)
    for folder in reversed(folders[1:]):
        if not os.access(folder, os.X_OK, effective_ids=effective):
            return f"chmod u+rx {shown(folder)}"
    if hasattr(os, "geteuid") and os.stat(path).st_uid != os.geteuid():
        return f'sudo chown "$(id -un)" {shown(path)}'
    return f"chmod u+r {shown(path)}"


def refused(path: str, fault: Fault) -> Problem:
    """The problem of a file that does not parse."""
    return Problem(
        "file-does-not-parse",
        f"{shown(path)} line {fault.line}: {fault.reason}; the AWS CLI refuses the whole file",
        Remedy(f"correct line {fault.line} of {shown(path)}"),
    )
