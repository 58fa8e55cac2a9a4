"""Signing in to SSO as people do it: a real tmux, a browser, a second pane, the real AWS CLI v2."""

from __future__ import annotations

import re
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from support.awscli import aws_cli
from support.cloud import Cloud
from support.home import Home, token_file
from support.odd import config_text
from support.renewing import CORP, SSO
from support.tmux import AWSTTL, Pane

pytestmark = pytest.mark.needs("tmux")

BROWSER = f"""#!/bin/sh
echo noise
echo noise >&2
(echo noise > /dev/tty) 2> /dev/null
exec {sys.executable} -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1]).read()' "$1"
"""


@pytest.fixture
def dead(home: Home, cloud: Cloud) -> Home:
    """A home with one SSO row whose sign-in has ended."""
    home.config(config_text({"data": SSO}, CORP))
    home.cli_cache(SSO, expires_at=time.time() - 600)
    home.sso_token("corp", expires_at=time.time() - 300)
    return home


def _environ(home: Home, cloud: Cloud) -> dict[str, str]:
    return home.environ() | cloud.environ() | {"AWS_DEFAULT_REGION": "us-east-1"}


@pytest.mark.needs("aws-v2")
def test_r_then_o_signs_in_and_the_aws_cli_goes_on_with_it(
    dead: Home, cloud: Cloud, tmp_path: Path
) -> None:
    browser = tmp_path / "browser"
    browser.write_text(BROWSER)
    browser.chmod(0o755)
    with Pane(AWSTTL, _environ(dead, cloud) | {"BROWSER": str(browser)}) as pane:
        pane.sees("data", "expired")
        pane.press("g", "r")
        pane.sees("sign in to corp", "for data", "o browser", "the code is good for")
        pane.press("c")
        pane.sees("copied to the tmux buffer")
        (code,) = cloud.portal.user_codes
        assert pane.buffer() == f"{cloud.url}/device?user_code={code}"
        assert "ConfirmDevice" not in cloud.actions
        pane.press("o")
        screen = pane.sees("valid")
        assert "noise" not in screen
        assert "sign in to corp" not in pane.sees_no_more("sign in to corp")
        pane.press("q")
        assert "noise" not in pane.sees("exit 0")
    for actions in (["GetCallerIdentity"], ["GetRoleCredentials", "GetCallerIdentity"]):
        cloud.forget()
        ask = ("sts", "get-caller-identity", "--profile", "data")
        called = aws_cli("v2", *ask, home=dead, cloud=cloud)
        assert called.exit_code == 0, called.stderr
        assert cloud.actions == actions
        for path in dead.cli_folder.iterdir():
            path.unlink()  # first the role credentials serve, then the sign-in


@pytest.mark.heavy
def test_one_sign_in_serves_two_panes(dead: Home, cloud: Cloud) -> None:
    environ = _environ(dead, cloud)
    with Pane(AWSTTL, environ) as one, Pane(AWSTTL, environ, (50, 15)) as other:
        for number, pane in enumerate((one, other), 1):
            pane.sees("data")
            pane.press("g", "r")
            pane.sees("sign in to corp", "the code is good for")
            assert len(cloud.portal.user_codes) == number
        cloud.portal.approve(cloud.portal.user_codes[0])
        for pane in (one, other):
            pane.sees_no_more("sign in to corp")
            pane.sees("valid")
    assert (dead.sso_folder / token_file("corp")).stat().st_mode & 0o777 == 0o600


def test_escape_gives_up_and_the_pane_goes_on(dead: Home, cloud: Cloud) -> None:
    with Pane(AWSTTL, _environ(dead, cloud)) as pane:
        pane.sees("data")
        pane.press("g", "r")
        pane.sees("sign in to corp", "the code is good for")
        pane.press("Escape")
        pane.sees("cancelled")
        pane.press("q")
        pane.sees("exit 0")
    assert "sso-access-token-" not in (dead.sso_folder / token_file("corp")).read_text()


@pytest.mark.heavy
def test_the_demo_has_a_row_to_try_it_on(home: Home) -> None:
    with Pane(f"{AWSTTL} demo", home.environ(), (160, 40)) as pane:
        pane.sees("research")
        pane.press("/")
        pane.sees("words of a row")
        pane.type("research")
        pane.press("Enter")
        pane.sees("1 of")
        pane.press("r")
        screen = pane.sees("sign in to lab", "the-demo-confirms-this-by-itself", "code is good for")
        found = re.search(r"http://127\.0\.0\.1:\S+user_code=[A-Z0-9-]+", "".join(_lines(screen)))
        assert found is not None, screen
        with urllib.request.urlopen(found[0], timeout=20) as page:
            assert "Opening it has confirmed the code" in page.read().decode()
        pane.sees("renewed")
        pane.press("q")
        pane.sees("exit 0")


def _lines(screen: str) -> list[str]:
    """What is between the dialog's borders, without the breaks of its lines."""
    return [line.split("│")[1].strip() for line in screen.splitlines() if line.count("│") == 2]
