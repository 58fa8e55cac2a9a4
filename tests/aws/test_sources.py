"""Where a session may come from besides a profile's keys: the machine, a web token, SSO."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from awsttl.core.profiles import cache_names
from support.cloud import Cloud
from support.home import START_URL, Home, role_file, sso_role_file, token_file
from support.odd import config_text
from support.renewing import CORP, LEGACY, ROLE, SSO, credentials_in, problem_of, renewed
from support.wire import RefusalError, Reply

MINUTE = 60
HOUR = 3600


class TestCredentialSource:
    @staticmethod
    def _profile(home: Home, source: str) -> dict[str, str]:
        section = {"role_arn": ROLE, "credential_source": source}
        home.config(config_text({"here": section}))
        return section

    def test_environment(self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
        section = self._profile(home, "Environment")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        (path,) = renewed(home, "here")
        assert path.name == role_file(section)
        assert [call.access_key for call in cloud.calls] == ["AKIAENVIRONMENT"]

    def test_container(
        self, home: Home, cloud: Cloud, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._profile(home, "EcsContainer")
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{machine.url}/container")
        monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "let me in")
        renewed(home, "here")
        assert [call.access_key for call in cloud.calls] == ["ASIACONTAINER"]
        assert machine.authorization == "let me in"

    def test_instance_metadata(
        self, home: Home, cloud: Cloud, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._profile(home, "Ec2InstanceMetadata")
        monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"{machine.url}/imds")
        renewed(home, "here")
        assert [call.access_key for call in cloud.calls] == ["ASIAINSTANCE"]

    @pytest.mark.parametrize("source", ["Environment", "EcsContainer", "Ec2InstanceMetadata"])
    def test_that_has_nothing_is_named_as_what_is_missing(
        self, home: Home, cloud: Cloud, source: str
    ) -> None:
        self._profile(home, source)
        problem = problem_of(home, "here")
        assert (problem.code, problem.message, str(problem.fix)) == (
            "source-empty",
            "its source has no credentials here",
            "give here a source that has some",
        )
        assert cloud.calls == ()


class Machine(ThreadingHTTPServer):
    """What a container and an EC2 instance ask for their credentials."""

    daemon_threads = True
    authorization: str | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Metadata)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Metadata(BaseHTTPRequestHandler):
    ROLES: ClassVar = "/imds/latest/meta-data/iam/security-credentials/"

    def do_PUT(self) -> None:
        self._send("metadata-token")

    def do_GET(self) -> None:
        if self.path == "/container":
            assert isinstance(self.server, Machine)
            self.server.authorization = self.headers["Authorization"]
            self._send(json.dumps(self._credentials("ASIACONTAINER")))
        elif self.path == self.ROLES:
            self._send("instance-role")
        else:
            assert self.path == self.ROLES + "instance-role"
            self._send(json.dumps(self._credentials("ASIAINSTANCE") | {"Code": "Success"}))

    @staticmethod
    def _credentials(access_key: str) -> dict[str, Any]:
        expiration = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 6 * HOUR))
        return {
            "AccessKeyId": access_key,
            "SecretAccessKey": "secret",
            "Token": "token",
            "Expiration": expiration,
        }

    def _send(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        """Nothing."""


@pytest.fixture
def machine() -> Iterator[Machine]:
    with Machine() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class TestWebIdentity:
    def test_is_written_under_the_names_of_both_generations_of_the_cli(
        self, home: Home, cloud: Cloud
    ) -> None:
        section = {
            "role_arn": ROLE,
            "web_identity_token_file": str(home.web_token("token", "a.web.token")),
            "role_session_name": "me",
            "duration_seconds": "900",
            "external_id": "ignored",
        }
        home.config(config_text({"web": section}))
        one, other = renewed(home, "web")
        assert one.name == role_file(section)
        assert [one.name, other.name] == list(
            cache_names.web_identity_names(section, "a.web.token")
        )
        assert one.read_bytes() == other.read_bytes()
        (call,) = cloud.calls
        assert call.action == "AssumeRoleWithWebIdentity"
        assert call.access_key == ""
        sent = {key: call.parameters.get(key) for key in ("WebIdentityToken", "RoleSessionName")}
        assert sent == {"WebIdentityToken": "a.web.token", "RoleSessionName": "me"}
        assert {"DurationSeconds", "ExternalId"}.isdisjoint(call.parameters)

    def test_as_a_source_leaves_its_own_files_alone(self, home: Home, cloud: Cloud) -> None:
        """So does the AWS CLI: it neither reads nor writes them for a role behind them."""
        token = str(home.web_token("token", "a.web.token"))
        web = {"role_arn": ROLE, "web_identity_token_file": token}
        outer = {"role_arn": f"{ROLE}2", "source_profile": "web"}
        home.config(config_text({"web": web, "outer": outer}))
        cached = home.cli_cache(web, expires_at=cloud.clock() + HOUR, access_key="ASIACACHED")
        before = cached.read_bytes()
        (path,) = renewed(home, "outer")
        assert path.name == role_file(outer)
        assert cloud.actions == ["AssumeRoleWithWebIdentity", "AssumeRole"]
        assert cached.read_bytes() == before


class TestSso:
    """A sign-in that lives, or that refreshes by itself, is all that is needed."""

    @pytest.fixture(autouse=True)
    def profiles(self, home: Home) -> None:
        source = {"role_arn": ROLE, "source_profile": "sso"}
        home.config(config_text({"sso": SSO, "legacy": LEGACY, "outer": source}, CORP))

    @pytest.mark.parametrize(
        ("profile", "section", "token"), [("sso", SSO, "corp"), ("legacy", LEGACY, START_URL)]
    )
    def test_a_living_token_costs_one_request(
        self, home: Home, cloud: Cloud, profile: str, section: dict[str, str], token: str
    ) -> None:
        home.sso_token(token, expires_at=cloud.clock() + HOUR)
        cloud.portal.allow("sso-access-token")
        (path,) = renewed(home, profile)
        assert path.name == sso_role_file(section)
        assert json.loads(path.read_text())["ProviderType"] == "sso"
        assert cloud.actions == ["GetRoleCredentials"]
        assert credentials_in(path)["AccessKeyId"] in cloud.sts.issued

    def test_a_legacy_token_in_its_last_minutes_is_used_as_it_is(
        self, home: Home, cloud: Cloud
    ) -> None:
        home.sso_token(START_URL, expires_at=cloud.clock() + 2 * MINUTE)
        cloud.portal.allow("sso-access-token")
        renewed(home, "legacy")
        assert cloud.actions == ["GetRoleCredentials"]

    @pytest.mark.parametrize("left", [14 * MINUTE, -8 * HOUR])
    def test_a_token_below_fifteen_minutes_or_dead_is_refreshed(
        self, home: Home, cloud: Cloud, left: float
    ) -> None:
        self._sign_in(home, cloud, left)
        renewed(home, "sso")
        assert cloud.actions == ["CreateToken", "GetRoleCredentials"]
        token = json.loads((home.sso_folder / token_file("corp")).read_text())
        assert cloud.calls[-1].parameters["token"] == token["accessToken"] != "sso-access-token"
        assert token["refreshToken"] != "first"

    def test_the_next_refresh_uses_the_refresh_token_that_the_last_one_brought(
        self, home: Home, cloud: Cloud
    ) -> None:
        self._sign_in(home, cloud, 14 * MINUTE)
        cloud.portal.token_seconds = 14 * MINUTE
        renewed(home, "sso")
        renewed(home, "sso")
        assert cloud.actions == ["CreateToken", "GetRoleCredentials"] * 2

    @pytest.mark.heavy
    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (RefusalError("InternalServerException", "no", 500), "server-error"),
            (Reply(502, b"<html>Bad Gateway</html>", {}), "server-error"),
            (RefusalError("ThrottlingException", "Rate exceeded", 400), "throttled"),
            (RefusalError("TooManyRequestsException", "no", 429), "throttled"),
            (RefusalError("SlowDownException", "no", 400), "throttled"),
            (Reply(429, b"<html>Too Many Requests</html>", {}), "throttled"),
        ],
        ids=str,
    )
    def test_a_refresh_that_fails_for_now_is_no_sign_in(
        self, home: Home, cloud: Cloud, answer: RefusalError | Reply, code: str
    ) -> None:
        """By botocore it is told as a refresh token that is spent is."""
        token = self._sign_in(home, cloud, -HOUR)
        before = token.read_bytes()
        cloud.portal.refreshes_meet = answer
        problem = problem_of(home, "sso")
        assert (problem.code, str(problem.fix)) == (code, "wait a minute, then renew sso again")
        assert token.read_bytes() == before
        cloud.portal.refreshes_meet = None
        renewed(home, "sso")

    def test_a_token_in_its_last_minutes_serves_though_its_refresh_fails_for_now(
        self, home: Home, cloud: Cloud
    ) -> None:
        self._sign_in(home, cloud, 14 * MINUTE)
        cloud.portal.refreshes_meet = RefusalError("InternalServerException", "no", 500)
        renewed(home, "sso")
        assert cloud.calls[-1].parameters["token"] == "sso-access-token"

    def test_a_refreshed_token_is_for_its_owner_only(self, home: Home, cloud: Cloud) -> None:
        self._sign_in(home, cloud, 14 * MINUTE).chmod(0o644)
        renewed(home, "sso")
        (token,) = home.sso_folder.iterdir()
        assert token.stat().st_mode & 0o777 == 0o600

    def test_many_renewals_at_once_refresh_the_token_once(self, home: Home, cloud: Cloud) -> None:
        """A refresh token is good once: the others would be told to sign in again."""
        names = [f"sso{number}" for number in range(8)]
        sections = {name: SSO | {"sso_role_name": name} for name in names}
        home.config(config_text(sections, CORP))
        self._sign_in(home, cloud, -HOUR)
        threads = [threading.Thread(target=renewed, args=(home, name)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert sorted(cloud.actions) == ["CreateToken"] + ["GetRoleCredentials"] * 8
        assert len(list(home.cli_folder.iterdir())) == 8

    def test_as_a_source_leaves_its_own_file_alone(self, home: Home, cloud: Cloud) -> None:
        """So does the AWS CLI: a role behind an SSO profile asks the portal each time."""
        home.sso_token("corp", expires_at=cloud.clock() + HOUR)
        cloud.portal.allow("sso-access-token")
        cached = home.cli_cache(SSO, expires_at=cloud.clock() + HOUR, access_key="ASIACACHED")
        before = cached.read_bytes()
        (path,) = renewed(home, "outer")
        assert path.name == role_file({"role_arn": ROLE})
        assert cloud.actions == ["GetRoleCredentials", "AssumeRole"]
        assert cached.read_bytes() == before

    @staticmethod
    def _sign_in(home: Home, cloud: Cloud, left: float) -> Any:
        """A token with that many seconds left, which can be refreshed."""
        cloud.portal.allow("sso-access-token", refresh_token="first")
        return home.sso_token(
            "corp",
            expires_at=cloud.clock() + left,
            refresh_token="first",
            registration_expires_at=cloud.clock() + 30 * 24 * HOUR,
        )
