"""The keys that are handed out are those on disk at that moment, with the expiry beside them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.model import Kind, Status
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from awsttl.disk.session_keys import NoKeysError, read
from support.home import START_URL, Home

NOON = 1_795_003_200.0
SECRETS = (
    "cached-secret",
    "cached-token",
    "login-secret",
    "login-session-token",
    "login-refresh-token",
    "static-secret",
    "static-token",
)
ROLE = {"role_arn": "arn:aws:iam::111122223333:role/Admin", "source_profile": "base"}
SSO = {"sso_session": "corp", "sso_account_id": "111122223333", "sso_role_name": "ReadOnly"}
LOGIN = "arn:aws:sts::111122223333:assumed-role/Dev/me"


@pytest.fixture
def furnished(home: Home) -> Home:
    """A profile of each kind that can have a session, and the sessions."""
    web = {
        "role_arn": "arn:aws:iam::111122223333:role/Web",
        "web_identity_token_file": str(home.web_token("token", "web-token")),
    }
    home.config(f"""\
        [profile role]
        role_arn = {ROLE["role_arn"]}
        source_profile = base
        region = eu-west-1
        [profile web]
        role_arn = {web["role_arn"]}
        web_identity_token_file = {web["web_identity_token_file"]}
        [profile sso]
        sso_session = corp
        sso_account_id = 111122223333
        sso_role_name = ReadOnly
        [profile login]
        login_session = {LOGIN}
        [profile process]
        credential_process = /bin/false
        [profile in-config]
        aws_access_key_id = AKIACONFIG0000000001
        aws_secret_access_key = static-secret
        [sso-session corp]
        sso_start_url = {START_URL}
        sso_region = us-east-1
        """)
    home.credentials("""\
        [base]
        aws_access_key_id = AKIABASE000000000001
        aws_secret_access_key = static-secret
        [pasted]
        aws_access_key_id = ASIAPASTED0000000001
        aws_secret_access_key = static-secret
        aws_session_token = static-token
        aws_expiration = 2026-11-18T12:00:00Z
        [pasted-old-style]
        aws_access_key_id = ASIAPASTED0000000002
        aws_secret_access_key = static-secret
        aws_security_token = static-token
        [half]
        aws_access_key_id = AKIAHALF000000000001
        """)
    home.cli_cache(ROLE, expires_at=NOON, access_key="ASIAROLE000000000001")
    home.cli_cache(web, expires_at=NOON + 1, access_key="ASIAWEB0000000000001", writer="v1")
    home.cli_cache(SSO, expires_at=NOON + 2, access_key="ASIASSO0000000000001")
    home.login_token(LOGIN, expires_at=NOON + 3, access_key="ASIALOGIN00000000001")
    return home


def status(profile: str) -> Status:
    found = snapshot(Reader(Locations.of({})).settle()).status(profile)
    assert found is not None
    return found


def keys(profile: str) -> Credentials:
    return read(status(profile), Locations.of({}))


@pytest.mark.parametrize(
    ("profile", "kind", "expected"),
    [
        (
            "role",
            Kind.ROLE,
            ("ASIAROLE000000000001", "cached-secret", "cached-token", NOON, "eu-west-1"),
        ),
        (
            "web",
            Kind.WEB_IDENTITY,
            ("ASIAWEB0000000000001", "cached-secret", "cached-token", NOON + 1, ""),
        ),
        ("sso", Kind.SSO, ("ASIASSO0000000000001", "cached-secret", "cached-token", NOON + 2, "")),
        (
            "login",
            Kind.LOGIN,
            ("ASIALOGIN00000000001", "login-secret", "login-session-token", NOON + 3, ""),
        ),
        ("base", Kind.LONG_TERM, ("AKIABASE000000000001", "static-secret", None, None, "")),
        ("in-config", Kind.LONG_TERM, ("AKIACONFIG0000000001", "static-secret", None, None, "")),
        (
            "pasted",
            Kind.TEMPORARY,
            ("ASIAPASTED0000000001", "static-secret", "static-token", NOON, ""),
        ),
        (
            "pasted-old-style",
            Kind.TEMPORARY,
            ("ASIAPASTED0000000002", "static-secret", "static-token", None, ""),
        ),
    ],
)
def test_each_kind_of_profile_has_its_keys(
    profile: str,
    kind: Kind,
    expected: tuple[str, str, str | None, float | None, str],
    furnished: Home,
) -> None:
    identifier, secret, token, expires_at, region = expected
    assert status(profile).profile.kind is kind
    assert keys(profile) == Credentials(
        identifier, Secret(secret), Secret(token) if token else None, expires_at, region
    )
    assert not any(secret in repr(keys(profile)) for secret in SECRETS)


@pytest.mark.parametrize("profile", ["base", "in-config", "pasted", "pasted-old-style", "both"])
def test_keys_in_a_file_are_those_that_botocore_takes(profile: str, furnished: Home) -> None:
    with furnished.config_file.open("a") as file:
        file.write("[profile both]\naws_access_key_id = AKIAIGNORED\n")
        file.write("aws_secret_access_key = ignored\naws_session_token = ignored\n")
    with furnished.credentials_file.open("a") as file:
        file.write("[both]\naws_access_key_id = AKIABOTH\naws_secret_access_key = static-secret\n")
    credentials = Session(profile=profile).get_credentials()
    assert credentials is not None
    theirs = credentials.get_frozen_credentials()

    ours = keys(profile)

    assert ours.access_key_id == theirs.access_key
    assert ours.secret_access_key == Secret(theirs.secret_key)
    assert ours.session_token == (Secret(theirs.token) if theirs.token else None)


class TestWhatChangedSinceTheScreenWasDrawn:
    def test_of_a_renewed_session_keys_and_expiry_are_the_new_ones(self, furnished: Home) -> None:
        drawn = status("role")
        furnished.cli_cache(ROLE, expires_at=NOON + 3600, access_key="ASIANEW")
        found = read(drawn, Locations.of({}))
        assert (found.access_key_id, found.expires_at) == ("ASIANEW", NOON + 3600)

    def test_of_pasted_keys_likewise(self, furnished: Home) -> None:
        drawn = status("pasted")
        furnished.credentials("""\
            [pasted]
            aws_access_key_id = ASIANEW
            aws_secret_access_key = static-secret
            aws_session_token = static-token
            aws_expiration = 2026-11-18T13:00:00Z
            """)
        found = read(drawn, Locations.of({}))
        assert (found.access_key_id, found.expires_at) == ("ASIANEW", NOON + 3600)


def refusal(drawn: Status) -> str:
    with pytest.raises(NoKeysError) as caught:
        read(drawn, Locations.of({}))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    line = str(caught.value)
    assert line
    assert "\n" not in line
    assert not any(secret in line for secret in SECRETS)
    return line


class TestWithoutKeys:
    def test_there_is_no_session(self, furnished: Home) -> None:
        assert refusal(status("process")) == "it has no session on this machine"
        for path in furnished.cli_folder.iterdir():
            path.unlink()
        assert refusal(status("role")) == "it has no session on this machine"

    def test_half_of_them_is_missing(self, furnished: Home) -> None:
        assert refusal(status("half")) == "its keys are incomplete"

    @pytest.mark.parametrize("profile", ["role", "web", "sso", "login"])
    def test_the_file_has_vanished(self, profile: str, furnished: Home) -> None:
        drawn = status(profile)
        path = path_of(drawn)
        path.unlink()
        assert refusal(drawn) == f"{path.name[:8]}… cannot be read any more"
        path.mkdir()
        assert refusal(drawn) == f"{path.name[:8]}… cannot be read any more"

    @pytest.mark.parametrize("profile", ["role", "web", "sso", "login"])
    @pytest.mark.parametrize(
        "damage",
        [
            lambda body: b"",
            lambda body: body[: len(body) // 2],
            lambda body: body + b"}",
            lambda body: b"\xff" + body,
            lambda body: b"[" * 100_000,
            lambda body: b"null",
            lambda body: b"[]",
            lambda body: b"{}",
            lambda body: b'{"Credentials": null, "accessToken": null}',
            lambda body: b'{"Credentials": {}, "accessToken": {}}',
            lambda body: body.replace(b"xpir", b"nspir"),
            lambda body: body.replace(b"ecretAccessKey", b"ecret"),
        ],
        ids=[
            *("empty", "half", "trailing bytes", "no UTF-8", "too deep", "null", "a list"),
            *("an empty object", "null within", "empty within", "no expiry", "no secret"),
        ],
    )
    def test_the_file_is_damaged(
        self, profile: str, damage: Callable[[bytes], bytes], furnished: Home
    ) -> None:
        drawn = status(profile)
        path = path_of(drawn)
        path.write_bytes(damage(path.read_bytes()))
        assert refusal(drawn) == f"{path.name[:8]}… holds no session any more"

    @pytest.mark.parametrize("key", ["AccessKeyId", "SecretAccessKey"])
    def test_the_file_has_an_empty_key(self, key: str, furnished: Home) -> None:
        drawn = status("role")
        path = path_of(drawn)
        body = json.loads(path.read_text())
        body["Credentials"][key] = ""
        path.write_text(json.dumps(body))
        assert refusal(drawn) == "its keys are incomplete"

    @pytest.mark.parametrize("profile", ["base", "pasted", "in-config"])
    def test_the_section_is_gone(self, profile: str, furnished: Home) -> None:
        drawn = status(profile)
        furnished.credentials("[another]\nregion = x\n")
        furnished.config("")
        assert refusal(drawn) == "its keys are gone from the file"
        furnished.credentials_file.unlink()
        assert refusal(drawn) == "its keys are gone from the file"

    @given(body=st.binary(max_size=200))
    def test_any_bytes_are_refused_in_one_line(self, body: bytes) -> None:
        folder = Path(os.environ["HOME"])
        home = Home(folder)
        home.config("[profile role]\nrole_arn = r:o:l:e:1:/x\nsource_profile = base\n")
        home.credentials("[base]\naws_access_key_id = A\naws_secret_access_key = b\n")
        path = home.cli_cache(
            {"role_arn": "r:o:l:e:1:/x", "source_profile": "base"}, expires_at=NOON
        )
        drawn = status("role")
        path.write_bytes(body)
        refusal(drawn)


def path_of(drawn: Status) -> Path:
    assert drawn.session is not None
    assert drawn.session.entry is not None
    return Path(drawn.session.entry.path)
