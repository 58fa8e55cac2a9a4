"""The last clearing of a command, kept so that another command can bring it back.

The dashboard remembers its own in memory. A command ends, so it leaves what it removed in a file
of its own, mode 0600, in awsttl's state folder: the same sessions that lay in the AWS CLI's cache
a moment before. It holds one clearing, and is gone once that is brought back.
"""

from __future__ import annotations

import contextlib
import json
import os

from awsttl.core.secret import Secret
from awsttl.disk import own_folders, plain_files, whole_files
from awsttl.disk.cache_store import Cleared


def _path() -> str:
    return os.path.join(own_folders.private(own_folders.state_folder()), "cleared.json")


def keep(name: str, cleared: Cleared) -> None:
    """Keep this clearing in place of the one before. Raises ``OSError``."""
    files = {path: content.reveal() for path, content in cleared.contents}
    body = json.dumps({"name": name, "files": files})
    whole_files.replace(_path(), body.encode("ascii"))


def load() -> tuple[str, Cleared] | None:
    """The clearing that is kept, and what it was called; ``None`` where there is none."""
    try:
        found = json.loads(plain_files.read(_path(), plain_files.MOST_OWN))
        files: dict[str, str] = found["files"]
        contents = tuple((path, Secret(content)) for path, content in files.items())
        return str(found["name"]), Cleared(tuple(files), contents)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def forget() -> None:
    """Keep none. Never raises."""
    with contextlib.suppress(OSError):
        os.unlink(_path())
