"""``awsttl populate``: the roles of a sign-in become profiles, and nothing else is touched."""

from __future__ import annotations

import pytest

from support.awscli import aws_cli
from support.cloud import Cloud
from support.commands import awsttl
from support.home import Home
from support.odd import config_text
from support.renewing import CORP
from support.signing import HOUR


@pytest.fixture
def signed_in(home: Home, cloud: Cloud) -> Home:
    home.config(config_text({"mine": {"region": "eu-west-1"}}, CORP))
    cloud.portal.accounts = {
        "111111111111": ("web", ["Admin", "ReadOnly"]),
        "222222222222": ("data", ["ReadOnly"]),
    }
    cloud.portal.allow("corp-token")
    home.sso_token("corp", expires_at=cloud.clock() + HOUR, access_token="corp-token")
    return home


def test_a_listing_writes_nothing(signed_in: Home, cloud: Cloud) -> None:
    before = signed_in.config_file.read_bytes()
    done = awsttl(signed_in, "populate", "corp", "--list", cloud=cloud)
    assert (done.code, done.out) == (
        0,
        "222222222222  data  ReadOnly\n111111111111  web   Admin\n111111111111  web   ReadOnly\n",
    )
    assert signed_in.config_file.read_bytes() == before


def test_a_profile_is_made_for_each_role_that_has_none(signed_in: Home, cloud: Cloud) -> None:
    before = signed_in.config_file.read_text()
    arguments = ("populate", "corp", "--region", "eu-west-1", "--role", "Read*", "--yes")
    done = awsttl(signed_in, *arguments, cloud=cloud)
    assert (done.code, done.err) == (
        0, "made 2 profiles of corp; awsttl edit --undo undoes it\n")  # fmt: skip
    made = "".join(
        f"\n[profile {name}-ReadOnly]\nsso_session = corp\nsso_account_id = {account}\n"
        "sso_role_name = ReadOnly\nregion = eu-west-1\n"
        for name, account in (("data", "222222222222"), ("web", "111111111111"))
    )
    assert signed_in.config_file.read_text() == before + made
    again = awsttl(signed_in, *arguments, cloud=cloud)
    assert again.code == 0
    assert "left alone: web ReadOnly: is profile web-ReadOnly already" in again.err
    assert signed_in.config_file.read_text() == before + made


@pytest.mark.needs("aws-v2")
def test_the_aws_cli_uses_a_profile_that_was_made(signed_in: Home, cloud: Cloud) -> None:
    awsttl(signed_in, "populate", "corp", "--account", "data", "--yes", cloud=cloud)
    done = aws_cli("v2", "sts", "get-caller-identity", "--profile", "data-ReadOnly",
                   home=signed_in, cloud=cloud)  # fmt: skip
    assert done.json["Account"] == "222222222222"


def test_without_a_sign_in_a_person_is_needed(signed_in: Home, cloud: Cloud) -> None:
    cloud.portal.revoke("corp-token")
    done = awsttl(signed_in, "populate", "corp", cloud=cloud)
    assert (done.code, done.err) == (
        3,
        ("awsttl populate: corp: not signed in to this SSO session;"
        " run this on a terminal, to sign in\n"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("nobody",), 'there is no SSO session "nobody"'),
        (("corp", "--pattern", "same"), "without a place in braces"),
    ],
)
def test_what_makes_no_sense_is_refused(
    signed_in: Home, cloud: Cloud, arguments: tuple[str, ...], why: str
) -> None:
    done = awsttl(signed_in, "populate", *arguments, cloud=cloud)
    assert done.code == 2
    assert why in done.err
