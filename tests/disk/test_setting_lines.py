"""Each key of a profile is shown with the line that sets it, and no secret is."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from awsttl.core.ini.document import Document
from awsttl.core.ini.setting import Setting
from awsttl.core.profiles.kinds import merge
from awsttl.disk import setting_lines as setting_lines_module
from awsttl.disk.ini_files import Documents, read_config, read_credentials
from awsttl.disk.locations import Locations
from awsttl.disk.setting_lines import SettingLines
from support.home import Home

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.fixture
def setting_lines(home: Home) -> SettingLines:
    return SettingLines(Locations.of({}))


def places(settings: tuple[Setting, ...]) -> dict[str, tuple[str, str, int]]:
    return {setting.key: (setting.value, setting.file, setting.line) for setting in settings}


class TestPlaces:
    def test_each_key_has_its_file_and_line(self, home: Home, setting_lines: SettingLines) -> None:
        home.config("""\
            # the team's
            [default]
            region = eu-west-1

            [profile dev]
            role_arn = arn:aws:iam::111122223333:role/Dev
            ; where it comes from
            Source_Profile: base
            """)
        assert setting_lines.settings("dev") == (
            Setting("role_arn", "arn:aws:iam::111122223333:role/Dev", "~/.aws/config", 6),
            Setting("source_profile", "base", "~/.aws/config", 8),
        )

    def test_credentials_win_over_config_and_come_first(
        self, home: Home, setting_lines: SettingLines
    ) -> None:
        home.config("[profile base]\nregion = one\noutput = json\n")
        home.credentials("[base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\nregion = two\n")
        assert setting_lines.settings("base") == (
            Setting("aws_access_key_id", "…MPLE", "~/.aws/credentials", 2, in_credentials=True),
            Setting("region", "two", "~/.aws/credentials", 3, in_credentials=True),
            Setting("output", "json", "~/.aws/config", 3),
        )

    @pytest.mark.parametrize(
        ("first", "second"), [("default", "profile default"), ("profile default", "default")]
    )
    def test_the_later_of_two_defaults_replaces_the_earlier(
        self, first: str, second: str, home: Home, setting_lines: SettingLines
    ) -> None:
        home.config(f"[{first}]\nregion = one\noutput = json\n[{second}]\nregion = two\n")
        assert places(setting_lines.settings("default")) == {"region": ("two", "~/.aws/config", 5)}

    def test_what_leaks_from_default_is_shown_where_it_stands(
        self, home: Home, setting_lines: SettingLines
    ) -> None:
        home.config("[profile a]\noutput = json\n[DEFAULT]\nregion = x\noutput = text\n")
        assert places(setting_lines.settings("a")) == {
            "output": ("json", "~/.aws/config", 2),
            "region": ("x", "~/.aws/config", 4),
        }

    def test_a_continued_value_stands_where_it_begins_and_hides_no_key(
        self, home: Home, setting_lines: SettingLines
    ) -> None:
        home.config("""\
            [profile a]
            s3 =
              region = not a key of the profile
              addressing_style = path
            region = x
            """)
        assert places(setting_lines.settings("a")) == {
            "s3": ("", "~/.aws/config", 2),
            "region": ("x", "~/.aws/config", 5),
        }

    def test_odd_characters_do_not_count_as_lines(
        self, home: Home, setting_lines: SettingLines
    ) -> None:
        home.config("[profile a]\noutput = \x0b\x0c\x1c\x85\u2028\u2029.\nregion = x\n")
        assert places(setting_lines.settings("a"))["region"] == ("x", "~/.aws/config", 3)

    def test_the_files_may_lie_anywhere(self, home: Home) -> None:
        place = home.path / "elsewhere"
        place.write_text("[profile a]\nregion = x\n")
        found = SettingLines(Locations.of({"AWS_CONFIG_FILE": str(place)})).settings("a")
        assert found == (Setting("region", "x", "~/elsewhere", 2),)

    def test_of_a_damaged_file_what_can_be_read_is_shown(
        self, home: Home, setting_lines: SettingLines
    ) -> None:
        config = home.config("\ufeff[default]\nregion = x\n[profile a]\nnonsense\n[default]\n")
        assert places(setting_lines.settings("default")) == {"region": ("x", "~/.aws/config", 2)}
        config.write_bytes(b"[default]\noutput = \xff\nregion = y\n")
        assert places(setting_lines.settings("default"))["region"] == ("y", "~/.aws/config", 3)


class TestSecrets:
    @pytest.mark.parametrize(
        "key",
        [
            "aws_secret_access_key",
            "AWS_SECRET_ACCESS_KEY",
            "aws_session_token",
            "aws_security_token",
            "sso_client_secret",
            "azure_default_password",
            "okta_passwd",
            "private_key",
            "token",
        ],
    )
    def test_are_masked(self, key: str, home: Home, setting_lines: SettingLines) -> None:
        home.credentials(f"[base]\n{key} = {SECRET}\n{key}_id = x\n")
        (setting, *_) = setting_lines.settings("base")
        assert (setting.value, setting.line) == ("•••", 2)
        assert SECRET not in repr(setting_lines.settings("base"))

    @pytest.mark.parametrize("key", ["aws_searet_access_key", "aws_scret", "aws.access.kez"])
    def test_of_a_secret_whose_name_is_misspelt_nothing(
        self, home: Home, setting_lines: SettingLines, key: str
    ) -> None:
        home.credentials(f"[base]\n{key} = {SECRET}\n")
        (setting,) = setting_lines.settings("base")
        assert (setting.key, setting.value) == (key, "•••")

    @pytest.mark.parametrize(
        "key", ["web_identity_token_file", "x_security_token_expires", "external_id", "mfa_serial"]
    )
    def test_what_only_sounds_like_one_is_shown(
        self, key: str, home: Home, setting_lines: SettingLines
    ) -> None:
        home.credentials(f"[base]\n{key} = shown\n")
        assert setting_lines.settings("base")[0].value == "shown"

    def test_of_an_access_key_the_end_is_shown(
        self, home: Home, setting_lines: SettingLines
    ) -> None:
        home.credentials("[base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n")
        assert setting_lines.settings("base")[0].value == "…MPLE"

    @pytest.mark.parametrize(
        ("command", "shown"),
        [
            (f"/opt/helper --password {SECRET}", "/opt/helper …"),
            (f"/opt/helper\t{SECRET} x", "/opt/helper …"),
            ("/opt/helper", "/opt/helper"),
            ("", ""),
        ],
    )
    def test_of_a_process_the_program_is_shown(
        self, command: str, shown: str, home: Home, setting_lines: SettingLines
    ) -> None:
        home.config(f"[profile a]\ncredential_process = {command}\n")
        assert setting_lines.settings("a")[0].value == shown

    def test_that_go_on_over_several_lines_are_not_shown_either(
        self, home: Home, setting_lines: SettingLines
    ) -> None:
        home.credentials(f"[base]\naws_session_token =\n  {SECRET}\n  {SECRET}\nregion = x\n")
        assert [setting.key for setting in setting_lines.settings("base")] == [
            "aws_session_token",
            "region",
        ]
        assert SECRET not in repr(setting_lines.settings("base"))


def _must_not_read(path: str) -> Document:
    raise AssertionError(f"{path} was read once more")


class TestLooking:
    def test_nothing_is_known_of_what_is_not_there(
        self, home: Home, setting_lines: SettingLines
    ) -> None:
        assert setting_lines.settings("a") == ()
        home.config("[profile b]\n")
        assert setting_lines.settings("a") == ()
        assert setting_lines.settings("b") == ()

    def test_a_changed_file_is_read_again(self, home: Home, setting_lines: SettingLines) -> None:
        home.config("[profile a]\nregion = x\n")
        setting_lines.settings("a")
        home.config("[profile a]\n\nregion = longer\n")
        assert places(setting_lines.settings("a")) == {"region": ("longer", "~/.aws/config", 3)}
        home.config_file.unlink()
        assert setting_lines.settings("a") == ()

    def test_an_unchanged_one_is_not(
        self, home: Home, setting_lines: SettingLines, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home.config("[profile a]\nregion = x\n[profile b]\nregion = y\n")
        assert setting_lines.settings("a")
        monkeypatch.setattr(setting_lines_module, "read_document", _must_not_read)
        assert [setting.value for setting in setting_lines.settings("b")] == ["y"]

    def test_a_file_that_was_read_just_now_is_taken_as_it_is(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home.config("[profile a]\nregion = x\n")
        home.credentials("[a]\noutput = json\n")
        locations = Locations.of({})
        documents: Documents = {}
        read_config(locations.config, documents)
        read_credentials(locations.credentials, documents)
        monkeypatch.setattr(setting_lines_module, "read_document", _must_not_read)
        found = SettingLines(locations, documents).settings("a")
        assert [setting.value for setting in found] == ["json", "x"]

    def test_a_named_pipe_is_not_waited_for_nor_a_folder_read(
        self, home: Home, setting_lines: SettingLines
    ) -> None:
        home.aws.mkdir()
        os.mkfifo(home.config_file)
        home.credentials_file.mkdir()
        assert setting_lines.settings("a") == ()


HEADERS = st.sampled_from(
    [
        *("default", "profile default", "profile a", 'profile "a"', "profile b", "profile", "a"),
        *("profile a b", 'profile "a', "sso-session a", "DEFAULT", " a ", "profilex a", "b"),
    ]
).map("[{}]".format)
LINES = st.builds(
    "{}{}".format,
    st.sampled_from(["", "", "", " ", "  "]),
    HEADERS
    | st.builds(
        "{}{}{}".format,
        st.sampled_from(["region", "REGION", "s3", "x y", "é", "a_token"]),
        st.sampled_from([" = ", "=", ":", " : "]),
        st.sampled_from(["", "x", "a = b", "x # y", "[x]"]),
    )
    | st.sampled_from(["", "# x", "; [profile c]", "nested = 1", "\x0c"]),
)
TEXTS = st.lists(LINES, max_size=12, unique=True).map(lambda lines: "\n".join(["[a]", *lines]))


@given(config=TEXTS, credentials=TEXTS)
def test_a_profile_has_the_keys_that_the_parser_gives_it(config: str, credentials: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder, "config"), Path(folder, "credentials")
        for path, text in zip(paths, (config, credentials), strict=True):
            path.write_text(text)
        ours, theirs = read_config(str(paths[0])), read_credentials(str(paths[1]))
        setting_lines = SettingLines(Locations(str(paths[0]), str(paths[1]), "", "", ""))
        found = {name: setting_lines.settings(name) for name in ("default", "a", "b", "profile a")}
    assume(ours.problem is None and theirs.problem is None)
    merged = merge(ours, theirs).merged
    lines = {
        path: text.split("\n") for path, text in zip(paths, (config, credentials), strict=True)
    }
    for name, settings in found.items():
        assert {setting.key for setting in settings} == set(merged.get(name, {}))
        for setting in settings:
            assert (
                lines[Path(setting.file)][setting.line - 1].strip().lower().startswith(setting.key)
            )
