"""The variables of the environment: what they hold, hide and break, as the AWS CLI takes them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.credentials import AssumeRoleWithWebIdentityProvider, EnvProvider
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.countdown import environment_standing
from awsttl.core.model import Environment, Kind, State
from awsttl.core.profiles import environment
from support.awscli import BOTH_CLIS, Version, aws_cli
from support.cloud import Cloud
from support.home import Home

NINE_PM: Final = datetime(2036, 11, 20, 21, 0, 0, tzinfo=UTC).timestamp()
NOW: Final = NINE_PM - 7200

KEYS: Final = {"AWS_ACCESS_KEY_ID": "AKIAABCD1234", "AWS_SECRET_ACCESS_KEY": "the-secret"}
TOKEN: Final = {"AWS_SESSION_TOKEN": "the-token"}
WEB: Final = {"AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "arn:aws:iam::1:role/w"}


def _read(environ: Mapping[str, str]) -> Environment:
    found = environment.read(environ)
    assert found is not None
    return found


class TestWhatItHolds:
    @pytest.mark.parametrize(
        ("kind", "environ"),
        [
            (Kind.LONG_TERM, KEYS),
            (Kind.TEMPORARY, KEYS | TOKEN),
            (Kind.TEMPORARY, KEYS | {"AWS_SECURITY_TOKEN": "the-token"}),
            (Kind.WEB_IDENTITY, WEB),
            (Kind.LONG_TERM, KEYS | WEB),
            (Kind.LONG_TERM, KEYS | {"AWS_SESSION_TOKEN": ""}),
        ],
    )
    def test_is_told_by_the_variables_that_are_set(
        self, kind: Kind, environ: dict[str, str]
    ) -> None:
        assert _read(environ).kind is kind
        assert _read(environ).problems == ()

    @pytest.mark.parametrize(
        "environ",
        [{}, {"AWS_PROFILE": "dev"}, {"AWS_REGION": "x"}, {"AWS_ACCESS_KEY_ID": ""},
         {"AWS_ROLE_ARN": "arn"}, {"AWS_CREDENTIAL_EXPIRATION": "2036-11-20T21:00:00Z"}],
    )  # fmt: skip
    def test_is_nothing_without_credentials(self, environ: dict[str, str]) -> None:
        assert environment.read(environ) is None

    def test_names_what_is_set_and_the_end_of_the_key_only(self) -> None:
        found = _read({**KEYS, **TOKEN, "AWS_PROFILE": "team [a]/é", "HOME": "/x"})
        assert found.variables == (*KEYS, *TOKEN, "AWS_PROFILE")
        assert (found.access_key, found.profile) == ("1234", "team [a]/é")
        for secret in ("AKIAABCD", "the-secret", "the-token"):
            assert secret not in repr(found)

    def test_selects_a_profile_as_v2_does(self) -> None:
        both = {**KEYS, "AWS_PROFILE": "one", "AWS_DEFAULT_PROFILE": "other"}
        assert _read(both).profile == "one"
        assert environment.selected(both) == "one"
        assert environment.selected(both, environment.SELECTION[::-1]) == "other"
        assert environment.selected({}) is None

    def test_selects_a_nameless_profile_by_a_variable_that_is_set_and_empty(self) -> None:
        """With which the CLI fails: "The config profile () could not be found"."""
        both = {**KEYS, "AWS_PROFILE": "", "AWS_DEFAULT_PROFILE": "other"}
        assert environment.selected(both) == ""
        assert _read(both).profile == ""


class TestItsEnd:
    @pytest.mark.parametrize(
        ("variable", "text"),
        [
            ("AWS_CREDENTIAL_EXPIRATION", "2036-11-20T21:00:00Z"),
            ("AWS_CREDENTIAL_EXPIRATION", "2036-11-20T21:00:00+00:00"),
            ("AWS_SESSION_EXPIRATION", "2036-11-20T22:00:00+01:00"),
            ("AWS_CREDENTIALS_EXPIRATION", "2036-11-20T21:00:00Z"),
            ("AWS_SSO_SESSION_EXPIRATION", "2036-11-20T21:00:00Z"),
        ],
    )
    def test_is_read_from_what_other_tools_set(self, variable: str, text: str) -> None:
        found = _read({**KEYS, **TOKEN, variable: text})
        assert (found.expires_at, found.expiry_variable) == (NINE_PM, variable)

    def test_is_local_time_where_awsume_wrote_it(self, timezone: Callable[[str], None]) -> None:
        timezone("Europe/Berlin")
        found = _read({**KEYS, **TOKEN, "AWSUME_EXPIRATION": "2036-11-20 22:00:00"})
        assert found.expires_at == NINE_PM

    def test_is_unknown_where_nobody_said(self) -> None:
        found = _read(KEYS | TOKEN)
        assert (found.expires_at, found.expiry_variable) == (None, "")
        assert environment_standing(found, NOW).state is State.UNKNOWN

    def test_counts_for_keys_without_a_token_too(self) -> None:
        """A leftover of botocore's own variable: it refuses even long-term keys by it."""
        found = _read({**KEYS, "AWS_CREDENTIAL_EXPIRATION": "2036-11-20T21:00:00Z"})
        assert environment_standing(found, NOW).state is State.VALID
        assert environment_standing(found, NINE_PM).state is State.EXPIRED


