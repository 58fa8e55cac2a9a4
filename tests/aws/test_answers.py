"""Whatever answers in AWS's place, what comes of it is bounded, and told in words."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from awsttl.aws import federation, probes, session_pool, sso_sign_in, sso_sign_out
from awsttl.aws.answers import WEB_PAGE
from awsttl.aws.outcome import Failed
from awsttl.aws.renewal import renew
from awsttl.aws.sso_sign_in import Code
from awsttl.core.console import Place
from awsttl.core.remedies import Problem
from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials
from awsttl.core.why.findings import Finding
from support.home import Home
from support.hostile import ODD_ANSWERS, PAGE, Hostile, Play, answer, as_json, nested, silent, sts
from support.looking import status
from support.odd import config_text
from support.renewing import BASE, CORP, SSO, nobody, role
from support.signin import private_key
from support.signing import Time

HOUR = 3600
ARN = "arn:aws:iam::111122223333:user/me"
KEYS = Credentials("AKIAEXAMPLE", Secret("secret"), None, None, "us-east-1")


@pytest.fixture(autouse=True)
def profiles(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    sections = {"base": BASE, "dev": role(), "sso": SSO, "laptop": {"login_session": ARN}}
    home.config(config_text(sections, CORP))
    # Else what fails at once is tried three times, with a second between.
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Play], Hostile]]:
    """A server that answers so, in the place of all services."""
    with Hostile(answer(b"")) as server:
        for name, value in server.environ().items():
            monkeypatch.setenv(name, value)

        def plays(play: Play) -> Hostile:
            server.play = play
            return server

        yield plays


def renewal(home: Home, profile: str) -> Problem:
    """Why a renewal fails."""
    outcome = renew(status(home, profile), str(home.cli_folder), nobody, threading.Event())
    assert isinstance(outcome, Failed), outcome
    return outcome.problem


def of_sts(home: Home) -> Problem:
    return renewal(home, "dev")


def of_the_portal(home: Home) -> Problem:
    home.sso_token("corp", expires_at=4e9)
    return renewal(home, "sso")


def of_oidc(home: Home) -> Problem:
    outcome = sso_sign_in.begin(status(home, "sso"), str(home.sso_folder))
    assert isinstance(outcome, Failed), outcome
    return outcome.problem


def of_a_login(home: Home) -> Problem:
    home.login_token(ARN, expires_at=1e9, refresh_token="first", private_key=private_key())
    return renewal(home, "laptop")


def of_verifying(_home: Home) -> Problem:
    found = probes.who("dev", KEYS)
    assert isinstance(found, Finding), found
    return Problem(found.code, found.message, found.fix)


def of_the_console(_home: Home) -> Problem:
    found = federation.sign_in_token("base", Place("aws", "", ""), KEYS, None)
    assert isinstance(found, Failed), found
    return found.problem


def of_federation(_home: Home) -> Problem:
    found = federation.user_session("base", KEYS, None)
    assert isinstance(found, Failed), found
    return found.problem


ASKING = (of_sts, of_the_portal, of_oidc, of_a_login, of_verifying, of_federation)


@pytest.mark.usefixtures("region")
class TestWhateverAnswers:
    @pytest.mark.heavy
    @pytest.mark.parametrize("play", ODD_ANSWERS.values(), ids=ODD_ANSWERS)
    @pytest.mark.parametrize("ask", ASKING, ids=lambda ask: ask.__name__)
    def test_is_told_in_words(
        self,
        play: Play,
        ask: Callable[[Home], Problem],
        home: Home,
        server: Callable[[Play], Hostile],
    ) -> None:
        server(play)
        problem = ask(home)
        assert problem.message
        assert "unexpected" not in problem.message
        assert "Error" not in problem.message
        assert len(problem.message) < 200, problem.message
        assert not list(home.cli_folder.glob("*.json"))

    @pytest.mark.parametrize("ask", [*ASKING, of_the_console], ids=lambda ask: ask.__name__)
    @pytest.mark.parametrize("what", ["a web page", "a web page that calls itself XML"])
    def test_a_web_page_is_said_to_be_one(
        self,
        what: str,
        ask: Callable[[Home], Problem],
        home: Home,
        server: Callable[[Play], Hostile],
    ) -> None:
        server(ODD_ANSWERS[what])
        problem = ask(home)
        assert (problem.code, problem.message) == (WEB_PAGE.code, WEB_PAGE.message)
        assert problem.fix.words == "sign in to the network in a browser"

    @pytest.mark.heavy
    def test_a_page_of_awss_own_trouble_is_awss_trouble(
        self, home: Home, server: Callable[[Play], Hostile]
    ) -> None:
        server(answer(b"<html><h1>503 Service Temporarily Unavailable</h1></html>", 503))
        assert renewal(home, "dev").code == "server-error"

    def test_a_page_is_no_answer_of_the_endpoint(self, server: Callable[[Play], Hostile]) -> None:
        server(answer(PAGE, kind="text/html"))
        found = probes.reach("dev")
        assert isinstance(found, probes.Unreached)
        assert found.finding.code == "web-page"

    def test_signing_out_says_so(self, home: Home, server: Callable[[Play], Hostile]) -> None:
        path = home.sso_token("corp", expires_at=4e9)
        server(answer(PAGE, kind="text/html"))
        assert sso_sign_out.sign_out(status(home, "sso"), str(path)) == WEB_PAGE


CODE = {
    "deviceCode": "d",
    "userCode": "ABCD",
    "verificationUri": "https://x",
    "expiresIn": 600,
    "interval": 1,
}
CLIENT = {"clientId": "i", "clientSecret": "s", "clientSecretExpiresAt": 4_000_000_000}


@pytest.mark.usefixtures("region")
class TestWrongTypes:
    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ({"userCode": 2}, "userCode is no text"),
            ({"userCode": None}, "userCode is missing"),
            ({"userCode": ["A"]}, "userCode is no text"),
            ({"userCode": "x" * 300_000}, "userCode is far too long"),
            ({"expiresIn": 10**300}, "expiresIn is no number that makes sense"),
            ({"expiresIn": -5}, "expiresIn is no number that makes sense"),
            ({"expiresIn": "soon"}, ""),
            ({"expiresIn": 1e400}, ""),
            ({"expiresIn": [600]}, ""),
            ({"interval": 10**12}, "interval is no number that makes sense"),
            ({"verificationUri": {}}, "verificationUri is no text"),
            ({"clientSecretExpiresAt": 10**18}, "clientSecretExpiresAt is no number"),
        ],
        ids=repr,
    )
    def test_of_a_code_are_named(
        self,
        change: dict[str, Any],
        fault: str,
        home: Home,
        server: Callable[[Play], Hostile],
    ) -> None:
        server(as_json(CLIENT | CODE | change))
        told = of_oidc(home).message
        assert told.startswith(f"something else than AWS answers: {fault}".rstrip(": "))

    def test_of_a_token_are_told_while_the_code_lives(
        self, home: Home, server: Callable[[Play], Hostile]
    ) -> None:
        server(as_json(CLIENT | CODE))
        code = sso_sign_in.begin(status(home, "sso"), str(home.sso_folder))
        assert isinstance(code, Code)
        told: list[str] = []
        for token in ({"accessToken": 5}, {"accessToken": "t", "expiresIn": 10**15}):
            server(as_json(token))
            outcome = sso_sign_in.finish(code, threading.Event(), told.append, Time())
            assert isinstance(outcome, Failed)
            assert outcome.problem.code == "code-expired"
        assert "something else than AWS answers: accessToken is no text" in told
        assert any("expiresIn" in each for each in told)

    @pytest.mark.parametrize(
        ("keys", "fault"),
        [
            ({"expiration": "soon"}, ""),
            ({"expiration": 10**300}, "expiration is no number that makes sense"),
            ({"accessKeyId": 7}, "accessKeyId is no text"),
            ({"sessionToken": ""}, "sessionToken is missing"),
        ],
        ids=repr,
    )
    def test_of_a_roles_keys_are_named(
        self, keys: dict[str, Any], fault: str, home: Home, server: Callable[[Play], Hostile]
    ) -> None:
        right = {"accessKeyId": "A", "secretAccessKey": "S", "sessionToken": "T"}
        server(as_json({"roleCredentials": right | {"expiration": 4_000_000_000_000} | keys}))
        told = of_the_portal(home).message
        assert told == f"something else than AWS answers: {fault}".rstrip(": ")

    @pytest.mark.parametrize("expiration", ["soon", "9" * 300, "", "-1", "NaN"])
    def test_of_stss_times_write_nothing(
        self, expiration: str, home: Home, server: Callable[[Play], Hostile]
    ) -> None:
        keys = {"AccessKeyId": "A", "SecretAccessKey": "S", "SessionToken": "T"}
        inside = "".join(f"<{name}>{value}</{name}>" for name, value in keys.items())
        inside += f"<Expiration>{expiration}</Expiration>"
        server(answer(sts("AssumeRole", Credentials=inside)))
        assert of_sts(home).message
        assert not list(home.cli_folder.glob("*.json"))

    def test_of_an_identity_are_no_traceback(self, server: Callable[[Play], Hostile]) -> None:
        server(answer(sts("GetCallerIdentity", Arn="x")))
        found = probes.who("dev", KEYS)
        assert isinstance(found, Finding)
        assert found.message == "something else than AWS answers: Account is missing"


def test_clients_of_both_kinds_have_their_answers_looked_at(home: Home) -> None:
    pooled = session_pool.session("dev").create_client("sts", region_name="us-east-1")
    alone = session_pool.unpooled("dev").create_client("sts", region_name="us-east-1")
    for client in (pooled, alone):
        with pytest.raises(Exception, match="web page"):
            client.meta.events.emit(
                "before-parse.sts.AssumeRole",
                response_dict={"status_code": 200, "headers": {}, "body": PAGE},
            )


RIGHT = {"Version": 1, "AccessKeyId": "ASIA", "SecretAccessKey": "S", "SessionToken": "T"}


class TestAProcess:
    @pytest.mark.parametrize(
        "printed",
        [
            b"",
            PAGE,
            b"[]",
            b"5",
            b'"text"',
            b"null",
            b'{"Version": 1',
            nested(100_000),
            json.dumps(RIGHT | {"Version": 10**300}).encode(),
            json.dumps(RIGHT | {"SecretAccessKey": 5}).encode(),
            json.dumps(RIGHT | {"AccessKeyId": ["A"]}).encode(),
            json.dumps(RIGHT | {"SessionToken": {"a": 1}}).encode(),
            json.dumps(RIGHT | {"Expiration": 10**300}).encode(),
            json.dumps(RIGHT | {"Expiration": "9" * 5_000}).encode(),
            json.dumps(RIGHT | {"Expiration": []}).encode(),
            b'{"Version": ' + b"9" * 5_000 + b"}",
            b"\xff\xfe\x00",
            b" " * 60_000_000,
        ],
        ids=lambda printed: repr(printed[:40]),
    )
    def test_that_prints_anything_is_told_in_words(
        self, printed: bytes, home: Home, tmp_path: Path
    ) -> None:
        (tmp_path / "answer").write_bytes(printed)
        home.config(config_text({"tool": {"credential_process": f"cat {tmp_path / 'answer'}"}}))
        problem = renewal(home, "tool")
        assert problem.message
        assert "unexpected" not in problem.message
        assert len(problem.message) < 300


@pytest.mark.usefixtures("region")
class TestTheMachine:
    @pytest.mark.parametrize("what", ODD_ANSWERS)
    def test_of_a_container_is_told_in_words(
        self,
        what: str,
        home: Home,
        server: Callable[[Play], Hostile],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        section = {"role_arn": role()["role_arn"], "credential_source": "EcsContainer"}
        home.config(config_text({"task": section}))
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{server(silent).url}/keys")
        # botocore tries three times, a second after another.
        monkeypatch.setattr("botocore.utils.ContainerMetadataFetcher.SLEEP_TIME", 0)
        server(ODD_ANSWERS[what])
        problem = renewal(home, "task")
        assert problem.message
        assert "unexpected" not in problem.message
        assert len(problem.message) < 300
