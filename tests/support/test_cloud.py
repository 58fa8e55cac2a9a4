"""The loopback AWS refuses as AWS does, and no client of the tests gets past it."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ProxyConnectionError

from support.awscli import BOTH_CLIS, Version, aws_cli
from support.cloud import Cloud
from support.home import START_URL, Home

ROLE = "arn:aws:iam::111122223333:role/team/Admin"
DEVICE = "arn:aws:iam::111122223333:mfa/me"

ONCE = Config(retries={"total_max_attempts": 1})


@pytest.fixture
def sts(cloud: Cloud) -> Iterator[Any]:
    client = _client("sts")
    yield client
    client.close()


@pytest.fixture
def oidc(cloud: Cloud) -> Iterator[Any]:
    client = _client("sso-oidc")
    yield client
    client.close()


def _client(service: str, access_key: str = "AKIASTATIC") -> Any:
    return botocore.session.Session().create_client(
        service,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key="secret",
        config=ONCE,
    )


def _assume(client: Any, **more: object) -> Any:
    return client.assume_role(RoleArn=ROLE, RoleSessionName="me", **more)


def _refusal(client: Any, **more: object) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        _assume(client, **more)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"].strip()


class TestSts:
    def test_an_assumed_role_knows_who_it_is(self, cloud: Cloud, sts: Any) -> None:
        answer = _assume(sts, DurationSeconds=900)
        credentials = answer["Credentials"]
        lifetime = credentials["Expiration"].timestamp() - cloud.clock()
        assert 898 <= lifetime <= 900
        client = _client("sts", credentials["AccessKeyId"])
        arn = client.get_caller_identity()["Arn"]
        client.close()
        assert arn == "arn:aws:sts::111122223333:assumed-role/Admin/me"

    def test_calls_are_recorded_with_the_key_that_signed_them(self, cloud: Cloud, sts: Any) -> None:
        _assume(sts, ExternalId="a b/ü")
        (call,) = cloud.calls
        assert (call.service, call.action, call.access_key) == ("sts", "AssumeRole", "AKIASTATIC")
        assert call.parameters["ExternalId"] == "a b/ü"
        cloud.forget()
        assert cloud.actions == []

    def test_an_expired_source_cannot_assume(self, cloud: Cloud, sts: Any) -> None:
        cloud.sts.expire("AKIASTATIC")
        assert _refusal(sts) == (
            "ExpiredToken",
            "The security token included in the request is expired",
        )

    def test_an_issued_session_ends_when_it_said(self, cloud: Cloud) -> None:
        session = cloud.sts.issue("arn:aws:sts::111122223333:assumed-role/Base/me", 900)
        cloud.sts.issued[session.access_key] = type(session)(
            session.access_key, session.secret_key, session.token, cloud.clock(), session.arn
        )
        client = _client("sts", session.access_key)
        assert _refusal(client)[0] == "ExpiredToken"
        client.close()

    def test_a_deleted_key_is_not_known(self, cloud: Cloud, sts: Any) -> None:
        cloud.sts.delete_key("AKIASTATIC")
        assert _refusal(sts)[0] == "InvalidClientTokenId"

    def test_a_code_is_good_once_for_its_device(self, cloud: Cloud, sts: Any) -> None:
        cloud.sts.accept_codes(DEVICE, "123456")
        wrong = (
            "AccessDenied",
            "MultiFactorAuthentication failed with invalid MFA one time pass code.",
        )
        assert _refusal(sts, SerialNumber=DEVICE, TokenCode="000000") == wrong
        _assume(sts, SerialNumber=DEVICE, TokenCode="123456")
        assert _refusal(sts, SerialNumber=DEVICE, TokenCode="123456") == wrong
        _assume(sts, SerialNumber=DEVICE + "2", TokenCode="123456")

    def test_a_role_may_ask_for_mfa(self, cloud: Cloud, sts: Any) -> None:
        cloud.sts.require_mfa(ROLE)
        assert _refusal(sts)[0] == "AccessDenied"
        _assume(sts, SerialNumber=DEVICE, TokenCode="123456")

    def test_a_denied_role_says_who_was_denied_what(self, cloud: Cloud, sts: Any) -> None:
        cloud.sts.deny(ROLE)
        sentence = (
            "User: arn:aws:iam::111122223333:user/somebody is not authorized to perform:"
            f" sts:AssumeRole on resource: {ROLE}"
        )
        assert _refusal(sts) == ("AccessDenied", sentence)

    def test_a_role_has_its_longest_session(self, cloud: Cloud, sts: Any) -> None:
        cloud.sts.limit(ROLE, 3600)
        assert "exceeds the MaxSessionDuration" in _refusal(sts, DurationSeconds=7200)[1]

    def test_a_chained_role_has_an_hour(self, cloud: Cloud) -> None:
        session = cloud.sts.issue("arn:aws:sts::111122223333:assumed-role/Base/me", 3600)
        client = _client("sts", session.access_key)
        assert "1 hour session limit" in _refusal(client, DurationSeconds=3601)[1]
        client.close()

    def test_throttling_ends(self, cloud: Cloud, sts: Any) -> None:
        cloud.sts.throttle(2)
        assert [_refusal(sts)[0] for _ in range(2)] == ["Throttling"] * 2
        _assume(sts)

    @pytest.mark.parametrize(
        ("skew", "words"),
        [(3600.0, "Signature expired: "), (-3600.0, "Signature not yet current: ")],
    )
    def test_clocks_too_far_apart_break_signatures(
        self, cloud: Cloud, sts: Any, skew: float, words: str
    ) -> None:
        cloud.skew = skew
        code, message = _refusal(sts)
        assert code == "SignatureDoesNotMatch"
        assert message.startswith(words)
        assert "5 min.)" in message

    def test_the_date_header_is_the_servers_clock(self, cloud: Cloud) -> None:
        cloud.skew = 7200.0
        address = urlsplit(cloud.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port)
        connection.request("GET", "/")
        date = connection.getresponse().headers["Date"]
        connection.close()
        assert abs(parsedate_to_datetime(date).timestamp() - cloud.clock()) < 60

    def test_a_hanging_call_is_seen_and_then_answered(self, cloud: Cloud, sts: Any) -> None:
        answers: list[Any] = []
        with cloud.hanging():
            caller = threading.Thread(target=lambda: answers.append(_assume(sts)))
            caller.start()
            cloud.wait_for_calls(1, "AssumeRole")
            assert not answers
        caller.join(timeout=20)
        assert len(answers) == 1


class TestPortal:
    def test_a_role_is_given_for_a_living_token_only(self, cloud: Cloud) -> None:
        portal = _client("sso")
        ask = {"roleName": "Dev", "accountId": "111122223333", "accessToken": "mine"}
        with pytest.raises(portal.exceptions.UnauthorizedException):
            portal.get_role_credentials(**ask)
        cloud.portal.allow("mine")
        assert portal.get_role_credentials(**ask)["roleCredentials"]["accessKeyId"]
        cloud.portal.assign_only(("111122223333", "ReadOnly"))
        with pytest.raises(ClientError, match="ForbiddenException"):
            portal.get_role_credentials(**ask)
        portal.close()

    def test_a_refresh_token_is_good_once(self, cloud: Cloud, oidc: Any) -> None:
        cloud.portal.allow("old", refresh_token="first")
        ask = {"clientId": "c", "clientSecret": "s", "grantType": "refresh_token"}
        answer = oidc.create_token(**ask, refreshToken="first")
        with pytest.raises(oidc.exceptions.InvalidGrantException):
            oidc.create_token(**ask, refreshToken="first")
        assert oidc.create_token(**ask, refreshToken=answer["refreshToken"])["accessToken"]

    @pytest.mark.parametrize("scopes", [(), ("sso:account:access",)])
    def test_a_device_waits_for_its_person(
        self, cloud: Cloud, oidc: Any, scopes: tuple[str, ...]
    ) -> None:
        client = oidc.register_client(clientName="tests", clientType="public", scopes=scopes)
        keys = {name: client[name] for name in ("clientId", "clientSecret")}
        device = oidc.start_device_authorization(**keys, startUrl=START_URL)
        ask = keys | {
            "grantType": "urn:ietf:params:oauth:grant-type:device_code",
            "deviceCode": device["deviceCode"],
        }
        with pytest.raises(oidc.exceptions.AuthorizationPendingException):
            oidc.create_token(**ask)
        cloud.portal.approve(device["userCode"])
        assert ("refreshToken" in oidc.create_token(**ask)) == bool(scopes)


class TestRealClients:
    CONFIG = f"""
        [profile base]
        aws_access_key_id = AKIABASE
        aws_secret_access_key = secret
        [profile "team [a]/é.b"]
        role_arn = {ROLE}
        source_profile = base
        """

    @BOTH_CLIS
    def test_their_nested_calls_come_here_too(
        self, home: Home, cloud: Cloud, version: Version
    ) -> None:
        home.config(self.CONFIG)
        ask = ("sts", "get-caller-identity", "--profile", "team [a]/é.b")
        outcome = aws_cli(version, *ask, home=home, cloud=cloud)
        assert outcome.exit_code == 0, outcome.stderr
        assert outcome.json["Arn"].startswith("arn:aws:sts::111122223333:assumed-role/Admin/")
        assert cloud.actions == ["AssumeRole", "GetCallerIdentity"]
        assert cloud.strays == []

    @pytest.mark.needs("aws-v2")
    def test_one_that_knows_no_way_here_is_caught_going_out(self, home: Home, cloud: Cloud) -> None:
        home.config(self.CONFIG)
        ask = ("sts", "get-caller-identity", "--profile", "team [a]/é.b")
        nowhere = {"AWS_DATA_PATH": "", "AWS_ENDPOINT_URL_STS": ""}
        outcome = aws_cli("v2", *ask, home=home, cloud=cloud, env=nowhere)
        assert outcome.exit_code != 0
        assert cloud.actions == []
        assert cloud.strays[0] == "sts.us-east-1.amazonaws.com:443"

    def test_botocore_in_this_process_gets_no_further(self) -> None:
        client = _client("sts")
        assert client.meta.endpoint_url == "https://sts.us-east-1.amazonaws.com"
        with pytest.raises(ProxyConnectionError):
            client.get_caller_identity()
        client.close()


def test_motos_sts_answers_too(moto_sts: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", moto_sts)
    client = _client("sts")
    assert _assume(client)["AssumedRoleUser"]["Arn"].endswith(":assumed-role/Admin/me")
    client.close()


def test_each_test_has_a_home_of_its_own(home: Home) -> None:
    assert Path.home() == home.path
    assert not home.aws.exists()
