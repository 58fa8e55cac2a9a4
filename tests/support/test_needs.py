"""A test that needs a missing program is skipped where that is fair, and fails in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import programs
from support.needs import demand

TEST = """
import pytest

@pytest.mark.needs("bash", "aws-v1")
def test_it():
    pass
"""


@pytest.fixture
def no_aws_v1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A person's machine, on which there is no AWS CLI v1."""
    monkeypatch.setenv("AWSTTL_AWS_V1", str(tmp_path / "no such aws"))
    for name in ("CI", "AWSTTL_REQUIRE_TOOLS"):
        monkeypatch.delenv(name, raising=False)
    programs.find.cache_clear()
    yield
    programs.find.cache_clear()


@pytest.mark.heavy
def test_on_a_persons_machine_it_is_skipped_with_a_reason(no_aws_v1: None, tmp_path: Path) -> None:
    """As pytest itself says it: the marker is heeded."""
    (tmp_path / "test_it.py").write_text(TEST)
    paths = os.pathsep.join([str(programs.CHECKOUT / "tests"), *sys.path])
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "conftest", "-rs",
         "-c", str(programs.CHECKOUT / "pyproject.toml"), "--rootdir", str(tmp_path), "test_it.py"],
        env=os.environ | {"PYTHONPATH": paths},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert "1 skipped" in run.stdout
    assert "not installed here: aws-v1" in run.stdout


@pytest.mark.parametrize("variable", ["CI=true", "AWSTTL_REQUIRE_TOOLS=1"])
def test_where_tools_are_required_it_fails(
    no_aws_v1: None, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(*variable.split("="))
    with pytest.raises(pytest.fail.Exception, match="not installed here: aws-v1"):
        demand("bash", "aws-v1")


def test_where_all_are_there_it_runs(no_aws_v1: None) -> None:
    demand("bash")


def test_a_program_that_nobody_knows_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no such program"):
        programs.find("aws-v3")


@pytest.mark.heavy
@pytest.mark.needs("aws-v1", "aws-v2")
def test_the_two_clis_are_told_apart_by_their_versions() -> None:
    for name, words in (("aws-v1", "aws-cli/1."), ("aws-v2", "aws-cli/2.")):
        asked = subprocess.run([programs.required(name), "--version"], capture_output=True,
                               text=True, check=True)  # fmt: skip
        assert asked.stdout.startswith(words)
