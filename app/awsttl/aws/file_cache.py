"""The AWS CLI's own cache folder, as botocore's providers use it.

botocore takes any mapping as its cache. This one is the files that both generations of the AWS
CLI read, with differences that make "renew" out of "get":

* an entry that is to be renewed, and a corrupt one, is "not there", so that it is replaced, and
  only once AWS has answered;
* an answer that holds no living session replaces nothing;
* times are written as ``…+00:00``, which all clients read;
* a cancelled renewal writes nothing.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from awsttl.aws.outcome import Wrote, ignored
from awsttl.core.model import CacheEntry, Shape
from awsttl.core.profiles import cache_entries
from awsttl.disk import cache_store

_SESSIONS = (Shape.ROLE, Shape.SSO_ROLE)


class Cancelled(Exception):  # noqa: N818 (an outcome, not an error)
    """The person pressed Escape."""


class SessionCache:
    """``~/.aws/cli/cache`` for one renewal. Keys are file names without ``.json``.

    *renew* holds the file names that must be got afresh. *aliases* maps a file name to others
    under which some AWS CLI looks for the same session. *wrote* hears of each file.
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
            body = path.read_bytes()
        except OSError:
            return False
        entry = cache_entries.cli_entry(str(path), name, body)
        if entry is None or entry.shape not in _SESSIONS:
            return False
        self._found[key] = json.loads(body)
        return True

    def __getitem__(self, key: str) -> Any:
        """What ``in`` has found. The file itself may be half-written a moment later."""
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
                cache_store.replace(path, body)
            except OSError as error:
                raise ValueError(f"cannot write the cache file: {error.strerror}") from None
            self.written.append(path)
            self._wrote(path)
        # Whoever asks again within this renewal gets what was just written.
        self._renew.discard(name)
        cache_store.sweep(str(self._folder), at_most_every=60)


def renewed_since(path: str, known: CacheEntry | None, pressed_at: float) -> bool:
    """Whether a living session lies there that is not the one that the person saw.

    *known* is the entry on the screen when the key was pressed, at *pressed_at*. A session that
    ends later than that one is new; so is one that was written after the key, however soon it
    ends. What is written counts only where it is not *known* itself: a clock that was set back
    leaves files of a time to come.
    """
    try:
        with Path(path).open("rb") as file:
            body, written_at = file.read(), os.fstat(file.fileno()).st_mtime_ns / 1e9
    except OSError:
        return False
    entry = cache_entries.cli_entry(path, Path(path).name, body, written_at)
    if entry is None or entry.shape not in _SESSIONS or entry.expires_at is None:
        return False
    if entry.expires_at <= time.time():
        return False
    if known is None or known.expires_at is None or entry.expires_at > known.expires_at:
        return True
    return entry.written_at >= pressed_at and entry.written_at > known.written_at


def _check(name: str, body: bytes) -> None:
    """Refuse an answer that would leave the profile worse off than before."""
    entry = cache_entries.cli_entry(name, name, body)
    if entry is None or entry.expires_at is None:
        raise ValueError("AWS's answer holds no session")
    if entry.expires_at <= time.time():
        raise ValueError("AWS's answer is a session that has expired")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} cannot be cached")
