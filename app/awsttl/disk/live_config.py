"""The copy of the config file for shells whose session is served; see :mod:`awsttl.core.live`."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
from typing import Final

from awsttl.core import live
from awsttl.core.ini.document import parse
from awsttl.core.live import Copy
from awsttl.core.secret import Secret
from awsttl.disk import ini_files, own_folders, plain_files, whole_files
from awsttl.disk.locations import Locations

_NAME: Final = re.compile(r"(\d+)-[\w-]+\.(config|token)")


class LiveConfig:
    """One copy, as long as this process serves."""

    def __init__(self, locations: Locations) -> None:
        self._locations = locations
        self.path = os.path.join(folder(), f"{os.getpid()}-{secrets.token_hex(8)}.config")
        self._is_there = False

    def write(self) -> Copy:
        """Write it as the config file is now. Returns what is in it.

        Raises ``OSError`` or ``ValueError`` where the config file cannot be read or the copy not
        written.
        """
        config = self._locations.config
        text, faults = ini_files.read_text(config) if os.path.exists(config) else ("", ())
        document = parse(text, *faults)
        taken = ini_files.read_credentials(self._locations.credentials).sections
        made = live.copy(document, text, taken)
        sweep()
        own_folders.private(folder())
        body = made.text.encode(ini_files.encoding(), "surrogateescape")
        whole_files.replace(self.path, body)
        self._is_there = True
        return made

    def follow(self) -> None:
        """Write it anew after a change of the config file, if it was written. Never raises."""
        if self._is_there:
            with contextlib.suppress(OSError, ValueError):
                self.write()

    def remove(self) -> None:
        """Remove it. Never raises."""
        if self._is_there:
            with contextlib.suppress(OSError):
                os.unlink(self.path)


def write_token(path: str, token: Secret) -> None:
    """Write a token into a file of mode 0600, without a line end: botocore refuses one.

    What is there already is replaced if it is a file. Raises ``OSError``.
    """
    folder_of = os.path.dirname(path) or "."
    if not os.path.isdir(folder_of):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    if os.path.lexists(path) and not stat.S_ISREG(os.lstat(path).st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    whole_files.replace(path, token.reveal().encode())


def withdraw_token(path: str, token: Secret) -> None:
    """Remove the file of a token, unless it holds another one by now. Never raises."""
    with contextlib.suppress(OSError):
        if plain_files.read(path, 1024) == token.reveal().encode():
            os.unlink(path)


def folder() -> str:
    """Where the copies are."""
    return os.path.join(own_folders.state_folder(), "live")


def was_used() -> bool:
    """Whether any awsttl of this user has ever made a copy."""
    return os.path.isdir(folder())


def sweep() -> None:
    """Remove the copies of processes that are gone. Never raises."""
    with contextlib.suppress(OSError), os.scandir(folder()) as listing:
        for item in listing:
            found = _NAME.fullmatch(item.name)
            if found and not _lives(int(found[1])):
                with contextlib.suppress(OSError):
                    os.unlink(item.path)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
