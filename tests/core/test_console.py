"""Where the console is, which way leads in, and how long it may stay open."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from awsttl.core import console
from awsttl.core.console import PLACES
from awsttl.core.model import Kind, Link, MfaSession, Profile, Renewal
from awsttl.core.profiles.kinds import ConsoleWay
from awsttl.core.remedies import Problem
from awsttl.core.secret import Secret
from support.exported import TEMPORARY


def profile(kind: Kind, *behind: Kind, region: str = "", mfa: MfaSession | None = None) -> Profile:
    links = tuple(Link(f"p{n}", each, Renewal.SILENT) for n, each in enumerate((kind, *behind)))
    links = (links[0]._replace(mfa_session=mfa), *links[1:])
    return Profile("p0", kind, links, "111122223333", "Admin", region)


MFA_SESSION = MfaSession("base-long-term", "base", "arn:aws:iam::111122223333:mfa/me", 3600)


@pytest.mark.parametrize(
    ("role_arn", "region", "expected"),
    [
        ("", "", "aws"),
        ("", "eu-west-1", "aws"),
        ("", "cn-northwest-1", "aws-cn"),
        ("", "us-gov-east-1", "aws-us-gov"),
        ("", "eusc-de-east-1", "aws-eusc"),
        ("", "us-iso-east-1", "aws-iso"),
        ("", "us-isob-east-1", "aws-iso-b"),
        ("", "us-isof-south-1", "aws-iso-f"),
        ("", "eu-isoe-west-1", "aws-iso-e"),
        ("arn:aws-cn:iam::111122223333:role/Admin", "", "aws-cn"),
        ("arn:aws-us-gov:iam::111122223333:role/Admin", "us-east-1", "aws-us-gov"),
        ("no arn", "", "aws"),
    ],
)
def test_the_partition_is_the_roles_else_the_regions(
    role_arn: str, region: str, expected: str
) -> None:
    assert console.partition(profile(Kind.ROLE), role_arn, region) == expected
    assert console.partition(profile(Kind.ROLE, region=region), role_arn, "") == expected


def test_partitions_without_a_public_sign_in_are_not_among_the_places() -> None:
    assert set(PLACES) == {"aws", "aws-cn", "aws-us-gov", "aws-eusc"}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.SSO, ConsoleWay.PORTAL),
        (Kind.LONG_TERM, ConsoleWay.USER),
        (Kind.ROLE, ConsoleWay.SESSION),
        (Kind.WEB_IDENTITY, ConsoleWay.SESSION),
        (Kind.TEMPORARY, ConsoleWay.SESSION),
        (Kind.LOGIN, ConsoleWay.SESSION),
        (Kind.PROCESS, ConsoleWay.SESSION),
    ],
)
def test_the_way_in_follows_the_kind(kind: Kind, expected: ConsoleWay) -> None:
    assert console.way(profile(kind)) is expected


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (profile(Kind.INCOMPLETE), "it has no credentials"),
        (
            profile(Kind.TEMPORARY, mfa=MFA_SESSION),
            "AWS opens no console for a session of GetSessionToken",
        ),
    ],
)
def test_what_has_no_way_in_says_why(refused: Profile, why: str) -> None:
    found = console.way(refused)
    assert isinstance(found, Problem)
    assert found.message == why


@pytest.mark.parametrize(
    ("asked", "may"),
    [
        (profile(Kind.ROLE, Kind.LONG_TERM), True),
        (profile(Kind.WEB_IDENTITY), True),
        (profile(Kind.LONG_TERM), True),
        (profile(Kind.ROLE, Kind.ROLE, Kind.LONG_TERM), False),
        (profile(Kind.ROLE, Kind.TEMPORARY), False),
        (profile(Kind.ROLE, Kind.SSO), False),
        (profile(Kind.ROLE, Kind.LOGIN), False),
        (profile(Kind.ROLE, Kind.CREDENTIAL_SOURCE), False),
        (profile(Kind.SSO), False),
        (profile(Kind.TEMPORARY), False),
        (profile(Kind.PROCESS), False),
    ],
)
def test_a_duration_is_for_roles_of_one_hop_and_for_users(asked: Profile, *, may: bool) -> None:
    assert (console.no_duration(asked) == "") is may


@pytest.mark.parametrize(
    ("partition", "region", "service", "expected"),
    [
        ("aws", "", "", "https://us-east-1.console.aws.amazon.com/console/home?region=us-east-1"),
        (
            "aws",
            "eu-west-1",
            "s3",
            "https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1",
        ),
        (
            "aws-cn",
            "cn-north-1",
            "ddb",
            "https://cn-north-1.console.amazonaws.cn/dynamodbv2/home?region=cn-north-1",
        ),
        (
            "aws",
            "eu-west-1",
            "logs",
            "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups",
        ),
    ],
)
def test_the_page_of_a_service(partition: str, region: str, service: str, expected: str) -> None:
    assert console.destination(PLACES[partition], region, service) == expected


@pytest.mark.parametrize(
    "start", ["https://corp.awsapps.com/start", "https://corp.awsapps.com/start/#/"]
)
def test_the_portals_link_needs_no_call(start: str) -> None:
    link = console.portal_link({"sso_start_url": start}, profile(Kind.SSO), "https://x.test/?a=b")
    begin, _, asked = link.partition("?")
    assert begin == "https://corp.awsapps.com/start/#/console"
    assert dict(parse_qsl(asked)) == {
        "account_id": "111122223333",
        "role_name": "Admin",
        "destination": "https://x.test/?a=b",
    }


@pytest.mark.parametrize("seconds", [None, 3600.0])
def test_the_keys_are_in_the_body(seconds: float | None) -> None:
    form = parse_qs(console.token_request(TEMPORARY, seconds).reveal())
    token = TEMPORARY.session_token
    assert token is not None
    assert form["Action"] == ["getSigninToken"]
    assert json.loads(form["Session"][0]) == {
        "sessionId": TEMPORARY.access_key_id,
        "sessionKey": TEMPORARY.secret_access_key.reveal(),
        "sessionToken": token.reveal(),
    }
    assert form.get("SessionDuration") == (None if seconds is None else ["3600"])


def test_links_lead_through_each_other_unchanged() -> None:
    page = "https://us-east-1.console.aws.amazon.com/s3/home?region=us-east-1#x y"
    link = console.sign_in_link("https://signin.aws.amazon.com/federation", Secret("a+/="), page)
    assert dict(parse_qsl(urlsplit(link.reveal()).query)) == {
        "Action": "login",
        "Issuer": "awsttl",
        "Destination": page,
        "SigninToken": "a+/=",
    }
    out = console.after_logging_out(PLACES["aws"], link).reveal()
    assert out.startswith("https://signin.aws.amazon.com/oauth?")
    assert dict(parse_qsl(urlsplit(out).query))["redirect_uri"] == link.reveal()
    contained = console.in_container(link, "prod & co").reveal()
    begin, _, asked = contained.partition(":")
    assert begin == "ext+granted-containers"
    assert dict(parse_qsl(asked)) == {"name": "prod & co", "url": link.reveal()}


@pytest.mark.parametrize("page", ["http://console.aws.amazon.com/", "javascript:x", "s3", ""])
def test_only_a_page_over_tls_is_one_to_be_sent_to(page: str) -> None:
    assert not console.is_page(page)
    assert console.is_page("https://console.aws.amazon.com/s3")
