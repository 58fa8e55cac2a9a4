"""awsttl's commands, as processes of their own in a home."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Final, NamedTuple

from support.cloud import Cloud
from support.home import Home

AWSTTL: Final = (sys.executable, "-m", "awsttl")
"""The command line that starts awsttl."""


class Done(NamedTuple):
    """How a command has ended."""

    code: int
    out: str
    err: str


def awsttl(
    home: Home,
    *arguments: str,
    cloud: Cloud | None = None,
    environ: Mapping[str, str] | None = None,
    given: str | None = None,
) -> Done:
    """Run a command without a terminal. *given* is what it reads on stdin."""
    variables = home.environ() | (cloud.environ() if cloud else {}) | dict(environ or {})
    done = subprocess.run(
        [*AWSTTL, *arguments],
        env=variables,
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout, done.stderr)