class TestHalfSet:
    @pytest.mark.parametrize(
        ("environ", "message", "fatal"),
        [
            ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY", True),
            ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY without AWS_ACCESS_KEY_ID", False),
            ("AWS_SESSION_TOKEN", "AWS_SESSION_TOKEN without AWS_ACCESS_KEY_ID", False),
            ("AWS_SECURITY_TOKEN", "AWS_SECURITY_TOKEN without AWS_ACCESS_KEY_ID", False),
        ],
    )
    def test_is_said_and_is_fatal_only_where_the_cli_insists(
        self, environ: str, message: str, fatal: bool
    ) -> None:
        found = _read({environ: "x", "AWS_PROFILE": "dev"})
        (problem,) = found.problems
        assert found.kind is Kind.INCOMPLETE
        assert (problem.message, problem.blocks) == (message, fatal)
        assert (environment_standing(found, NOW).state is State.BROKEN) == fatal

    def test_leftovers_do_not_hide_a_web_identity(self) -> None:
        found = _read({**WEB, "AWS_SECRET_ACCESS_KEY": "x"})
        assert found.kind is Kind.WEB_IDENTITY
        assert [problem.blocks for problem in found.problems] == [False]

    def test_a_lone_key_does(self) -> None:
        assert _read({**WEB, "AWS_ACCESS_KEY_ID": "x"}).kind is Kind.INCOMPLETE


CONTAINER: Final = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/credentials"}
OFF: Final = {"AWS_EC2_METADATA_DISABLED": "TRUE"}


class TestCredentialSources:
    """What a role's ``credential_source`` has to give here, without anybody being asked."""

    @pytest.mark.parametrize(
        ("source", "environ", "why"),
        [
            ("Environment", {}, "AWS_ACCESS_KEY_ID is not set"),
            ("Environment", {"AWS_SECRET_ACCESS_KEY": "x"}, "AWS_ACCESS_KEY_ID is not set"),
            ("Environment", WEB, "AWS_ACCESS_KEY_ID is not set"),
            ("Ec2InstanceMetadata", OFF, "AWS_EC2_METADATA_DISABLED is true"),
            ("EcsContainer", {}, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set"),
        ],
    )
    def test_that_are_not_there_say_why(
        self, source: str, environ: dict[str, str], why: str
    ) -> None:
        fault = environment.credential_sources(environ)[source].fault
        assert fault is not None
        assert fault.message == f"credential_source = {source}, and {why}"
        assert (fault.code, fault.blocks) == ("source-empty", True)

    @pytest.mark.parametrize(
        ("source", "environ"),
        [
            ("Environment", KEYS),
            ("Environment", KEYS | TOKEN),
            ("Ec2InstanceMetadata", {}),
            ("Ec2InstanceMetadata", {"AWS_EC2_METADATA_DISABLED": "false"}),
            ("EcsContainer", CONTAINER | OFF),
            ("EcsContainer", {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}),
        ],
    )
    def test_that_may_be_there_have_no_fault(self, source: str, environ: dict[str, str]) -> None:
        assert environment.credential_sources(environ)[source].fault is None

    def test_that_are_damaged_say_what_the_environment_says(self) -> None:
        environ = {"AWS_ACCESS_KEY_ID": "x"}
        found = environment.credential_sources(environ)["Environment"].fault
        assert found == _read(environ).problems[0]

    def test_end_where_the_environments_keys_do(self) -> None:
        ends = {"AWS_CREDENTIAL_EXPIRATION": "2036-11-20T21:00:00Z"}
        for environ, place in {
            "keys": (KEYS, environment.Place()),
            "a session": (KEYS | TOKEN, environment.Place(is_temporary=True)),
            "one that ends": (
                KEYS | TOKEN | ends,
                environment.Place(None, NINE_PM, is_temporary=True),
            ),
        }.values():
            assert environment.credential_sources(environ)["Environment"] == place


EXPIRIES: Final = ["", "2036-11-20T21:00:00Z", "2020-01-01T00:00:00+00:00", "2036-11-20T21:00:00",
                   "soon"]  # fmt: skip

environs = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.sampled_from(["", "x"]) for name in environment.KEYS},
        "AWS_CREDENTIAL_EXPIRATION": st.sampled_from(EXPIRIES),
        "AWS_PROFILE": st.just("dev"),
    },
)


