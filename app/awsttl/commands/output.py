"""Results go to stdout, in whatever encoding that takes."""

from __future__ import annotations

import errno
import sys


def show(text: str) -> None:
    """Print *text*, and a line end where it has none.

    Names in files may be in any encoding; what the terminal cannot show is printed as ``?``.
    Raises ``OSError`` where there is no stdout.
    """
    if sys.stdout is None:
        raise OSError(errno.EBADF, "there is no stdout to print on")
    encoding = sys.stdout.encoding or "utf-8"
    text = text if text.endswith("\n") else text + "\n"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()
