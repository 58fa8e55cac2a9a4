"""``renew`` gets a new session as the AWS CLI would, and leaves it where the CLI looks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient

from awsttl.aws.mfa_device import MfaDevice
from awsttl.core.profiles import timestamps
from awsttl.core.secret import Secret
from support.cloud import Cloud
from support.home import Home, role_file
from support.odd import config_text
from support.renewing import (
    BASE,
    DEVICE,
    ROLE,
    credentials_in,
    problem_of,
    renewed,
    role,
    with_code,
)

HOUR = 3600
REUSE = 900


def _sections(home: Home, **profiles: dict[str, str]) -> None:
    home.config(config_text({"base": BASE, **profiles}))


class TestARole:
    def test_costs_one_request_signed_by_its_source(self, home: Home, cloud: Cloud) -> None:
        _sections(home, dev=role())
        (path,) = renewed(home, "dev")
        (call,) = cloud.calls
        assert (call.action, call.access_key) == ("AssumeRole", "AKIABASE")
        assert call.parameters["RoleArn"] == ROLE
        assert path == home.cli_folder / role_file(role())
        (issued,) = cloud.sts.issued.values()
        credentials = credentials_in(path)
        assert credentials["AccessKeyId"] == issued.access_key
        assert credentials["SecretAccessKey"] == issued.secret_key
        assert credentials["SessionToken"] == issued.token
        assert timestamps.parse(credentials["Expiration"]) == issued.expires_at
        assert cloud.strays == []

    @pytest.mark.parametrize(
        ("keys", "argument", "value"),
        [
            ({"external_id": 'ünï "quoted" / 日本'}, "ExternalId", 'ünï "quoted" / 日本'),
            ({"duration_seconds": "1800"}, "DurationSeconds", "1800"),
            ({"duration_seconds": "3_600"}, "DurationSeconds", "3600"),
            ({"duration_seconds": "1h"}, "DurationSeconds", None),
            ({"role_session_name": "me"}, "RoleSessionName", "me"),
        ],
        ids=lambda value: str(value) if isinstance(value, dict) else "",
    )
    def test_is_assumed_with_the_arguments_of_its_profile(
        self, home: Home, cloud: Cloud, keys: dict[str, str], argument: str, value: str | None
    ) -> None:
        _sections(home, dev=role("base", 0, **keys))
        (path,) = renewed(home, "dev")
        (call,) = cloud.calls
        assert call.parameters.get(argument) == value
        ignored = keys.get("duration_seconds") == "1h"
        assert path.name == role_file(role() if ignored else role("base", 0, **keys))

    def test_may_be_its_own_source(self, home: Home, cloud: Cloud) -> None:
        _sections(home, me=BASE | role("me"))
        (path,) = renewed(home, "me")
        (call,) = cloud.calls
        assert call.access_key == "AKIABASE"
        assert path.name == role_file(role("me"))

    def test_uses_its_source_profile_whatever_the_environment_holds(
        self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _sections(home, dev=role())
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_PROFILE", "no such profile")
        renewed(home, "dev")
        assert cloud.calls[0].access_key == "AKIABASE"

    def test_may_have_any_name_and_its_keys_in_either_file(self, home: Home, cloud: Cloud) -> None:
        odd = 'team [/red]/ü "x" 🦀'
        home.config(config_text({odd: role("base file")}))
        home.credentials("""
            [base file]
            aws_access_key_id = AKIAFILE
            aws_secret_access_key = secret
            """)
        renewed(home, odd)
        assert cloud.calls[0].access_key == "AKIAFILE"

    def test_is_asked_of_the_sts_of_its_region_or_of_the_global_one(
        self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _sections(home, here=role(region="eu-central-1"), nowhere=role())
        for name in ("AWS_ENDPOINT_URL_STS", "AWS_DEFAULT_REGION"):
            monkeypatch.delenv(name)
        for profile, host in (("here", "sts.eu-central-1"), ("nowhere", "sts")):
            cloud.strays.clear()
            assert problem_of(home, profile).code == "unreachable"
            assert set(cloud.strays) == {f"{host}.amazonaws.com:443"}


class TestAChain:
    MIDDLE = role("base", 1)
    OUTER = role("middle", 2)

    @pytest.fixture(autouse=True)
    def chain(self, home: Home) -> None:
        _sections(home, middle=self.MIDDLE, outer=self.OUTER)

    def test_is_walked_from_its_first_source(self, home: Home, cloud: Cloud) -> None:
        written = renewed(home, "outer")
        first, second = cloud.calls
        assert (first.access_key, first.parameters["RoleArn"]) == ("AKIABASE", f"{ROLE}1")
        middle, outer = (home.cli_folder / role_file(s) for s in (self.MIDDLE, self.OUTER))
        assert second.parameters["RoleArn"] == f"{ROLE}2"
        assert second.access_key == credentials_in(middle)["AccessKeyId"]
        assert written == (middle, outer)

    def test_reuses_a_middle_that_lives_beyond_the_reuse_point(
        self, home: Home, cloud: Cloud
    ) -> None:
        expires_at = cloud.clock() + REUSE + 60
        middle = home.cli_cache(self.MIDDLE, expires_at=expires_at, access_key="ASIAMIDDLE")
        before = middle.read_bytes()
        (path,) = renewed(home, "outer")
        (call,) = cloud.calls
        assert call.access_key == "ASIAMIDDLE"
        assert path.name == role_file(self.OUTER)
        assert middle.read_bytes() == before

    @pytest.mark.parametrize("left", [REUSE - 1, 0, -HOUR])
    def test_gets_a_middle_afresh_that_does_not(
        self, home: Home, cloud: Cloud, left: float
    ) -> None:
        middle = home.cli_cache(
            self.MIDDLE, expires_at=cloud.clock() + left, access_key="ASIAMIDDLE"
        )
        assert len(renewed(home, "outer")) == 2
        assert [call.access_key for call in cloud.calls] == [
            "AKIABASE",
            credentials_in(middle)["AccessKeyId"],
        ]

    def test_replaces_a_middle_that_nobody_can_read(self, home: Home, cloud: Cloud) -> None:
        middle = home.cli_cache(self.MIDDLE, expires_at=cloud.clock() + HOUR)
        middle.write_bytes(middle.read_bytes() + b"}")
        assert len(renewed(home, "outer")) == 2
        assert credentials_in(middle)["AccessKeyId"] in cloud.sts.issued

    def test_asks_for_no_code_when_the_middle_with_mfa_lives(
        self, home: Home, cloud: Cloud
    ) -> None:
        middle = role("base", 1, mfa_serial=DEVICE)
        _sections(home, middle=middle, outer=self.OUTER)
        home.cli_cache(middle, expires_at=cloud.clock() + HOUR)
        renewed(home, "outer")

    def test_asks_for_a_code_when_the_middle_with_mfa_has_ended(
        self, home: Home, cloud: Cloud
    ) -> None:
        _sections(home, middle=role("base", 1, mfa_serial=DEVICE), outer=self.OUTER)
        asked: list[str] = []

        def ask(serial: str) -> MfaDevice:
            asked.append(serial)
            return MfaDevice(serial, Secret("123456"))

        renewed(home, "outer", ask)
        assert asked == [DEVICE]
        assert [call.parameters.get("SerialNumber") for call in cloud.calls] == [DEVICE, None]

    def test_of_two_hops_with_one_file_ends(self, home: Home, cloud: Cloud) -> None:
        """The file's name leaves out the source; so both hops may have the same."""
        _sections(home, middle=role("base"), outer=role("middle"))
        path, again = renewed(home, "outer")
        assert path == again
        assert credentials_in(path)["AccessKeyId"] == list(cloud.sts.issued)[-1]


