"""The one way in which config and credentials are changed.

A file that the AWS CLIs refuse is not touched: the refusal names its line.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

from awsttl.core.ini.document import Document
from awsttl.core.model import Secret
from awsttl.disk import ini_files, rewriting
from awsttl.disk.rewriting import RefusedError, Rewritten, refused

Change = Callable[[Document, Secret], Secret]
"""A file as it is read, and its text → its new text. Raises ``ValueError`` where there is none."""


def write(path: str, change: Change, by_hand: str, *, closed: bool = False) -> Rewritten:
    """Change the file at *path*; see :func:`awsttl.disk.rewriting.rewrite`.

    *by_hand* is what a person can do where the change cannot be made. Raises
    :class:`~awsttl.disk.rewriting.RefusedError`.
    """
    return rewriting.rewrite(path, _maker(path, change, by_hand), closed=closed)


def foresee(path: str, change: Change, by_hand: str) -> Rewritten:
    """What :func:`write` would do now; nothing is written. Raises what it would raise."""
    try:
        before = rewriting.read(path)
        after = _maker(path, change, by_hand)(before)
    except OSError as error:
        raise rewriting.unwritable(path, error) from None
    folder = os.path.dirname(os.path.realpath(path))
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    effective = os.access in os.supports_effective_ids
    if not os.access(folder, os.W_OK, effective_ids=effective):
        denied = PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        raise rewriting.unwritable(path, denied)
    return Rewritten(before, after)


def shown_text(content: Secret | None) -> Secret:
    """The text of a file's content, to compare it with another; it need not parse."""
    body = content.reveal().encode("latin-1") if content else b""
    return Secret(body.decode(ini_files.encoding(), "replace"))


def _maker(path: str, change: Change, by_hand: str) -> rewriting.Make:
    def make(before: Secret | None) -> Secret | None:
        document, text = _parsed(path, before)
        try:
            after = change(document, text)
            encoded = rewriting.content(after.reveal().encode(ini_files.encoding()))
        except UnicodeError:
            encoding = ini_files.encoding()
            why = f"a name or a value has characters that {encoding} has not"
            raise refused(path, why, by_hand) from None
        except ValueError as error:
            raise refused(path, str(error), by_hand) from None
        return encoded if before is not None or after else None

    return make


def _parsed(path: str, before: Secret | None) -> tuple[Document, Secret]:
    body = (before or Secret("")).reveal().encode("latin-1")
    text, document = ini_files.parsed(body)
    if document.faults:
        target = os.path.realpath(path)
        raise RefusedError(ini_files.refused(target, document.faults[0]))
    if text.encode(ini_files.encoding()) != body:
        why = f"its bytes are not what {ini_files.encoding()} would write"
        raise refused(path, why, "save it as plain UTF-8")
    return document, Secret(text)
