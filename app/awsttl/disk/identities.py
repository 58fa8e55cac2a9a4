"""The account of a profile's credentials when they were last verified, to notice a change."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import Final

from awsttl.disk import plain_files, whole_files
from awsttl.disk.locks import lock
from awsttl.disk.own_folders import state_folder

_NAME: Final = "identities.json"
"""The file: profile → account id. Account ids are no secrets, and nothing else is kept."""


def remember(profile: str, account: str) -> str:
    """Note a profile's account id. Returns the one it had before; empty the first time.

    Where the state folder cannot be written, nothing is remembered.
    """
    path = os.path.join(state_folder(), _NAME)
    known: dict[str, str] = {}
    with suppress(OSError), lock(path, seconds=2) as has_lock:
        with suppress(OSError, ValueError, RecursionError):
            body = json.loads(plain_files.read(path, plain_files.MOST_OWN))
            if isinstance(body, dict):
                known = {str(name): str(value) for name, value in body.items()}
        before = known.get(profile, "")
        if before != account and has_lock:
            whole_files.replace(path, json.dumps(known | {profile: account}).encode())
        return before
    return ""
