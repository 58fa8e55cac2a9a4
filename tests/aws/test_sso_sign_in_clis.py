"""awsttl and the real AWS CLI v2 share sign-ins: tokens, refresh tokens, client registrations."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from awsttl.aws import sso_sign_in
from awsttl.aws.sso_sign_in import Code, SignedIn
from awsttl.core.files import Shape
from awsttl.core.model import Renewal
from awsttl.core.profiles import cache_entries
from support.awscli import Outcome, aws_cli, sign_in_by_code
from support.cloud import Cloud
from support.home import START_URL, Home, token_file
from support.looking import status
from support.odd import config_text
from support.renewing import CORP, child, credentials_in, renewed
from support.signing import PROFILES, registrations

HOUR = 3600

SCOPED = {"corp": CORP["corp"] | {"sso_registration_scopes": "sso:account:access"}}

v2 = pytest.mark.needs("aws-v2")

BROWSER = f"""\
#!{sys.executable}
import sys, urllib.request
urllib.request.urlopen(sys.argv[1]).read()
"""
"""A browser whose person agrees to everything."""


@pytest.fixture(autouse=True)
def profiles(home: Home, cloud: Cloud) -> None:
    home.config(config_text(PROFILES, SCOPED))
    cloud.portal.poll_seconds = 0


def _sign_in(home: Home, cloud: Cloud, profile: str) -> Path:
    """Sign in with awsttl; the token file."""
    cloud.portal.confirms_at_once = True
    code = sso_sign_in.begin(status(home, profile), str(home.sso_folder))
    assert isinstance(code, Code)
    outcome = sso_sign_in.finish(code, threading.Event())
    assert isinstance(outcome, SignedIn)
    cloud.forget()
    return Path(outcome.path)


def _use(home: Home, cloud: Cloud, profile: str) -> Outcome:
    """The CLI does something with the profile, and may not fail."""
    cloud.forget()
    outcome = aws_cli(
        "v2", "sts", "get-caller-identity", "--profile", profile, home=home, cloud=cloud
    )
    assert outcome.exit_code == 0, outcome.stderr
    return outcome


def _log_in(home: Home, cloud: Cloud, *arguments: str) -> None:
    """``aws sso login``, which prints a code and waits until it is confirmed."""
    cloud.forget()
    cloud.portal.confirms_at_once = True
    arguments = ("--no-browser", *sign_in_by_code(), *arguments)
    outcome = aws_cli("v2", "sso", "login", *arguments, home=home, cloud=cloud)
    assert outcome.exit_code == 0, outcome.stderr


def _log_in_by_browser(home: Home, cloud: Cloud, *arguments: str) -> None:
    """``aws sso login`` as a person runs it: newer ones give out no code (PKCE)."""
    cloud.forget()
    cloud.portal.confirms_at_once = True
    browser = home.path / "browser"
    browser.write_text(BROWSER)
    browser.chmod(0o755)
    env = {"BROWSER": f"{browser} %s &"}
    outcome = aws_cli("v2", "sso", "login", *arguments, home=home, cloud=cloud, env=env)
    assert outcome.exit_code == 0, outcome.stderr


def _body(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def _set_back(path: Path) -> None:
    """Have a token end in the past."""
    path.write_text(json.dumps(_body(path) | {"expiresAt": "2020-01-01T00:00:00Z"}))


@v2
@pytest.mark.parametrize("profile", ["sso", "legacy"])
def test_the_cli_uses_our_sign_in(home: Home, cloud: Cloud, profile: str) -> None:
    _sign_in(home, cloud, profile)
    said = _use(home, cloud, profile)
    assert cloud.actions == ["GetRoleCredentials", "GetCallerIdentity"]
    assert "AWSReservedSSO_Dev" in said.json["Arn"]
    assert said.stderr == ""


@v2
@pytest.mark.parametrize("profile", ["sso", "legacy", "behind"])
def test_the_cli_uses_the_role_credentials_that_we_got_with_it(
    home: Home, cloud: Cloud, profile: str
) -> None:
    _sign_in(home, cloud, profile)
    (path,) = renewed(home, profile)
    _use(home, cloud, profile)
    (call,) = cloud.calls
    assert call.access_key == credentials_in(path)["AccessKeyId"]


@v2
def test_the_cli_refreshes_our_token_and_we_refresh_what_it_wrote(home: Home, cloud: Cloud) -> None:
    path = _sign_in(home, cloud, "sso")
    first = _body(path)
    _set_back(path)
    _use(home, cloud, "sso")
    assert cloud.actions == ["CreateToken", "GetRoleCredentials", "GetCallerIdentity"]
    second = _body(path)
    assert second.keys() == first.keys()
    assert second["refreshToken"] != first["refreshToken"]
    _set_back(path)
    cloud.forget()
    renewed(home, "sso")
    assert cloud.actions == ["CreateToken", "GetRoleCredentials"]
    third = _body(path)
    assert third["refreshToken"] not in (first["refreshToken"], second["refreshToken"])
    _set_back(path)
    for session in home.cli_folder.iterdir():
        session.unlink()
    _use(home, cloud, "sso")
    assert cloud.actions[0] == "CreateToken"


@v2
@pytest.mark.parametrize("profile", ["sso", "legacy"])
def test_the_cli_signs_in_with_our_registration(home: Home, cloud: Cloud, profile: str) -> None:
    path = _sign_in(home, cloud, profile)
    ours = _body(path)
    _log_in(home, cloud, "--profile", profile)
    assert "RegisterClient" not in cloud.actions
    theirs = _body(path)
    assert theirs["accessToken"] != ours["accessToken"]
    assert {key: theirs[key] for key in ("clientId", "registrationExpiresAt")} == {
        key: ours[key] for key in ("clientId", "registrationExpiresAt")
    }
    assert theirs.keys() == ours.keys()


@v2
@pytest.mark.parametrize("profile", ["sso", "legacy"])
def test_we_sign_in_with_the_registration_of_the_cli(
    home: Home, cloud: Cloud, profile: str
) -> None:
    _log_in(home, cloud, "--profile", profile)
    before = sorted(home.sso_folder.iterdir())
    cloud.forget()
    code = sso_sign_in.begin(status(home, profile), str(home.sso_folder))
    assert isinstance(code, Code)
    assert cloud.actions == ["StartDeviceAuthorization"]
    assert sorted(home.sso_folder.iterdir()) == before


@v2
def test_without_configured_scopes_too_the_cli_refreshes_our_token(
    home: Home, cloud: Cloud
) -> None:
    """It would itself register without any, and get no refresh token."""
    home.config(config_text(PROFILES, CORP))
    path = _sign_in(home, cloud, "sso")
    _set_back(path)
    _use(home, cloud, "sso")
    assert cloud.actions[0] == "CreateToken"
    _log_in(home, cloud, "--profile", "sso")
    assert "RegisterClient" not in cloud.actions


@v2
def test_what_the_cli_signed_in_by_the_browser_we_use_and_refresh(home: Home, cloud: Cloud) -> None:
    _log_in_by_browser(home, cloud, "--profile", "sso")
    path = home.sso_folder / token_file("corp")
    cloud.forget()
    renewed(home, "sso")
    assert cloud.actions == ["GetRoleCredentials"]
    before = _body(path)["refreshToken"]
    _set_back(path)
    cloud.forget()
    renewed(home, "sso")
    assert cloud.actions == ["CreateToken", "GetRoleCredentials"]
    assert _body(path)["refreshToken"] != before


@v2
def test_a_code_is_not_asked_for_with_a_registration_that_is_for_browsers(
    home: Home, cloud: Cloud
) -> None:
    _log_in_by_browser(home, cloud, "--profile", "sso")
    (registration,) = registrations(home)
    for_browsers = "authorization_code" in _body(registration).get("grantTypes", ())
    cloud.forget()
    code = sso_sign_in.begin(status(home, "sso"), str(home.sso_folder))
    assert isinstance(code, Code)
    assert cloud.actions == ["RegisterClient"] * for_browsers + ["StartDeviceAuthorization"]


@v2
def test_aws_sso_login_in_another_pane_ends_our_waiting(home: Home, cloud: Cloud) -> None:
    cloud.portal.poll_seconds = 300
    code = sso_sign_in.begin(status(home, "sso"), str(home.sso_folder))
    assert isinstance(code, Code)
    ends: list[object] = []
    thread = threading.Thread(
        target=lambda: ends.append(sso_sign_in.finish(code, threading.Event()))
    )
    thread.start()
    cloud.portal.poll_seconds = 0
    _log_in(home, cloud, "--sso-session", "corp")
    thread.join(timeout=30)
    path = home.sso_folder / token_file("corp")
    (outcome,) = ends
    assert isinstance(outcome, SignedIn)
    assert (outcome.path, outcome.by_another) == (str(path), True)
    assert cloud.actions.count("CreateToken") == 1


@v2
def test_after_aws_sso_logout_a_row_asks_for_a_sign_in(home: Home, cloud: Cloud) -> None:
    path = _sign_in(home, cloud, "sso")
    renewed(home, "sso")
    assert status(home, "sso").renewal(cloud.clock()) is Renewal.SILENT
    assert aws_cli("v2", "sso", "logout", home=home, cloud=cloud).exit_code == 0
    assert not path.exists()
    assert status(home, "sso").renewal(cloud.clock()) is Renewal.SIGN_IN
    assert status(home, "sso").session is None


SIGN_IN = """
import os, signal, sys, threading
from pathlib import Path
from awsttl.aws import sso_sign_in
from support.home import Home
from support.looking import status
home, name, number = Home(Path.home()), sys.argv[1], int(sys.argv[2])
real, count = getattr(os, name), 0
def killed(*arguments, **options):
    global count
    count += 1
    if count == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **options)
