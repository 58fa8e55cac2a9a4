"""Nothing in a file is dropped in silence: what the AWS CLIs pass over is told, with its line."""

from __future__ import annotations

import textwrap
from typing import Final

import pytest
from hypothesis import given

from awsttl.core.files import Passage
from awsttl.core.ini import misread, names
from awsttl.core.ini.document import parse
from awsttl.core.ini.secret_values import is_secret
from awsttl.core.profiles.timestamps import RECORDED_AS
from support.awscli import aws_cli
from support.home import Home
from support.ini_texts import BODIES, CLEAN, ODD_TEXTS, TELLING_CONFIGS

TEXTS = ODD_TEXTS | (BODIES | CLEAN).map(bytes.decode)
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def in_config(text: str) -> tuple[Passage, ...]:
    document = parse(textwrap.dedent(text))
    return misread.in_config(document, names.by_name(document.settings()))


def in_credentials(text: str) -> tuple[Passage, ...]:
    document = parse(textwrap.dedent(text))
    return misread.in_credentials(document, document.settings())


HEADERS: Final = {
    "base-role": "profile base-role",
    "team/dev": "profile team/dev",
    "two words": 'profile "two words"',
    '"quoted"': "profile quoted",
    "profile a b": 'profile "a b"',
    "profile a  b": 'profile "a  b"',
    'profile "open': "profile open",
    "profile it's": 'profile "it\'s"',
    "profile closed'": "profile closed",
    " profile leading": "profile leading",
    "Profile capital": "profile capital",
    "PROFILE shout": "profile shout",
    "profile:colon": "profile colon",
    "profile/slash": "profile slash",
    "profile\u3000wide": "profile wide",
    "profile\x0cfeed": "profile feed",
    "profile-dash": "profile profile-dash",
    "profiledev": "profile profiledev",
    "default ": "default",
    " default": "default",
    "Default": "default",
    "sso_session corp": "sso-session corp",
    "sso-session two words": 'sso-session "two words"',
    "SSO-Session corp": "sso-session corp",
    "service local": "services local",
    "services a b": 'services "a b"',
}
"""Headers that no AWS CLI reads, and what is to be written instead."""


class TestHeadersOfConfig:
    @pytest.mark.parametrize(("header", "write"), HEADERS.items(), ids=HEADERS)
    def test_that_mean_nothing_come_with_one_that_does(self, header: str, write: str) -> None:
        (passage,) = in_config(f"[profile fine]\n\n[{header}]\nregion = x\n")
        assert passage.line == 3
        assert passage.message.startswith(f"no AWS CLI reads [{header}]: ")
        assert passage.fix == f"write [{write}]"
        assert passage.meant == names.meaning(write)
        assert passage.matters
        assert in_config(f"[profile fine]\n\n[{write}]\nregion = x\n") == ()

    @pytest.mark.needs("aws-v2")
    def test_the_cli_lists_the_profiles_once_they_are_written_so(self, home: Home) -> None:
        as_written = "".join(f"[{header}]\noutput = json\n" for header in HEADERS)
        home.config(as_written)
        before = aws_cli("v2", "configure", "list-profiles", home=home)
        mended = dict.fromkeys(each.fix.removeprefix("write ") for each in in_config(as_written))
        home.config("".join(f"{header}\noutput = json\n" for header in mended))
        after = aws_cli("v2", "configure", "list-profiles", home=home)

        assert (before.exit_code, before.stdout) == (0, "")
        meanings = map(names.meaning, dict.fromkeys(HEADERS.values()))
        wanted = [found[1] for found in meanings if found and found[0] == "profile"]
        assert after.stdout.splitlines() == wanted

    def test_without_a_name_need_one(self) -> None:
        (passage,) = in_config("[profile]\nregion = x\n")
        assert (passage.message, passage.fix) == (
            "no AWS CLI reads [profile]: it has no name",
            "write [profile NAME]",
        )

    def test_beside_the_profile_itself_give_their_keys_to_it(self) -> None:
        (passage,) = in_config("[dev]\nregion = x\n[profile dev]\noutput = json\n")
        assert passage.fix == "move its keys to [profile dev]"

    @pytest.mark.parametrize("key", ["role_arn", "aws_access_key_id", "sso_session", "region"])
    def test_matter_if_the_section_has_a_setting_of_aws(self, key: str) -> None:
        assert [each.matters for each in in_config(f"[x]\nown = 1\n{key} = 1\n")] == [True]
        assert [each.matters for each in in_config("[x]\n")] == [True]

    def test_of_other_tools_are_only_good_to_know(self) -> None:
        (passage,) = in_config("[okta]\naws_saml = no\n".replace("aws_", "okta_"))
        assert not passage.matters
        assert passage.fix.startswith("nothing to do if it is another tool's")

    @pytest.mark.parametrize("header", misread.OTHERS)
    def test_that_an_aws_cli_reads_are_none(self, header: str) -> None:
        assert in_config(f"[{header}]\nregion = x\n") == ()

    @pytest.mark.parametrize(
        ("first", "second", "profile"),
        [
            ("profile a", 'profile "a"', "a"),
            ("default", "profile default", "default"),
            ("profile default", "default", "default"),
            ("sso-session a", "sso-session 'a'", ""),
        ],
    )
    def test_of_two_with_one_meaning_the_earlier_is_told(
        self, first: str, second: str, profile: str
    ) -> None:
        (passage,) = in_config(f"[{first}]\nregion = x\n[profile other]\n[{second}]\n")
        assert passage.line == 1
        assert passage.message == (
            f"no AWS CLI reads [{first}]: [{second}] on line 4 takes its place"
        )
        assert passage.profile == profile


