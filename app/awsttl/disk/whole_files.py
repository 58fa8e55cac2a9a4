"""The one way in which awsttl writes a file: whole or not at all, with mode 0600.

The new content is written into a file without a name (``O_TMPFILE``), which is gone with its
writer, and reaches the disk before it gets one. A file that is new gets its own name at once. To
replace another, the content has to have a name of its own first, beside the target, and takes the
target's place by a rename. So a writer that is killed leaves a file only in the moment between two
system calls. :func:`sweep` removes that, and what is left where a system knows no unnamed files.

What a person or another program has saved meanwhile is not overwritten: :func:`replace_known`.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from typing import Final

from awsttl.disk import exchange, folders
from awsttl.disk.exchange import Content

_TEMPORARY: Final = ".awsttl-"
_LEFT_OVER: Final = re.compile(r"\.awsttl-(?:(?P<writer>[0-9]{1,10})-)?[a-z0-9_]{8}\.tmp")
_LONG_AGO: Final = 60.0
"""Seconds after which no program is still writing a temporary file."""
_MOMENT: Final = 2.0
"""Seconds for which a temporary file is left alone even if its writer is not to be found: the
writer may run in another container that shares this home."""
_SWEPT_EVERY: Final = 60.0
"""Seconds for which a folder that is written to is not looked through again."""

_swept: dict[str, float] = {}
"""Folder → monotonic seconds of its last sweep."""

Dress = Callable[[int], None]
"""Gives the new file its owner and mode. It is called with the descriptor of the finished file,
before that has its name; what it raises keeps the older file in its place."""


class ChangedError(Exception):
    """Another program has written the file since it was read."""


def write_new(path: str, body: bytes) -> None:
    """Write a file that is not there yet.

    Raises ``FileExistsError`` when another program was first, and ``OSError``.
    """
    with _written(path, Content(body), None) as written:
        written.take_name(path)


def replace(path: str, body: bytes) -> None:
    """Write a file in the place of whatever has its name; one that is a link is replaced itself.

    Raises ``OSError``; then the older file is as it was.
    """
    with _written(path, Content(body), None) as written:
        if not os.path.lexists(path):
            with contextlib.suppress(FileExistsError):
                written.take_name(path)
                return
        os.replace(written.named(), path)
        written.name = ""


def replace_known(
    path: str, body: Content, known: Content | None, dress: Dress | None = None
) -> None:
    """Write a file in the place of one that holds *known*; ``None``: of none.

    Raises :class:`ChangedError` where the file holds something else, and ``OSError``. In both cases
    the file is as the other program has left it.

    Where the system can exchange two files (Linux), what was in the target's place is looked at
    once more after the exchange; where it is not *known*, or another program has it open for
    writing, it is put back. Then only that program could lose what it writes which has found the
    path but not yet opened the file when the two are exchanged: some microseconds. Elsewhere, so
    could one that saves between the last comparison and the rename.
    """
    with _written(path, body, dress) as written:
        if known is None:
            try:
                written.take_name(path)
            except FileExistsError:
                raise ChangedError from None
            return
        name = written.named()
        if not exchange.holds(path, known):
            raise ChangedError
        try:
            exchanged = exchange.exchange(name, path, known)
        except FileNotFoundError:
            raise ChangedError from None
        if not exchanged:
            raise ChangedError


@contextlib.contextmanager
def _written(path: str, body: Content, dress: Dress | None) -> Iterator[_Written]:
    """The new content on the disk, for the block to give it a name; what is left of it goes."""
    folder = os.path.dirname(path) or "."
    folders.make(folder)
    sweep(folder, at_most_every=_SWEPT_EVERY)
    written = _Written(folder, body, dress)
    try:
        written.begin()
        yield written
    finally:
        written.end()


class _Written:
    """A new file in *folder*, which may have no name yet."""

    def __init__(self, folder: str, body: Content, dress: Dress | None) -> None:
        self._folder = folder
        self._body = body
        self._dress = dress
        self._descriptor = -1
        self.name = ""
        """Its path; empty while it has no name of its own."""

    def begin(self) -> None:
        """Write it to the disk, without a name where the system can do that."""
        unnamed = getattr(os, "O_TMPFILE", 0)
        # It could get a name only by the link that /proc has of it.
        if unnamed and os.path.isdir("/proc/self/fd"):
            try:
                self._descriptor = os.open(self._folder, unnamed | os.O_RDWR | os.O_CLOEXEC, 0o600)
            except OSError as error:
                if error.errno not in _NO_UNNAMED:
                    raise
            else:
                self._fill()
                return
        self._begin_named()

    def _begin_named(self) -> None:
        name = self._free_name()
        self._close()
        self._descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self.name = name
        self._fill()

    def _free_name(self) -> str:
        # It is no cache entry's name, and has the number of the process, by which it is swept.
        name = f"{_TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}.tmp"
        return os.path.join(self._folder, name)

    def _fill(self) -> None:
        """Write the content, and wait until it is on the disk."""
        os.fchmod(self._descriptor, 0o600)  # whatever the umask has taken
        rest = memoryview(self._body.bytes)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        if self._dress is not None:
            self._dress(self._descriptor)
        os.fsync(self._descriptor)

    def named(self) -> str:
        """Its path; a temporary one if it had none."""
        if not self.name:
            name = self._free_name()
            try:
                self._link(name)
            except OSError:
                # This file system has unnamed files, and gives them no names.
                self._begin_named()
            else:
                self.name = name
        return self.name

    def take_name(self, path: str) -> None:
        """Have this name, or raise ``FileExistsError`` where another file has it."""
        try:
            if self.name:
                os.link(self.name, path)
            else:
                self._link(path)
        except FileExistsError:
            raise
        except OSError:
            # This file system has no links. Another program could write between these two calls.
            if os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path) from None
            os.replace(self.named(), path)
            self.name = ""

    def _link(self, path: str) -> None:
        # With a folder's descriptor, Python uses linkat, which alone follows the link in /proc.
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            source = f"/proc/self/fd/{self._descriptor}"
            os.link(source, os.path.basename(path), dst_dir_fd=folder, follow_symlinks=True)
        finally:
            exchange.close(folder)

    def _close(self) -> None:
        # What was written is on the disk already, so that nothing is lost where this fails.
        if self._descriptor >= 0:
            exchange.close(self._descriptor)
            self._descriptor = -1

    def end(self) -> None:
        """Close it, and remove it where it still has its temporary name."""
        self._close()
        if self.name:
            with contextlib.suppress(OSError):
                os.unlink(self.name)


_NO_UNNAMED: Final = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.ENOSYS)
"""What systems and file systems without unnamed files say to that flag."""


def sweep(folder: str, at_most_every: float = 0.0) -> None:
    """Remove the temporary files of awsttl processes that were killed: they hold sessions.

    That is a file whose process is gone, or that is older than a minute. With *at_most_every*, in
    seconds, nothing is done where this folder was swept so short a time ago. Never raises.
    """
    now = time.monotonic()
    if now - _swept.get(folder, -math.inf) < at_most_every:
        return
    _swept[folder] = now
    with contextlib.suppress(OSError), os.scandir(folder) as listing:
        for item in listing:
            # There may be thousands of other files, so a file's name is checked before its times.
            if item.name.startswith(_TEMPORARY) and (found := _LEFT_OVER.fullmatch(item.name)):
                with contextlib.suppress(OSError):
                    if _is_left_over(item, found["writer"]):
                        os.unlink(item.path)


def _is_left_over(item: os.DirEntry[str], writer: str | None) -> bool:
    status = item.stat(follow_symlinks=False)
    # Positive also where the clock was set back and the file's time lies ahead.
    age = abs(time.time() - status.st_mtime)
    if not stat.S_ISREG(status.st_mode) or age < _MOMENT:
        return False
    return age > _LONG_AGO or (writer is not None and not _is_running(int(writer)))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
