"""Remembers across restarts which key a recorded end belongs to.

The memory is a file in awsttl's state folder, read only where a profile has such a record. Only
the dashboard writes it: a command that looks writes nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from awsttl.core.files import IniFile
from awsttl.core.profiles import recorded_ends
from awsttl.core.profiles.recorded_ends import Memory, Remembered
from awsttl.disk import plain_files
from awsttl.disk.own_folders import state_folder

_NAME: Final = "recorded-ends.json"
"""The file: path of the credentials file → profile → key, record and time. The key is a
fingerprint, and no secret."""


class RecordedEnds:
    """What is remembered of one credentials file."""

    def __init__(self, credentials: str) -> None:
        self._credentials = credentials
        self._memory: Memory | None = None
        self._is_saved = True

    def outdated(self, config: IniFile, credentials: IniFile) -> Mapping[str, str]:
        """The profiles whose record is of an older key, each with the key of the record."""
        before = {} if self._memory is None else self._memory
        memory, outdated = recorded_ends.compare(before, config, credentials, self._written())
        if self._memory is None and memory:
            before = self._load()
            memory, outdated = recorded_ends.compare(before, config, credentials, self._written())
        if memory != before:
            self._is_saved = False
        self._memory = memory if memory or self._memory is not None else None
        return outdated

    def save(self) -> None:
        """Write the memory down if it has changed. Where that is not possible, it is not."""
        if self._is_saved or self._memory is None:
            return
        from awsttl.disk import whole_files  # It imports the reader; and who only looks needs none.

        self._is_saved = True
        kept = {name: each._asdict() for name, each in self._memory.items()}
        with suppress(OSError):
            document = _document() | {self._credentials: kept}
            whole_files.replace(_path(), json.dumps(document).encode())

    def _load(self) -> Memory:
        try:
            return {
                name: Remembered(
                    each["key"], tuple((key, text) for key, text in each["record"]), each["written"]
                )
                for name, each in _document()[self._credentials].items()
            }
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return {}

    def _written(self) -> float:
        try:
            return os.stat(self._credentials).st_mtime
        except (OSError, ValueError):
            return 0.0


def _document() -> dict[str, Any]:
    try:
        body = json.loads(plain_files.read(_path(), plain_files.MOST_OWN))
    except (OSError, ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _path() -> str:
    return os.path.join(state_folder(), _NAME)
