"""What is wrong with config and credentials themselves, on the rows that it concerns."""

from __future__ import annotations

import os

import pytest

from awsttl.core.files import Files
from awsttl.core.model import Snapshot
from awsttl.core.profiles.environment import read
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.view import listing
from awsttl.core.why import checks
from awsttl.core.why.findings import Check, Finding, Severity
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from support.home import Home

NOW = 1_795_208_400.0
ROLE = "role_arn = arn:aws:iam::111122223333:role/Dev\n"
SSO = "sso_account_id = 111122223333\nsso_role_name = Dev\n"
BASE = "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = base-secret\n"


def look(environ: dict[str, str] | None = None) -> tuple[Files, Snapshot]:
    files = Reader(Locations.of(os.environ)).look()
    return files, snapshot(files, read(environ or {}))


def findings(*names: str, environ: dict[str, str] | None = None) -> dict[str, list[Finding]]:
    """By profile, what the checks find when these are examined, or all; "" is this machine."""
    files, seen = look(environ)
    statuses = [each for each in seen.profiles if each.name in names or not names]
    context = checks.Context.of(seen, files, NOW)
    found: dict[str, list[Finding]] = {}
    for result in checks.offline_results(statuses, context, environ or {}):
        found.setdefault(result.profile, []).extend(result.findings)
    return found


class TestARowWhoseSourceIsNotRead:
    @pytest.mark.parametrize(
        ("header", "fix"),
        [
            ("base-role", "write [profile base-role]"),
            ("Profile base-role", "write [profile base-role]"),
            ('profile "base-role', "write [profile base-role]"),
        ],
    )
    def test_says_where_it_stands_and_what_to_write(
        self, header: str, fix: str, home: Home
    ) -> None:
        home.credentials(BASE)
        home.config(
            f"[{header}]\n{ROLE}source_profile = base\n"
            f"[profile dev]\n{ROLE}source_profile = base-role\n"
        )
        _, seen = look()
        status = seen.status("dev")
        assert status is not None
        assert status.broken is not None
        assert status.broken.code == "source-missing"
        assert status.broken.message == (
            'source_profile "base-role" does not exist, although it stands in ~/.aws/config:1'
        )
        assert str(status.broken.fix) == f"{fix} in ~/.aws/config:1"

    def test_or_whose_sign_in_is_not(self, home: Home) -> None:
        home.config(f"[profile dev]\n{SSO}sso_session = corp\n[sso_session corp]\nsso_region = x\n")
        _, seen = look()
        status = seen.status("dev")
        assert status is not None
        assert status.broken is not None
        assert status.broken.code == "sso-session-missing"
        assert str(status.broken.fix) == "write [sso-session corp] in ~/.aws/config:5"

    def test_says_that_it_does_not_exist_where_that_is_so(self, home: Home) -> None:
        home.config(f"[profile dev]\n{ROLE}source_profile = base-role\n[other]\nregion = x\n")
        _, seen = look()
        status = seen.status("dev")
        assert status is not None
        assert status.broken is not None
        assert status.broken.message == 'source_profile "base-role" does not exist'


