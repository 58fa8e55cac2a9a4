"""``config`` and ``credentials``: their bytes, and what the AWS CLI makes of them.

One bad line makes the AWS CLI refuse the whole file. awsttl says which line it is, and still
lists the sections that can be read. The syntax itself is :mod:`awsttl.core.ini.document`'s.
"""

from __future__ import annotations

import codecs
import locale
import os
from typing import Final

from awsttl.core.ini import misread, names
from awsttl.core.ini.document import Document, Fault, parse
from awsttl.core.model import EMPTY, IniFile, Passage, Problem
from awsttl.core.remedies import Remedy
from awsttl.disk.locations import shown

_WIDE: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
"""What Windows PowerShell writes, by its byte-order mark. No AWS CLI reads it."""


def read_config(path: str) -> IniFile:
    """The profiles and sso-sessions of a config file. A missing file is an empty one."""
    return _read(path, is_config=True)


def read_credentials(path: str) -> IniFile:
    """The sections of a credentials file: each is a profile, literally by its name."""
    return _read(path, is_config=False)


def encoding() -> str:
    """The encoding in which the AWS CLI reads and writes these files: the locale's."""
    return locale.getpreferredencoding(do_setlocale=False)


def read_text(path: str) -> tuple[str, tuple[Fault, ...]]:
    """The text of a file with its line ends, and the faults of its bytes. Raises ``OSError``.

    What is no regular file is an empty one, as it is for the AWS CLI: opening a pipe would wait
    for another program to write.
    """
    if not os.path.isfile(path):
        return "", ()
    with open(path, "rb") as file:
        body = file.read()
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


def _read(path: str, *, is_config: bool) -> IniFile:
    try:
        document = read_document(path)
    except OSError as error:
        return IniFile(path, problem=unreadable(path, error))
    problem = refused(path, document.faults[0]) if document.faults else None
    sections = document.settings()
    if not is_config:
        passages = misread.in_credentials(document, sections)
        return IniFile(path, sections, EMPTY, problem, _placed(path, passages))
    named = names.by_name(sections)
    passages = _placed(path, misread.in_config(document, named))
    return IniFile(path, named[names.PROFILE], named[names.SSO_SESSION], problem, passages)


def _placed(path: str, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    return tuple(passage._replace(file=shown(path)) for passage in passages)


def unreadable(path: str, error: OSError) -> Problem:
    """The problem of a file that may not be opened."""
    return Problem(
        "file-unreadable",
        f"{shown(path)} cannot be read: {error.strerror}; the AWS CLI takes it for empty",
        Remedy(f"chmod u+r {shown(path)}"),
    )


def refused(path: str, fault: Fault) -> Problem:
    """The problem of a file that does not parse."""
    return Problem(
        "file-does-not-parse",
        f"{shown(path)} line {fault.line}: {fault.reason}; the AWS CLI refuses the whole file",
        Remedy(f"correct line {fault.line} of {shown(path)}"),
    )
