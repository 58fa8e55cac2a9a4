"""Signing in by device code, over HTTP: the code, the client registration, the token."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from awsttl.aws import sso_sign_in
from awsttl.aws.outcome import Failed
from awsttl.core.profiles import timestamps
from support.cloud import Cloud
from support.home import START_URL, Home, token_file
from support.looking import status
from support.odd import config_text
from support.renewing import SSO, renewed
from support.signing import (
    DAY,
    HOUR,
    PROFILES,
    Time,
    begun,
    body,
    finished,
    refused,
    registrations,
    set_scopes,
    signed_in,
)

pytestmark = pytest.mark.usefixtures("sign_ins")


class TestTheCode:
    def test_is_what_a_person_needs_in_a_browser_anywhere(self, home: Home, cloud: Cloud) -> None:
        cloud.portal.poll_seconds = 3
        code = begun(home)
        assert cloud.portal.user_codes == [code.user_code]
        assert code.url == f"{cloud.url}/device?user_code={code.user_code}"
        assert code.expires_at == pytest.approx(cloud.clock() + 600, abs=30)
        assert (code.lifetime, code.interval) == (600, 3)
        assert cloud.actions == ["RegisterClient", "StartDeviceAuthorization"]

    def test_is_for_the_source_of_a_role(self, home: Home, cloud: Cloud) -> None:
        begun(home, "behind")
        assert cloud.calls[-1].parameters["startUrl"] == START_URL

    def test_shows_no_secret_by_accident(self, home: Home, cloud: Cloud) -> None:
        shown = repr(begun(home))
        assert "secret-of" not in shown
        assert "device-ABCD" not in shown

    def test_says_why_there_is_none(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", "http://127.0.0.1:9")
        assert refused(home).code == "unreachable"
        assert not home.sso_folder.exists()

    def test_is_refused_for_a_start_url_that_aws_does_not_know(
        self, home: Home, cloud: Cloud
    ) -> None:
        other = {
            "corp": {"sso_start_url": "https://nobody.app.aws/start", "sso_region": "us-east-1"}
        }
        home.config(config_text(PROFILES, other))
        problem = refused(home)
        assert problem.code == "sign-in-refused"
        assert "Invalid start URL provided" in problem.message
        assert "sso_start_url" in str(problem.fix)

    def test_is_refused_for_scopes_that_are_none(self, home: Home, cloud: Cloud) -> None:
        set_scopes(home, "everything")
        problem = refused(home)
        assert problem.message == (
            "AWS refuses the sign-in: InvalidScope: Invalid scope: everything"
        )

    def test_is_not_asked_for_when_the_settings_are_gone(self, home: Home, cloud: Cloud) -> None:
        seen = status(home, "sso")
        home.config(config_text({"sso": SSO}))
        outcome = sso_sign_in.begin(seen, str(home.sso_folder))
        assert isinstance(outcome, Failed)
        assert outcome.problem.code == "sso-incomplete"
        assert cloud.calls == ()


class TestTheRegistration:
    def test_asks_for_what_lets_a_token_be_refreshed(self, home: Home, cloud: Cloud) -> None:
        begun(home)
        assert list(cloud.portal.clients.values()) == [("sso:account:access",)]

    def test_asks_for_the_configuredset_scopes(self, home: Home, cloud: Cloud) -> None:
        set_scopes(home, " sso:account:access, codewhisperer:completions ,")
        begun(home)
        wanted = ("sso:account:access", "codewhisperer:completions")
        assert list(cloud.portal.clients.values()) == [wanted]
        (path,) = registrations(home)
        assert body(path)["scopes"] == list(wanted)

    def test_of_a_legacy_profile_has_noset_scopes(self, home: Home, cloud: Cloud) -> None:
        begun(home, "legacy")
        assert list(cloud.portal.clients.values()) == [()]
        (path,) = registrations(home)
        assert set(body(path)) == {"clientId", "clientSecret", "expiresAt"}

    def test_is_kept_and_used_again(self, home: Home, cloud: Cloud) -> None:
        begun(home)
        (path,) = registrations(home)
        assert path.stat().st_mode & 0o777 == 0o600
        before = path.read_bytes()
        begun(home)
        begun(home)
        assert cloud.actions.count("RegisterClient") == 1
        assert path.read_bytes() == before

    @pytest.mark.parametrize(
        "change",
        [
            {"expiresAt": "2020-01-01T00:00:00Z"},
            {"expiresAt": "no date"},
            {"expiresAt": None},
            {"grantTypes": ["authorization_code", "refresh_token"]},
            {"scopes": ["codewhisperer:completions"]},
            {"clientId": None},
        ],
        ids=str,
    )
    def test_that_does_not_serve_is_replaced(
        self, home: Home, cloud: Cloud, change: dict[str, Any]
    ) -> None:
        begun(home)
        (path,) = registrations(home)
        found = body(path) | change
        path.write_text(json.dumps({k: v for k, v in found.items() if v is not None}))
        begun(home)
        assert cloud.actions.count("RegisterClient") == 2
        assert body(path)["clientId"] == list(cloud.portal.clients)[-1]

    @pytest.mark.parametrize("damaged", ["", "{", "[]", "null", "\ufeff{}"])
    def test_that_is_damaged_is_replaced(self, home: Home, cloud: Cloud, damaged: str) -> None:
        begun(home)
        (path,) = registrations(home)
        path.write_text(damaged)
        begun(home)
        assert body(path)["clientId"] == list(cloud.portal.clients)[-1]

    def test_that_is_about_to_end_is_replaced(self, home: Home, cloud: Cloud) -> None:
        """As the AWS CLI does it: from 15 minutes before."""
        cloud.portal.registration_seconds = 14 * 60
        begun(home)
        cloud.portal.registration_seconds = 90 * DAY
        begun(home)
        assert cloud.actions.count("RegisterClient") == 2

    def test_that_aws_has_forgotten_is_replaced(self, home: Home, cloud: Cloud) -> None:
        begun(home)
        cloud.portal.forget_clients()
        cloud.forget()
        begun(home)
        once_more = ["StartDeviceAuthorization", "RegisterClient", "StartDeviceAuthorization"]
        assert cloud.actions == once_more


class TestTheToken:
    def test_of_an_sso_session_has_all_that_refreshing_needs(
        self, home: Home, cloud: Cloud
    ) -> None:
        token = signed_in(home, cloud)
        ends = timestamps.parse(token.pop("expiresAt"))
        assert ends == pytest.approx(cloud.clock() + 3600, abs=30)
        forgotten = timestamps.parse(token.pop("registrationExpiresAt"))
        assert forgotten == pytest.approx(cloud.clock() + 90 * DAY, abs=30)
        (client,) = cloud.portal.clients
        number = re.sub(r"\D", "", token["accessToken"])
        assert token == {
            "startUrl": START_URL,
            "region": "us-east-1",
            "accessToken": f"sso-access-token-{number}",
            "clientId": client,
            "clientSecret": f"secret-of-{client}",
            "refreshToken": f"sso-refresh-token-{number}",
        }

    def test_of_a_legacy_profile_cannot_be_refreshed(self, home: Home, cloud: Cloud) -> None:
        token = signed_in(home, cloud, "legacy")
        assert "refreshToken" not in token
        assert (home.sso_folder / token_file(START_URL)).exists()
        assert not status(home, "legacy").hops[-1].usable(cloud.clock() + 2 * HOUR)

    def test_is_for_its_owner_only_whatever_was_there(self, home: Home, cloud: Cloud) -> None:
        path = home.sso_token("corp", expires_at=cloud.clock() - HOUR)
        path.chmod(0o644)
        signed_in(home, cloud)
        assert path.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("profile", ["sso", "legacy", "behind"])
    def test_lets_the_profile_be_renewed(self, home: Home, cloud: Cloud, profile: str) -> None:
        signed_in(home, cloud, profile)
        cloud.forget()
        renewed(home, profile)
        assert cloud.actions[0] == "GetRoleCredentials"

    def test_is_refreshed_by_us_when_it_has_ended(self, home: Home, cloud: Cloud) -> None:
        cloud.portal.token_seconds = 1
        signed_in(home, cloud)
        cloud.portal.token_seconds = 3600
        cloud.forget()
        renewed(home, "sso")
        assert cloud.actions == ["CreateToken", "GetRoleCredentials"]

    def test_that_cannot_be_written_is_a_failure_with_a_reason(
        self, home: Home, cloud: Cloud, passing: Time
    ) -> None:
        code = begun(home)
        cloud.portal.approve(code.user_code)
        (home.sso_folder / token_file("corp")).mkdir()
        outcome = finished(code, passing)
        assert isinstance(outcome, Failed)
        assert outcome.problem.code == "cache-unwritable"


@pytest.fixture(autouse=True)
def no_leftovers(home: Home) -> Iterator[None]:
    yield
    assert not list(home.aws.rglob(".awsttl-*"))
