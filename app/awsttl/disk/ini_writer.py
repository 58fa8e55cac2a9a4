"""The one way in which config and credentials are changed.

A file that the AWS CLIs refuse is not touched: the refusal names its line.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

from awsttl.core.ini.document import Document
from awsttl.core.secret import Secret
from awsttl.disk import ini_files, rewriting
from awsttl.disk.rewriting import RefusedError, Rewritten, refused

Change = Callable[[Document, Secret], Secret]
"""A file as it is read, and its text → its new text. Raises ``ValueError`` where there is none."""


class Edit:
    """A change of the file at *path*, to be foreseen, and to be written.

    *by_hand* is what a person can do where the change cannot be made. What was worked out for one
    content of the file is not worked out again.
    """

    def __init__(self, path: str, change: Change, by_hand: str) -> None:
        self.path = path
        self._change, self._by_hand = change, by_hand
        self._known: Rewritten | None = None

    def write(self, *, closed: bool = False) -> Rewritten:
        """Write it; see :func:`awsttl.disk.rewriting.rewrite`.

        Raises :class:`~awsttl.disk.rewriting.RefusedError`.
        """
        return rewriting.rewrite(self.path, self._make, closed=closed)

    def foresee(self) -> Rewritten:
        """What :meth:`write` would do now; nothing is written. Raises what it would raise."""
        try:
            before = rewriting.read(self.path)
            after = self._make(before)
        except OSError as error:
            raise rewriting.unwritable(self.path, error) from None
        folder = os.path.dirname(os.path.realpath(self.path))
        while not os.path.exists(folder):
            folder = os.path.dirname(folder)
        effective = os.access in os.supports_effective_ids
        if not os.access(folder, os.W_OK, effective_ids=effective):
            denied = PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            raise rewriting.unwritable(self.path, denied)
        return Rewritten(before, after)

    def _make(self, before: Secret | None) -> Secret | None:
        if self._known is None or self._known.before != before:
            self._known = Rewritten(before, self._made(before))
        return self._known.after

    def _made(self, before: Secret | None) -> Secret | None:
        document, text = _parsed(self.path, before)
        try:
            after = self._change(document, text)
            encoded = rewriting.content(after.reveal().encode(ini_files.encoding()))
        except UnicodeError:
            encoding = ini_files.encoding()
            why = f"a name or a value has characters that {encoding} has not"
            raise refused(self.path, why, self._by_hand) from None
        except ValueError as error:
            raise refused(self.path, str(error), self._by_hand) from None
        return encoded if before is not None or after else None


def write(path: str, change: Change, by_hand: str, *, closed: bool = False) -> Rewritten:
    """Change the file at *path*; see :class:`Edit`."""
    return Edit(path, change, by_hand).write(closed=closed)


def foresee(path: str, change: Change, by_hand: str) -> Rewritten:
    """What :func:`write` would do now; nothing is written. Raises what it would raise."""
    return Edit(path, change, by_hand).foresee()


def shown_text(content: Secret | None) -> Secret:
    """The text of a file's content, to compare it with another; it need not parse."""
    body = content.reveal().encode("latin-1") if content else b""
    return Secret(body.decode(ini_files.encoding(), "replace"))


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
