"""A section that a client did not find, and that the person sees in the file."""

from __future__ import annotations

import os

import pytest

from awsttl.core.profiles.resolve import snapshot
from awsttl.core.why.explain import Explanation, explain
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, CORP, LEGACY, SSO

NOW = 1_795_208_400.0
MISSING = "The config profile ({}) could not be found"
NO_SESSION = 'The specified sso-session does not exist: "{}"'


def told(text: str) -> Explanation:
    return explain(text, snapshot(Reader(Locations.of(os.environ)).look()), {}, NOW)


class TestAProfileThatNoCliReads:
    @pytest.mark.parametrize(
        ("rows", "name", "line", "write"),
        [
            ("[base-role]\nregion = x\n", "base-role", 1, "write [profile base-role]"),
            ("[profile a b]\nregion = x\n", "a b", 1, 'write [profile "a b"]'),
            ('[profile "open]\nregion = x\n', "open", 1, "write [profile open]"),
            ("[Profile caps]\nregion = x\n", "caps", 1, "write [profile caps]"),
            ("[Default]\nregion = x\n", "default", 1, "write [default]"),
            (
                "[profile a]\noutput = json\n [profile b]\n",
                "b", 3, "take away the blanks before it",
            ),
            (
                "[profile a]\noutput = json\n [b]\n",
                "b", 3, "write [profile b] without the blanks before it",
            ),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize(
        "text",
        [
            MISSING,
            "Could not resolve credentials using profile: [{}] in configuration/credentials",
            "java.lang.IllegalArgumentException: No AWS profile named '{}'",
        ],
    )
    def test_is_told_with_its_line_and_what_to_write(
        self, text: str, rows: str, name: str, *, line: int, write: str, home: Home
    ) -> None:
        home.config(rows)
        found = told(text.format(name))
        assert (found.problem.code, found.profiles) == ("profile-missing", (name,))
        place = f"~/.aws/config:{line}"
        assert f"there is no profile {name}, although it stands in {place}: " in (
            found.problem.message
        )
        assert str(found.problem.fix) == f"{write} in {place}"

    @pytest.mark.parametrize(
        ("rows", "name", "line", "write"),
        [
            ("[profile dev]\naws_access_key_id = A\n", "dev", 1, "write [dev]"),
            (
                "[a]\naws_access_key_id = A\n  [dev]\n",
                "dev", 3, "take away the blanks before it",
            ),
        ],
    )  # fmt: skip
    def test_is_told_of_the_credentials_file_too(
        self, rows: str, name: str, line: int, write: str, home: Home
    ) -> None:
        home.credentials(rows)
        assert (
            str(told(MISSING.format(name)).problem.fix) == f"{write} in ~/.aws/credentials:{line}"
        )

    def test_is_no_other_one_that_is_nowhere(self, home: Home) -> None:
        home.config("[dev]\nregion = x\n[profile fine]\nregion = x\n")
        found = told(MISSING.format("nope"))
        assert found.problem.message == "there is no such profile: nope"
        assert "nope" in str(found.problem.fix)

    def test_that_has_no_credentials_by_the_words_of_a_client_has_no_section(
        self, home: Home
    ) -> None:
        home.config("[Default]\naws_access_key_id = A\naws_secret_access_key = s\n")
        found = told("Unable to locate credentials. You can configure credentials by running x")
        assert str(found.problem.fix) == "write [default] in ~/.aws/config:1"

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_may_stand_in_a_file_that_cannot_be_read(self, home: Home) -> None:
        home.config(config_text({"dev": BASE})).chmod(0)
        found = told(MISSING.format("dev"))
        assert "~/.aws/config cannot be read" in found.problem.message
        assert str(found.problem.fix) == "chmod u+r ~/.aws/config"

    def test_may_stand_behind_a_link_to_nothing(self, home: Home) -> None:
        home.aws.mkdir()
        home.config_file.symlink_to("gone")
        assert "it is a link to nothing" in told(MISSING.format("dev")).problem.message


class TestAnSsoSession:
    def test_that_no_cli_reads_is_told_with_its_line(self, home: Home) -> None:
        home.config("[sso_session corp]\nsso_start_url = https://x\nsso_region = x\n")
        found = told(NO_SESSION.format("corp"))
        assert found.profiles == ()
        assert "there is no sso-session corp, although it stands in ~/.aws/config:1: " in (
            found.problem.message
        )
        assert str(found.problem.fix) == "write [sso-session corp] in ~/.aws/config:1"

    def test_concerns_the_profiles_that_name_it_and_no_others(self, home: Home) -> None:
        home.config(config_text({"dev": SSO, "other": SSO | {"sso_session": "gone"}}))
        found = told(NO_SESSION.format("gone"))
        assert (found.problem.code, found.profiles) == ("sso-session-missing", ("other",))
        assert '"gone"' in found.problem.message

    @pytest.mark.parametrize(
        "text",
        [
            NO_SESSION,
            "TokenProviderError: Sso session '{}' could not be found in shared credentials file.",
            "failed to find SSO session: {}",
        ],
    )
    def test_that_is_nowhere_concerns_nobody(self, text: str, home: Home) -> None:
        home.config(config_text({"dev": SSO, "legacy": LEGACY}, CORP))
        found = told(text.format("nope"))
        assert (found.problem.code, found.profiles) == ("sso-session-missing", ())
        assert found.problem.message == "there is no such sso-session: nope"
        assert "[sso-session nope]" in str(found.problem.fix)
