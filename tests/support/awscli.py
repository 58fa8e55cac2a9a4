"""The real AWS CLIs, run in a throwaway home against the loopback AWS."""

from __future__ import annotations

import atexit
import json
import os
import re
import select
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pytest

from support.cloud import Cloud
from support.home import Home
from support.programs import required, version

Version = Literal["v1", "v2"]

BOTH_CLIS: Final = pytest.mark.parametrize(
    "version",
    [
        pytest.param("v1", marks=pytest.mark.needs("aws-v1")),
        pytest.param("v2", marks=pytest.mark.needs("aws-v2")),
    ],
)
"""Runs a test that takes a *version* once with each CLI."""

DEADLINE: Final = 60
"""Seconds after which a command that does not end fails the test."""

FRESH: Final = "AWSTTL_FRESH_CLIS"
"""Set this variable, and each command starts the AWS CLI anew, as a shell does it."""

started: Final[list[str]] = []
"""The AWS CLIs that have been started so far, to run their commands in forks."""


@dataclass(frozen=True, slots=True)
class Outcome:
    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


def environ(version: Version, home: Home, cloud: Cloud | None = None) -> dict[str, str]:
    """The environment in which that CLI knows only this home and this cloud."""
    variables = home.environ()
    variables["AWS_DEFAULT_REGION"] = "us-east-1"
    # One attempt: a refusal is what a test waits for, not what it waits through.
    variables["AWS_MAX_ATTEMPTS"] = "1"
    if cloud is not None:
        variables |= cloud.environ()
        if version == "v2":
            variables |= cloud.write_models(home.path / "endpoints of the loopback AWS")
    return variables


def aws_cli(
    version: Version,
    *arguments: str,
    home: Home,
    cloud: Cloud | None = None,
    env: Mapping[str, str] | None = None,
    typed: str = "",
) -> Outcome:
    """Run ``aws`` with *arguments*; *env* is set over :func:`environ`, *typed* is its stdin.

    Without a *cloud* it speaks to nobody: the addresses of AWS are shut off.
    """
    shut = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    variables = (shut if cloud is None else {}) | environ(version, home, cloud) | dict(env or {})
    script = required(f"aws-{version}")
    python = None if os.environ.get(FRESH) else _python_of(script)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("stdin", "stdout", "stderr")]
        for file in files:
            file.write_text(typed if file.name == "stdin" else "")
        if python is None:
            code = _run(script, arguments, variables, home, files)
        else:
            code = _Server.of(script, python).run(arguments, variables, home, files)
        return Outcome(code, *(file.read_text() for file in files[1:]))


def sign_in_by_code() -> tuple[str, ...]:
    """What has ``aws sso login`` give out a code: from 2.22 on it goes by a browser without one."""
    since = (2, 22)
    return ("--use-device-code",) if tuple(map(int, version("aws-v2").split("."))) >= since else ()


def _run(
    script: str,
    arguments: tuple[str, ...],
    environ: Mapping[str, str],
    home: Home,
    files: list[Path],
) -> int:
    """Start the program anew; its exit code."""
    stdin, stdout, stderr = files
    with stdin.open() as typed, stdout.open("w") as out, stderr.open("w") as error:
        run = subprocess.run(
            [script, *arguments],
            env=environ,
            cwd=home.path,
            stdin=typed,
            stdout=out,
            stderr=error,
            start_new_session=True,
            timeout=DEADLINE,
            check=False,
        )
    return run.returncode


def _python_of(script: str) -> str | None:
    """The Python that runs this ``aws``, or ``None`` where it is a program of another kind."""
    with Path(script).open("rb") as file:
        first = file.readline(200)
    found = re.fullmatch(rb"#! ?(/\S*/python[\d.]*)\n", first)
    return os.fsdecode(found[1]) if found else None


class _Server:
    """An AWS CLI that waits for commands: see ``awscli_server.py``. It runs one at a time."""

    _idle: Final[dict[str, list[_Server]]] = {}

    @classmethod
    def of(cls, script: str, python: str) -> _Server:
        """One of this CLI's that is idle, or a new one."""
        try:
            return cls._idle.setdefault(script, []).pop()
        except IndexError:
            return cls(script, python)

    def __init__(self, script: str, python: str) -> None:
        self._script = script
        their_commands, commands = os.pipe()
        answers, their_answers = os.pipe()
        self._commands, self._answers = os.fdopen(commands, "w"), os.fdopen(answers)
        program = Path(__file__).with_name("awscli_server.py").read_text()
        self._process = subprocess.Popen(
            [python, "-c", program, script, str(their_commands), str(their_answers)],
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "."},
            stdin=subprocess.DEVNULL,
            pass_fds=(their_commands, their_answers),
        )
        os.close(their_commands)
        os.close(their_answers)
        atexit.register(self._stop)
        started.append(script)

    def run(
        self,
        arguments: tuple[str, ...],
        environ: Mapping[str, str],
        home: Home,
        files: list[Path],
    ) -> int:
        """Run a command; its exit code."""
        command = {
            "arguments": arguments,
            "environ": environ,
            "cwd": str(home.path),
            "files": list(map(str, files)),
        }
        print(json.dumps(command), file=self._commands, flush=True)
        child = int(self._answers.readline())
        if not select.select([self._answers], [], [], DEADLINE)[0]:
            try:
                os.killpg(child, signal.SIGKILL)
            except ProcessLookupError:  # it has not come as far as a group of its own
                os.kill(child, signal.SIGKILL)
            raise subprocess.TimeoutExpired(arguments, DEADLINE)
        code = int(self._answers.readline())
        self._idle[self._script].append(self)
        return code

    def _stop(self) -> None:
        self._commands.close()
        self._process.wait()
        self._answers.close()
