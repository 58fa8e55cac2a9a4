"""A process with all writers loaded, which forks one for each try: ``-m attack.stage HOME``.

Each line on stdin is the name of a writer. A child is forked that stops itself; its number is
printed. The next line lets it go on, and how it ended is printed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path

from . import writers

_PATIENCE = 30.0
"""Seconds after which a writer hangs."""


def main() -> None:
    """Serve until stdin ends."""
    home = Path(sys.argv[1])
    # Each module that a writer imports is loaded: what is traced is the writing alone.
    for writer in writers.WRITERS:
        _empty(home)
        writers.prepare(writer, home)
        writers.run(writer, home)
    for line in sys.stdin:
        writer = writers.by_name(line.rstrip("\n"))
        _empty(home)
        writers.prepare(writer, home)
        child = os.fork()
        if not child:
            _be(writer, home)
        os.waitpid(child, os.WUNTRACED)
        print(child, flush=True)
        sys.stdin.readline()
        os.kill(child, signal.SIGCONT)
        print(_end_of(child), flush=True)


def _be(writer: writers.Writer, home: Path) -> None:
    from awsttl.disk import whole_files

    whole_files._swept.clear()
    with open(home.parent / "told", "wb", buffering=0) as told:  # noqa: PTH123 (for its descriptor)
        os.dup2(told.fileno(), 2)
    code = writers.ENDED
    os.kill(os.getpid(), signal.SIGSTOP)
    try:
        code = writers.run(writer, home)
    finally:
        os._exit(code)


def _end_of(child: int) -> int:
    """Its exit code, or minus the signal that ended it; 99 where it hangs."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 99


def _empty(home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)


if __name__ == "__main__":
    main()
