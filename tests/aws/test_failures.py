"""A failed renewal says what is wrong and what to do, and leaves the old session as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from botocore.config import Config

from awsttl.aws import renewal, session_pool
from awsttl.core.remedies import Act, Problem, Remedy
from support.cloud import Cloud
from support.home import START_URL, Home, token_file
from support.odd import config_text
from support.renewing import (
    BASE,
    CORP,
    DEVICE,
    LEGACY,
    ROLE,
    SSO,
    problem_of,
    role,
    try_to_renew,
    with_code,
)

HOUR = 3600

PROFILES = {
    "base": BASE,
    "dev": role(),
    "long": role(duration_seconds="7200"),
    "mfa": role(mfa_serial=DEVICE),
    "short-name": role(role_session_name="x"),
    "middle": role(number=1),
    "outer": role("middle", 2),
    "long-chain": role("middle", 2, duration_seconds="7200"),
    "two words": role("sso", 3),
    "sso": SSO,
    "legacy": LEGACY,
}


class Case(NamedTuple):
    profile: str
    arrange: Callable[[Home, Cloud, pytest.MonkeyPatch], object]
    code: str
    message: str
    fix: str
    """Said without a face."""


def _signed_in(home: Home, cloud: Cloud, session: str = "corp", left: float = HOUR) -> None:
    home.sso_token(session, expires_at=cloud.clock() + left)


def _refresh_token_of_yesterday(home: Home, cloud: Cloud, _patch: pytest.MonkeyPatch) -> None:
    registration = cloud.clock() + 24 * HOUR
    home.sso_token(
        "corp",
        expires_at=cloud.clock() - HOUR,
        refresh_token="used",
        registration_expires_at=registration,
    )


def _not_assigned(home: Home, cloud: Cloud, _patch: pytest.MonkeyPatch) -> None:
    _signed_in(home, cloud)
    cloud.portal.allow("sso-access-token")
    cloud.portal.assign_only(("111122223333", "ReadOnly"))


def _no_answer(_home: Home, cloud: Cloud, patch: pytest.MonkeyPatch) -> None:
    limits = {"read_timeout": 0.1, "retries": {"total_max_attempts": 1}}
    patch.setattr(session_pool, "LIMITS", Config(**limits))
    cloud._gate.clear()


CASES = {
    "the source's session has expired": Case(
        "dev",
        lambda _home, cloud, _patch: cloud.sts.expire("AKIABASE"),
        "source-expired",
        "the source's session has expired",
        "renew its source first: base",
    ),
    "the role may not be assumed": Case(
        "dev",
        lambda _home, cloud, _patch: cloud.sts.deny(ROLE),
        "not-authorized",
        "AWS does not let this source assume the role",
        "check the role's trust policy and the source's sts:AssumeRole permission",
    ),
    "the MFA code is wrong": Case(
        "mfa",
        lambda _home, cloud, _patch: cloud.sts.accept_codes(DEVICE, "000000"),
        "mfa-wrong",
        "wrong or already used MFA code",
        "wait for the next code, then renew mfa again",
    ),
    "AWS has too much to do": Case(
        "dev",
        lambda _home, cloud, _patch: cloud.sts.throttle(100),
        "throttled",
        "AWS asks to go slower",
        "wait a minute, then renew dev again",
    ),
    "the session would be longer than the role allows": Case(
        "long",
        lambda _home, cloud, _patch: cloud.sts.limit(ROLE, HOUR),
        "duration-too-long",
        "duration_seconds exceeds what the role allows",
        "lower duration_seconds of long",
    ),
    "the session would be longer than a chain allows": Case(
        "long-chain",
        lambda _home, _cloud, _patch: None,
        "chain-cap",
        "a chained role lasts one hour at most",
        "set duration_seconds = 3600 for long-chain",
    ),
    "the last hop of a chain is refused": Case(
        "outer",
        lambda _home, cloud, _patch: cloud.sts.deny(f"{ROLE}2"),
        "not-authorized",
        "AWS does not let this source assume the role",
        "check the role's trust policy and the source's sts:AssumeRole permission",
    ),
    "the key was deleted": Case(
        "dev",
        lambda _home, cloud, _patch: cloud.sts.delete_key("AKIABASE"),
        "key-invalid",
        "the access key is deleted, inactive or wrong",
        "put in a valid key",
    ),
    "nobody listens": Case(
        "dev",
        lambda _home, _cloud, patch: patch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9"),
        "unreachable",
        "AWS cannot be reached",
        "check network, VPN and proxy, then renew dev again",
    ),
    "nobody answers": Case(
        "dev",
        _no_answer,
        "timeout",
        "AWS does not answer",
        "check network, VPN and proxy, then renew dev again",
    ),
    "a setting is none": Case(
        "short-name",
        lambda _home, _cloud, _patch: None,
        "setting-invalid",
        "Invalid length for parameter RoleSessionName, value: 1, valid min length: 2",
        "correct the settings of short-name",
    ),
    "the SSO token was revoked": Case(
        "sso",
        lambda home, cloud, _patch: _signed_in(home, cloud),
        "sign-in",
        "the SSO session has ended",
        "renew sso to sign in",
    ),
    "the refresh token is used up": Case(
        "sso",
        _refresh_token_of_yesterday,
        "sign-in",
        "the SSO session has ended",
        "renew sso to sign in",
    ),
    "the legacy SSO token has ended": Case(
        "legacy",
        lambda home, cloud, _patch: _signed_in(home, cloud, START_URL, -1),
        "sign-in",
        "the SSO session has ended",
        "renew legacy to sign in",
    ),
    "nobody signed in yet": Case(
        "sso",
        lambda _home, _cloud, _patch: None,
        "never-signed-in",
        "not signed in to SSO yet",
        "renew sso to sign in",
    ),
    "the source's SSO session has ended": Case(
        "two words",
        lambda home, cloud, _patch: _signed_in(home, cloud),
        "sign-in",
        "the SSO session has ended",
        "renew two words to sign in",
    ),
    "the SSO role is not assigned": Case(
        "sso",
        _not_assigned,
        "role-not-assigned",
        "role Dev of account 111122223333 is not assigned to you",
        "ask for the assignment, or correct sso_role_name or sso_account_id of sso",
    ),
}


@pytest.fixture(autouse=True)
def profiles(home: Home) -> None:
    home.config(config_text(PROFILES, CORP))


def _old_session(home: Home, cloud: Cloud, profile: str) -> Path:
    """A valid session of that profile, in a form that nobody writes twice."""
    path = home.cli_cache(PROFILES[profile], expires_at=cloud.clock() + HOUR)
    path.write_text(f" {path.read_text()} \n\n")
    return path


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_failure_is_explained_and_touches_nothing(
    home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    path = _old_session(home, cloud, case.profile)
    before = path.read_bytes(), path.stat()
    case.arrange(home, cloud, monkeypatch)
    ask = with_code("123456")
    problem = problem_of(home, case.profile, ask)
    assert (problem.code, problem.message, str(problem.fix)) == (case.code, case.message, case.fix)
    assert (path.read_bytes(), path.stat()) == before
    assert not list(home.cli_folder.glob("*.tmp"))


@pytest.mark.parametrize(
    ("skew", "which"), [(7200.0, "slow"), (-7200.0, "fast")], ids=["slow", "fast"]
)
def test_a_clock_that_is_off_is_told_with_aws_time(
    home: Home, cloud: Cloud, skew: float, which: str
) -> None:
    path = _old_session(home, cloud, "dev")
    before = path.read_bytes()
    cloud.skew = skew
    problem = problem_of(home, "dev")
    assert problem.code == "clock-skew"
    assert problem.message.startswith(f"this machine's clock is {which} by 2 h; AWS's says 20")
    assert path.read_bytes() == before


def test_a_session_that_has_expired_on_arrival_replaces_nothing(home: Home, cloud: Cloud) -> None:
    """SSO requests are not signed; so a wrong clock shows only in the answer."""
    path = _old_session(home, cloud, "sso")
    before = path.read_bytes()
    _signed_in(home, cloud)
    cloud.portal.allow("sso-access-token")
    cloud.skew = -2 * HOUR
    problem = problem_of(home, "sso")
    assert problem == Problem(
        "clock-skew",
        "AWS's new session has expired by this machine's clock",
        Remedy("set the clock (timedatectl set-ntp true)"),
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("ExpiredTokenException", "Token expired: 1 < 2", "web-token-expired"),
        ("InvalidIdentityToken", "No OpenIDConnect provider found", "web-token-invalid"),
    ],
)
def test_a_web_token_that_aws_refuses_is_told_apart(
    home: Home, cloud: Cloud, code: str, text: str, expected: str
) -> None:
    token = home.web_token("token", "a.web.token")
    web = {"role_arn": ROLE, "web_identity_token_file": str(token)}
    home.config(config_text({"web": web}))
    cloud.sts.refuse_web_token("a.web.token", code, text)
    assert problem_of(home, "web").code == expected
    token.unlink()
    assert problem_of(home, "web") == Problem(
        "file", "a file that it needs cannot be read", Remedy("check the paths in web")
    )
    assert not home.cli_folder.exists()


def test_a_folder_that_cannot_be_written_to_is_named(home: Home, cloud: Cloud) -> None:
    home.cli_folder.parent.mkdir()
    home.cli_folder.symlink_to("nowhere")
    assert problem_of(home, "dev") == Problem(
        "cache-unwritable",
        "cannot write the cache file: Not a directory",
        Remedy("make ~/.aws/cli/cache a folder that you may write to"),
    )


def test_a_token_file_that_nobody_can_read_asks_for_a_new_one(home: Home, cloud: Cloud) -> None:
    _signed_in(home, cloud)
    (home.sso_folder / token_file("corp")).write_text("{")
    fix = Remedy(act=Act.RENEW, profile="sso", purpose="to sign in")
    problem = Problem("sign-in", "the file of its SSO token is damaged", fix)
    assert problem_of(home, "sso") == problem


def test_throttling_that_ends_in_time_is_no_failure(home: Home, cloud: Cloud) -> None:
    cloud.sts.throttle(1)
    assert isinstance(try_to_renew(home, "dev"), renewal.Renewed)
    assert cloud.actions == ["AssumeRole"] * 2


def test_the_first_hops_new_session_is_kept_when_a_later_hop_is_refused(
    home: Home, cloud: Cloud
) -> None:
    cloud.sts.deny(f"{ROLE}2")
    problem_of(home, "outer")
    problem_of(home, "outer")
    assert [call.parameters["RoleArn"] for call in cloud.calls] == [
        f"{ROLE}1",
        f"{ROLE}2",
        f"{ROLE}2",
    ]


def test_a_call_that_hangs_ends_within_half_a_minute() -> None:
    limits = session_pool.LIMITS
    attempts = limits.retries["total_max_attempts"]
    assert attempts * max(limits.connect_timeout, limits.read_timeout) <= 30
