"""``awsttl login`` and ``awsttl logout``, against the loopback AWS."""

from __future__ import annotations

import re
import time

import pytest

from awsttl.disk.log_file import LogFile
from awsttl.terminal.qr_code import QUIET, QrCode
from support.cloud import Cloud
from support.commands import awsttl
from support.home import Home, sso_role_file, token_file
from support.odd import config_text
from support.renewing import BASE, CORP, SSO
from support.tmux import AWSTTL, Pane

HOUR = 3600.0


@pytest.fixture
def corp(home: Home, cloud: Cloud) -> Home:
    """Two profiles of one SSO session, which has ended; the sessions of both have, too."""
    cloud.portal.poll_seconds = 0
    sections = {"base": BASE, "dev": SSO, "ops": SSO | {"sso_role_name": "Ops"}}
    home.config(config_text(sections, CORP))
    home.cli_cache(sections["ops"], expires_at=time.time() - HOUR)
    home.sso_token("corp", expires_at=time.time() - HOUR)
    return home


def told() -> list[tuple[str, str]]:
    return [(str(event.what), event.name) for event in LogFile().read().events]


@pytest.mark.parametrize("name", ["dev", "corp"])
def test_a_living_sign_in_is_0_at_once(corp: Home, cloud: Cloud, name: str) -> None:
    corp.sso_token("corp", expires_at=time.time() + 2 * HOUR)
    done = awsttl(corp, "login", name, cloud=cloud)
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"corp: signed in, (1h 59m|2h 00m) left\n", done.out)
    assert cloud.calls == ()


def test_one_that_is_too_short_or_over_needs_a_person(corp: Home, cloud: Cloud) -> None:
    done = awsttl(corp, "login", "dev", cloud=cloud)
    assert (done.code, done.out) == (3, "")
    assert "run there: awsttl login dev" in done.err
    corp.sso_token("corp", expires_at=time.time() + 2 * HOUR)
    assert awsttl(corp, "login", "dev", "--min", "8h", cloud=cloud).code == 3
    assert awsttl(corp, "login", "dev", "--min", "1h", cloud=cloud).code == 0
    assert cloud.calls == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("base", "base does not sign in; to renew it: awsttl renew base"),
        ("crop", 'there is no profile or SSO session "crop"; did you mean "corp"?'),
    ],
)
def test_what_does_not_sign_in_is_usage(corp: Home, name: str, said: str) -> None:
    assert awsttl(corp, "login", name) == (2, "", f"awsttl login: {said}\n")
    assert awsttl(corp, "logout", name) == (2, "", f"awsttl logout: {said}\n")


def confirm(pane: Pane, cloud: Cloud) -> None:
    """Do what the person does in a browser."""
    pane.sees("check that it shows the code")
    cloud.portal.approve(cloud.portal.user_codes[-1])


@pytest.mark.needs("tmux")
def test_on_a_terminal_it_shows_the_code_and_brings_back_what_had_ended(
    corp: Home, cloud: Cloud
) -> None:
    environ = corp.environ() | cloud.environ()
    with Pane(f"{AWSTTL} login corp --no-browser", environ) as pane:
        confirm(pane, cloud)
        pane.sees("ops: renewed", "corp: signed in, ", "exit 0")
    assert set(told()) == {("signed in", "corp"), ("renewed", "ops")}


@pytest.mark.needs("tmux")
def test_qr_draws_the_link_for_a_phone(corp: Home, cloud: Cloud) -> None:
    environ = corp.environ() | cloud.environ()
    with Pane(f"{AWSTTL} login corp --no-browser --qr", environ) as pane:
        screen = pane.sees("The code is good for")
        link = f"{cloud.url}/device?user_code={cloud.portal.user_codes[-1]}"
        assert all(line in screen for line in QrCode(link).lines(QUIET))
    with Pane(f"{AWSTTL} login corp --no-browser --qr", environ, size=(30, 30)) as pane:
        pane.sees("this terminal has 30", "The code is good for")


@pytest.mark.needs("tmux")
def test_by_force_it_signs_out_first(corp: Home, cloud: Cloud) -> None:
    corp.sso_token("corp", expires_at=time.time() + HOUR)
    with Pane(f"{AWSTTL} login corp -f --no-browser", corp.environ() | cloud.environ()) as pane:
        confirm(pane, cloud)
        pane.sees("corp: signed in, ", "exit 0")
    assert cloud.actions[0] == "Logout"
    assert "CreateToken" in cloud.actions


@pytest.mark.needs("tmux")
def test_ctrl_c_gives_up(corp: Home, cloud: Cloud) -> None:
    environ = corp.environ() | cloud.environ()
    # The shell around it would end by the same Ctrl+C.
    with Pane(f"trap : INT; {AWSTTL} login corp --no-browser", environ) as pane:
        pane.sees("check that it shows the code")
        pane.press("C-c")
        pane.sees("exit 130")


def test_logout_forgets_the_token_and_the_sessions_that_came_of_it(
    corp: Home, cloud: Cloud
) -> None:
    corp.sso_token("corp", expires_at=time.time() + HOUR, access_token="one")
    corp.sso_token("other", expires_at=time.time() + HOUR)
    done = awsttl(corp, "logout", "corp", cloud=cloud)
    assert done == (0, "corp: signed out, 2 files removed\n", "")
    assert cloud.actions == ["Logout"]
    assert not (corp.sso_folder / token_file("corp")).exists()
    assert not (corp.cli_folder / sso_role_file(SSO | {"sso_role_name": "Ops"})).exists()
    assert (corp.sso_folder / token_file("other")).exists()
    assert told() == [("cleared", "corp")]
    assert awsttl(corp, "logout", "corp", cloud=cloud).out == "corp: was not signed in\n"


def test_where_aws_cannot_be_told_the_files_go_all_the_same(corp: Home) -> None:
    corp.sso_token("corp", expires_at=time.time() + HOUR)
    nobody = {"AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    done = awsttl(corp, "logout", "dev", environ=nobody)
    assert done.code == 1
    assert "AWS could not be told" in done.err
    assert not (corp.sso_folder / token_file("corp")).exists()
