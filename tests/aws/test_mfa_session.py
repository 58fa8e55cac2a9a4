"""Long-term keys and an MFA code give a session that stands in the credentials file."""

from __future__ import annotations

import configparser
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.configloader import raw_config_parse

from awsttl.aws.file_cache import Cancelled
from awsttl.aws.mfa_device import MfaDevice
from awsttl.aws.renewal import Failed, Outcome, Renewed, renew
from awsttl.core import countdown
from awsttl.core.model import Kind, Renewal, State
from awsttl.core.remedies import Problem
from awsttl.core.secret import Secret
from support.awscli import BOTH_CLIS, Version, aws_cli
from support.cloud import Cloud
from support.home import Home
from support.looking import look, status
from support.odd import credentials_text
from support.renewing import (
    BASE,
    DEVICE,
    nobody,
    problem_of,
    renewed,
    role,
    try_to_renew,
    with_code,
)

CODE = "123456"
HALF_A_DAY = 43200
SERIAL = {"mfa_serial": DEVICE}
OLD_SESSION = {
    "assumed_role": "False",
    "aws_access_key_id": "ASIAOLD",
    "aws_secret_access_key": "old-secret",
    "aws_session_token": "old-token",
    "aws_security_token": "old-token",
    "expiration": "2020-01-01 00:00:00",
}


@pytest.fixture(autouse=True)
def keys(home: Home, cloud: Cloud) -> None:
    """Keys as people have them, and as aws-mfa has them, with a session that has expired."""
    home.credentials(
        credentials_text(
            {
                "base": BASE | SERIAL,
                "team-long-term": BASE | {"aws_mfa_device": DEVICE},
                "team": OLD_SESSION,
                "no-device": BASE,
            }
        )
    )
    home.config("")
    cloud.sts.accept_codes(DEVICE, CODE)


def _section(home: Home, name: str) -> dict[str, str]:
    section: dict[str, str] = raw_config_parse(str(home.credentials_file))[name]
    return section


def _expiry(section: dict[str, str]) -> float:
    """As aws-mfa reads it."""
    form = "%Y-%m-%d %H:%M:%S"
    return datetime.strptime(section["expiration"], form).replace(tzinfo=UTC).timestamp()


