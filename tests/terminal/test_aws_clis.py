"""Which AWS CLIs there are, and what they are too old for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from awsttl.core.model import Kind, Profile
from awsttl.terminal import aws_clis
from awsttl.terminal.aws_clis import Cli
from support import programs

WITH_SESSION = Profile("sso", Kind.SSO, (), sso_session="corp")
WITH_LOGIN = Profile("laptop", Kind.LOGIN, ())


def codes(found: tuple[Cli, ...], *profiles: Profile) -> list[str]:
    return [
        finding.code for finding in (*aws_clis.findings(found), *aws_clis.too_old(found, profiles))
    ]


@pytest.mark.heavy
@pytest.mark.needs("aws-v1", "aws-v2")
def test_the_real_ones_say_who_they_are() -> None:
    paths = [Path(programs.required(name)).parent for name in ("aws-v1", "aws-v2")]
    found = aws_clis.installed({"PATH": os.pathsep.join(map(str, paths))})
    assert [cli.version[0] for cli in found] == [1, 2]
    assert "cli-several" in codes(found)


def test_without_any_that_is_said(tmp_path: Path) -> None:
    assert aws_clis.installed({"PATH": str(tmp_path)}) == ()
    assert codes(()) == ["cli-missing"]


def test_two_names_of_one_program_are_one(tmp_path: Path) -> None:
    real = programs.aws_that_says("aws-cli/2.33.0 Python/3.13", tmp_path / "real")
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "aws").symlink_to(real)
    found = aws_clis.installed({"PATH": f"{tmp_path / 'link'}:{tmp_path / 'real'}"})
    assert [cli.version for cli in found] == [(2, 33, 0)]
    assert codes(found) == []


@pytest.mark.parametrize(
    ("version", "profile", "too_old"),
    [
        ((2, 8, 13), WITH_SESSION, True),
        ((2, 9, 0), WITH_SESSION, False),
        ((2, 31, 9), WITH_LOGIN, True),
        ((2, 32, 0), WITH_LOGIN, False),
        ((1, 18, 0), WITH_LOGIN, False),
    ],
)
def test_one_that_is_too_old_for_a_profile(
    version: tuple[int, ...], profile: Profile, too_old: bool
) -> None:
    assert codes((Cli("/usr/bin/aws", version),), profile) == ["cli-too-old"] * too_old


def test_one_that_does_not_say_its_version_is_there_all_the_same(tmp_path: Path) -> None:
    programs.aws_that_says("hello", tmp_path)
    found = aws_clis.installed({"PATH": str(tmp_path)})
    assert found[0].text == "of unknown version"
    assert codes(found, WITH_SESSION) == []