class TestTheFile:
    @pytest.fixture(autouse=True)
    def dev(self, home: Home) -> None:
        _sections(home, dev=role())

    def test_is_alone_in_a_folder_that_did_not_exist(self, home: Home, cloud: Cloud) -> None:
        assert not home.cli_folder.exists()
        (path,) = renewed(home, "dev")
        assert list(home.cli_folder.iterdir()) == [path]
        assert home.cli_folder.stat().st_mode & 0o777 == 0o700

    def test_is_for_its_owner_only_even_where_it_was_not(self, home: Home, cloud: Cloud) -> None:
        old = home.cli_cache(role(), expires_at=cloud.clock() + HOUR)
        old.chmod(0o644)
        (path,) = renewed(home, "dev")
        assert path == old
        assert path.stat().st_mode & 0o777 == 0o600

    def test_dates_its_end_in_the_form_that_all_clients_read(
        self, home: Home, cloud: Cloud, timezone: Callable[[str], None]
    ) -> None:
        timezone("America/St_Johns")
        (path,) = renewed(home, "dev")
        assert credentials_in(path)["Expiration"].endswith("+00:00")

    def test_replaces_a_session_that_is_still_valid(self, home: Home, cloud: Cloud) -> None:
        old = home.cli_cache(role(), expires_at=cloud.clock() + 10 * HOUR, access_key="ASIAOLD")
        renewed(home, "dev")
        assert credentials_in(old)["AccessKeyId"] in cloud.sts.issued

    def test_is_swapped_and_not_written_into(self, home: Home, cloud: Cloud) -> None:
        """Whoever has the old file open goes on reading the old session."""
        old = home.cli_cache(role(), expires_at=cloud.clock() + HOUR, access_key="ASIAOLD")
        with old.open() as file:
            renewed(home, "dev")
            assert json.load(file)["Credentials"]["AccessKeyId"] == "ASIAOLD"

    def test_is_reached_through_a_folder_behind_a_symlink(
        self, home: Home, cloud: Cloud, tmp_path: Path
    ) -> None:
        home.cli_folder.parent.mkdir(parents=True)
        home.cli_folder.symlink_to(tmp_path)
        renewed(home, "dev")
        assert [path.name for path in tmp_path.iterdir()] == [role_file(role())]
        assert home.cli_folder.is_symlink()


