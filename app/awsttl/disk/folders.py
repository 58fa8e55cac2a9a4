"""Makes folders that are closed to others, and finds the file behind a link."""

from __future__ import annotations

import errno
import os


def make(folder: str) -> None:
    """Make a folder, and those above it that are missing, each with mode 0700.

    ``os.makedirs`` gives that mode to the last one only: the others would get what the umask
    leaves, and with a umask of 0 everybody could write to ``~/.aws/cli``. A folder that is there
    stays as it is. Raises ``OSError``; ``NotADirectoryError`` where a file has the folder's name.
    """
    if os.path.isdir(folder):
        return
    try:
        os.mkdir(folder, 0o700)
    except FileNotFoundError:
        make(os.path.dirname(folder))
        make(folder)
    except FileExistsError:
        if not os.path.isdir(folder):  # else, another thread or program was faster
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), folder) from None


def behind(path: str) -> str:
    """The path of the file that *path* leads to, through any number of links.

    The file itself may be missing. Raises ``OSError`` where a part of the way cannot be looked at.
    ``os.path.realpath`` takes such a part for no link, so that who replaces the file would put one
    in the place of the link.
    """
    try:
        return os.path.realpath(path, strict=True)
    except FileNotFoundError:
        folder, name = os.path.split(os.path.abspath(path))
        try:
            target = os.readlink(path)
        except FileNotFoundError:
            return os.path.join(behind(folder), name)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            # It is no link, and was made since the first look.
            return os.path.join(behind(folder), name)
        return behind(os.path.join(folder, target))
