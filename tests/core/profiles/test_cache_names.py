"""awsttl looks for a session where the AWS CLI puts it: under the same file name."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    AssumeRoleWithWebIdentityCredentialFetcher,
    SSOCredentialFetcher,
)
from botocore.utils import SSOTokenLoader, generate_login_cache_key
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.files import Section
from awsttl.core.profiles import cache_names
from support.awscli import BOTH_CLIS, Version, aws_cli
from support.cloud import Cloud
from support.home import START_URL, Home, role_file, sso_role_file
from support.odd import config_text

ROLE = "arn:aws:iam::111122223333:role/team/Admin"

PROFILES = {
    "base": {"aws_access_key_id": "AKIABASE", "aws_secret_access_key": "secret"},
    "plain": {"role_arn": ROLE, "source_profile": "base"},
    "all/of [it]": {
        "role_arn": ROLE,
        "source_profile": "base",
        "external_id": 'ünï \\ "quoted" / 日本',
        "duration_seconds": "1_800",
        "role_session_name": "me",
    },
    "chain": {"role_arn": ROLE + "2", "source_profile": "plain", "duration_seconds": "1h"},
}

durations = st.one_of(
    st.integers(-1, 43200).map(str),
    st.sampled_from(["3_600", " 900", "+900", "1.5", "1h", "", "٩٠٠"]),
)
role_sections = st.fixed_dictionaries(
    {"role_arn": st.text(min_size=1)},
    optional={
        "external_id": st.text(),
        "mfa_serial": st.text(),
        "role_session_name": st.text(),
        "duration_seconds": durations,
        "region": st.text(),
        "source_profile": st.text(),
    },
)


class TestAgainstBotocoresFetchers:
    @given(role_sections)
    def test_of_a_role(self, section: dict[str, str]) -> None:
        arguments: dict[str, object] = {}
        for key, argument in (
            ("role_session_name", "RoleSessionName"),
            ("external_id", "ExternalId"),
            ("mfa_serial", "SerialNumber"),
        ):
            if key in section:
                arguments[argument] = section[key]
        with suppress(ValueError):  # as botocore does
            arguments["DurationSeconds"] = int(section.get("duration_seconds", "none"))
        fetcher = AssumeRoleCredentialFetcher(None, None, section["role_arn"], extra_args=arguments)
        assert cache_names.assume_role_name(section) == fetcher._cache_key + ".json"

    @given(role_sections)
    def test_of_a_web_identity(self, section: dict[str, str]) -> None:
        arguments = {}
        if "role_session_name" in section:
            arguments["RoleSessionName"] = section["role_session_name"]
        fetcher = AssumeRoleWithWebIdentityCredentialFetcher(
            None, None, section["role_arn"], extra_args=arguments
        )
        assert cache_names.web_identity_names(section) == (fetcher._cache_key + ".json",)

    @given(role=st.text(), account=st.text(), url=st.text(), session=st.none() | st.text())
    def test_of_an_sso_role(self, role: str, account: str, url: str, session: str | None) -> None:
        fetcher = SSOCredentialFetcher(
            url, "us-east-1", role, account, None, sso_session_name=session
        )
        section = {"sso_role_name": role, "sso_account_id": account}
        if session is not None:
            section["sso_session"] = session
        assert cache_names.sso_role_name(section, url) == fetcher._cache_key + ".json"

    @given(name=st.text(min_size=1), url=st.text(min_size=1))
    def test_of_an_sso_token(self, name: str, url: str) -> None:
        loader = SSOTokenLoader()
        of_session = loader._generate_cache_key(url, name) + ".json"
        of_url = loader._generate_cache_key(url, None) + ".json"
        assert cache_names.sso_token_name(name) == of_session
        assert cache_names.sso_token_name(url) == of_url

    @given(st.text())
    def test_of_a_login_token(self, session: str) -> None:
        assert cache_names.login_token_name(session) == generate_login_cache_key(session) + ".json"


class TestAgainstTheRealFiles:
    """The CLIs write; awsttl knows the names of what they wrote."""

    @BOTH_CLIS
    @pytest.mark.parametrize(
        ("profile", "hops"),
        [("plain", ["plain"]), ("all/of [it]", ["all/of [it]"]), ("chain", ["chain", "plain"])],
    )
    def test_of_a_role_and_every_hop_of_its_chain(
        self, home: Home, cloud: Cloud, version: Version, profile: str, hops: list[str]
    ) -> None:
        home.config(config_text(PROFILES))
        expected = {cache_names.assume_role_name(PROFILES[hop]) for hop in hops}
        assert _written(version, home, cloud, profile) == expected

    @BOTH_CLIS
    def test_of_a_web_identity_with_or_without_the_token_in_the_name(
        self, home: Home, cloud: Cloud, version: Version
    ) -> None:
        section = {
            "role_arn": ROLE,
            "web_identity_token_file": str(home.web_token("a token", "header.payload.ü")),
            "role_session_name": "me",
            "duration_seconds": "900",
            "external_id": "ignored",
        }
        home.config(config_text({"web": section}))
        without, with_token = cache_names.web_identity_names(section, "header.payload.ü")
        assert cache_names.web_identity_names(section) == (without,)
        written = _written(version, home, cloud, "web")
        # v1 took the token up into the name with 1.46.2.
        assert written == {with_token if version == "v1" else without}

    @pytest.mark.needs("aws-v2")
    @pytest.mark.parametrize("session", ["my corp/ü", None])
    def test_of_an_sso_role(self, home: Home, cloud: Cloud, session: str | None) -> None:
        section = {"sso_account_id": "111122223333", "sso_role_name": "Dev"}
        url = {"sso_start_url": START_URL, "sso_region": "us-east-1"}
        section |= url if session is None else {"sso_session": session}
        home.config(config_text({"sso": section}, {session: url} if session else None))
        home.sso_token(session or START_URL, expires_at=cloud.clock() + 3600)
        cloud.portal.allow("sso-access-token")
        expected = {cache_names.sso_role_name(section, START_URL)}
        assert _written("v2", home, cloud, "sso") == expected

    @pytest.mark.needs("aws-v1")
    def test_v1_caches_no_sso_role(self, home: Home, cloud: Cloud) -> None:
        section = {
            "sso_account_id": "111122223333",
            "sso_role_name": "Dev",
            "sso_start_url": START_URL,
            "sso_region": "us-east-1",
        }
        home.config(config_text({"sso": section}))
        home.sso_token(START_URL, expires_at=cloud.clock() + 3600)
        cloud.portal.allow("sso-access-token")
        assert _written("v1", home, cloud, "sso") == set()


def _written(version: Version, home: Home, cloud: Cloud, profile: str) -> set[str]:
    """Use the profile once; the names of the files that then lie in the cache."""
    outcome = aws_cli(
        version, "sts", "get-caller-identity", "--profile", profile, home=home, cloud=cloud
    )
    assert outcome.exit_code == 0, outcome.stderr
    return {path.name for path in home.cli_folder.glob("*.json")}


class TestNames:
    def test_the_source_and_the_region_are_not_in_the_name(self) -> None:
        """So profiles with equal arguments share a file, whoever assumes the role."""
        one = {"role_arn": ROLE, "source_profile": "a", "region": "us-east-1"}
        other = {"role_arn": ROLE, "source_profile": "b", "region": "eu-west-1"}
        assert cache_names.assume_role_name(one) == cache_names.assume_role_name(other)

    def test_a_web_identity_shares_the_file_of_a_role_without_arguments(self) -> None:
        web: Section = {"role_arn": ROLE, "web_identity_token_file": "/t", "external_id": "x"}
        assert cache_names.web_identity_names(web) == (
            cache_names.assume_role_name({"role_arn": ROLE}),
        )

    def test_a_nested_value_is_no_text(self) -> None:
        nested: Section = {"role_arn": ROLE, "duration_seconds": {"x": "900"}}
        assert cache_names.duration_seconds(nested) is None
        assert cache_names.assume_role_name(nested) == cache_names.assume_role_name(
            {"role_arn": ROLE}
        )

    @pytest.mark.parametrize(
        "name", ["0" * 40 + ".json", "0123456789abcdef" * 2 + "0" * 8 + ".json"]
    )
    def test_an_entry_is_forty_hex_digits(self, name: str) -> None:
        assert cache_names.is_cache_name(name)

    @pytest.mark.parametrize(
        "name",
        ["session.db", "prompt_history.json", "A" * 40 + ".json", "0" * 39 + ".json",
         "0" * 40 + ".json.tmp", "0" * 40 + ".json\n", "x" + "0" * 40 + ".json"],
    )  # fmt: skip
    def test_what_other_programs_keep_there_is_none(self, name: str) -> None:
        assert not cache_names.is_cache_name(name)

    def test_the_builders_of_the_tests_agree(self) -> None:
        """They were written apart, from the same description."""
        section = {
            "role_arn": ROLE,
            "external_id": "ü",
            "mfa_serial": "",
            "duration_seconds": "900",
            "role_session_name": "",
        }
        sso = {"sso_role_name": "a", "sso_account_id": "1", "sso_start_url": START_URL}
        assert role_file(section) == cache_names.assume_role_name(section)
        assert sso_role_file(sso) == cache_names.sso_role_name(sso, START_URL)


class TestTheBuildersOfCacheFiles:
    """`support.home` claims to write as the CLIs do: compared with what they write."""

    @BOTH_CLIS
    def test_of_a_role(self, home: Home, cloud: Cloud, version: Version, tmp_path: Path) -> None:
        section = {"role_arn": ROLE, "source_profile": "base"}
        home.config(config_text({**PROFILES, "p": section}))
        (name,) = _written(version, home, cloud, "p")
        real = json.loads((home.cli_folder / name).read_text())
        session = next(iter(cloud.sts.issued.values()))
        built = Home(tmp_path).cli_cache(
            section, expires_at=session.expires_at, writer=version, access_key=session.access_key
        )
        ours = json.loads(built.read_text())
        assert built.name == name
        assert set(ours) == set(real)
        # v2 writes it from 2.25 on; the builder is an older one.
        newer = {"AccountId"} if version == "v2" else set()
        assert set(ours["Credentials"]) | newer == set(real["Credentials"]) | newer
        assert set(ours["AssumedRoleUser"]) == set(real["AssumedRoleUser"])
        assert ours["Credentials"]["Expiration"] == real["Credentials"]["Expiration"]