class TestPassages:
    @pytest.fixture(autouse=True)
    def some(self, home: Home) -> None:
        home.credentials(f"{BASE}[profile pasted]\naws_access_key_id = A\n")
        home.config(
            f"[dev]\n{ROLE}"
            "[profile base]\noutput = json\n  region = eu-west-1\n"
            "[okta]\nurl = https://example.com\n"
        )

    def test_of_a_profile_are_on_its_row(self) -> None:
        found = findings()
        (finding,) = found["base"]
        assert (finding.check, finding.severity) == (Check.CREDENTIALS, Severity.WARNING)
        assert finding.evidence == ("~/.aws/config:5",)
        assert [each.message[:15] for each in found["profile pasted"]][:1] == ["[profile pasted"]

    def test_of_none_are_this_machines(self) -> None:
        found = [(each.code, each.severity, each.evidence) for each in findings()[""]]
        assert found == [
            ("not-read", Severity.WARNING, ("~/.aws/config:1",)),
            ("not-read", Severity.NOTE, ("~/.aws/config:6",)),
        ]

    def test_that_do_not_concern_a_named_profile_are_good_to_know(self) -> None:
        found = findings("base")
        assert not any(each.matters for each in found[""])
        assert any(each.matters for each in found["base"])

    def test_are_in_the_list_and_in_the_banner_where_they_matter(self) -> None:
        _, seen = look()
        assert [problem.code for problem in seen.problems] == ["not-read"] * 3
        table = listing.as_table(seen, NOW, 160, nothing="")
        assert "! ~/.aws/config line 1: no AWS CLI reads [dev]" in table
        assert "okta" not in table

    @pytest.mark.parametrize(("variable"), ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
    def test_are_named_where_the_environment_selects_one(self, variable: str) -> None:
        found = {each.code: each for each in findings(environ={variable: "dev"})[""]}
        assert found["selection-missing"].fix.words == "write [profile dev] in ~/.aws/config:1"
        found = {each.code: each for each in findings(environ={variable: "gone"})[""]}
        assert found["selection-missing"].fix.words == f"unset {variable}, or correct it"


REFUSED = {
    "a section twice": ("[base]\nregion = x\n[base]\n", 3),
    "a key twice": ("[base]\nregion = x\nRegion = y\n", 3),
    "a byte-order mark": ("\ufeff[base]\nregion = x\n", 1),
    "a line that is none": ("[base]\nregion = x\n\nregion\n", 4),
}


class TestAFileThatIsRefused:
    @pytest.mark.parametrize(("text", "line"), REFUSED.values(), ids=REFUSED)
    @pytest.mark.parametrize("is_config", [True, False])
    @pytest.mark.parametrize("names", [(), ("dev",)])
    def test_is_a_cause_for_all_and_for_each(
        self, text: str, line: int, is_config: bool, names: tuple[str, ...], home: Home
    ) -> None:
        home.credentials("[dev]\naws_access_key_id = A\naws_secret_access_key = s\n")
        if is_config:
            home.config(text)
        else:
            home.config("[profile dev]\naws_access_key_id = A\naws_secret_access_key = s\n")
            home.credentials(text)
        (finding,) = findings(*names)[""]
        path = "~/.aws/config" if is_config else "~/.aws/credentials"
        assert (finding.check, finding.severity) == (Check.FILES, Severity.CAUSE)
        assert finding.message.startswith(f"{path} line {line}: ")
        assert finding.fix.words == f"correct line {line} of {path}"

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
    def test_may_be_in_another_encoding(self, encoding: str, home: Home) -> None:
        home.config("").write_bytes("[profile a]\nregion = x\n".encode(encoding))
        (finding,) = findings()[""]
        assert (finding.code, finding.severity) == ("file-does-not-parse", Severity.CAUSE)
        assert "save" in finding.message
        assert "plain UTF-8" in finding.message


class TestAFileThatIsNotThere:
    @pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
    def test_and_that_the_environment_names_is_a_finding(
        self, variable: str, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(variable, "~/nowhere")
        (finding,) = findings(environ={variable: "~/nowhere"})[""]
        assert (finding.code, finding.severity) == ("file-missing", Severity.WARNING)
        assert finding.message == f'{variable} names "~/nowhere", and there is no such file'
        (home.path / "nowhere").write_text("")
        assert findings(environ={variable: "~/nowhere"})[""] == []

    @pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
    def test_as_the_variable_is_empty_is_one_too(
        self, variable: str, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(variable, "")
        (finding,) = findings(environ={variable: ""})[""]
        assert finding.message == f'{variable} names "", and there is no such file'

    @pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
    def test_on_purpose_is_none(self, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(variable, os.devnull)
        assert findings(environ={variable: os.devnull})[""] == []
        assert findings()[""] == []
