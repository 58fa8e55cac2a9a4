"""awsttl and the real AWS CLIs share one cache: what either writes, the other takes as its own."""

from __future__ import annotations

import os

import pytest

from awsttl.core.model import REUSE_MARGIN, Session
from awsttl.core.profiles.resolve import snapshot
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from support.awscli import BOTH_CLIS, Outcome, Version, aws_cli
from support.cloud import Cloud
from support.home import START_URL, Home, role_file
from support.odd import config_text
from support.renewing import (
    BASE,
    CORP,
    DEVICE,
    LEGACY,
    SSO,
    credentials_in,
    renewed,
    role,
    with_code,
)

HOUR = 3600
ODD = "team [a]/é.b"

ROLES = {
    "base": BASE,
    "plain": role(),
    ODD: role(
        "base",
        1,
        external_id='ünï \\ "quoted" / 日本',
        duration_seconds="1_800",
        role_session_name="me",
    ),
    "chain": role("plain", 2, duration_seconds="1h"),
    "mfa": role("base", 3, mfa_serial=DEVICE),
    "behind-mfa": role("mfa", 4),
}


def _use(version: Version, home: Home, cloud: Cloud, profile: str, typed: str = "") -> Outcome:
    """The CLI does something with the profile, and may not fail."""
    cloud.forget()
    ask = ("sts", "get-caller-identity", "--profile", profile)
    outcome = aws_cli(version, *ask, home=home, cloud=cloud, typed=typed)
    assert outcome.exit_code == 0, outcome.stderr
    return outcome


def _uses_our_session(version: Version, home: Home, cloud: Cloud, profile: str, key: str) -> None:
    """The CLI asks AWS and the person for nothing: it is the session with that key."""
    outcome = _use(version, home, cloud, profile)
    (call,) = cloud.calls
    assert (call.action, call.access_key) == ("GetCallerIdentity", key)
    assert outcome.json["Arn"] == cloud.sts.issued[key].arn
    assert outcome.stderr == ""
    assert cloud.strays == []


class TestTheCliUsesWhatAwsttlRenewed:
    @pytest.mark.heavy
    @BOTH_CLIS
    @pytest.mark.parametrize("profile", ["plain", ODD, "chain", "mfa", "behind-mfa"])
    def test_for_a_role(self, home: Home, cloud: Cloud, version: Version, profile: str) -> None:
        home.config(config_text(ROLES))
        *_, path = renewed(home, profile, with_code("123456"))
        key = credentials_in(path)["AccessKeyId"]
        _uses_our_session(version, home, cloud, profile, key)

    @pytest.mark.heavy
    @BOTH_CLIS
    def test_for_the_middle_of_a_chain(self, home: Home, cloud: Cloud, version: Version) -> None:
        home.config(config_text(ROLES))
        middle, _outer = renewed(home, "chain")
        key = credentials_in(middle)["AccessKeyId"]
        _uses_our_session(version, home, cloud, "plain", key)

    @pytest.mark.heavy
    @BOTH_CLIS
    def test_for_a_role_whose_file_was_corrupt(
        self, home: Home, cloud: Cloud, version: Version
    ) -> None:
        """Which the CLI stumbles over until somebody removes it."""
        home.config(config_text(ROLES))
        path = home.cli_cache(role(), expires_at=cloud.clock() + HOUR)
        path.write_text(path.read_text() + "}")
        ask = ("sts", "get-caller-identity", "--profile", "plain")
        assert aws_cli(version, *ask, home=home, cloud=cloud).exit_code == 255
        assert cloud.calls == ()
        (again,) = renewed(home, "plain")
        assert again == path
        key = credentials_in(path)["AccessKeyId"]
        _uses_our_session(version, home, cloud, "plain", key)

    @BOTH_CLIS
    def test_for_a_web_identity(self, home: Home, cloud: Cloud, version: Version) -> None:
        """v1 from 1.46.2 looks under a name of its own."""
        token = str(home.web_token("a token", "header.payload.ü"))
        web = {"role_arn": role()["role_arn"], "web_identity_token_file": token}
        home.config(config_text({"web": web}))
        path, _other = renewed(home, "web")
        key = credentials_in(path)["AccessKeyId"]
        _uses_our_session(version, home, cloud, "web", key)

    @pytest.mark.heavy
    @pytest.mark.needs("aws-v2")
    @pytest.mark.parametrize("profile", ["sso", "legacy"])
    def test_for_sso(self, home: Home, cloud: Cloud, profile: str) -> None:
        home.config(config_text({"sso": SSO, "legacy": LEGACY}, CORP))
        cloud.portal.allow("sso-access-token")
        for token in ("corp", START_URL):
            home.sso_token(token, expires_at=cloud.clock() + HOUR)
        (path,) = renewed(home, profile)
        key = credentials_in(path)["AccessKeyId"]
        _uses_our_session("v2", home, cloud, profile, key)

    @BOTH_CLIS
    def test_for_an_sso_token_that_was_refreshed(
        self, home: Home, cloud: Cloud, version: Version
    ) -> None:
        home.config(config_text({"sso": SSO}, CORP))
        cloud.portal.allow("old", refresh_token="first")
        home.sso_token(
            "corp",
            expires_at=cloud.clock() - HOUR,
            access_token="old",
            refresh_token="first",
            registration_expires_at=cloud.clock() + HOUR,
        )
        (path,) = renewed(home, "sso")
        path.unlink()
        _use(version, home, cloud, "sso")
        assert cloud.actions == ["GetRoleCredentials", "GetCallerIdentity"]


