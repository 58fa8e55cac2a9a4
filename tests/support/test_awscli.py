"""A command in a fork of an AWS CLI that waits is what a command of its own would be."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from support import awscli
from support.awscli import BOTH_CLIS, Outcome, Version, aws_cli
from support.cloud import Cloud
from support.home import Home

pytestmark = pytest.mark.heavy

# Says what it was started with, and gives keys.
PROCESS = """
import json, os, sys
names = set(os.environ) - {"AWS_DATA_PATH"}
seen = {name: os.environ[name] for name in sorted(names)}
with open("seen", "a") as file:
    print(os.getcwd(), os.getsid(0) == os.getppid(), seen, file=file)
print(json.dumps({"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "s"}))
"""

CONFIG = """
    [profile dev]
    role_arn = arn:aws:iam::111122223333:role/Dev
    source_profile = process
    mfa_serial = arn:aws:iam::111122223333:mfa/me
    [profile process]
    credential_process = {process}
    """


def _commands(version: Version, folder: Path) -> tuple[list[Outcome], list[str]]:
    """What commands in a new home come to, and what they leave there."""
    folder.mkdir()
    home = Home(folder)
    script = folder / "process.py"
    script.write_text(PROCESS)
    home.config(CONFIG.format(process=f"{shlex.quote(sys.executable)} {script}"))
    ask = ("sts", "get-caller-identity")
    with Cloud() as cloud:
        outcomes = [
            aws_cli(version, *arguments, home=home, cloud=cloud, env={"SAID": "ünï"}, typed=typed)
            for arguments, typed in (
                ((*ask, "--profile", "dev"), "123456\n"),
                ((*ask, "--profile", "dev"), ""),
                ((*ask, "--profile", "none"), ""),
            )
        ]
        url = cloud.url
    left = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*"))]
    seen = (folder / "seen").read_text().replace(str(folder), "HOME").replace(url, "URL")
    return [_timeless(outcome) for outcome in outcomes], [*left, seen]


def _timeless(said: Outcome) -> Outcome:
    """Without the number that a session is given by the second at which it began."""
    stdout = re.sub(r"botocore-session-\d+", "", said.stdout)
    return Outcome(said.exit_code, stdout, said.stderr)


@BOTH_CLIS
def test_what_it_says_and_leaves_is_what_a_program_of_its_own_does(
    version: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forked = _commands(version, tmp_path / "forked")
    monkeypatch.setenv(awscli.FRESH, "1")
    assert forked == _commands(version, tmp_path / "fresh")
    assert [outcome.exit_code for outcome in forked[0]] == [0, 0, 255]


@BOTH_CLIS
def test_the_cli_is_imported_once_for_many_commands(version: Version, home: Home) -> None:
    """Else each would take half a second, and there are hundreds."""
    aws_cli(version, "--version", home=home)
    before = list(awscli.started)
    for _ in range(3):
        assert aws_cli(version, "--version", home=home).exit_code == 0
    assert awscli.started == before