class TestAgainstTheCli:
    @given(environs)
    def test_botocore_gets_the_same_from_it(self, environ: dict[str, str]) -> None:
        found = environment.read(environ)
        blocked = found is not None and any(problem.blocks for problem in found.problems)
        now = datetime.now(UTC).timestamp()
        state = environment_standing(found, now).state if found else None
        frozen, error = _botocores(environ)
        if error is not None:
            assert blocked or state is State.EXPIRED, error
            return
        assert not blocked
        if frozen is None:
            assert found is None or found.kind is Kind.INCOMPLETE
            return
        assert state in (State.LONG_TERM, State.UNKNOWN, State.VALID)
        if frozen.token:
            assert found
            assert found.kind is Kind.TEMPORARY

    @BOTH_CLIS
    @pytest.mark.parametrize(
        "expiry", ["2020-01-01T00:00:00Z", "soon"], ids=["a past expiry", "no expiry at all"]
    )
    def test_an_expiry_that_awsttl_calls_fatal_is(
        self, home: Home, cloud: Cloud, version: Version, expiry: str
    ) -> None:
        environ = {**KEYS, "AWS_CREDENTIAL_EXPIRATION": expiry}
        state = environment_standing(_read(environ), cloud.clock()).state
        assert state in (State.EXPIRED, State.BROKEN)
        ask = ("sts", "get-caller-identity")
        outcome = aws_cli(version, *ask, home=home, cloud=cloud, env=environ)
        assert outcome.exit_code == 255
        assert cloud.actions == []


def _botocores(environ: Mapping[str, str]) -> tuple[Any, Exception | None]:
    """The credentials that botocore takes from there, or with what it ends."""
    try:
        credentials = EnvProvider(environ).load()
        return credentials and credentials.get_frozen_credentials(), None
    except Exception as error:  # noqa: BLE001 (whatever it is, the CLI ends with it)
        return None, error


class TestWhatShadowsAProfile:
    def test_is_every_variable_that_botocore_asks_before_one(self) -> None:
        asked = {
            EnvProvider.ACCESS_KEY,
            EnvProvider.SECRET_KEY,
            *EnvProvider.TOKENS,
            EnvProvider.EXPIRY_TIME,
            EnvProvider.ACCOUNT_ID,
            *AssumeRoleWithWebIdentityProvider._CONFIG_TO_ENV_VAR.values(),
        }
        for setting in ("profile", "region"):
            names = BOTOCORE_DEFAUT_SESSION_VARIABLES[setting][1]
            asked.update([names] if isinstance(names, str) else names)
        assert asked <= set(environment.SHADOWING)

    def test_has_no_name_twice(self) -> None:
        assert len(set(environment.SHADOWING)) == len(environment.SHADOWING)

    def test_reading_needs_a_mapping_and_not_the_process(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAPROCESS")
        assert environment.read({}) is None
        assert _read(dict(os.environ)).access_key == "CESS"
