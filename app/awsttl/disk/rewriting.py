"""Rewrites a person's file so that nothing of it is lost, whoever writes to it at the same time.

Dashboards and commands take turns by a lock. The AWS CLIs and editors know no lock, and write in
place. So a file is read while nobody has it open for writing, compared once more just before and
just after it is replaced (:func:`awsttl.disk.whole_files.replace_known`), and looked at again
afterwards: what another program wrote in between, into the old file or over the new one, is read,
and the change is made once more on top of it.

What stays: the link that the path may be, the mode, the owner, the access control list and all
other extended attributes. A file is replaced whole or not at all.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

from awsttl.core.remedies import Problem, Remedy
from awsttl.core.secret import Secret
from awsttl.disk import exchange, folders, ini_files, plain_files, whole_files
from awsttl.disk import unwritable as system
from awsttl.disk.exchange import Content
from awsttl.disk.locations import shown
from awsttl.disk.locks import lock
from awsttl.disk.whole_files import ChangedError

_TRIES: Final = 50
"""How often to begin again when another program writes to the file at the same time."""
_QUIET: Final = 2.0
"""Seconds to wait for a program that has the file open for writing."""
_SETTLING: Final = 0.05
"""Seconds in which a program that read the file before it was replaced would write it back.

``aws configure set`` takes less than a millisecond from its reading to its writing.
"""
_ACL: Final = "system.posix_acl_access"

Make = Callable[[Secret | None], Secret | None]
"""The old content → the new one; ``None`` for no file. Content is text in Latin-1, which keeps
every byte. To make it again of its own result has to change nothing, or raise
:class:`RefusedError`."""


class RefusedError(ValueError):
    """The file stays as it is; the problem says why, and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.message}; {problem.fix}")
        self.problem = problem


class Rewritten(NamedTuple):
    """What a file held, and what it holds now. ``None`` stands for no file."""

    before: Secret | None
    after: Secret | None


def content(body: bytes) -> Secret:
    """Bytes as they are handed around here."""
    return Secret(body.decode("latin-1"))


def _bytes(content: Secret) -> Content:
    return Content(content.reveal().encode("latin-1"))


def read(path: str) -> Secret | None:
    """What the file at *path* holds; ``None`` where there is none. Raises :class:`RefusedError`."""
    with _opened(path, _behind(path)) as found:
        return found.content


def rewrite(path: str, make: Make, *, closed: bool = False) -> Rewritten:
    """Replace what the file at *path* holds by what *make* makes of it.

    The file, and its folder, are made where they are missing. With *closed* others than the owner
    lose the rights that its mode gives them, unless it has an access control list. Blocks: 50 ms
    after each writing, and for as long as others write. Raises :class:`RefusedError`; then the file
    is as it was, or as others have left it.
    """
    target = _behind(path)
    with contextlib.ExitStack() as stack:
        try:
            has_lock = stack.enter_context(lock(f"credentials {target}", seconds=20))
        except OSError:
            has_lock = True  # No place for the lock: noticing other writers must be enough.
        if not has_lock:
            raise refused(path, "another awsttl is writing to it", "try again")
        try:
            return _Rewriting(path, target, make, closed=closed).run()
        except OSError as error:
            raise unwritable(path, error) from None


def _behind(path: str) -> str:
    try:
        return folders.behind(path)
    except OSError as error:
        raise RefusedError(ini_files.unreadable(path, error)) from None


class _Found(NamedTuple):
    """The file as it was read. It stays open: its inode is looked at again when it has no name."""

    content: Secret | None
    status: os.stat_result | None
    descriptor: int = -1


class _Rewriting:
    """One file under change, until the change is in it and nobody else's is lost."""

    def __init__(self, path: str, target: str, make: Make, *, closed: bool) -> None:
        self._path, self._target, self._make, self._closed = path, target, make, closed
        self._late: Secret | None = None
        """What another program wrote into the old file once it had no name any more."""

    def run(self) -> Rewritten:
        """Try until it is done."""
        done: Rewritten | None = None
        for _ in range(_TRIES):
            try:
                done = self._once(done)
            except ChangedError:
                continue
            if self._late is None and self._has_settled(done):
                return done
        raise refused(self._path, "another program keeps writing to it", "try again")

    def _once(self, done: Rewritten | None) -> Rewritten:
        with _opened(self._path, self._target) as found:
            before = self._late or found.content
            after = self._make(before)
            if after == found.content:
                self._late = None
                return Rewritten(before, after) if done is None else done
            if after is None:
                self._compare(found)
                os.unlink(self._target)
            else:
                known = None if found.content is None else _bytes(found.content)
                dress = partial(self._dress, found)
                whole_files.replace_known(self._target, _bytes(after), known, dress)
            self._late = _written_late(found)
            return Rewritten(before, after)

    def _dress(self, found: _Found, made: int) -> None:
        if found.status is not None:
            _keep_rights(made, self._target, found.status, closed=self._closed)
        self._compare(found)

    def _compare(self, found: _Found) -> None:
        if _signature(_stat(self._target)) != _signature(found.status) or _has_writer(found):
            raise ChangedError

    def _has_settled(self, done: Rewritten) -> bool:
        """Whether the change is still in the file when everybody else has had the time to write."""
        if done.before == done.after:
            return True
        try:
            written = _stat(self._target)
            time.sleep(_SETTLING)
            if _signature(_stat(self._target)) == _signature(written):
                return True
            with _opened(self._path, self._target) as found:
                return self._make(found.content) == found.content
        except (RefusedError, OSError):
            return True  # It was written. What others have made of it meanwhile is theirs.


