"""A test that needs a missing program is skipped where that is fair, and fails in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import programs

TEST = """
import pytest

@pytest.mark.needs("bash", "aws-v1")
def test_it():
    pass
"""


def _run(folder: Path, **environ: str) -> str:
    """What pytest says of such a test where there is no AWS CLI v1."""
    (folder / "test_it.py").write_text(TEST)
    tests = programs.CHECKOUT / "tests"
    paths = os.pathsep.join([str(tests), *sys.path])
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "conftest", "-rs",
         "-c", str(programs.CHECKOUT / "pyproject.toml"), "--rootdir", str(folder), str(folder)],
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": paths,
             "AWSTTL_AWS_V1": str(folder / "no such aws"), **environ},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    return run.stdout


def test_on_a_persons_machine_it_is_skipped_with_a_reason(tmp_path: Path) -> None:
    said = _run(tmp_path)
    assert "1 skipped" in said
    assert "not installed here: aws-v1" in said


@pytest.mark.parametrize("variable", [{"CI": "true"}, {"AWSTTL_REQUIRE_TOOLS": "1"}])
def test_where_tools_are_required_it_fails(tmp_path: Path, variable: dict[str, str]) -> None:
    said = _run(tmp_path, **variable)
    assert "1 failed" in said or "1 error" in said
    assert "not installed here: aws-v1" in said


def test_a_program_that_nobody_knows_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no such program"):
        programs.find("aws-v3")


@pytest.mark.needs("aws-v1", "aws-v2")
def test_the_two_clis_are_told_apart_by_their_versions() -> None:
    for name, words in (("aws-v1", "aws-cli/1."), ("aws-v2", "aws-cli/2.")):
        asked = subprocess.run([programs.required(name), "--version"], capture_output=True,
                               text=True, check=True)  # fmt: skip
        assert asked.stdout.startswith(words)
