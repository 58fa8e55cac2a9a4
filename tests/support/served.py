"""``awsttl serve`` as a process of its own, and what it serves."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from awsttl.core.profiles.container_lead import FULL_URI, TOKEN
from support.cloud import Cloud
from support.commands import AWSTTL
from support.home import Home
from support.serving import Heard, heard, request, say

REGION: Final = {"AWS_DEFAULT_REGION": "us-east-1"}
DEFAULT_KEYS: Final = """
    [default]
    aws_access_key_id = AKIADEFAULT
    aws_secret_access_key = default-secret
    """


@contextmanager
def serving(
    home: Home, cloud: Cloud, *arguments: str, **environ: str
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*AWSTTL, "serve", *arguments],
        env=home.environ() | cloud.environ() | REGION | environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert process.stderr is not None
    assert line, process.stderr.read()
    return line


@contextmanager
def served(
    home: Home, cloud: Cloud, profile: str, *arguments: str, **environ: str
) -> Iterator[dict[str, str]]:
    """The variables that ``awsttl serve --format json`` prints, as long as it runs."""
    with serving(home, cloud, profile, "--format", "json", *arguments, **environ) as process:
        found: dict[str, str] = json.loads(line_of(process))
        yield found


def port_of(variables: Mapping[str, str]) -> int:
    """The port of the address."""
    return int(variables[FULL_URI].split("/")[2].partition(":")[2])


def ask(variables: Mapping[str, str]) -> Heard:
    """What an SDK gets with these variables."""
    port = port_of(variables)
    path = variables[FULL_URI].split("/", 3)[3]
    return heard(say(port, request(f"/{path}", port, variables[TOKEN])))
