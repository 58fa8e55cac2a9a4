"""The AWS CLI's own cache folder, in the form of a mapping that botocore's providers use.

Its entries are the files that AWS CLI v1 and v2 read. So that botocore renews a session, and does
not only get it, this mapping differs from botocore's own:

* an entry that is to be renewed, or is corrupt, counts as missing: botocore replaces it, and does
  so only after AWS has answered;
* an answer without a valid session replaces nothing;
* times are written as ``…+00:00``, which all clients read;
* a cancelled renewal writes nothing.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from awsttl.aws.outcome import Wrote, ignored
from awsttl.core.files import CacheEntry, Shape
from awsttl.core.profiles import cache_entries
from awsttl.disk import plain_files, whole_files

_SESSIONS = (Shape.ROLE, Shape.SSO_ROLE)


class Cancelled(Exception):  # noqa: N818 (an outcome, not an error)
    """The person cancelled the renewal."""


class SessionCache:
    """``~/.aws/cli/cache`` for one renewal. Keys are file names without ``.json``.

    *renew* are the names of the files that are to be replaced. *aliases* maps a file name to other
    names under which some AWS CLI looks for the same session. *wrote* is called for each file.
    """

    def __init__(
        self,
        folder: str,
        renew: Iterable[str],
        aliases: Mapping[str, Iterable[str]],
        cancelled: threading.Event,
        wrote: Wrote = ignored,
    ) -> None:
        self._folder = Path(folder)
        self._renew = set(renew)
        self._aliases = aliases
        self._cancelled = cancelled
        self._wrote = wrote
        self._found: dict[str, Any] = {}
        self.written: list[str] = []
        """Paths of the files that this renewal wrote."""

    def __contains__(self, key: str) -> bool:
        name = f"{key}.json"
        if name in self._renew:
            return False
        path = self._folder / name
        try:
            body = plain_files.read(path)
        except OSError:
            return False
        entry = cache_entries.cli_entry(str(path), name, body)
        if entry is None or entry.shape not in _SESSIONS:
            return False
        self._found[key] = json.loads(body)
        return True

    def __getitem__(self, key: str) -> Any:
        """The entry as ``in`` has read it: the file may be half-written a moment later."""
        return self._found[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        name = f"{key}.json"
        body = json.dumps(value, default=_plain).encode()
        _check(name, body)
        for each in (name, *self._aliases.get(name, ())):
            path = str(self._folder / each)
            try:
                whole_files.replace(path, body)
            except OSError as error:
                raise ValueError(f"cannot write the cache file: {error.strerror}") from None
            self.written.append(path)
            self._wrote(path)
        # When botocore asks again within this renewal, it gets what was just written.
        self._renew.discard(name)
        whole_files.sweep(str(self._folder), at_most_every=60)


def parsed_json(path: Path, key: str) -> Any:
    """What is in a file; ``KeyError`` where that cannot be said, as botocore's caches have it."""
    try:
        return json.loads(plain_files.read(path))
    except (OSError, ValueError, RecursionError):
        raise KeyError(key) from None


def renewed_since(path: str, known: CacheEntry | None, pressed_at: float) -> bool:
    """Whether the file holds a valid session that is newer than the one the person saw.

    *known* is the entry that the person saw when they asked for the renewal, at *pressed_at*
    (seconds UTC). A session that ends later than that one is new. So is one that was written after
    *pressed_at*, whenever it ends; unless it is *known* itself, whose time may lie ahead where the
    clock was set back.
    """
    try:
        plain_files.check(path)
        body, status = plain_files.read_with_status(path)
    except OSError:
        return False
    entry = cache_entries.cli_entry(path, Path(path).name, body, status.st_mtime_ns / 1e9)
    if entry is None or entry.shape not in _SESSIONS or entry.expires_at is None:
        return False
    if entry.expires_at <= time.time():
        return False
    if known is None or known.expires_at is None or entry.expires_at > known.expires_at:
        return True
    return entry.written_at >= pressed_at and entry.written_at > known.written_at


def _check(name: str, body: bytes) -> None:
    """Raise ``ValueError`` for an answer without a valid session, so that it replaces none."""
    entry = cache_entries.cli_entry(name, name, body)
    if entry is None or entry.expires_at is None:
        raise ValueError("AWS's answer holds no session")
    if entry.expires_at <= time.time():
        raise ValueError("AWS's answer is a session that has expired")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} cannot be cached")