class TestHeadersOfCredentials:
    @pytest.mark.parametrize(
        ("header", "fix"),
        [
            ("profile a", "write [a]"),
            ('profile "a b"', "write [a b]"),
            ("profile a b", "write [a b]"),
            ("Profile a", "write [a]"),
            ("profile ", "write [NAME]"),
            (" a", "write [a]"),
            ("a ", "write [a]"),
            ('"a b"', "write [a b]"),
            ("sso-session corp", "move it to the config file"),
            ("services local", "move it to the config file"),
        ],
    )
    def test_are_names_to_the_letter(self, header: str, fix: str) -> None:
        (passage,) = in_credentials(f"[fine]\n[{header}]\naws_access_key_id = A\n")
        assert (passage.line, passage.fix, passage.profile) == (2, fix, header)
        assert f'is a profile named "{header}"' in passage.message

    @pytest.mark.parametrize("header", ["a", "a b", "profiled", "it's", "[x]", "default", "Ünï"])
    def test_that_are_names_are_fine(self, header: str) -> None:
        assert in_credentials(f"[{header}]\naws_access_key_id = A\n") == ()


class TestDefaults:
    @pytest.mark.parametrize("read", [in_config, in_credentials])
    def test_with_credentials_are_meant_for_the_default_profile(self, read: object) -> None:
        text = "[DEFAULT]\naws_access_key_id = A\n[profile a]\n"
        (passage, *_) = in_config(text) if read is in_config else in_credentials(text)
        assert passage.message.startswith("[DEFAULT] is no profile")
        assert (passage.matters, passage.fix) == (True, "write [default]")

    def test_for_every_profile_may_be_meant_so(self) -> None:
        (passage,) = in_config("[DEFAULT]\nregion = x\n[profile a]\n")
        assert not passage.matters

    def test_for_nobody_are_not(self) -> None:
        (passage,) = in_config("[DEFAULT]\nregion = x\n")
        assert passage.matters


class TestLines:
    @pytest.mark.parametrize(
        ("row", "what"),
        [
            ("role_arn = arn:aws:iam::1:role/x", '"role_arn"'),
            ("Source_Profile: base", '"Source_Profile"'),
            (f"aws_secret_access_key = {SECRET}", '"aws_secret_access_key"'),
            ("[profile b]", "[profile b]"),
        ],
    )
    @pytest.mark.parametrize("above", ["output = json", "s3 =\n  addressing_style = path"])
    def test_that_are_indented_belong_to_the_value_above(
        self, row: str, what: str, above: str
    ) -> None:
        # In a map each line has an =, or the file is refused.
        row = f"{row} = x" if "s3" in above and "=" not in row else row
        text = f"[profile a]\n{above}\n    {row}\n"
        (passage,) = in_config(text)
        key = above.partition(" ")[0]
        assert passage.message == f'{what} is indented, so it is part of the value of "{key}"'
        assert (passage.line, passage.profile) == (text.count("\n"), "a")
        assert SECRET not in repr(passage)

    @pytest.mark.parametrize(
        "text",
        [
            "[profile a]\ns3 =\n  addressing_style = path\n  max_concurrent_requests = 20\n",
            "[profile a]\ncredential_process = get\n  --role_arn=x\n  --profile b\n",
            "[services local]\ndynamodb =\n  endpoint_url = http://127.0.0.1:1\n",
            "  [profile a]\n  region = x\n",
        ],
    )
    def test_that_are_meant_to_be_indented_are_fine(self, text: str) -> None:
        assert in_config(text) == ()

    def test_behind_a_bracket_are_told_and_not_quoted(self) -> None:
        (passage,) = in_config(f"[profile a] secret = {SECRET}\n[profile b] # fine\n")
        assert passage.message == "no AWS CLI reads what stands behind [profile a]"
        assert (passage.line, passage.profile) == (1, "a")

    def test_with_a_bracket_that_does_not_close_are_keys(self) -> None:
        (passage,) = in_config("[profile a]\nregion = x\n[profile b = c\n")
        assert (passage.line, passage.profile) == (3, "a")
        assert passage.message == "the bracket does not close: this is read as a key"


class TestFiles:
    @pytest.mark.parametrize("read", [in_config, in_credentials])
    def test_of_utf_16_without_a_mark_hold_nothing_for_the_cli(self, read: object) -> None:
        text = "[profile a]\nregion = x".encode("utf-16-le").decode()
        found = in_config(text) if read is in_config else in_credentials(text)
        assert [(each.line, each.fix) for each in found] == [(1, "save it as plain UTF-8")]

    @pytest.mark.parametrize("text", ["[base]\nx = 1\nx = 2\n", "[a]\n[base]\nbad\n"])
    def test_that_are_refused_say_only_that(self, text: str) -> None:
        assert in_config(text) == ()
        assert in_credentials(text) == ()


class TestAnyFile:
    @given(text=TEXTS)
    def test_every_section_is_read_or_told(self, text: str) -> None:
        document = parse(text)
        if document.faults or "\0" in text:
            return
        read = names.by_name({section.header: section for section in document.sections()})
        lines = {section.line for of_kind in read.values() for section in of_kind.values()}
        told = {passage.line for passage in in_config(text)}
        for section in document.sections():
            others = ("DEFAULT", *misread.OTHERS)
            assert section.line in lines | told or section.header in others

    @pytest.mark.parametrize("text", TELLING_CONFIGS.values(), ids=TELLING_CONFIGS)
    def test_telling_files_are_told_in_order(self, text: str) -> None:
        lines = [passage.line for passage in in_config(text)]
        assert lines == sorted(lines)


def test_no_setting_that_is_looked_for_is_another_tools() -> None:
    assert not misread.SETTINGS & set(RECORDED_AS)
    assert {key for key in misread.SETTINGS if is_secret(key)} <= misread.CREDENTIALS