def _shown(home: Home, profile: str) -> Session:
    """The profile's session as awsttl shows it."""
    found = snapshot(Reader(Locations.of(os.environ)).settle()).status(profile)
    assert found is not None
    assert found.problems == ()
    assert found.session is not None
    return found.session


class TestAwsttlShowsWhatTheCliWrote:
    @pytest.mark.heavy
    @BOTH_CLIS
    @pytest.mark.parametrize("profile", ["plain", ODD, "chain", "mfa"])
    def test_for_a_role(self, home: Home, cloud: Cloud, version: Version, profile: str) -> None:
        home.config(config_text(ROLES))
        _use(version, home, cloud, profile, typed="123456\n")
        self._shows_the_session_in_use(home, cloud, profile)

    @BOTH_CLIS
    def test_for_a_web_identity(self, home: Home, cloud: Cloud, version: Version) -> None:
        token = str(home.web_token("a token", "header.payload.ü"))
        web = {"role_arn": role()["role_arn"], "web_identity_token_file": token}
        home.config(config_text({"web": web}))
        _use(version, home, cloud, "web")
        self._shows_the_session_in_use(home, cloud, "web")

    @pytest.mark.heavy
    @pytest.mark.needs("aws-v2")
    @pytest.mark.parametrize("profile", ["sso", "legacy"])
    def test_for_sso(self, home: Home, cloud: Cloud, profile: str) -> None:
        home.config(config_text({"sso": SSO, "legacy": LEGACY}, CORP))
        cloud.portal.allow("sso-access-token")
        for token in ("corp", START_URL):
            home.sso_token(token, expires_at=cloud.clock() + HOUR)
        _use("v2", home, cloud, profile)
        self._shows_the_session_in_use(home, cloud, profile)

    @BOTH_CLIS
    def test_for_the_source_of_a_chain(self, home: Home, cloud: Cloud, version: Version) -> None:
        home.config(config_text(ROLES))
        _use(version, home, cloud, "chain")
        middle = next(iter(cloud.sts.issued.values()))
        assert _shown(home, "plain").expires_at == middle.expires_at

    @staticmethod
    def _shows_the_session_in_use(home: Home, cloud: Cloud, profile: str) -> None:
        in_use = cloud.sts.issued[cloud.calls[-1].access_key]
        session = _shown(home, profile)
        assert session.expires_at == in_use.expires_at
        assert session.reuse_until == in_use.expires_at - REUSE_MARGIN
        assert session.entry is not None
        assert session.entry.access_key == in_use.access_key[-4:]


@BOTH_CLIS
def test_awsttl_renews_over_what_the_cli_wrote_and_the_cli_follows(
    home: Home, cloud: Cloud, version: Version
) -> None:
    home.config(config_text(ROLES))
    _use(version, home, cloud, "plain")
    (path,) = home.cli_folder.glob("*.json")
    assert path.name == role_file(role())
    before = credentials_in(path)["AccessKeyId"]
    assert renewed(home, "plain") == (path,)
    after = credentials_in(path)["AccessKeyId"]
    assert after != before
    _uses_our_session(version, home, cloud, "plain", after)
