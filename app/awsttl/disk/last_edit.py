"""The last edit of config and credentials, kept so that it can be undone, also after a restart.

It is one file in awsttl's own state folder, mode 0600: what each file held before, and what it
held afterwards as a digest. So it holds the same secrets that lay in these files a moment before.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import NamedTuple

from awsttl.core.digests import sha256_hex
from awsttl.core.secret import Secret
from awsttl.disk import own_folders, plain_files, whole_files
from awsttl.disk.rewriting import Rewritten


class KeptFile(NamedTuple):
    """One file of an edit."""

    path: str
    before: Secret | None
    """Its content in Latin-1; ``None`` where there was no file."""
    after: str
    """The digest of what it held after the edit."""


class KeptEdit(NamedTuple):
    """An edit that can be undone."""

    at: float
    """When it was made, in seconds UTC."""
    name: str
    """What was edited, for people: a profile mostly."""
    files: tuple[KeptFile, ...]
    cleared: tuple[tuple[str, Secret], ...] = ()
    """Cache entries that were removed with it: path → content in Latin-1."""


def _path() -> str:
    return os.path.join(own_folders.private(own_folders.state_folder()), "edited.json")


def of(path: str, rewritten: Rewritten) -> KeptFile:
    """A file that was rewritten."""
    return KeptFile(path, rewritten.before, digest(rewritten.after))


def digest(content: Secret | None) -> str:
    """What tells whether a file has changed since; an empty text for no file."""
    if content is None:
        return ""
    return sha256_hex(content.reveal().encode("latin-1"))


def keep(edit: KeptEdit) -> None:
    """Keep this edit in place of the one before. Raises ``OSError``."""
    document = {
        "at": edit.at,
        "name": edit.name,
        "files": [
            {"path": path, "before": None if before is None else before.reveal(), "after": after}
            for path, before, after in edit.files
        ],
        "cleared": {path: held.reveal() for path, held in edit.cleared},
    }
    whole_files.replace(_path(), json.dumps(document).encode("ascii"))


def load() -> KeptEdit | None:
    """The edit that is kept; ``None`` where there is none."""
    try:
        found = json.loads(plain_files.read(_path(), plain_files.MOST_OWN))
        files = tuple(
            KeptFile(
                str(each["path"]),
                None if each["before"] is None else Secret(str(each["before"])),
                str(each["after"]),
            )
            for each in found["files"]
        )
        cleared = tuple((path, Secret(str(held))) for path, held in found["cleared"].items())
        return KeptEdit(float(found["at"]), str(found["name"]), files, cleared)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def put_back(edit: KeptEdit | None) -> None:
    """Keep again what was kept before an edit that was not made. Never raises."""
    if edit is None:
        forget()
    else:
        with contextlib.suppress(OSError):
            keep(edit)


def forget() -> None:
    """Keep none. Never raises."""
    with contextlib.suppress(OSError):
        os.unlink(_path())