@contextlib.contextmanager
def _opened(path: str, target: str) -> Iterator[_Found]:
    """The file, read while nobody writes to it."""
    status = _stat(target)
    if status is None:
        yield _Found(None, None)
        return
    if not stat.S_ISREG(status.st_mode):
        raise refused(path, "it is no regular file", "put a file in its place")
    if status.st_size > plain_files.MOST_SETTINGS:
        raise refused(path, "it is far too large", "put a smaller file in its place")
    try:
        descriptor = os.open(target, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        yield _Found(None, None)
        return
    except OSError as error:
        raise RefusedError(ini_files.unreadable(target, error)) from None
    try:
        yield _read(descriptor)
    finally:
        exchange.close(descriptor)


def _read(descriptor: int) -> _Found:
    found = _Found(None, None, descriptor)
    _wait_for_writers(found)
    status = os.fstat(descriptor)
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        return _Found(content(file.read()), status, descriptor)


def _written_late(found: _Found) -> Secret | None:
    """What another program wrote into the old file while that was replaced; mostly nothing.

    Never raises: the new file is in its place already.
    """
    if found.descriptor < 0:
        return None
    try:
        _wait_for_writers(found)
        now = _read(found.descriptor)
    except OSError:
        return None
    return now.content if now.content != found.content else None


def _wait_for_writers(found: _Found) -> None:
    deadline = time.monotonic() + _QUIET
    while _has_writer(found) and time.monotonic() < deadline:
        time.sleep(0.002)


def _has_writer(found: _Found) -> bool:
    """Whether a program has the file open for writing. Linux tells the file's owner.

    It grants a lease for reading only where there is none. The lease is given back at once. Whoever
    opens the file in between waits these microseconds, and a signal comes that nobody hears.
    """
    if sys.platform != "linux" or found.descriptor < 0:
        return False
    import fcntl

    try:
        fcntl.fcntl(found.descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(found.descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False  # another's file, or a file system without leases
    fcntl.fcntl(found.descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def _stat(target: str) -> os.stat_result | None:
    try:
        return os.stat(target)
    except FileNotFoundError:
        return None


def _signature(status: os.stat_result | None) -> tuple[int, ...] | None:
    if status is None:
        return None
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def _keep_rights(new: int, target: str, before: os.stat_result, *, closed: bool) -> None:
    """Give a new file owner, mode and attributes of the old one, and no more readers."""
    made = os.stat(new)
    if hasattr(os, "chown") and (made.st_uid, made.st_gid) != (before.st_uid, before.st_gid):
        try:
            os.chown(new, before.st_uid, before.st_gid)
        except PermissionError:
            if made.st_uid != before.st_uid:
                raise
            closed = True  # The old group's rights are not the new one's.
    mode = stat.S_IMODE(before.st_mode)
    # With a list, the rights of the group are the most that anybody on the list has.
    has_list = _copy_attributes(target, new)
    if has_list is False or (closed and not has_list):
        mode &= 0o600
    if stat.S_IMODE(os.stat(new).st_mode) != mode:
        os.chmod(new, mode)


def _copy_attributes(target: str, new: int) -> bool | None:
    """Whether the access control list is the new file's too; ``None`` where there is none."""
    if not hasattr(os, "listxattr"):
        return None
    try:
        names = os.listxattr(target)
    except OSError:
        return None
    has_list = None
    for name in names:
        try:
            os.setxattr(new, name, os.getxattr(target, name))
        except OSError:
            copied = False
        else:
            copied = True
        if name == _ACL:
            has_list = copied
    return has_list


def refused(path: str, why: str, fix: str | Remedy) -> RefusedError:
    """The error of a file that stays as it is."""
    message = f"{shown(path)} stays as it is: {why}"
    remedy = fix if isinstance(fix, Remedy) else Remedy(fix)
    return RefusedError(Problem("not-written", message, remedy))


def unwritable(path: str, error: OSError) -> RefusedError:
    """The error of a file that the system does not let awsttl write."""
    said = f"cannot be written: {system.why(error)}"
    return refused(path, said, system.remedy(error, path))