_VALID = {
    "Credentials": {
        "AccessKeyId": "ASIAOLD",
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "Expiration": "2099-01-01T00:00:00Z",
    }
}


def _with(**changes: object) -> bytes:
    return json.dumps({"Credentials": _VALID["Credentials"] | changes}).encode()


DAMAGED = {
    "empty": b"",
    "blank": b" \n",
    "half": _with()[:60],
    "trailing bytes": _with() + b"}",
    "byte-order mark": b"\xef\xbb\xbf" + _with(),
    "zeros": b"\0" * 300,
    "not UTF-8": b'{"Credentials": "\xff"}',
    "no object": b"[]",
    "null": b"null",
    "empty object": b"{}",
    "no Credentials": b'{"some": "tool"}',
    "Credentials of no use": b'{"Credentials": []}',
    "no key": _with(AccessKeyId=None),
    "naive date": _with(Expiration="2099-01-01T00:00:00"),
    "number for a date": _with(Expiration=4070908800),
    "no date": _with(Expiration="soon"),
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_replaced(home: Home, cloud: Cloud, body: bytes) -> None:
    """The AWS CLI stumbles over it for ever (aws-cli #5528)."""
    _sections(home, dev=role())
    path = home.cli_folder / role_file(role())
    path.parent.mkdir(parents=True)
    path.write_bytes(body)
    assert renewed(home, "dev") == (path,)
    assert credentials_in(path)["AccessKeyId"] in cloud.sts.issued


class TestAgainstMoto:
    """Another one's STS: what the tests' own cloud takes for granted, it may not."""

    @pytest.fixture(autouse=True)
    def moto(self, moto_sts: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", moto_sts)

    def test_roles_with_their_arguments_and_chains_are_renewed(self, home: Home) -> None:
        keys = {"external_id": "x/ü", "duration_seconds": "1800", "role_session_name": "me"}
        _sections(home, middle=role("base", 1, **keys), outer=role("middle", 2))
        middle, outer = renewed(home, "outer")
        assert middle.name == role_file(role("base", 1, **keys))
        assert outer.name == role_file(role("middle", 2))
        left = timestamps.parse(credentials_in(middle)["Expiration"]) - middle.stat().st_mtime
        assert 1700 < left <= 1801

    def test_a_role_with_mfa_is_renewed(self, home: Home) -> None:
        _sections(home, dev=role(mfa_serial=DEVICE))
        (path,) = renewed(home, "dev", with_code("123456"))
        assert path.name == role_file(role(mfa_serial=DEVICE))

    def test_one_code_is_exchanged_for_several_roles(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _sections(home, a=role(number=1, mfa_serial=DEVICE), b=role(number=2, mfa_serial=DEVICE))
        device = MfaDevice(DEVICE, Secret("123456"), shared=True)
        called: list[tuple[str, bool]] = []
        call = BaseClient._make_api_call

        def counted(client: Any, name: str, arguments: dict[str, Any]) -> Any:
            called.append((name, "TokenCode" in arguments))
            return call(client, name, arguments)

        monkeypatch.setattr(BaseClient, "_make_api_call", counted)
        for name in ("a", "b"):
            renewed(home, name, lambda _serial: device)
        assert called == [("GetSessionToken", True), *[("AssumeRole", False)] * 2]

    def test_a_web_identity_is_renewed(self, home: Home) -> None:
        token = home.web_token("token", "a.web.token")
        web = {"role_arn": ROLE, "web_identity_token_file": str(token)}
        home.config(config_text({"web": web}))
        assert len(renewed(home, "web")) == 2


@pytest.mark.heavy
def test_renewals_in_parallel_threads_do_not_disturb_each_other(home: Home, cloud: Cloud) -> None:
    names = [f"p{number}" for number in range(8)]
    _sections(home, **{name: role(number=i + 1) for i, name in enumerate(names)})
    threads = [threading.Thread(target=renewed, args=(home, name)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    files = {path.name: credentials_in(path) for path in home.cli_folder.iterdir()}
    assert set(files) == {role_file(role(number=i + 1)) for i in range(8)}
    assert len({credentials["AccessKeyId"] for credentials in files.values()}) == 8
