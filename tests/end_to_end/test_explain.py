"""``aws … 2>&1 | awsttl explain``: the real words of the real AWS CLIs, on their way to a cause."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.awscli import BOTH_CLIS, Version, aws_cli
from support.cloud import Cloud
from support.home import Home
from support.odd import config_text
from support.programs import loaded_by
from support.renewing import BASE, role

NAME = "team [a]/é.b"


@pytest.fixture
def broken(home: Home) -> Home:
    """A home in which one profile has a damaged cache file."""
    home.config(config_text({NAME: role(), "base": BASE}))
    home.cli_cache(role(), expires_at=0).write_text("{")
    return home


def explain(home: Home, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "awsttl", "explain", *arguments],
        env=home.environ(),
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@BOTH_CLIS
def test_names_the_file_and_its_profiles(broken: Home, cloud: Cloud, version: Version) -> None:
    ask = ("sts", "get-caller-identity", "--profile", NAME)
    words = aws_cli(version, *ask, home=broken, cloud=cloud).stderr
    done = explain(broken, typed=words)
    assert done.returncode == 0, done.stderr
    (path,) = broken.cli_folder.iterdir()
    fix = f"to replace it; the AWS CLI does neither, run: awsttl renew '{NAME}'"
    assert done.stdout.splitlines() == [
        f"cause    cache file {path.name[:8]}… is corrupt: not JSON: half-written or damaged",
        f"profile  {NAME}",
        f"file     ~/.aws/cli/cache/{path.name}",
        f"next     remove it, or {fix}",
    ]
    assert explain(broken, words).stdout == done.stdout


def test_what_is_not_known_exits_with_1(home: Home) -> None:
    done = explain(home, "An error occurred (Teapot) when calling the Brew operation: no coffee")
    assert done.returncode == 1
    assert done.stdout.startswith("cause    not known: Teapot: no coffee\n")


def test_without_a_message_it_exits_with_2(home: Home) -> None:
    done = explain(home, typed=" \n")
    assert (done.returncode, done.stdout) == (2, "")
    assert "2>&1 | awsttl explain" in done.stderr


def test_control_characters_do_not_reach_the_terminal(home: Home) -> None:
    assert "\x1b" not in explain(home, "oh\x1b[2Jno").stdout


def test_loads_neither_textual_nor_boto3(broken: Home) -> None:
    program = "from awsttl.commands.main import main; main(['explain', \"'Credentials'\"])"
    loaded = loaded_by(program, broken.environ())
    assert "awsttl.core.why.causes" in loaded
    assert not {"textual", "rich", "boto3"} & loaded
