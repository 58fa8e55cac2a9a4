"""What the CLIs here cannot show; all else is held against them in ``tests/agreement``."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from awsttl.core.why.prediction import V1, V2, Cli, Effect, Prediction, Step, predict
from support.home import START_URL, Home
from support.looking import look
from support.odd import ODD_NAMES, config_text
from support.renewing import BASE, DEVICE, LEGACY, role

NOW = 1_795_208_400.0
HOUR = 3600.0
LOGIN = "arn:aws:iam::111122223333:user/me"
OFF = {"AWS_EC2_METADATA_DISABLED": "true"}
CONTAINER = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/x"}


def _predict(home: Home, cli: Cli = V2, environ: Mapping[str, str] | None = None) -> Prediction:
    return predict(look(home), "dev", environ or {}, NOW, cli)


class TestAwsLogin:
    """The CLIs that know it need awscrt, and a service that has no loopback."""

    @pytest.fixture(autouse=True)
    def login(self, home: Home) -> None:
        home.config(config_text({"dev": {"login_session": LOGIN}}))

    def test_takes_its_token_until_five_minutes_before_its_end(self, home: Home) -> None:
        home.login_token(LOGIN, expires_at=NOW + 301)
        assert _predict(home) == Prediction(access_key="0001")
        home.login_token(LOGIN, expires_at=NOW + 299)
        assert _predict(home).steps == (Step("CreateOAuth2Token", "dev"),)

    def test_fails_where_nobody_has_logged_in(self, home: Home) -> None:
        problem = _predict(home).problem
        assert problem
        assert problem.code == "never-signed-in"
        assert str(problem.fix) == "run: aws login --profile dev"

    def test_fails_over_a_damaged_token(self, home: Home) -> None:
        home.login_token(LOGIN, expires_at=NOW + HOUR).write_text("{}")
        problem = _predict(home).problem
        assert problem
        assert (problem.code, str(problem.fix)) == ("cache-corrupt", "run: aws login --profile dev")

    def test_fails_without_what_signing_needs(self, home: Home) -> None:
        home.login_token(LOGIN, expires_at=NOW + HOUR)
        problem = _predict(home, V1).problem
        assert problem
        assert problem.code == "crt-missing"

    def test_is_got_before_a_role_that_needs_it_is(self, home: Home) -> None:
        sections = {"dev": role("in"), "in": {"login_session": LOGIN}}
        home.config(config_text(sections))
        home.cli_cache(sections["dev"], expires_at=NOW + HOUR)
        found = _predict(home)
        assert found.problem
        assert found.problem.code == "never-signed-in"
        home.login_token(LOGIN, expires_at=NOW - HOUR)
        assert _predict(home).effect is Effect.WORKS


class TestTheMachinesOwnCredentials:
    @pytest.mark.parametrize(
        ("environ", "steps"),
        [
            ({}, (Step("Ec2InstanceMetadata", "dev"),)),
            (OFF, ()),
            (CONTAINER, (Step("EcsContainer", "dev"),)),
            (OFF | CONTAINER, (Step("EcsContainer", "dev"),)),
        ],
        ids=["a machine", "none", "a container", "a container only"],
    )
    def test_are_what_a_profile_with_settings_only_is_left_with(
        self, home: Home, environ: dict[str, str], steps: tuple[Step, ...]
    ) -> None:
        home.config(config_text({"dev": {"region": "us-east-1"}}))
        found = _predict(home, environ=environ)
        assert found.steps == steps
        assert (found.problem is None) == bool(steps)

    def test_are_got_for_a_role_even_where_its_session_lives(self, home: Home) -> None:
        section = {"role_arn": role()["role_arn"], "credential_source": "EcsContainer"}
        home.config(config_text({"dev": section}))
        home.cli_cache(section, expires_at=NOW + HOUR)
        assert _predict(home, environ=CONTAINER) == Prediction(
            (Step("EcsContainer", "dev"),), access_key="N001"
        )
        assert _predict(home).effect is Effect.FAILS


class TestItsWords:
    def test_name_the_first_thing_that_a_person_notices(self, home: Home) -> None:
        sections = {"dev": role("mid", mfa_serial=DEVICE), "mid": role("base", 1), "base": BASE}
        home.config(config_text(sections))
        assert _predict(home).effect is Effect.ASKS
        home.cli_cache(sections["dev"], expires_at=NOW + HOUR)
        assert _predict(home).effect is Effect.WORKS

    def test_follow_the_order_of_the_cli(self, home: Home) -> None:
        """It asks for the outer code before it gets the inner role."""
        sections = {"dev": role("mid", mfa_serial=DEVICE), "mid": role("base", 1), "base": BASE}
        home.config(config_text(sections))
        assert _predict(home).steps == (
            Step("MFA code", DEVICE),
            Step("AssumeRole", "mid", "BASE"),
            Step("AssumeRole", "dev"),
        )

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_are_the_same_whatever_the_profiles_name(self, home: Home, name: str) -> None:
        home.config(config_text({name: LEGACY}))
        home.sso_token(START_URL, expires_at=NOW - HOUR)
        problem = predict(look(home), name, {}, NOW, V2).problem
        assert problem
        assert problem.code == "sign-in"
