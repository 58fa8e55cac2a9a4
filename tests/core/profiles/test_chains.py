"""A profile is what the AWS CLI takes it for: its kind, its chain, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from awsttl.core.files import IniFile
from awsttl.core.model import Kind, Link, Profile, Renewal
from awsttl.core.profiles.chains import profiles
from awsttl.core.profiles.kinds import merge
from awsttl.core.secret import Secret
from support.awscli import BOTH_CLIS, Version, aws_cli
from support.cloud import Cloud
from support.home import START_URL, Home, login_file, role_file, sso_role_file, token_file
from support.odd import ODD_NAMES, config_text, credentials_text, hidden, ini_files

ROLE = "arn:aws:iam::111122223333:role/team/Admin"
LOGIN = "arn:aws:iam::444455556666:user/me"
KEYS = {"aws_access_key_id": "AKIAABCD1234", "aws_secret_access_key": "secret"}
TEMPORARY_KEYS = KEYS | {"aws_session_token": "token"}
SSO = {"sso_account_id": "111122223333", "sso_role_name": "Dev"}
URL = {"sso_start_url": START_URL, "sso_region": "us-east-1"}

CHAIN = {
    "top/[x]": {"role_arn": ROLE + "1", "source_profile": "mid dle", "mfa_serial": "device"},
    "mid dle": {"role_arn": ROLE + "2", "source_profile": "base"},
    "base": KEYS,
}

Sections = dict[str, Any]


def _read(
    config: Sections, credentials: Sections | None = None, sso_sessions: Sections | None = None
) -> dict[str, Profile]:
    settings = merge(
        IniFile("config", hidden(config), sso_sessions or {}),
        IniFile("credentials", hidden(credentials or {})),
    )
    return {profile.name: profile for profile in profiles(settings)}


def _one(**keys: Any) -> Profile:
    return _read({"it": keys})["it"]


def _fault(profile: Profile) -> tuple[str, str]:
    (problem,) = profile.problems
    assert problem.blocks
    assert problem.fix
    return problem.code, problem.message


class TestTheList:
    @pytest.mark.needs("aws-v2")
    def test_is_that_of_aws_configure_list_profiles(self, home: Home) -> None:
        home.config(config_text({name: {"region": "x"} for name in ("default", *ODD_NAMES)}))
        home.credentials(credentials_text({"only here": KEYS, "it's": KEYS, 'a "b" [c]': KEYS}))
        listed = aws_cli("v2", "configure", "list-profiles", home=home)
        ours = [profile.name for profile in profiles(merge(*ini_files(home)))]
        assert ours == listed.stdout.splitlines()
        assert set(ODD_NAMES) < set(ours)

    def test_has_credentials_laid_over_config_key_by_key(self) -> None:
        config = {"it": {"region": "eu-west-1", "aws_access_key_id": "AKIACONFIG01"}}
        profile = _read(config, {"it": KEYS})["it"]
        assert (profile.region, profile.access_key) == ("eu-west-1", "1234")
        assert _read(config, {"it": {"region": "us-east-1"}})["it"].region == "us-east-1"


class TestKinds:
    @pytest.mark.parametrize(
        ("kind", "keys"),
        [
            (Kind.ROLE, {"role_arn": ROLE, "credential_source": "Environment"}),
            (Kind.WEB_IDENTITY, {"role_arn": ROLE, "web_identity_token_file": "/t"}),
            (Kind.SSO, SSO | URL),
            (Kind.LOGIN, {"login_session": LOGIN}),
            (Kind.PROCESS, {"credential_process": "get-keys"}),
            (Kind.LONG_TERM, KEYS),
            (Kind.TEMPORARY, TEMPORARY_KEYS),
            (Kind.TEMPORARY, KEYS | {"aws_security_token": "token"}),
            (Kind.INCOMPLETE, {"region": "eu-west-1"}),
        ],
    )
    def test_by_their_keys(self, kind: Kind, keys: dict[str, str]) -> None:
        profile = _one(**keys)
        assert profile.kind is kind
        assert not any(problem.blocks for problem in profile.problems)

    def test_stand_in_the_order_in_which_the_cli_asks(self) -> None:
        """With everything in one profile, taking the winner away reveals the next."""
        keys: dict[str, str] = {
            "role_arn": ROLE,
            "credential_source": "Environment",
            **SSO,
            **URL,
            "login_session": LOGIN,
            "credential_process": "get-keys",
            **KEYS,
        }
        order = [_one(**keys).kind]
        for removed in ("role_arn", "sso_account_id sso_role_name", "login_session",
                        "credential_process"):  # fmt: skip
            keys = {key: value for key, value in keys.items() if key not in removed.split()}
            order.append(_one(**keys).kind)
        assert order == [Kind.ROLE, Kind.SSO, Kind.LOGIN, Kind.PROCESS, Kind.LONG_TERM]

    def test_keys_win_over_a_process_only_in_the_credentials_file(self) -> None:
        process = {"credential_process": "get-keys"}
        assert _one(**KEYS, **process).kind is Kind.PROCESS
        assert _read({"it": process}, {"it": KEYS})["it"].kind is Kind.LONG_TERM

    def test_settings_without_credentials_are_told_but_no_fault(self) -> None:
        (problem,) = _one(region="eu-west-1", output="json").problems
        assert (problem.code, problem.blocks) == ("no-credentials", False)


class TestWhatARowSays:
    def test_of_a_role(self) -> None:
        profile = _one(role_arn=ROLE, credential_source="Environment", mfa_serial="", region="x")
        assert (profile.account_id, profile.role) == ("111122223333", "Admin")
        assert (profile.mfa_serial, profile.region) == ("", "x")

    def test_of_an_sso_profile(self) -> None:
        legacy = _one(**SSO, **URL)
        assert (legacy.account_id, legacy.role) == ("111122223333", "Dev")
        assert legacy.sso_session == ""
        modern = _read({"it": SSO | {"sso_session": "corp é"}}, None, {"corp é": URL})["it"]
        assert modern.sso_session == "corp é"

    def test_of_a_login(self) -> None:
        profile = _one(login_session=LOGIN)
        assert (profile.account_id, profile.login_session) == ("444455556666", LOGIN)

    def test_of_keys(self) -> None:
        profile = _one(**TEMPORARY_KEYS, aws_account_id="777788889999", aws_expiration="x")
        assert (profile.access_key, profile.account_id) == ("1234", "777788889999")

    def test_of_temporary_keys_and_who_recorded_their_end(self) -> None:
        profile = _one(**TEMPORARY_KEYS, x_security_token_expires="2026-11-20T21:00:00Z")
        assert profile.expiry_key == "x_security_token_expires"
        assert profile.links[0].expires_at == 1795208400.0

    @pytest.mark.parametrize("arn", ["", "x", "arn:foo", "arn:aws:iam::1", "a/b", ":::::::"])
    def test_of_an_arn_that_is_none(self, arn: str) -> None:
        assert _one(role_arn=arn, credential_source="Environment").kind is Kind.ROLE

    def test_never_has_more_of_a_key_than_its_end(self) -> None:
        everything = _one(**TEMPORARY_KEYS, role_arn=ROLE, source_profile="it")
        for profile in (everything, _one(**TEMPORARY_KEYS)):
            assert "AKIA" not in repr(profile)
            assert "secret" not in repr(profile).replace("aws_secret_access_key", "")


class TestChains:
    def test_have_every_hop_with_what_it_needs_and_where_it_is_cached(self) -> None:
        profile = _read(CHAIN)["top/[x]"]
        assert profile.chain == ("top/[x]", "mid dle", "base")
        top, middle, base = profile.links
        assert top.cache_names == (role_file(CHAIN["top/[x]"]),)
        assert (top.needs, top.mfa_serial) == (Renewal.MFA, "device")
        assert middle.cache_names == (role_file(CHAIN["mid dle"]),)
        assert (middle.needs, middle.mfa_serial) == (Renewal.SILENT, None)
        assert base == Link("base", Kind.LONG_TERM, Renewal.NOTHING, access_key="1234")

    def test_a_source_with_keys_uses_them_and_not_its_role(self) -> None:
        config = CHAIN | {"mid dle": CHAIN["mid dle"] | KEYS}
        assert _read(config)["top/[x]"].chain == ("top/[x]", "mid dle")

    def test_a_profile_may_be_its_own_source(self) -> None:
        role, keys = _one(role_arn=ROLE, source_profile="it", **TEMPORARY_KEYS).links
        assert (role.kind, keys.kind) == (Kind.ROLE, Kind.TEMPORARY)
        assert (role.name, keys.name) == ("it", "it")

    def test_end_at_a_credential_source(self) -> None:
        profile = _one(role_arn=ROLE, credential_source="Ec2InstanceMetadata")
        assert profile.chain == ("it",)
        assert (profile.links[1].name, profile.links[1].is_profile) == (
            "Ec2InstanceMetadata",
            False,
        )

    def test_of_sso_end_at_the_sign_in(self) -> None:
        section = SSO | {"sso_session": "corp/é [1]"}
        profile = _read({"it": section}, None, {"corp/é [1]": URL})["it"]
        role, token = profile.links
        assert role.cache_names == (sso_role_file(section),)
        assert token.cache_names == (token_file("corp/é [1]"),)
        assert (token.needs, token.is_profile, token.refreshes) == (Renewal.SIGN_IN, False, True)

    def test_of_legacy_sso_end_at_a_sign_in_that_is_never_refreshed(self) -> None:
        _, token = _one(**SSO, **URL).links
        assert token.cache_names == (token_file(START_URL),)
        assert not token.refreshes

    @pytest.mark.parametrize(
        "source",
        [SSO | URL, {"role_arn": ROLE + "2", "web_identity_token_file": "/t"}],
        ids=["sso", "web identity"],
    )
    def test_pass_by_the_cache_of_an_sso_or_web_identity_source(
        self, source: dict[str, str]
    ) -> None:
        config = {"it": {"role_arn": ROLE, "source_profile": "source"}, "source": source}
        found = _read(config)
        assert found["source"].links[0].cache_names
        assert found["it"].links[1].name == "source"
        assert found["it"].links[1].cache_names == ()

    def test_of_a_login_end_at_its_token(self) -> None:
        profile, token = _one(login_session=LOGIN).links
        assert profile.cache_names == ()
        assert token.cache_names == (login_file(LOGIN),)
        assert token.needs is Renewal.SIGN_IN

    def test_of_a_web_identity_look_under_both_names(self) -> None:
        section = {"role_arn": ROLE, "web_identity_token_file": "~/t"}
        files = IniFile("config", {"it": section}), IniFile("credentials")
        (known,) = profiles(merge(*files, {"~/t": Secret("header.payload")}))
        (unknown,) = profiles(merge(*files))
        assert len(known.links[0].cache_names) == 2
        assert known.links[0].cache_names[:1] == unknown.links[0].cache_names


class TestFaults:
    def test_a_source_that_does_not_exist(self) -> None:
        assert _fault(_one(role_arn=ROLE, source_profile="no [such]")) == (
            "source-missing",
            'source_profile "no [such]" does not exist',
        )

    @pytest.mark.parametrize("source", ["it", "other"])
    def test_a_loop_names_its_way(self, source: str) -> None:
        role = {"role_arn": ROLE}
        config = {"it": role | {"source_profile": source}, "other": role | {"source_profile": "it"}}
        code, message = _fault(_read(config)["it"])
        assert code == "source-loop"
        assert message == "source_profile loop: it › " + {"it": "it", "other": "other › it"}[source]

    def test_a_loop_further_down(self) -> None:
        role = {"role_arn": ROLE}
        config = {
            "it": role | {"source_profile": "a"},
            "a": role | {"source_profile": "b"},
            "b": role | {"source_profile": "a"},
        }
        assert _fault(_read(config)["it"])[1] == "source_profile loop: it › a › b › a"

    @pytest.mark.parametrize(
        ("code", "keys"),
        [
            ("no-source", {"role_arn": ROLE}),
            ("two-sources", {"role_arn": ROLE, "source_profile": "it",
                             "credential_source": "Environment"}),
            ("bad-credential-source", {"role_arn": ROLE, "credential_source": "environment"}),
            ("no-role-arn", {"web_identity_token_file": "/t"}),
            ("sso-incomplete", {"sso_role_name": "Dev"}),
            ("sso-incomplete", SSO),
            ("sso-session-missing", SSO | URL | {"sso_session": "no such"}),
            ("partial-keys", {"aws_access_key_id": "AKIA"}),
            ("empty-value", {"credential_process": ""} | KEYS),
            ("empty-value", {"login_session": ""} | KEYS),
            ("empty-value", {"role_arn": ROLE, "source_profile": "x",
                             "web_identity_token_file": ""}),
            ("half-written", {"source_profile": "base"}),
            ("half-written", {"sso_session": "corp"}),
            ("half-written", {"aws_secret_access_key": "secret"}),
            ("half-written", {"aws_session_token": "token"}),
        ],
    )  # fmt: skip
    def test_a_profile_half_written(self, code: str, keys: dict[str, str]) -> None:
        assert _fault(_one(**keys))[0] == code

    def test_a_source_without_credentials(self) -> None:
        config = {"it": {"role_arn": ROLE, "source_profile": "empty"}, "empty": {"region": "x"}}
        assert _fault(_read(config)["it"])[0] == "source-empty"

    @pytest.mark.parametrize(
        ("key", "code"),
        [("aws_access_key_id", "partial-keys"), ("aws_secret_access_key", "source-empty")],
    )
    def test_a_source_with_half_a_pair_of_keys_is_not_taken_for_a_role(
        self, key: str, code: str
    ) -> None:
        source = {"role_arn": ROLE + "2", "source_profile": "base", key: "x"}
        config = {"it": {"role_arn": ROLE, "source_profile": "source"}, "source": source}
        assert _fault(_read(config | {"base": KEYS})["it"])[0] == code

    def test_a_fault_in_a_source_is_the_profiles_too(self) -> None:
        config = {
            "it": {"role_arn": ROLE, "source_profile": "half"},
            "half": {"aws_access_key_id": "AKIA"},
        }
        assert _fault(_read(config)["it"])[0] == "partial-keys"

    @pytest.mark.parametrize("token", [{}, {"aws_session_token": "t"}])
    @pytest.mark.parametrize(
        ("identifier", "secret", "said"),
        [
            ("AKIA", "", 'aws_secret_access_key of "it" is empty'),
            ("", "s", 'aws_access_key_id of "it" is empty'),
            ("", "", 'aws_access_key_id and aws_secret_access_key of "it" are empty'),
        ],
    )
    def test_empty_keys_are_none(
        self, identifier: str, secret: str, said: str, token: dict[str, str]
    ) -> None:
        """With them botocore signs; AWS refuses every such signature."""
        keys = {"aws_access_key_id": identifier, "aws_secret_access_key": secret}
        fault = _one(**keys, **token).links[0].fault
        assert fault is not None
        assert (fault.code, fault.message) == ("keys-empty", said)

    def test_an_sso_session_that_contradicts_its_profile(self) -> None:
        config = {"it": SSO | {"sso_session": "corp", "sso_region": "eu-west-1"}}
        assert _fault(_read(config, None, {"corp": URL})["it"])[0] == "sso-inconsistent"

    def test_values_that_are_nested_maps_are_survived(self) -> None:
        nested = {key: {"x": "y"} for key in [*KEYS, *SSO, *URL, "role_arn", "source_profile"]}
        for key, value in nested.items():
            assert _one(**{key: value}).name == "it"
        assert _one(**nested).problems

    @BOTH_CLIS
    @pytest.mark.parametrize(
        ("keys", "complaint"),
        [
            (
                {"sso_session": "corp"} | SSO | URL,
                "missing the following configuration: ['sso_start_url']",
            ),
            ({"credential_process": ""} | KEYS, "list index out of range"),
        ],
        ids=["an sso-session without its URL", "an empty process before keys"],
    )
    def test_that_look_harmless_stop_the_cli(
        self, home: Home, cloud: Cloud, version: Version, keys: dict[str, str], complaint: str
    ) -> None:
        without_url = {"sso_region": "us-east-1"}
        home.config(config_text({"it": keys}, {"corp": without_url}))
        home.sso_token("corp", expires_at=cloud.clock() + 3600)
        cloud.portal.allow("sso-access-token")
        (profile,) = profiles(merge(*ini_files(home)))
        assert _fault(profile)
        ask = ("sts", "get-caller-identity", "--profile", "it")
        outcome = aws_cli(version, *ask, home=home, cloud=cloud)
        assert outcome.exit_code == 255
        assert complaint in outcome.stderr
        assert cloud.actions == []
