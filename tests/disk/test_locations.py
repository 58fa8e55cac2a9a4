"""The files are looked for where the AWS CLI looks for them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from botocore.session import Session
from botocore.utils import get_login_token_cache_directory

from awsttl.disk import ini_files
from awsttl.disk.locations import Locations, shown
from support.awscli import aws_cli
from support.home import Home


def test_without_variables_everything_is_below_the_home_folder(home: Home) -> None:
    assert Locations.of({}) == Locations(
        config=str(home.config_file),
        credentials=str(home.credentials_file),
        cli_cache=str(home.cli_folder),
        sso_cache=str(home.sso_folder),
        login_cache=str(home.login_folder),
    )


WAYS = {
    "absolute": "{place}",
    "~": "~/{name}",
    "$VAR": "$PLACES/{name}",
    "${VAR}": "${{PLACES}}/{name}",
    "a $VAR that holds ~": "$HOMELY/{name}",
    "a $VAR that is not set": "{place}-$NOT_SET",
    "relative to the working folder": "{name}",
    "a name with blanks and a $": "{place} $ 日本",
}
"""How a variable can name a place; ``~``, ``$PLACES`` and the working folder are all the home."""


@pytest.fixture
def variables(home: Home, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.chdir(home.path)
    monkeypatch.setenv("PLACES", str(home.path))
    monkeypatch.setenv("HOMELY", "~")
    return monkeypatch


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_files_are_those_that_botocore_reads(
    way: str, home: Home, variables: pytest.MonkeyPatch
) -> None:
    for variable, name in (
        ("AWS_CONFIG_FILE", "my-config"),
        ("AWS_SHARED_CREDENTIALS_FILE", "my-credentials"),
    ):
        variables.setenv(variable, way.format(place=home.path / name, name=name))
    locations = Locations.of(os.environ)
    Path(locations.config).write_text("[profile from-config]\nregion = x\n")
    Path(locations.credentials).write_text("[from-credentials]\nregion = x\n")

    assert Session().available_profiles == ["from-config", "from-credentials"]
    assert Path(locations.config).is_absolute()
    assert Path(locations.credentials).is_absolute()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_login_cache_is_where_botocore_has_it(
    way: str, home: Home, variables: pytest.MonkeyPatch
) -> None:
    place = way.format(place=home.path / "logins", name="logins")
    variables.setenv("AWS_LOGIN_CACHE_DIRECTORY", place)

    found = Locations.of(os.environ)

    assert found.login_cache == str(Path(get_login_token_cache_directory()).absolute())
    assert found.caches == (str(home.cli_folder), str(home.sso_folder), found.login_cache)


@pytest.mark.needs("aws-v2")
@pytest.mark.parametrize(
    ("variable", "remaining"),
    [("AWS_CONFIG_FILE", "from-credentials"), ("AWS_SHARED_CREDENTIALS_FILE", "from-config")],
)
def test_a_variable_that_is_set_and_empty_names_no_file(
    variable: str, remaining: str, home: Home
) -> None:
    home.config("[profile from-config]\nregion = x\n")
    home.credentials("[from-credentials]\nregion = x\n")

    listed = aws_cli("v2", "configure", "list-profiles", home=home, env={variable: ""})
    locations = Locations.of({variable: ""})
    config = ini_files.read_config(locations.config)
    credentials = ini_files.read_credentials(locations.credentials)

    assert listed.stdout.split() == [remaining]
    assert [*config.sections, *credentials.sections] == [remaining]
    assert (config.problem, credentials.problem) == (None, None)


class TestShown:
    def test_the_home_folder_is_a_tilde(self, home: Home) -> None:
        assert shown(str(home.config_file)) == "~/.aws/config"

    def test_other_folders_are_not(self, home: Home) -> None:
        assert shown("/etc/aws/config") == "/etc/aws/config"
        assert shown(f"{home.path}-of-another/config") == f"{home.path}-of-another/config"
