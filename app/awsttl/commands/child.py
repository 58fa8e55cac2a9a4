"""A command that runs beside awsttl, as if awsttl were not there.

It is in awsttl's own process group, so that the terminal, its signals and a shell's job control
reach it as they reach awsttl. What is sent to awsttl alone is handed on; what the terminal sends to
both is not, for a second Ctrl+C means something else than one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Mapping

from awsttl.commands.signals import Signals


def start(command: list[str], environ: Mapping[str, str]) -> int:
    """Start a command, and return its process id. Raises ``OSError`` where it cannot be run."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError):
            stream.flush()
    try:
        return _spawn(command, environ)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        # A script without a first line: shells run it themselves.
        return _spawn(["/bin/sh", *command], environ)


def _spawn(command: list[str], environ: Mapping[str, str]) -> int:
    return os.posix_spawnp(
        command[0],
        command,
        environ,
        setsigmask=(),
        # Python ignores these, and what is ignored stays so in the program that comes.
        setsigdef=(signal.SIGPIPE, signal.SIGXFSZ),
    )


def wait(process: int, signals: Signals) -> int:
    """Hand on signals until the process has ended. Returns its exit code, 128+n for a signal."""
    while True:
        number, is_known = signals.next()
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return 128 - code if code < 0 else code
        if number and number != signal.SIGCHLD and not is_known:
            os.kill(process, number)
