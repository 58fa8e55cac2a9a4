"""``awsttl console``: signed in at a loopback sign-in endpoint that checks what AWS checks."""

from __future__ import annotations

import shlex
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from support.cloud import Cloud
from support.commands import Done, awsttl
from support.home import Home

CONFIG = """
    [profile base]
    aws_access_key_id = AKIAEXAMPLE000000001
    aws_secret_access_key = canary-secret
    region = eu-west-1
    [profile role]
    role_arn = arn:aws:iam::111122223333:role/Admin
    source_profile = base
    region = us-east-1
    [profile chained]
    role_arn = arn:aws:iam::444455556666:role/Deploy
    source_profile = role
    region = us-east-1
    [profile china]
    role_arn = arn:aws-cn:iam::111122223333:role/Admin
    source_profile = base
    region = cn-north-1
    [profile secret]
    role_arn = arn:aws-iso-b:iam::111122223333:role/Admin
    source_profile = base
    [profile sso]
    sso_session = corp
    sso_account_id = 222233334444
    sso_role_name = Developer
    [sso-session corp]
    sso_start_url = https://corp.awsapps.com/start/
    sso_region = eu-west-1
    [profile settings]
    region = eu-west-1
"""
CREDENTIALS = """
    [user-long-term]
    aws_access_key_id = AKIAEXAMPLE000000002
    aws_secret_access_key = canary-secret
    aws_mfa_device = arn:aws:iam::111122223333:mfa/me
    [user]
    aws_access_key_id = ASIAEXAMPLE000000002
    aws_secret_access_key = canary-secret
    aws_session_token = canary-token
    expiration = 2099-01-01 00:00:00
"""
ROLE = "arn:aws:sts::111122223333:assumed-role/Admin/"


@pytest.fixture
def aws(home: Home, cloud: Cloud) -> Cloud:
    home.config(CONFIG)
    home.credentials(CREDENTIALS)
    return cloud


def console(home: Home, cloud: Cloud, *arguments: str) -> Done:
    return awsttl(home, "console", *arguments, cloud=cloud)


def follow(done: Done) -> None:
    """Do what a browser does with a link that was printed."""
    assert (done.code, done.err) == (0, "")
    with urllib.request.urlopen(done.out.strip()) as answer:
        assert answer.read() == b"the console"


@pytest.mark.parametrize(
    ("profile", "actions", "who"),
    [
        ("role", ["AssumeRole"], ROLE),
        (
            "chained",
            ["AssumeRole", "AssumeRole"],
            "arn:aws:sts::444455556666:assumed-role/Deploy/",
        ),
        ("china", ["AssumeRole"], ROLE),
        ("base", ["GetFederationToken"], "arn:aws:sts::111122223333:federated-user/"),
    ],
)
def test_each_kind_gets_in_by_its_own_way(
    profile: str, actions: list[str], who: str, home: Home, aws: Cloud
) -> None:
    follow(console(home, aws, profile, "--url"))
    assert aws.actions == [*actions, "getSigninToken", "login"]
    ((arn, _),) = aws.federation.signed_in
    assert arn.startswith(who)
    assert aws.federation.durations == [None]


@pytest.mark.parametrize(
    ("arguments", "page"),
    [
        (["base"], "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1"),
        (["role"], "https://us-east-1.console.aws.amazon.com/console/home?region=us-east-1"),
        (
            ["role", "-s", "s3", "-r", "eu-central-1"],
            "https://eu-central-1.console.aws.amazon.com/s3/home?region=eu-central-1",
        ),
        (["china"], "https://cn-north-1.console.amazonaws.cn/console/home?region=cn-north-1"),
        (
            ["role", "--destination", "https://x.console.aws.amazon.com/a?b=c#d e"],
            "https://x.console.aws.amazon.com/a?b=c#d e",
        ),
    ],
)
def test_it_opens_at_the_page_that_is_wanted(
    arguments: list[str], page: str, home: Home, aws: Cloud
) -> None:
    follow(console(home, aws, *arguments, "--url"))
    assert [each for _, each in aws.federation.signed_in] == [page]


def test_a_role_of_one_hop_may_stay_longer(home: Home, aws: Cloud) -> None:
    follow(console(home, aws, "role", "--url", "--duration", "2h"))
    assert aws.federation.durations == ["7200"]


