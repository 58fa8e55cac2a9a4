"""config and credentials are read as the AWS CLI reads them, and mended where it gives up."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from traceback import TracebackException
from typing import Any, NamedTuple

import pytest
from botocore.credentials import SharedCredentialProvider
from botocore.exceptions import ConfigParseError
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.files import Files, IniFile
from awsttl.core.model import Kind
from awsttl.core.profiles import timestamps
from awsttl.core.profiles.kinds import merge
from awsttl.core.profiles.resolve import Resolver
from awsttl.core.secret import Secret
from awsttl.disk.ini_files import read_config, read_credentials
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from support.awscli import aws_cli
from support.home import Home
from support.ini_texts import BODIES, CLEAN, TELLING_CONFIGS, TELLING_CREDENTIALS
from support.odd import revealed

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


class Botocores(NamedTuple):
    """What botocore, and with it the AWS CLI, makes of two files."""

    profiles: Mapping[str, Any]
    sso_sessions: Mapping[str, Any]

    @classmethod
    def of(cls, config: Path, credentials: Path) -> Botocores:
        session = Session()
        session.set_config_variable("config_file", str(config))
        session.set_config_variable("credentials_file", str(credentials))
        read = session.full_config
        return cls(read["profiles"], read.get("sso_sessions", {}))


def assert_agree(config: Path, credentials: Path) -> None:
    """Our reading of the two files is botocore's; where it refuses one, we say which."""
    ours = read_config(str(config)), read_credentials(str(credentials))
    try:
        theirs = Botocores.of(config, credentials)
    except ConfigParseError as error:
        refused = {file.path: file.problem for file in ours if file.problem}
        problem = refused[error.kwargs["path"]]
        assert problem.code == "file-does-not-parse"
    else:
        assert [file.problem for file in ours] == [None, None]
        merged = merge(*ours).merged
        assert revealed(merged) == theirs.profiles
        assert list(merged) == list(theirs.profiles)
        assert revealed(ours[0].sso_sessions) == theirs.sso_sessions


