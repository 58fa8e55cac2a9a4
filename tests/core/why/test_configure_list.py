"""Which value wins, as the AWS CLI shows it with ``aws configure list``."""

from __future__ import annotations

import pytest

from awsttl.core.ini.setting import Setting
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.why.configure_list import same_values, used_values
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from awsttl.disk.result_details import ResultDetails
from support.awscli import BOTH_CLIS, Version, aws_cli
from support.home import Home
from support.looking import status
from support.odd import config_text
from support.renewing import BASE, role

FROM_CONFIG = Setting("region", "eu-west-1", "~/.aws/config", 2)
NOWHERE = ("", "")


def _region(home: Home, environ: dict[str, str], *settings: Setting) -> tuple[str, str, str]:
    *_, region = used_values(status(home, "dev"), NOWHERE, settings, environ)
    assert region.name == "region"
    return region.value, region.type, region.location


@pytest.fixture(autouse=True)
def dev(home: Home) -> None:
    home.config(config_text({"dev": BASE | {"region": "eu-west-1"}}))


class TestRegion:
    @pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
    def test_of_the_environment_wins_over_the_profiles(self, home: Home, variable: str) -> None:
        found = _region(home, {variable: "us-west-2"}, FROM_CONFIG)
        assert found == ("us-west-2", "env", variable)

    def test_aws_region_wins_over_aws_default_region(self, home: Home) -> None:
        environ = {"AWS_DEFAULT_REGION": "us-west-1", "AWS_REGION": "us-west-2"}
        assert _region(home, environ, FROM_CONFIG)[:2] == ("us-west-2", "env")

    def test_of_an_empty_variable_does_not_win(self, home: Home) -> None:
        found = _region(home, {"AWS_REGION": ""}, FROM_CONFIG)
        assert found == ("eu-west-1", "config-file", "~/.aws/config:2")

    @BOTH_CLIS
    def test_is_that_of_the_real_cli(self, home: Home, version: Version) -> None:
        """v1 does not know ``AWS_REGION``."""
        variable = "AWS_REGION" if version == "v2" else "AWS_DEFAULT_REGION"
        ask = ("configure", "list", "--profile", "dev")
        said = aws_cli(version, *ask, home=home, env={variable: "us-west-2"}).stdout
        (line,) = (line for line in said.splitlines() if line.split()[:1] == ["region"])
        value, kind, _ = _region(home, {variable: "us-west-2"}, FROM_CONFIG)
        assert value in line.split()
        assert kind in line.split()


class TestKeys:
    KEYS = (
        Setting("aws_access_key_id", "hidden", "~/.aws/config", 3),
        Setting("aws_secret_access_key", "hidden", "~/.aws/credentials", 9, in_credentials=True),
    )

    def test_come_each_from_its_own_file(self, home: Home) -> None:
        access, secret, _ = used_values(status(home, "dev"), ("0042", "cret"), self.KEYS, {})
        assert (access.value, access.type) == ("*" * 16 + "0042", "config-file")
        assert access.location == "~/.aws/config:3"
        assert (secret.value, secret.type) == ("*" * 16 + "cret", "shared-credentials-file")
        assert secret.location == "~/.aws/credentials:9"

    def test_of_a_role_come_from_its_cache_entry(self, home: Home) -> None:
        home.config(config_text({"base": BASE, "dev": role()}))
        path = home.cli_cache(role(), expires_at=4_000_000_000.0)
        access, *_ = used_values(status(home, "dev"), ("0042", "cret"), self.KEYS, {})
        assert (access.type, access.location) == ("assume-role", str(path))

    def test_that_are_not_there_are_not_set(self, home: Home) -> None:
        home.config(config_text({"dev": {"region": "eu-west-1"}}))
        access, _, region = used_values(status(home, "dev"), NOWHERE, (), {})
        assert access.line == "access_key <not set>             None"
        assert (region.value, region.type) == ("eu-west-1", "config-file")


def test_two_profiles_are_compared_value_by_value(home: Home) -> None:
    one = used_values(status(home, "dev"), ("0042", "cret"), TestKeys.KEYS, {})
    other = used_values(status(home, "dev"), ("0042", "else"), TestKeys.KEYS, {})
    assert same_values(one, other) == (True, False, True)


@BOTH_CLIS
@pytest.mark.parametrize("is_config", [True, False])
def test_a_file_of_any_name_has_the_type_that_the_real_cli_gives_it(
    is_config: bool, version: Version, home: Home
) -> None:
    """Also where the one file is called as the other usually is."""
    name = "my credentials" if is_config else "my config"
    variable = "AWS_CONFIG_FILE" if is_config else "AWS_SHARED_CREDENTIALS_FILE"
    header = "profile it" if is_config else "it"
    keys = "".join(f"{key} = {value}\n" for key, value in BASE.items())
    (home.path / name).write_text(f"[{header}]\n{keys}")
    environ = {variable: f"~/{name}"}
    ask = ("configure", "list", "--profile", "it")
    said = aws_cli(version, *ask, home=home, env=environ).stdout

    locations = Locations.of(environ)
    (found,) = (each for each in snapshot(Reader(locations).look()).profiles if each.name == "it")
    access, secret, _ = ResultDetails(locations, environ).used_values(found)
    for value in (access, secret):
        (line,) = (line for line in said.splitlines() if line.split()[:1] == [value.name])
        assert value.type in line.split()
        assert value.location.startswith(f"~/{name}:")
