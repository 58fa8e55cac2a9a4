"""A process that has imported boto3 and forks for each home: the import costs half a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_PROGRAM: Final = """
import json, os, sys
import boto3

def ask(profile):
    session = boto3.Session(profile_name=profile)
    session.client("sts", region_name="us-east-1").get_caller_identity()

for line in sys.stdin:
    task = json.loads(line)
    out, said = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(said, 2)
        # A question for a code is answered from stdin.
        codes, typed = os.pipe()
        os.write(typed, b"123456\\n" * 3)
        os.close(typed)
        os.dup2(codes, 0)
        sys.stdin = os.fdopen(0)
        os.setsid()
        os.chdir(task["folder"])
        os.environ.clear()
        os.environ.update(task["environ"])
        try:
            ask(task["profile"])
        except BaseException:
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    os.close(said)
    with os.fdopen(out, errors="replace") as reader:
        text = reader.read()
    failed = os.waitpid(child, 0)[1] != 0
    print(json.dumps({"failed": failed, "stderr": text}), flush=True)
"""


class Boto3:
    """Asks who it is, in one home after the other. Use as a context manager."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory()
        # botocore looks up the caches' folders as it is imported, so HOME is one for all: a link.
        self._home = Path(self._folder.name) / "home"
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            env=os.environ | {"HOME": str(self._home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=30)
        self._folder.cleanup()

    def traceback(self, environ: Mapping[str, str], folder: Path, profile: str | None) -> str:
        """What it prints as it fails; empty where it does not."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._home.unlink(missing_ok=True)
        self._home.symlink_to(folder)
        variables = dict(environ) | {"HOME": str(self._home)}
        task = {"environ": variables, "folder": str(folder), "profile": profile}
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return str(answer["stderr"]) if answer["failed"] else ""