@pytest.fixture(params=["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def line_end(request: pytest.FixtureRequest) -> bytes:
    """Each test once with the line ends of each system."""
    return str(request.param).encode()


class TestAsBotocore:
    @pytest.mark.parametrize("text", TELLING_CONFIGS.values(), ids=TELLING_CONFIGS)
    def test_telling_files(self, text: str, line_end: bytes, home: Home) -> None:
        config = home.config(text)
        config.write_bytes(config.read_bytes().replace(b"\n", line_end))
        assert_agree(config, home.credentials(TELLING_CREDENTIALS))

    @pytest.mark.needs("aws-v2")
    @pytest.mark.parametrize("text", TELLING_CONFIGS.values(), ids=TELLING_CONFIGS)
    def test_telling_files_have_the_profiles_that_the_cli_lists(
        self, text: str, home: Home
    ) -> None:
        config = read_config(str(home.config(text)))
        credentials = read_credentials(str(home.credentials(TELLING_CREDENTIALS)))

        listed = aws_cli("v2", "configure", "list-profiles", home=home)

        assert listed.exit_code == 0
        assert list(merge(config, credentials).merged) == listed.stdout.splitlines()

    def test_a_missing_file_is_an_empty_one(self, home: Home) -> None:
        path = str(home.config_file)
        assert read_config(path) == IniFile(path)
        assert read_credentials(path) == IniFile(path)

    @pytest.mark.parametrize(
        ("made", "why"),
        [
            (Path.mkdir, "it is no regular file"),
            (os.mkfifo, "it is no regular file"),  # Nobody waits for a writer.
            (lambda path: path.symlink_to("nowhere"), "it is a link to nothing"),
            (lambda path: path.symlink_to(path), "Too many levels of symbolic links"),
        ],
        ids=["a folder", "a named pipe", "a link to nothing", "a link to itself"],
    )
    def test_what_is_no_file_is_an_empty_one_and_said_to_be_so(
        self, made: Callable[[Path], object], why: str, home: Home
    ) -> None:
        home.aws.mkdir()
        made(home.config_file)
        assert Botocores.of(home.config_file, home.config_file) == ({}, {})
        read = read_config(str(home.config_file))
        assert read.sections == {}
        assert read.problem is not None
        assert read.problem.message == (
            f"~/.aws/config cannot be read: {why}; the AWS CLI takes it for empty"
        )
        assert read.problem.fix.words == "put a file in the place of ~/.aws/config"

    def test_no_file_may_be_meant(self) -> None:
        assert read_credentials(os.devnull).problem is None


@pytest.mark.heavy
@given(config=BODIES | CLEAN | st.binary(max_size=60), credentials=BODIES | CLEAN)
def test_any_two_files_are_read_as_botocore_reads_them(config: bytes, credentials: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder, "config"), Path(folder, "credentials")
        for path, body in zip(paths, (config, credentials), strict=True):
            path.write_bytes(body)
        assert_agree(*paths)


FAULTS = {
    "a section twice": ("[profile a]\n[profile b]\n\n[profile a]\n", 4, 'section "profile a"'),
    "a key twice": ("[profile a]\nregion = x\nREGION = y\n", 3, '"region" comes twice'),
    "a pasted key twice": (
        f"[profile a]\n{SECRET}= x\n{SECRET} = y\n",
        3,
        'a key comes twice in "profile a"',
    ),
    "text before the first section": (f"# fine\n{SECRET}\n[profile a]\n", 2, "before the first"),
    "a key before the first section": (f"\nsecret = {SECRET}\n[profile a]\n", 2, "before the"),
    "no delimiter": (f"[profile a]\nregion = x\n\n{SECRET}\n", 4, "without = or :"),
    "no delimiter, twice": (f"[profile a]\n{SECRET}\n[profile b]\n{SECRET}\n", 2, "without = or"),
    "no key": (f"[profile a]\n= {SECRET}\n", 2, "nothing before the = or :"),
    "no closing bracket": (
        "[profile a]\nregion = x\n[profile b\nregion = y\n",
        3,
        "an incomplete [section]",
    ),
    "no closing bracket at the start": ("[profile a\nregion = x\n", 1, "an incomplete [section]"),
    "an empty header": ("[profile a]\n[]\n", 2, "an incomplete [section]"),
    "a bad line above a repetition": (
        f"[profile a]\nregion = x\n{SECRET}\nregion = y\n",
        3,
        "without = or :",
    ),
    "a nested line above a repetition": (
        "[profile a]\ns3 =\n  bad\n[profile b]\n[profile b]\n",
        3,
        'without = below "s3"',
    ),
    "a nested line without =": (
        f"[profile a]\nregion = x\ns3 =\n  addressing_style = path\n  {SECRET}\noutput = json\n",
        5,
        'without = below "s3"',
    ),
    "a nested line in what leaks": (
        f"[DEFAULT]\ns3 =\n  {SECRET}\n[profile a]\n",
        3,
        'without = below "s3"',
    ),
    "the same nested line, and before it a harmless one": (
        "[profile a]\nx = one\n  two\n[profile b]\nx =\n  two\n",
        6,
        'without = below "x"',
    ),
    "a byte-order mark": ("\ufeff[profile a]\nregion = x\n", 1, "byte-order mark"),
}


class TestFaults:
    @pytest.mark.parametrize(("text", "line", "reason"), FAULTS.values(), ids=FAULTS)
    def test_are_named_with_file_line_and_reason(
        self, text: str, line: int, reason: str, line_end: bytes, home: Home
    ) -> None:
        config = home.config(text)
        config.write_bytes(text.encode().replace(b"\n", line_end))
        with pytest.raises(ConfigParseError):
            Botocores.of(config, home.credentials_file)

        problem = read_config(str(config)).problem

        assert problem is not None
        assert problem.message.startswith(f"~/.aws/config line {line}: ")
        assert problem.message.endswith("; the AWS CLI refuses the whole file")
        assert str(problem.fix) == f"correct line {line} of ~/.aws/config"
        assert reason in problem.message

    @pytest.mark.parametrize("text", [fault[0] for fault in FAULTS.values()], ids=FAULTS)
    def test_never_quote_what_may_be_a_secret(self, text: str, home: Home) -> None:
        read = read_credentials(str(home.credentials(text)))
        assert SECRET.lower() not in repr(read.problem).lower()

    def test_of_encoding_are_found_too(self, home: Home) -> None:
        config = home.config("")
        config.write_bytes(b"[profile a]\r\nregion = \xe9\r\n")
        problem = read_config(str(config)).problem
        assert problem is not None
        assert "line 2: not valid UTF-8" in problem.message

    @given(before=st.lists(st.sampled_from(["", "# x", "region = x", "  # y", "\x0c", "z : 1"])))
    def test_are_found_wherever_they_stand(self, before: list[str]) -> None:
        above = dict.fromkeys(before)
        lines = ["[profile a]", *above, "[profile b]", "output = json", SECRET, "[profile c]"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "config")
            path.write_text("\n".join(lines))
            read = read_config(str(path))
        assert read.problem is not None
        assert f" line {lines.index(SECRET) + 1}: " in read.problem.message


BESIDE = {
    "alone": "",
    "beside a map": "[nested]\ns3 =\n  addressing_style = path\n",
    "beside a fault": "[damaged]\nregion = x\nregion = y\n",
}


@pytest.fixture(params=BESIDE.values(), ids=list(BESIDE))
def beside(request: pytest.FixtureRequest) -> str:
    """What else stands in the file: nothing, what is read in a second pass, or what is refused."""
    return str(request.param)


class TestSecrets:
    @pytest.mark.parametrize(
        "key",
        [
            SharedCredentialProvider.SECRET_KEY,
            *SharedCredentialProvider.TOKENS,
            "AWS_Secret_Access_Key",
            "credential_process",
            "azure_default_password",
            "okta_passwd",
            "private_key",
            "client_secret",
            "token",
        ],
    )
    def test_are_hidden_as_soon_as_they_are_read(self, key: str, beside: str, home: Home) -> None:
        text = f"[profile it]\nregion = x\n{key} = {SECRET}\n{beside}"
        for read in (
            read_config(str(home.config(text))).sections["it"],
            read_credentials(str(home.credentials(text))).sections["profile it"],
        ):
            assert read == {"region": "x", key.lower(): Secret(SECRET)}

    def test_are_hidden_in_nested_maps_and_what_leaks_into_all(self, home: Home) -> None:
        config = home.config(f"""\
            [DEFAULT]
            aws_secret_access_key = {SECRET}
            [profile a]
            other =
              AWS_SESSION_TOKEN = {SECRET}
              style = path
            [sso-session corp]
            client_secret = {SECRET}
            """)
        read = read_config(str(config))
        assert read.sections["a"] == {
            "aws_secret_access_key": Secret(SECRET),
            "other": {"AWS_SESSION_TOKEN": Secret(SECRET), "style": "path"},
        }
        assert read.sso_sessions["corp"]["client_secret"] == Secret(SECRET)
        assert SECRET not in repr(read)

    def test_are_hidden_where_the_line_below_their_key_is_taken_for_a_map(self, home: Home) -> None:
        """Of a secret that ends in ``=`` the parser makes a key."""
        lines = f"aws_secret_access_key =\n  {SECRET}=\naws_session_token = {SECRET}\n  {SECRET}\n"
        read = read_credentials(str(home.credentials(f"[it]\n{lines}")))
        assert SECRET not in repr(read)
        assert revealed(read.sections["it"]) == {
            "aws_secret_access_key": {SECRET: ""},
            "aws_session_token": f"{SECRET}\n{SECRET}",
        }

    def test_are_in_no_repr_of_what_is_made_from_the_files(self, beside: str, home: Home) -> None:
        looked = home_with_secrets(home, beside)
        resolver = Resolver()
        seen = resolver.snapshot(looked)
        assert [status.profile.kind for status in seen.profiles[:3]] == [
            Kind.PROCESS,
            Kind.LONG_TERM,
            Kind.TEMPORARY,
        ]
        settings = merge(looked.config, looked.credentials, looked.web_tokens)
        for made in (looked, seen, settings, vars(resolver), *settings.merged.values()):
            assert SECRET not in repr(made)
            assert SECRET not in str(made)

    def test_are_not_pickled_with_the_files(self, beside: str, home: Home) -> None:
        looked = home_with_secrets(home, beside)
        with pytest.raises(TypeError, match="not to be pickled"):
            pickle.dumps(looked)

    def test_are_in_no_traceback_with_locals_of_code_that_holds_a_section(
        self, beside: str, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError("a fault of ours")

        looked = home_with_secrets(home, beside)
        monkeypatch.setattr(timestamps, "recorded_expiry", fail)
        with pytest.raises(RuntimeError) as caught:
            Resolver().snapshot(looked)
        shown = "".join(TracebackException.from_exception(
            caught.value, capture_locals=True).format())  # fmt: skip
        assert "section = {'aws_access_key_id': 'ASIA'" in shown
        assert "Secret(•••)" in shown
        assert SECRET not in shown

    def test_are_not_in_the_diff_of_a_failed_test(self, beside: str, home: Home) -> None:
        looked = home_with_secrets(home, beside)
        with pytest.raises(AssertionError) as caught:
            assert looked.credentials.sections == {}
        assert "Secret(•••)" in str(caught.value)
        assert SECRET not in str(caught.value)


def home_with_secrets(home: Home, beside: str) -> Files:
    """Long-term keys, pasted keys and a process with a password, as the reader reads them."""
    home.config(f"[profile vault]\ncredential_process = get --password {SECRET}\n{beside}")
    home.credentials(
        f"[base]\naws_access_key_id = AKIA\naws_secret_access_key = {SECRET}\n"
        f"[pasted]\naws_access_key_id = ASIA\naws_secret_access_key = {SECRET}\n"
        f"aws_session_token = {SECRET}\naws_security_token = {SECRET}\n{beside}"
    )
    return Reader(Locations.of(os.environ)).look()


class TestSalvage:
    def test_the_sections_around_a_fault_are_listed(self, home: Home) -> None:
        config = home.config(f"""\
            [default]
            region = eu-west-1
            [profile before]
            s3 =
              addressing_style = path
            [profile damaged]
            {SECRET}
            [sso-session corp]
            sso_region = us-east-1
            [profile after]
            output = json
            """)
        read = read_config(str(config))
        assert read.sections == {
            "default": {"region": "eu-west-1"},
            "before": {"s3": {"addressing_style": "path"}},
            "after": {"output": "json"},
        }
        assert read.sso_sessions == {"corp": {"sso_region": "us-east-1"}}

    def test_of_credentials_too(self, home: Home) -> None:
        credentials = home.credentials("""\
            [base]
            aws_access_key_id = AKIA
            [base]
            aws_access_key_id = AKIB
            [other]
            region = x
            """)
        assert read_credentials(str(credentials)).sections == {
            "base": {"aws_access_key_id": "AKIA"},
            "other": {"region": "x"},
        }

    def test_a_section_behind_a_byte_order_mark_is_saved(self, home: Home) -> None:
        config = home.config("\ufeff[default]\nregion = x\n[profile a]\n")
        assert read_config(str(config)).sections == {"default": {"region": "x"}, "a": {}}

    def test_of_a_section_without_its_bracket_nothing_goes_to_the_one_above(
        self, home: Home
    ) -> None:
        config = home.config("[profile a]\nregion = x\n[profile b\nregion = y\n[profile c]\n")
        assert read_config(str(config)).sections == {"a": {"region": "x"}, "c": {}}

    def test_what_leaks_into_all_still_does(self, home: Home) -> None:
        config = home.config("[profile a]\n[DEFAULT]\nregion = x\n[profile b]\nregion = y\nbad\n")
        assert read_config(str(config)).sections == {"a": {"region": "x"}}

    def test_of_text_before_the_first_section_the_sections_are_saved(self, home: Home) -> None:
        config = home.config("oops\n[profile a]\nregion = x\n")
        assert read_config(str(config)).sections == {"a": {"region": "x"}}

    def test_bytes_that_are_no_text_cost_their_own_section(self, home: Home) -> None:
        config = home.config("")
        config.write_bytes(b"[profile a]\nregion = x\n[profile \xff]\n[profile c]\n")
        assert read_config(str(config)).sections == {"a": {"region": "x"}, "c": {}}

    @given(clean=CLEAN, place=st.integers(0, 6))
    def test_one_bad_section_costs_itself_only(self, clean: bytes, place: int) -> None:
        whole = clean.decode().replace("\n[", "\n\x00[").split("\x00") if clean else []
        place = min(place, len(whole))
        damaged = [*whole[:place], "[profile bad one]\nnonsense\n", *whole[place:]]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "config")
            path.write_text("".join(whole))
            good = read_config(str(path))
            path.write_text("".join(damaged))
            read = read_config(str(path))
        assert good.problem is None
        assert read.problem is not None
        assert (read.sections, read.sso_sessions) == (good.sections, good.sso_sessions)
