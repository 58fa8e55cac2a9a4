"""What awsttl calls corrupt is what the AWS CLI stumbles over; and no secret is kept."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import AssumeRoleCredentialFetcher, LoginCredentialFetcher
from botocore.utils import JSONFileCache, LoginTokenLoader, SSOTokenLoader
from dateutil import parser as dateutil_parser
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.files import CacheEntry, Shape
from awsttl.core.profiles import cache_entries
from awsttl.core.profiles.cache_names import key_fingerprint
from support.awscli import BOTH_CLIS, Version, aws_cli
from support.cloud import Cloud
from support.damage import DAMAGED, SESSION, expiring
from support.home import Home, role_file
from support.odd import config_text

NAME = "0" * 40 + ".json"
LOGIN_NAME = "0" * 64 + ".json"
NINE_PM = datetime(2036, 11, 20, 21, 0, 0, tzinfo=UTC).timestamp()

SSO_TOKEN: dict[str, Any] = {
    "startUrl": "https://corp.awsapps.com/start",
    "region": "us-east-1",
    "accessToken": "the-access-token",
    "expiresAt": "2036-11-20T21:00:00Z",
    "clientId": "the-client-id",
    "clientSecret": "the-client-secret",
    "registrationExpiresAt": "2037-01-01T00:00:00Z",
    "refreshToken": "the-refresh-token",
}
LOGIN_TOKEN: dict[str, Any] = {
    "accessToken": {
        "accessKeyId": "ASIAWXYZ123456781234",
        "secretAccessKey": "the-secret-access-key",
        "sessionToken": "the-session-token",
        "accountId": "111122223333",
        "expiresAt": "2036-11-20T21:00:00Z",
    },
    "tokenType": "aws_sigv4",
    "clientId": "arn:aws:signin:::devtools/same-device",
    "refreshToken": "the-refresh-token",
    "idToken": "the-id-token",
    "dpopKey": "the-private-key",
}


def _read(body: object) -> CacheEntry:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    entry = cache_entries.cli_entry(f"/cache/{NAME}", NAME, raw)
    assert entry is not None
    return entry


class TestSessions:
    def test_of_a_role(self) -> None:
        entry = _read(SESSION)
        assert entry == CacheEntry(
            f"/cache/{NAME}",
            Shape.ROLE,
            expires_at=NINE_PM,
            access_key="1234",
            account_id="111122223333",
            role="Admin",
            fingerprint=key_fingerprint("ASIAWXYZ123456781234"),
        )
        assert entry.name == NAME

    def test_of_an_sso_role(self) -> None:
        credentials = {**SESSION["Credentials"], "AccountId": "444455556666"}
        entry = _read({"ProviderType": "sso", "Credentials": credentials})
        assert (entry.shape, entry.account_id) == (Shape.SSO_ROLE, "444455556666")
        assert entry.expires_at == NINE_PM

    @pytest.mark.parametrize(
        "text",
        ["2036-11-20T21:00:00Z", "2036-11-20T21:00:00+00:00", "2036-11-20T21:00:00UTC",
         "2036-11-20T21:00:00.123456+00:00", "2036-11-20T22:00:00+01:00"],
    )  # fmt: skip
    def test_ends_at_the_same_instant_in_the_hand_of_every_writer(self, text: str) -> None:
        assert _read(expiring(text)).expires_at == NINE_PM

    @pytest.mark.parametrize(
        "arn", [None, 7, "", "arn", "arn:aws:sts::1:assumed-role", {"nested": "arn"}]
    )
    def test_whose_arn_says_nothing_is_still_a_session(self, arn: object) -> None:
        entry = _read({**SESSION, "AssumedRoleUser": {"Arn": arn}})
        assert (entry.shape, entry.role) == (Shape.ROLE, "")
        assert _read({**SESSION, "AssumedRoleUser": arn}).shape is Shape.ROLE


@pytest.mark.parametrize(
    "blank", ["", " ", "\n", "\t\r\n ", "\x0b", "\x0c", "\xa0", "\u2003", "\ufeff"]
)
def test_blanks_around_an_entry_are_those_of_json(blank: str) -> None:
    for text in (blank + json.dumps(SESSION), json.dumps(SESSION) + blank):
        try:
            json.loads(text)
        except ValueError:
            assert _read(text.encode()).shape is Shape.CORRUPT
        else:
            assert _read(text.encode()).shape is Shape.ROLE


class TestDamage:
    @pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED)
    def test_is_told_with_a_reason(self, body: bytes) -> None:
        entry = _read(body)
        assert entry.shape is Shape.CORRUPT
        assert entry.reason
        assert entry.expires_at is None

    @pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED)
    def test_is_what_botocore_stumbles_over(self, body: bytes, tmp_path: Path) -> None:
        with pytest.raises(Exception) as caught:
            _botocore_reads(tmp_path, body)
        assert not isinstance(caught.value, _CalledAwsError)

    @BOTH_CLIS
    @pytest.mark.parametrize("damage", ["half-written", "an empty object", "no SessionToken"])
    def test_stops_the_aws_cli_for_good(
        self, home: Home, cloud: Cloud, version: Version, damage: str
    ) -> None:
        section = {"role_arn": "arn:aws:iam::111122223333:role/Admin", "source_profile": "base"}
        keys = {"aws_access_key_id": "AKIABASE", "aws_secret_access_key": "secret"}
        home.config(config_text({"a b": section, "base": keys}))
        path = home.cli_cache(section, expires_at=NINE_PM)
        path.write_bytes(DAMAGED[damage])
        ask = ("sts", "get-caller-identity", "--profile", "a b")
        assert aws_cli(version, *ask, home=home, cloud=cloud).exit_code == 255
        assert cloud.actions == []
        assert path.read_bytes() == DAMAGED[damage]
        assert path.name == role_file(section)

    def test_of_a_file_that_cannot_be_opened(self) -> None:
        entry = cache_entries.unreadable("/cache/x.json", "Permission denied")
        assert (entry.shape, entry.reason) == (Shape.CORRUPT, "Permission denied")

    def test_is_not_what_another_tool_wrote(self) -> None:
        assert _read({"access_key_id": "x", "expiration": 7}).shape is Shape.FOREIGN

    @pytest.mark.parametrize("name", ["session.db", "prompt_history.json", "2.36.7.index"])
    def test_is_not_looked_for_in_files_of_other_names(self, name: str) -> None:
        assert cache_entries.cli_entry(f"/cache/{name}", name, b"damaged") is None
        assert cache_entries.sso_entry(f"/cache/{name}", name, b"damaged") is None
        assert cache_entries.login_entry(f"/cache/{name}", name, b"damaged") is None
        assert cache_entries.login_entry(f"/cache/{NAME}", NAME, b"damaged") is None


class _CalledAwsError(Exception):
    """botocore passed by the cache: it was read, and had expired."""


class _Fetcher(AssumeRoleCredentialFetcher):
    def _get_credentials(self) -> None:
        raise _CalledAwsError


def _botocore_reads(folder: Path, body: bytes) -> float:
    """The expiry that botocore finds in a cache file; raises what stops the CLI."""
    fetcher = _Fetcher(None, None, "arn", cache=JSONFileCache(str(folder)))
    (folder / f"{fetcher._cache_key}.json").write_bytes(body)
    credentials = fetcher.fetch_credentials()
    moment: datetime = dateutil_parser.parse(credentials["expiry_time"])
    assert moment.tzinfo is not None
    return moment.timestamp()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@st.composite
def bodies(draw: st.DrawFn, *, valid: dict[str, Any]) -> bytes:
    """Cache files as they may be found: whole, cut, with things missing, replaced or added."""
    body = deepcopy(valid)
    inside = draw(st.sampled_from([body, *(v for v in body.values() if isinstance(v, dict))]))
    for key in draw(st.sets(st.sampled_from(sorted(inside)), max_size=2)):
        if draw(st.booleans()):
            del inside[key]
        else:
            inside[key] = draw(st.one_of(json_values, st.sampled_from(DATES)))
    text = json.dumps(body).encode()
    found: bytes = draw(
        st.one_of(
            st.just(text),
            st.integers(0, len(text)).map(lambda end: text[:end]),
            st.binary(max_size=4).map(lambda tail: text + tail),
            st.binary(max_size=4).map(lambda head: head + text),
            st.binary(),
            json_values.map(lambda value: json.dumps(value).encode()),
        )
    )
    return found


DATES = (
    "2036-11-20T21:00:00.5Z",
    "2036-11-20T21:00:00.123456789+09:30",
    "2036-11-20 21:00:00 UTC",
    "2036-11-20T21:00Z",
    "2036-11-20T21:00:00-0800",
    "2036-11-20T21:00:00",
    "2036-11-20",
)

READERS = pytest.mark.parametrize(
    ("reader", "name", "valid"),
    [
        pytest.param(cache_entries.cli_entry, NAME, SESSION, id="cli"),
        pytest.param(cache_entries.sso_entry, NAME, SSO_TOKEN, id="sso"),
        pytest.param(cache_entries.login_entry, LOGIN_NAME, LOGIN_TOKEN, id="login"),
    ],
)
Reader = Callable[[str, str, bytes], CacheEntry | None]


class TestAnyBytes:
    @READERS
    def test_are_read_without_an_exception(
        self, reader: Reader, name: str, valid: dict[str, Any]
    ) -> None:
        @given(bodies(valid=valid))
        def reads(body: bytes) -> None:
            entry = reader(f"/cache/{name}", name, body)
            assert entry is not None
            assert (entry.expires_at is None) == (entry.shape in (Shape.CORRUPT, Shape.FOREIGN))
            assert bool(entry.reason) == (entry.expires_at is None)

        reads()

    @READERS
    def test_leave_no_secret_behind(self, reader: Reader, name: str, valid: dict[str, Any]) -> None:
        @given(bodies(valid=valid))
        def keeps_no_secret(body: bytes) -> None:
            shown = repr(reader(f"/cache/{name}", name, body))
            for secret in ("the-", "ASIAWXYZ", "123456781234"):
                assert secret not in shown

        keeps_no_secret()

    @given(bodies(valid=SESSION))
    def test_are_corrupt_where_botocore_fails_and_mean_what_it_means_elsewhere(
        self, body: bytes
    ) -> None:
        with tempfile.TemporaryDirectory() as folder:
            try:
                expiry = _botocore_reads(Path(folder), body)
            except Exception:  # noqa: BLE001 (whatever stops the CLI)
                assert _read(body).shape in (Shape.CORRUPT, Shape.FOREIGN)
                return
        entry = _read(body)
        credentials = json.loads(body)["Credentials"]
        if entry.expires_at is not None:
            assert entry.expires_at == expiry // 1
        elif all(isinstance(credentials[key], str) for key in SESSION["Credentials"]):
            # dateutil, which botocore uses, sees a date in almost anything.
            assert not re.match(r"\d{4}-\d\d-\d\d", credentials["Expiration"])
        # Else awsttl is the stricter: values that are not text pass botocore's reading, and
        # fail when a request is signed with them.


class TestSsoTokens:
    def test_that_can_be_refreshed(self) -> None:
        entry = _token(SSO_TOKEN)
        assert (entry.shape, entry.expires_at) == (Shape.SSO_TOKEN, NINE_PM)
        assert entry.owner == "https://corp.awsapps.com/start"
        assert entry.refreshable
        assert entry.refreshable_until == datetime(2037, 1, 1, tzinfo=UTC).timestamp()

    @pytest.mark.parametrize(
        "key", ["refreshToken", "clientId", "clientSecret", "registrationExpiresAt"]
    )
    def test_that_lack_what_refreshing_needs(self, key: str) -> None:
        entry = _token({name: value for name, value in SSO_TOKEN.items() if name != key})
        assert (entry.shape, entry.refreshable) == (Shape.SSO_TOKEN, False)
        assert entry.refreshable_until is None

    def test_in_the_hand_of_older_clis(self) -> None:
        assert _token({**SSO_TOKEN, "expiresAt": "2036-11-20T21:00:00UTC"}).expires_at == NINE_PM

    def test_are_not_the_registrations_beside_them(self) -> None:
        registration = {"clientId": "c", "clientSecret": "s", "expiresAt": "2036-11-20T21:00:00Z"}
        assert _token(registration).shape is Shape.FOREIGN

    @pytest.mark.parametrize("key", ["accessToken", "expiresAt"])
    def test_without_what_botocore_needs_are_none(self, key: str, tmp_path: Path) -> None:
        body = {name: value for name, value in SSO_TOKEN.items() if name != key}
        assert _token(body).shape in (Shape.CORRUPT, Shape.FOREIGN)
        loader = SSOTokenLoader(cache=JSONFileCache(str(tmp_path)))
        loader.save_token("corp", body)
        with pytest.raises(Exception, match="is invalid"):
            loader("corp")


def _token(body: object) -> CacheEntry:
    entry = cache_entries.sso_entry(f"/cache/{NAME}", NAME, json.dumps(body).encode())
    assert entry is not None
    return entry


class TestLoginTokens:
    def test_are_sessions_that_refresh(self) -> None:
        entry = _login(LOGIN_TOKEN)
        assert (entry.shape, entry.expires_at) == (Shape.LOGIN_TOKEN, NINE_PM)
        assert (entry.account_id, entry.access_key) == ("111122223333", "1234")
        assert entry.refreshable

    @pytest.mark.parametrize("key", ["accessToken", "refreshToken", "dpopKey", "clientId"])
    def test_without_what_botocore_needs_are_corrupt(self, key: str, tmp_path: Path) -> None:
        body = {name: value for name, value in LOGIN_TOKEN.items() if name != key}
        assert _login(body).shape is Shape.CORRUPT
        with pytest.raises(Exception, match="missing required fields"):
            _botocore_logs_in(tmp_path, body)

    @pytest.mark.parametrize("key", LOGIN_TOKEN["accessToken"])
    def test_without_a_part_of_the_credentials_are_corrupt(self, key: str, tmp_path: Path) -> None:
        body = deepcopy(LOGIN_TOKEN)
        del body["accessToken"][key]
        assert _login(body).shape is Shape.CORRUPT
        with pytest.raises(KeyError, match=key):
            _botocore_logs_in(tmp_path, body)


def _login(body: object) -> CacheEntry:
    raw = json.dumps(body).encode()
    entry = cache_entries.login_entry(f"/cache/{LOGIN_NAME}", LOGIN_NAME, raw)
    assert entry is not None
    return entry


def _botocore_logs_in(folder: Path, body: dict[str, Any]) -> None:
    loader = LoginTokenLoader(JSONFileCache(str(folder)))
    loader.save_token("arn", body)
    LoginCredentialFetcher("arn", loader, None).load_cached_credentials()