class TestTheSession:
    @pytest.mark.parametrize(
        ("pressed", "kept"), [("base", "base-mfa"), ("team-long-term", "team"), ("team", "team")]
    )
    def test_is_got_on_either_row_and_written_as_aws_mfa_writes_it(
        self, home: Home, cloud: Cloud, pressed: str, kept: str
    ) -> None:
        assert renewed(home, pressed, with_code(CODE)) == (home.credentials_file,)
        (call,) = cloud.calls
        assert (call.action, call.access_key) == ("GetSessionToken", "AKIABASE")
        assert call.parameters["SerialNumber"] == DEVICE
        assert call.parameters["TokenCode"] == CODE
        assert call.parameters["DurationSeconds"] == str(HALF_A_DAY)
        (issued,) = cloud.sts.issued.values()
        assert _section(home, kept) == {
            # Without it, `awsume --clean` takes a section with an expiration for its own.
            "manager": "awsttl",
            "assumed_role": "False",
            "aws_access_key_id": issued.access_key,
            "aws_secret_access_key": issued.secret_key,
            "aws_session_token": issued.token,
            "aws_security_token": issued.token,
            "expiration": datetime.fromtimestamp(issued.expires_at, UTC).strftime(
                "%Y-%m-%d %H:%M:%S"
            ),
        }

    def test_is_a_row_of_its_own_from_then_on(self, home: Home, cloud: Cloud) -> None:
        renewed(home, "base", with_code(CODE))
        found = status(home, "base-mfa")
        (issued,) = cloud.sts.issued.values()
        assert found.profile.kind is Kind.TEMPORARY
        assert found.renewal(time.time()) is Renewal.MFA
        assert found.session is not None
        assert found.session.expires_at == issued.expires_at
        assert countdown.standing(found, time.time()).state is State.VALID

    def test_is_got_again_on_its_own_row(self, home: Home, cloud: Cloud) -> None:
        cloud.sts.accept_codes(DEVICE, "000001")
        renewed(home, "base", with_code(CODE))
        first = _section(home, "base-mfa")
        renewed(home, "base-mfa", with_code("000001"))
        assert _section(home, "base-mfa") != first
        assert [call.access_key for call in cloud.calls] == ["AKIABASE"] * 2
        assert len(look(home).profiles) == 5

    def test_leaves_the_long_term_keys_and_all_else_as_they_were(
        self, home: Home, cloud: Cloud
    ) -> None:
        before = home.credentials_file.read_text()
        renewed(home, "base", with_code(CODE))
        assert home.credentials_file.read_text().startswith(before)

    def test_does_not_end_when_what_it_replaced_ended(self, home: Home, cloud: Cloud) -> None:
        """Other tools' expiries of the old keys are no longer true."""
        stale = "".join(
            f"{key} = 2020-01-01T00:00:00Z\n"
            for key in ("x_security_token_expires", "aws_expiration", "aws_session_expiration")
        )
        home.credentials(home.credentials_file.read_text().replace("[team]\n", "[team]\n" + stale))
        renewed(home, "team", with_code(CODE))
        session = status(home, "team").session
        assert session is not None
        assert session.expires_at == _expiry(_section(home, "team"))
        assert session.expires_at > time.time()

    @pytest.mark.parametrize(
        ("written", "asked"),
        [("3600", 3600), ("1", 900), ("999999", 129600), ("soon", HALF_A_DAY), ("-5", 900)],
    )
    def test_lasts_as_the_profile_says_within_what_aws_takes(
        self, home: Home, cloud: Cloud, written: str, asked: int
    ) -> None:
        home.config(f"[profile base]\nduration_seconds = {written}\n")
        renewed(home, "base", with_code(CODE))
        assert cloud.calls[0].parameters["DurationSeconds"] == str(asked)

    def test_may_have_keys_and_device_in_config(self, home: Home, cloud: Cloud) -> None:
        home.config(
            "[profile conf]\naws_access_key_id = AKIACONF\naws_secret_access_key = s\n"
            f"mfa_serial = {DEVICE}\nregion = eu-west-1\n"
        )
        renewed(home, "conf", with_code(CODE))
        assert cloud.calls[0].access_key == "AKIACONF"
        assert "conf-mfa" in raw_config_parse(str(home.credentials_file))
        assert "conf-mfa" not in home.config_file.read_text()

    def test_uses_the_profiles_keys_and_not_the_environments(
        self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "environment-secret")
        monkeypatch.setenv("AWS_PROFILE", "no-device")
        renewed(home, "base", with_code(CODE))
        assert cloud.calls[0].access_key == "AKIABASE"

    def test_takes_the_region_of_the_profile_that_it_is_for(
        self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_DEFAULT_REGION")
        home.config("[profile team]\nregion = eu-south-2\n")
        renewed(home, "team-long-term", with_code(CODE))
        assert cloud.calls[0].region == "eu-south-2"

    def test_goes_to_the_file_that_the_environment_names(
        self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        elsewhere = tmp_path / "keys"
        elsewhere.write_text(home.credentials_file.read_text())
        before = home.credentials_file.read_text()
        now = status(home, "base")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(elsewhere))
        outcome = renew(now, str(home.cli_folder), with_code(CODE), threading.Event())
        written = raw_config_parse(str(elsewhere))["base-mfa"]
        assert outcome == Renewed((str(elsewhere),), until=_expiry(written))
        assert home.credentials_file.read_text() == before

    def test_is_what_moto_gives_too(
        self, home: Home, moto_sts: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", moto_sts)
        renewed(home, "base", with_code(CODE))
        section = _section(home, "base-mfa")
        assert section["aws_session_token"]
        assert abs(_expiry(section) - time.time() - HALF_A_DAY) < 300


class TestAwsMfa:
    def test_finds_all_that_it_needs_and_that_the_session_lives(
        self, home: Home, cloud: Cloud
    ) -> None:
        """The lines of aws-mfa that decide whether it asks for a code."""
        renewed(home, "team-long-term", with_code(CODE))
        config = configparser.RawConfigParser()
        config.read(home.credentials_file)
        assert config.has_section("team-long-term")
        for option in (
            "assumed_role",
            "aws_access_key_id",
            "aws_secret_access_key",
            "aws_session_token",
            "aws_security_token",
            "expiration",
        ):
            assert config.get("team", option)
        assert not config.has_option("team", "assumed_role_arn")
        assert _expiry(dict(config["team"])) - time.time() > HALF_A_DAY - 300


class TestTheRealClis:
    @pytest.mark.heavy
    @BOTH_CLIS
    def test_use_the_session_by_its_profiles_name(
        self, home: Home, cloud: Cloud, version: Version
    ) -> None:
        renewed(home, "base", with_code(CODE))
        (issued,) = cloud.sts.issued.values()
        arguments = ("sts", "get-caller-identity", "--profile", "base-mfa")
        run = aws_cli(version, *arguments, home=home, cloud=cloud)
        assert run.exit_code == 0, run.stderr
        assert cloud.calls[-1].access_key == issued.access_key
        assert cloud.calls[-1].session_token == issued.token

    @BOTH_CLIS
    def test_assume_roles_with_it_without_asking_for_a_code(
        self, home: Home, cloud: Cloud, version: Version
    ) -> None:
        home.config(f"[profile it]\nrole_arn = {role()['role_arn']}\nsource_profile = team\n")
        renewed(home, "team", with_code(CODE))
        (issued,) = cloud.sts.issued.values()
        arguments = ("sts", "get-caller-identity", "--profile", "it")
        run = aws_cli(version, *arguments, home=home, cloud=cloud)
        assert run.exit_code == 0, run.stderr
        assert [call.action for call in cloud.calls[1:]] == ["AssumeRole", "GetCallerIdentity"]
        assert cloud.calls[1].access_key == issued.access_key


class TestARoleBehindASession:
    def test_that_has_ended_gets_that_first(self, home: Home, cloud: Cloud) -> None:
        home.config(f"[profile it]\nrole_arn = {role()['role_arn']}\nsource_profile = team\n")
        assert status(home, "it").renewal(time.time()) is Renewal.MFA
        (path,) = renewed(home, "it", with_code(CODE))
        assert path.parent == home.cli_folder
        assert cloud.actions == ["GetSessionToken", "AssumeRole"]
        assert cloud.calls[1].access_key == _section(home, "team")["aws_access_key_id"]

    def test_that_lives_asks_nobody(self, home: Home, cloud: Cloud) -> None:
        home.config(f"[profile it]\nrole_arn = {role()['role_arn']}\nsource_profile = team\n")
        renewed(home, "team", with_code(CODE))
        assert status(home, "it").renewal(time.time()) is Renewal.SILENT
        renewed(home, "it", nobody)
        assert cloud.actions == ["GetSessionToken", "AssumeRole"]

    def test_with_a_wrong_code_is_not_tried(self, home: Home, cloud: Cloud) -> None:
        home.config(f"[profile it]\nrole_arn = {role()['role_arn']}\nsource_profile = team\n")
        assert problem_of(home, "it", with_code("999999")).code == "mfa-wrong"
        assert cloud.actions == ["GetSessionToken"]

    def test_of_long_term_keys_is_renewed_with_the_keys_themselves(
        self, home: Home, cloud: Cloud
    ) -> None:
        home.config(f"[profile it]\nrole_arn = {role()['role_arn']}\nsource_profile = base\n")
        assert status(home, "it").renewal(time.time()) is Renewal.SILENT
        renewed(home, "it", nobody)
        assert [(call.action, call.access_key) for call in cloud.calls] == [
            ("AssumeRole", "AKIABASE")
        ]


class TestAFailure:
    """Leaves the file as it was."""

    @pytest.fixture(autouse=True)
    def unchanged(self, home: Home, keys: None) -> Iterator[None]:
        before = home.credentials_file.read_bytes()
        yield
        assert home.credentials_file.read_bytes() == before

    @pytest.mark.parametrize("code", ["000000", "12"])
    def test_by_a_wrong_code_is_told_so_that_it_is_asked_for_again(
        self, home: Home, cloud: Cloud, code: str
    ) -> None:
        problem = problem_of(home, "base", with_code(code))
        assert problem.code == "mfa-wrong"
        assert code not in repr(problem)

    @pytest.mark.parametrize(
        ("code", "text", "told"),
        [
            ("InvalidClientTokenId", "The security token included is invalid.", "key-invalid"),
            ("AccessDenied", "Cannot call GetSessionToken with session credentials", "not-allowed"),
            (
                "AccessDenied",
                "User: x is not authorized to perform: sts:GetSessionToken on resource: *",
                "not-allowed",
            ),
            ("SignatureDoesNotMatch", "The request signature we calculated …", "secret-wrong"),
            (
                "AccessDenied",
                "MultiFactorAuthentication failed, unable to validate MFA code.",
                "mfa-device",
            ),
        ],
    )
    def test_by_aws_is_explained_for_the_profile_with_the_keys(
        self, home: Home, cloud: Cloud, code: str, text: str, told: str
    ) -> None:
        cloud.sts.refuse_next(code, text, 403, times=3)
        problem = problem_of(home, "team", with_code(CODE))
        if told == "mfa-device":
            assert str(problem.fix) == "correct mfa_serial of team-long-term"
        elif told == "not-allowed":
            assert problem.message == "AWS does not let these keys get an MFA session"
        else:
            assert problem.code == told

    def test_by_a_session_that_has_ended_already_is_the_clocks(
        self, home: Home, cloud: Cloud
    ) -> None:
        cloud.sts.duration = -60
        assert problem_of(home, "base", with_code(CODE)).code == "clock-skew"

    def test_in_reaching_aws_is_told(
        self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
        assert problem_of(home, "base", with_code(CODE)).code == "unreachable"

    def test_by_escape_at_the_question_is_none(self, home: Home, cloud: Cloud) -> None:
        def escape(_serial: str) -> MfaDevice:
            raise Cancelled

        with pytest.raises(Cancelled):
            try_to_renew(home, "base", escape)
        assert cloud.actions == []

    def test_by_escape_while_aws_is_asked_writes_nothing(self, home: Home, cloud: Cloud) -> None:
        cancelled = threading.Event()

        class Late(MfaDevice):
            """Escape is pressed while the answer is under way."""

            def session(self, exchange: Any) -> Any:
                keys = super().session(exchange)
                cancelled.set()
                return keys

        with pytest.raises(Cancelled):
            try_to_renew(home, "base", lambda serial: Late(serial, Secret(CODE)), cancelled)
        assert cloud.actions == ["GetSessionToken"]

    def test_that_can_be_foreseen_spends_no_code(self, home: Home, cloud: Cloud) -> None:
        now = status(home, "base")
        with home.credentials_file.open("a") as file:
            file.write("[base-mfa]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = s\n")
        outcome = renew(now, str(home.cli_folder), nobody, threading.Event())
        assert isinstance(outcome, Failed)
        assert "[base-mfa] in it holds long-term keys" in outcome.problem.message
        # What the fixture compares is the file as it was before this test.
        home.credentials_file.write_text(
            home.credentials_file.read_text().rpartition("[base-mfa]")[0]
        )


class TestOneCode:
    def test_serves_the_session_and_the_roles_of_its_device(self, home: Home, cloud: Cloud) -> None:
        """Whoever comes first exchanges it, and for as long as the session is to last."""
        home.config(
            "".join(
                f"[profile role{n}]\nrole_arn = {role(number=n)['role_arn']}\n"
                f"source_profile = base\nmfa_serial = {DEVICE}\n"
                for n in (1, 2)
            )
        )
        device = MfaDevice(DEVICE, Secret(CODE), shared=True, seconds=HALF_A_DAY)
        outcomes = _together(home, ("role1", "base", "role2"), device)
        assert all(isinstance(outcome, Renewed) for outcome in outcomes.values()), outcomes
        assert Counter(cloud.actions) == {"GetSessionToken": 1, "AssumeRole": 2}
        assert cloud.calls[0].parameters["DurationSeconds"] == str(HALF_A_DAY)
        assert _section(home, "base-mfa")["aws_access_key_id"] == cloud.calls[1].access_key

    def test_serves_two_sessions_of_one_user(self, home: Home, cloud: Cloud) -> None:
        device = MfaDevice(DEVICE, Secret(CODE), shared=True)
        outcomes = _together(home, ("base", "team"), device)
        assert all(isinstance(outcome, Renewed) for outcome in outcomes.values()), outcomes
        assert cloud.actions == ["GetSessionToken"]
        assert _section(home, "base-mfa") == _section(home, "team")

    def test_that_is_wrong_is_tried_once_for_all(self, home: Home, cloud: Cloud) -> None:
        device = MfaDevice(DEVICE, Secret("999999"), shared=True)
        outcomes = _together(home, ("base", "team"), device)
        assert {_code_of(outcome) for outcome in outcomes.values()} == {"mfa-wrong"}
        assert cloud.actions == ["GetSessionToken"]


def _together(home: Home, names: tuple[str, ...], device: MfaDevice) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    start = threading.Barrier(len(names))

    def work(name: str) -> None:
        start.wait(timeout=20)
        outcomes[name] = try_to_renew(home, name, lambda _serial: device)

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def _code_of(outcome: Outcome) -> str:
    problem = getattr(outcome, "problem", None)
    assert isinstance(problem, Problem), outcome
    return problem.code


def test_nothing_secret_is_in_the_outcome_or_in_a_device(home: Home, cloud: Cloud) -> None:
    device = MfaDevice(DEVICE, Secret(CODE), seconds=HALF_A_DAY)
    outcome = try_to_renew(home, "base", lambda _serial: device)
    (issued,) = cloud.sts.issued.values()
    for secret in (issued.secret_key, issued.token, CODE):
        assert secret not in repr((outcome, device, status(home, "base-mfa")))
