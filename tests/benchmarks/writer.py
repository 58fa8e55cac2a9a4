"""Another process that writes cache files: the AWS CLI of somebody else's pane.

Reads its plan as one line of JSON, a list of [path, text], and says ``ready``. Writes when told
to by a second line, and says when it began and ended, on the monotonic clock.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import NamedTuple, Self

from .homes import put
from .programs import CHECKOUT, part
from .pseudo_terminal import PATIENCE, MeasureError

Plan = Sequence[tuple[str, str]]
"""Paths, each with its new text, in the order in which they are written."""


class Written(NamedTuple):
    """When the files were written, on the monotonic clock."""

    began: float
    ended: float


class Writer:
    """That process, waiting for its moment. Use it in a ``with``."""

    def __init__(self, plan: Plan, environ: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            part("writer"),
            cwd=CHECKOUT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        try:
            self._hand_over(plan)
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def begin(self) -> None:
        """Let it write; does not wait."""
        self._say("write")

    def finish(self) -> Written:
        """Wait until everything is written."""
        return Written(*json.loads(self._hear()))

    def _hand_over(self, plan: Plan) -> None:
        self._say(json.dumps(plan))
        if self._hear() != "ready":
            raise MeasureError("the writing process does not understand its plan")

    def _end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _say(self, line: str) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(line + "\n")
        except BrokenPipeError:
            raise MeasureError("the writing process is gone") from None

    def _hear(self) -> str:
        assert self._process.stdout
        heard, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
        line = self._process.stdout.readline() if heard else ""
        if not line:
            raise MeasureError("the writing process does not answer")
        return line.strip()


def main() -> None:
    """Be that process."""
    plan = json.loads(sys.stdin.readline())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if not sys.stdin.readline():
        return
    began = time.monotonic()
    for path, text in plan:
        put(path, text)
    sys.stdout.write(json.dumps([began, time.monotonic()]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
