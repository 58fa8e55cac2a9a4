"""The accounts and roles of a sign-in, as the portal lists them."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.config import Config

from awsttl.aws import sso_accounts
from awsttl.aws.outcome import Failed
from awsttl.core.forms.populating import Assigned
from support.cloud import Cloud
from support.home import Home
from support.odd import config_text
from support.renewing import CORP
from support.signing import HOUR

ACCOUNTS = {
    "111111111111": ("web", ["Admin", "ReadOnly", "Billing"]),
    "222222222222": ("Data", ["ReadOnly"]),
    "333333333333": ("", ["Admin"]),
    "444444444444": ("closed", ["Admin"]),
    "555555555555": ("empty", []),
}
ALL = (
    Assigned("333333333333", "333333333333", "Admin"),
    Assigned("444444444444", "closed", "Admin"),
    Assigned("222222222222", "Data", "ReadOnly"),
    Assigned("111111111111", "web", "Admin"),
    Assigned("111111111111", "web", "Billing"),
    Assigned("111111111111", "web", "ReadOnly"),
)


@pytest.fixture
def token(home: Home, cloud: Cloud) -> Path:
    """A living token, and what it may list."""
    home.config(config_text({}, CORP))
    cloud.portal.accounts = dict(ACCOUNTS)
    cloud.portal.allow("corp-token")
    return home.sso_token("corp", expires_at=cloud.clock() + HOUR, access_token="corp-token")


def test_all_pages_are_read(cloud: Cloud, token: Path) -> None:
    told: list[tuple[int, int]] = []
    found = sso_accounts.assigned(str(token), lambda done, of: told.append((done, of)))
    assert found == ALL
    assert sorted(told) == [(n, 5) for n in range(1, 6)]
    assert cloud.actions.count("ListAccounts") == 3
    assert cloud.actions.count("ListAccountRoles") == 6


@pytest.mark.heavy
def test_a_listing_that_comes_too_fast_is_waited_for(cloud: Cloud, token: Path) -> None:
    cloud.portal.throttled = 2
    assert sso_accounts.assigned(str(token)) == ALL


def test_an_account_that_nobody_may_list_has_no_roles(cloud: Cloud, token: Path) -> None:
    cloud.portal.closed_accounts = {"444444444444"}
    found = sso_accounts.assigned(str(token))
    assert found == tuple(role for role in ALL if role.account != "closed")


def test_a_token_that_aws_does_not_take_asks_for_a_sign_in(cloud: Cloud, token: Path) -> None:
    cloud.portal.revoke("corp-token")
    assert sso_accounts.assigned(str(token)) == Failed(sso_accounts.NOT_SIGNED_IN)


@pytest.mark.parametrize("text", [None, "", "{}", "[1]", '{"accessToken": 1}'])
def test_without_a_token_there_is_one_to_be_got(token: Path, text: str | None) -> None:
    if text is None:
        token.unlink()
    else:
        token.write_text(text)
    assert sso_accounts.assigned(str(token)) == Failed(sso_accounts.NOT_SIGNED_IN)


def test_a_network_that_does_not_answer_is_told_as_that(
    token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sso_accounts, "_CONFIG", sso_accounts._CONFIG.merge(_ONCE))
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:9")
    found = sso_accounts.assigned(str(token))
    assert isinstance(found, Failed)
    assert found.problem.code == "unreachable"
    assert "corp-token" not in repr(found)


_ONCE = Config(retries={"total_max_attempts": 1})