def test_a_user_may_choose_where_its_session_is_made(home: Home, aws: Cloud) -> None:
    follow(console(home, aws, "base", "--url", "-d", "2h"))
    (call,) = [call for call in aws.calls if call.action == "GetFederationToken"]
    assert call.parameters["DurationSeconds"] == "7200"
    assert aws.federation.durations == [None]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chained", "-d", "2h"], "a role that is assumed with another session"),
        (["sso", "-d", "2h"], "the SSO portal decides it"),
        (["role", "-d", "5m"], "--duration is from 15m to 12h"),
        (["role", "-d", "13h"], "--duration is from 15m to 12h"),
        (["nobody"], 'there is no profile "nobody"'),
    ],
)
def test_what_aws_would_refuse_is_refused_before_it_is_asked(
    arguments: list[str], words: str, home: Home, aws: Cloud
) -> None:
    done = console(home, aws, *arguments, "--url")
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert aws.actions == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["user"], "AWS opens no console for a session of GetSessionToken"),
        (["secret"], "the partition aws-iso-b has no public console"),
        (["settings"], "it has no credentials"),
        (["role", "--destination", "http://x.test/"], '"http://x.test/" is no https page'),
    ],
)
def test_where_there_is_no_way_in_it_says_why(
    arguments: list[str], words: str, home: Home, aws: Cloud
) -> None:
    done = console(home, aws, *arguments, "--url")
    assert (done.code, done.out) == (1, "")
    assert words in done.err
    assert aws.actions == []


def test_the_link_of_the_portal_needs_no_call(home: Home, aws: Cloud) -> None:
    done = console(home, aws, "sso", "--url", "-s", "s3")
    assert (done.code, aws.actions) == (0, [])
    begin, _, asked = done.out.strip().partition("?")
    assert begin == "https://corp.awsapps.com/start/#/console"
    assert dict(parse_qsl(asked)) == {
        "account_id": "222233334444",
        "role_name": "Developer",
        "destination": "https://us-east-1.console.aws.amazon.com/s3/home?region=us-east-1",
    }


def test_no_key_is_in_an_address_and_none_is_printed(home: Home, aws: Cloud) -> None:
    done = console(home, aws, "role", "--url")
    (call,) = [call for call in aws.calls if call.action == "getSigninToken"]
    assert call.method == "POST"
    secrets = [
        each for issued in aws.sts.issued.values() for each in (issued.secret_key, issued.token)
    ]
    assert not [secret for secret in (*secrets, "canary-secret") if secret in done.out + done.err]


def test_logging_out_comes_first_where_that_is_wanted(home: Home, aws: Cloud) -> None:
    done = console(home, aws, "role", "--url", "--logout-first")
    address = urlsplit(done.out.strip())
    assert (address.hostname, address.path) == ("signin.aws.amazon.com", "/oauth")
    asked = dict(parse_qsl(address.query))
    assert asked["Action"] == "logout"
    follow(Done(0, asked["redirect_uri"], ""))


@pytest.fixture
def browser(home: Home) -> Iterator[Path]:
    """A browser that follows a link and writes down how it was called."""
    program, seen = home.path / "browser", home.path / "seen"
    program.write_text(
        f"#!{sys.executable}\n"
        "import sys, urllib.request\n"
        "answer = urllib.request.urlopen(sys.argv[-1])\n"
        f"open({str(seen)!r}, 'w').write(' '.join(sys.argv) + answer.read().decode())\n"
    )
    program.chmod(0o700)
    yield seen
    assert seen.exists()


def test_the_browser_is_signed_in_and_nobody_reads_the_link_off_its_command_line(
    home: Home, aws: Cloud, browser: Path
) -> None:
    environ = {"BROWSER": shlex.quote(str(home.path / "browser")), "no_proxy": "127.0.0.1"}
    done = awsttl(home, "console", "role", cloud=aws, environ=environ)
    assert done == (0, "", "")
    end = time.monotonic() + 30
    while not browser.exists() or not browser.read_text().endswith("the console"):
        assert time.monotonic() < end, "the browser has not seen the console"
        time.sleep(0.02)
    ((arn, _),) = aws.federation.signed_in
    assert arn.startswith(ROLE)
    assert "SigninToken" not in browser.read_text()
    assert "/federation" not in browser.read_text()


def test_without_a_browser_and_a_clipboard_it_says_how_to_get_the_link(
    home: Home, aws: Cloud
) -> None:
    done = awsttl(home, "console", "role", cloud=aws, environ={"TERM": "dumb"})
    assert (done.code, done.out) == (1, "")
    assert "there is no browser here" in done.err
    assert "--url prints the link" in done.err


def test_a_session_that_aws_opens_no_console_for(home: Home, aws: Cloud) -> None:
    session = aws.sts.issue("arn:aws:iam::111122223333:user/me", 7200, "GetSessionToken")
    home.config(
        f"""
        [profile pasted]
        aws_access_key_id = {session.access_key}
        aws_secret_access_key = {session.secret_key}
        aws_session_token = {session.token}
        """
    )
    done = console(home, aws, "pasted", "--url")
    assert (done.code, done.out) == (1, "")
    assert "AWS signs these credentials in to no console (HTTP 400)" in done.err