setattr(os, name, killed)
code = sso_sign_in.begin(status(home, "sso"), str(home.sso_folder))
sso_sign_in.finish(code, threading.Event())
"""


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("call", "number", "files"),
    [
        pytest.param("fsync", 1, 1, id="registration-fsync"),
        pytest.param("link", 1, 1, id="registration-link"),
        pytest.param("fsync", 2, 2, id="token-fsync"),
        pytest.param("replace", 1, 2, id="token-replace"),
    ],
)
def test_kill_9_in_the_middle_of_a_write_leaves_whole_files(
    home: Home, cloud: Cloud, call: str, number: int, files: int
) -> None:
    old = home.sso_token("corp", expires_at=cloud.clock() - HOUR, access_token="old")
    before = old.read_bytes()
    cloud.portal.confirms_at_once = True
    program = SIGN_IN.replace("sys.argv[1]", repr(call)).replace("sys.argv[2]", str(number))
    process = child(home, cloud, program)
    assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == -9
    assert old.read_bytes() == before
    names = {path.name for path in home.sso_folder.glob("*.json")}
    assert len(names) == files  # the registration is whole once its write is over
    for name in names - {old.name}:
        entry = cache_entries.sso_entry(name, name, (home.sso_folder / name).read_bytes())
        assert entry is not None
        assert entry.shape is Shape.FOREIGN
    # Whoever comes next signs in as if nothing had been.
    _sign_in(home, cloud, "sso")
    assert status(home, "sso").renewal(cloud.clock()) is Renewal.SILENT
    assert START_URL in old.read_text()
