"""The real AWS CLIs, run in a throwaway home against the loopback AWS."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import pytest

from support.cloud import Cloud
from support.home import Home
from support.programs import required

Version = Literal["v1", "v2"]

BOTH_CLIS: Final = pytest.mark.parametrize(
    "version",
    [
        pytest.param("v1", marks=pytest.mark.needs("aws-v1")),
        pytest.param("v2", marks=pytest.mark.needs("aws-v2")),
    ],
)
"""Runs a test that takes a *version* once with each CLI."""


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
    run = subprocess.run(
        [required(f"aws-{version}"), *arguments],
        env=variables,
        cwd=home.path,
        input=typed,
        # Without a terminal of its own: a question for a code is answered from stdin.
        start_new_session=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Outcome(run.returncode, run.stdout, run.stderr)
