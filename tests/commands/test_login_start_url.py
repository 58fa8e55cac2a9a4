"""``awsttl login`` and ``aws sso login`` behind a start URL of an organisation's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support import programs
from support.awscli import aws_cli, sign_in_by_code
from support.cloud import Cloud
from support.home import Home, token_file
from support.odd import config_text
from support.renewing import LEGACY, SSO
from support.tmux import AWSTTL, Pane
from support.vanity import Vanity, vanity

REGIONAL = "https://ssoins-0123456789.portal.eu-west-1.app.aws"
SINCE = (2, 35, 13)
"""The first AWS CLI that resolves start URLs."""


@pytest.fixture
def host(tmp_path: Path, cloud: Cloud) -> Iterator[Vanity]:
    cloud.portal.poll_seconds = 0
    cloud.portal.confirms_at_once = True
    with vanity(tmp_path) as found:
        found.location = REGIONAL
        yield found


def furnish(home: Home, host: Vanity) -> None:
    """Two profiles of one SSO session, and one that has the URL itself; all in another region."""
    url = {"sso_start_url": host.url, "sso_region": "us-east-1"}
    home.config("# mine\n" + config_text({"dev": SSO, "legacy": LEGACY | url}, {"corp": url}))


def left_behind(home: Home, token: str) -> tuple[dict[str, Any], str, set[str]]:
    """What is in the token that differs from no other sign-in, the config, and all file names."""
    body = json.loads((home.sso_folder / token_file(token)).read_text())
    told = {key: body[key] for key in ("startUrl", "region")}
    return told, home.config_file.read_text(), {path.name for path in home.sso_folder.iterdir()}


@pytest.mark.needs("tmux")
@pytest.mark.parametrize("name", ["corp", "legacy"])
def test_a_sign_in_elsewhere_sets_the_region_of_the_portal(
    name: str, home: Home, cloud: Cloud, host: Vanity
) -> None:
    furnish(home, host)
    before = home.config_file.read_text()
    environ = home.environ() | cloud.environ() | host.environ
    with Pane(f"{AWSTTL} login {name} --no-browser", environ) as pane:
        pane.sees("signed in, ", "exit 0")
    told, after, _ = left_behind(home, "corp" if name == "corp" else host.url)
    assert told == {"startUrl": host.url, "region": "eu-west-1"}
    # In that section alone, and nothing else of the file is touched.
    header = "[sso-session corp]" if name == "corp" else "[profile legacy]"
    start = before.index(header)
    section = before[start:].replace("sso_region = us-east-1", "sso_region = eu-west-1", 1)
    assert after == before[:start] + section


@pytest.mark.needs("tmux")
def test_a_host_that_is_nobodys_is_refused_before_there_is_a_code(
    home: Home, cloud: Cloud, host: Vanity
) -> None:
    furnish(home, host)
    host.status, host.location = 200, None
    environ = home.environ() | cloud.environ() | host.environ
    with Pane(f"{AWSTTL} login corp --no-browser", environ) as pane:
        pane.sees("is not AWS's", "correct sso_start_url", "exit 1")
    assert cloud.calls == ()


def is_new_enough() -> bool:
    """Whether the AWS CLI v2 of this machine resolves start URLs."""
    if programs.find("aws-v2") is None:
        return False
    return tuple(map(int, programs.version("aws-v2").split("."))) >= SINCE


@pytest.mark.needs("tmux", "aws-v2")
@pytest.mark.skipif(not is_new_enough(), reason="AWS CLI v2 before 2.35.13 takes any start URL")
@pytest.mark.parametrize("name", ["corp", "legacy"])
def test_the_newest_cli_leaves_the_same(
    name: str, home: Home, cloud: Cloud, host: Vanity, tmp_path: Path
) -> None:
    other = Home(tmp_path / "other")
    for each in (home, other):
        furnish(each, host)
    environ = home.environ() | cloud.environ() | host.environ
    with Pane(f"{AWSTTL} login {name} --no-browser", environ) as pane:
        pane.sees("signed in, ", "exit 0")
    whose = ("--sso-session", "corp") if name == "corp" else ("--profile", "legacy")
    outcome = aws_cli(
        "v2",
        "sso",
        "login",
        "--no-browser",
        *sign_in_by_code(),
        *whose,
        home=other,
        cloud=cloud,
        env=host.environ,
    )
    assert outcome.exit_code == 0, outcome.stderr
    token = "corp" if name == "corp" else host.url
    assert left_behind(home, token) == left_behind(other, token)
    given = [call.parameters["startUrl"] for call in cloud.calls if "startUrl" in call.parameters]
    assert given == [REGIONAL, REGIONAL]
