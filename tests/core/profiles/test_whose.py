"""The environment's keys are told by name, where they are those of a profile on this machine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from awsttl.core.files import EMPTY, Held
from awsttl.core.model import Snapshot
from awsttl.core.profiles.cache_names import process_fingerprint
from awsttl.core.profiles.environment import read
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.secret import Secret
from awsttl.core.view import rows
from support.home import Home
from support.looking import files
from support.odd import config_text, credentials_text
from support.renewing import BASE, CORP, SSO, role

NOW = 1_795_208_400.0
HOUR = 3600.0
KEY = "ASIAENVIRONMENT00E01"
LOGIN = "arn:aws:iam::111122223333:user/me"
TWIN = "ASIAOTHERKEY000000E01"
"""Another key with the same last four characters."""
PASTED = {"aws_secret_access_key": "s", "aws_session_token": "t"}


def cached(home: Home, key: str) -> None:
    home.config(config_text({"base": BASE, "dev": role()}))
    home.cli_cache(role(), expires_at=NOW + HOUR, access_key=key)


def of_sso(home: Home, key: str) -> None:
    home.config(config_text({"dev": SSO}, CORP))
    home.cli_cache(SSO, expires_at=NOW + HOUR, access_key=key)


def logged_in(home: Home, key: str) -> None:
    home.config(config_text({"dev": {"login_session": LOGIN}}))
    home.login_token(LOGIN, expires_at=NOW + HOUR, access_key=key)


def pasted(home: Home, key: str) -> None:
    home.credentials(credentials_text({"dev": {"aws_access_key_id": key, **PASTED}}))


def in_config(home: Home, key: str) -> None:
    home.config(config_text({"dev": {"aws_access_key_id": key, **PASTED}}))


def nowhere(home: Home, key: str) -> None:
    home.config(config_text({"dev": role(), "base": BASE}))


def seen(home: Home, key: str = KEY, held: Held | None = None) -> Snapshot:
    environ = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"}
    read_files = files(home)._replace(held={held.profile: held} if held else EMPTY)
    return snapshot(read_files, read(environ))


def whose(found: Snapshot) -> tuple[str, ...]:
    assert found.environment is not None
    return found.environment.session_of


@pytest.mark.parametrize("write", [cached, of_sso, logged_in, pasted, in_config])
class TestAKeyOfAProfile:
    def test_is_known_wherever_it_lies(
        self, write: Callable[[Home, str], None], home: Home
    ) -> None:
        write(home, KEY)
        assert whose(seen(home)) == ("dev",)

    def test_is_not_confused_with_another_that_ends_alike(
        self, write: Callable[[Home, str], None], home: Home
    ) -> None:
        write(home, TWIN)
        assert whose(seen(home)) == ()


def test_a_key_that_is_nowhere_is_nobodys(home: Home) -> None:
    nowhere(home, KEY)
    assert whose(seen(home)) == ()
    assert whose(seen(home, "")) == ()


@pytest.mark.parametrize(("key", "names"), [(KEY, ("vault",)), (TWIN, ())])
def test_a_key_that_awsttl_holds_is_its_profiles(
    key: str, names: tuple[str, ...], home: Home
) -> None:
    home.config(config_text({"vault": {"credential_process": "get"}}))
    held = Held("vault", process_fingerprint("get"), key, Secret("s"), Secret("t"), NOW + HOUR)
    assert whose(seen(home, held=held)) == names


class TestTheRow:
    def test_says_whose_before_what_is_set(self, home: Home) -> None:
        cached(home, KEY)
        environment = seen(home).environment
        assert environment is not None
        row = rows.row(environment, NOW)
        assert row.source.startswith("session of dev: AWS_ACCESS_KEY_ID, ")

    def test_names_one_of_several_that_share_it(self, home: Home) -> None:
        twins = {"base": BASE, "old": BASE, "dev": role(), "ops": role("old")}
        home.config(config_text(twins))
        home.cli_cache(role(), expires_at=NOW + HOUR, access_key=KEY)
        environment = seen(home).environment
        assert environment is not None
        assert environment.session_of == ("dev", "ops")
        assert rows.row(environment, NOW).source.startswith("session of dev and 1 more: ")

    def test_of_long_term_keys_speaks_of_keys(self, home: Home) -> None:
        home.credentials(credentials_text({"base": BASE}))
        environ = {
            "AWS_ACCESS_KEY_ID": BASE["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": "s",
        }
        environment = snapshot(files(home), read(environ)).environment
        assert environment is not None
        assert rows.row(environment, NOW).source.startswith("keys of base: ")

    def test_of_a_stranger_says_what_is_set(self, home: Home) -> None:
        environment = seen(home).environment
        assert environment is not None
        assert rows.row(environment, NOW).source.startswith("AWS_ACCESS_KEY_ID, ")
