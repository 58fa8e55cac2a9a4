"""Puts the keys of a session into the credentials file, and changes nothing else in it.

Other tools have emptied this file, removed its comments, or put a file in the place of a link.
awsttl does not touch a file that does not parse, and changes no other byte of it
(:mod:`awsttl.core.ini.edits`). Where the path is a link, the file behind it is replaced, whole or
not at all. Dashboards write one at a time; what another program writes in between is not
overwritten, but read again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from awsttl.core.ini import edits
from awsttl.core.ini.document import parse
from awsttl.core.model import Problem, Secret, Section
from awsttl.core.remedies import Remedy
from awsttl.disk import cache_store, ini_files
from awsttl.disk.locations import shown
from awsttl.disk.locks import lock

_TRIES: Final = 5
"""How often to begin again when another program writes to the file at the same time."""

_LEFT_BEHIND: Final = 60.0
"""Seconds after which a temporary file must be that of an awsttl that was killed."""


class RefusedError(ValueError):
    """The file stays as it is; the problem says why, and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.message}; {problem.fix}")
        self.problem = problem


def put(
    path: str, section: str, values: Mapping[str, Secret], remove: Collection[str] = ()
) -> None:
    """Set *values* in a section of the credentials file at *path*; take the keys *remove* out.

    The section, and the file, are made where they are missing. A section with long-term keys is
    never overwritten. Raises :class:`RefusedError` where the file does not parse or cannot be
    written; then it is as it was.
    """
    target = os.path.realpath(path)
    with contextlib.ExitStack() as stack:
        try:
            has_lock = stack.enter_context(lock(f"credentials {target}", seconds=20))
        except OSError:
            has_lock = True  # No place for the lock: noticing other writers must be enough.
        if not has_lock:
            raise _refused(path, "another awsttl is writing to it", "try again")
        for _ in range(_TRIES):
            try:
                _put_once(path, target, section, values, remove)
            except _ChangedError:
                continue
            except OSError as error:
                raise _unwritable(path, error) from None
            return
        raise _refused(path, "another program keeps writing to it", "try again")


def check(path: str, section: str) -> None:
    """Raise :class:`RefusedError` for what :func:`put` would refuse, as far as can be foreseen.

    An MFA code can be used only once, so a refusal is better known before it is used.
    """
    target = os.path.realpath(path)
    try:
        found = _read(path, target)
    except OSError as error:
        raise _unwritable(path, error) from None
    _changed(path, found, section, {"expiration": Secret("-")}, ())
    folder = os.path.dirname(target)
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    effective = os.access in os.supports_effective_ids
    if not os.access(folder, os.W_OK, effective_ids=effective):
        raise _unwritable(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


class _ChangedError(Exception):
    """Another program wrote to the file after it was read."""


def _put_once(
    path: str,
    target: str,
    section: str,
    values: Mapping[str, Secret],
    remove: Collection[str],
) -> None:
    found = _read(path, target)
    changed = _changed(path, found, section, values, remove)
    _sweep(os.path.dirname(target))

    def ready(temporary: Path) -> None:
        if found.status is not None:
            _keep_owner_and_mode(temporary, found.status)
        if _signature(_stat(target)) != _signature(found.status):
            raise _ChangedError

    cache_store.replace(target, changed.reveal().encode(ini_files.encoding()), ready)


def _stat(target: str) -> os.stat_result | None:
    try:
        return os.stat(target)
    except FileNotFoundError:
        return None


def _signature(status: os.stat_result | None) -> tuple[int, ...] | None:
    if status is None:
        return None
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


class _Found(NamedTuple):
    """The file as it was read."""

    text: Secret
    """With its line ends."""
    settings: Mapping[str, Section]
    status: os.stat_result | None
    """``None`` where there is no file."""


def _read(path: str, target: str) -> _Found:
    before = _stat(target)
    if before is None:
        return _Found(Secret(""), {}, None)
    if not stat.S_ISREG(before.st_mode):
        raise _refused(path, "it is no regular file", "put a file in its place")
    try:
        text, faults = ini_files.read_text(target)
    except OSError as error:
        raise RefusedError(ini_files.unreadable(target, error)) from None
    document = parse(text, *faults)
    if document.faults:
        raise RefusedError(ini_files.refused(target, document.faults[0]))
    return _Found(Secret(text), document.settings(), before)


def _changed(
    path: str,
    found: _Found,
    section: str,
    values: Mapping[str, Secret],
    remove: Collection[str],
) -> Secret:
    if _holds_long_term_keys(found.settings.get(section, {})):
        fix = f"rename the section [{section}]"
        raise _refused(path, f"[{section}] in it holds long-term keys", fix)
    revealed = {key: value.reveal() for key, value in values.items()}
    try:
        return Secret(edits.put(found.text.reveal(), section, revealed, remove))
    except ValueError as error:
        raise _refused(path, str(error), f"write the section [{section}] by hand once") from None


def _holds_long_term_keys(section: Section) -> bool:
    has_keys = section.get("aws_access_key_id") or section.get("aws_secret_access_key")
    has_token = section.get("aws_session_token") or section.get("aws_security_token")
    return bool(has_keys and not has_token)


def _keep_owner_and_mode(temporary: Path, before: os.stat_result) -> None:
    """Give the new file the owner of the old one, and no more readers than that had."""
    mode = stat.S_IMODE(before.st_mode) & 0o600
    if mode != 0o600:
        temporary.chmod(mode)
    made = temporary.stat()
    if hasattr(os, "chown") and (made.st_uid, made.st_gid) != (before.st_uid, before.st_gid):
        try:
            os.chown(temporary, before.st_uid, before.st_gid)
        except PermissionError:
            if made.st_uid != before.st_uid:
                raise


def _sweep(folder: str) -> None:
    """Remove the temporary files of an awsttl that was killed while it wrote: they hold keys."""
    with contextlib.suppress(OSError):
        for found in Path(folder).glob(".awsttl-*.tmp"):
            if time.time() - found.stat().st_mtime > _LEFT_BEHIND:
                found.unlink()


def _refused(path: str, why: str, fix: str) -> RefusedError:
    message = f"{shown(path)} stays as it is: {why}"
    return RefusedError(Problem("credentials-file", message, Remedy(fix)))


def _unwritable(path: str, error: OSError) -> RefusedError:
    why = f"cannot be written: {error.strerror}"
    where = shown(os.path.dirname(os.path.realpath(path)))
    return _refused(path, why, f"make {where} a folder that you may write to")
