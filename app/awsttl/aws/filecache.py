"""The AWS CLI's own cache folder, as botocore's providers use it.

botocore takes any mapping as its cache. This one is the files that both generations of the AWS
CLI read, with three differences that make "renew" out of "get":

* an entry that is to be renewed, and a corrupt one, is "not there", so that it is replaced, and
  only once AWS has answered;
* times are written as ``…+00:00``, which all clients read;
* a cancelled renewal writes nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.utils import JSONFileCache

from awsttl.core import cacheentries
from awsttl.core.model import Shape
from awsttl.disk import cachestore


class Cancelled(Exception):  # noqa: N818 (an outcome, not an error)
    """The person pressed Escape."""


class SessionCache(JSONFileCache):  # type: ignore[misc]
    """``~/.aws/cli/cache`` for one renewal.

    *renew* holds the file names that must be got afresh. *aliases* maps a file name to others
    under which some AWS CLI looks for the same session.
    """

    def __init__(
        self,
        folder: str,
        renew: Iterable[str],
        aliases: Mapping[str, Iterable[str]],
        cancelled: threading.Event,
    ) -> None:
        super().__init__(working_dir=folder)
        self._folder = Path(folder)
        self._renew = set(renew)
        self._aliases = aliases
        self._cancelled = cancelled
        self.written: list[str] = []
        """Paths of the files that this renewal wrote."""

    def __contains__(self, key: str) -> bool:
        name = f"{key}.json"
        if name in self._renew:
            return False
        path = self._folder / name
        try:
            entry = cacheentries.cli_entry(str(path), name, path.read_bytes())
        except OSError:
            return False
        return entry is not None and entry.shape not in (Shape.CORRUPT, Shape.FOREIGN)

    def __setitem__(self, key: str, value: Any) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        name = f"{key}.json"
        body = json.dumps(value, default=_plain).encode()
        for each in (name, *self._aliases.get(name, ())):
            path = str(self._folder / each)
            cachestore.replace(path, body)
            self.written.append(path)
        # Whoever asks again within this renewal gets what was just written.
        self._renew.discard(name)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} cannot be cached")
