"""Values that cannot work are told before AWS answers in words about something else."""

from __future__ import annotations

import pytest
from botocore.exceptions import InvalidRegionError
from botocore.session import Session
from botocore.utils import validate_region_name

from awsttl.core.files import Section
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.why import checks
from awsttl.core.why.findings import Check, Finding, Severity
from support.home import Home
from support.looking import files
from support.odd import config_text, credentials_text
from support.renewing import BASE, CORP, SSO, role

NOW = 1_795_208_400.0
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
CODES = (
    "value-misspelt",
    "region-invalid",
    "arn-invalid",
    "account-invalid",
    "duration-invalid",
    "key-invalid",
    "token-missing",
    "token-left-over",
    "path-unexpanded",
    "process-loop",
)


def found(home: Home, profile: str = "dev") -> list[Finding]:
    """The findings about values."""
    read_files = files(home)
    seen = snapshot(read_files)
    status = seen.status(profile)
    assert status is not None
    context = checks.Context.of(seen, read_files, NOW)
    return [each for each in checks.offline_findings(status, context) if each.code in CODES]


def of(
    home: Home, section: Section, sso_sessions: dict[str, dict[str, str]] | None = None
) -> list[Finding]:
    home.config(
        config_text({"base": BASE, "dev": {k: str(v) for k, v in section.items()}}, sso_sessions)
    )
    return found(home)


class TestNothingWrong:
    @pytest.mark.parametrize(
        "section",
        [
            role(mfa_serial="GAHT12345678", duration_seconds="3600", region="us-gov-west-1"),
            role(mfa_serial="arn:aws-cn:iam::111122223333:mfa/me", region="cn-north-1"),
            SSO,
            {"credential_process": '"/opt/my tool/get" --role "x" # y', "region": "aws-global"},
            {**role(), "external_id": "#1 'quoted'", "role_session_name": "me"},
            {"region": "local", "endpoint_url": "http://127.0.0.1:4566", **BASE},
            {
                "aws_access_key_id": "ASIAXXXXXXXXXXXXXXXX",
                "aws_secret_access_key": "s",
                "aws_session_token": "t",
            },
        ],
    )
    def test_with_what_works(self, section: Section, home: Home) -> None:
        assert of(home, section, CORP) == []

    def test_with_any_region_that_botocore_knows(self, home: Home) -> None:
        session = Session()
        regions = {
            region
            for partition in session.get_available_partitions()
            for region in session.get_available_regions("sts", partition, allow_non_regional=True)
        }
        assert len(regions) > 30
        home.config(config_text({region: {"region": region} for region in sorted(regions)}))
        assert [each for region in regions for each in found(home, region)] == []


class TestSpelling:
    @pytest.mark.parametrize(
        ("key", "value", "text"),
        [
            ("region", '"us-west-1"', "region = us-west-1"),
            ("region", "us-west-1  # optional", "region = us-west-1"),
            ("output", "'json'", "output = json"),
            ("source_profile", "base ; the keys", "source_profile = base"),
            ("sso_account_id", '"111122223333"', "sso_account_id = 111122223333"),
            (
                "role_arn",
                "arn:aws:iam::111122223333:role/x # y",
                "role_arn = arn:aws:iam::111122223333:role/x",
            ),
        ],
    )
    def test_quotes_and_comments_are_part_of_a_value(
        self, key: str, value: str, text: str, home: Home
    ) -> None:
        (finding,) = [each for each in of(home, {**role(), key: value}) if key in each.keys]
        assert (finding.code, finding.severity) == ("value-misspelt", Severity.CAUSE)
        assert finding.text == text

    def test_of_a_secret_nothing_is_shown(self, home: Home) -> None:
        for value in (f'"{SECRET}"', f"{SECRET} # mine"):
            section = {"aws_access_key_id": "AKIAXXXX", "aws_secret_access_key": value}
            (finding,) = of(home, section)
            assert finding.keys == ("aws_secret_access_key",)
            assert SECRET not in repr(finding)

    def test_a_value_of_several_lines_is_none(self, home: Home) -> None:
        home.config("[profile dev]\nmfa_serial = arn:aws:iam::111122223333:mfa/\n  me\n")
        assert [each.code for each in found(home)] == ["value-misspelt"]


class TestRegions:
    @pytest.mark.parametrize(
        ("value", "severity", "text"),
        [
            ("us_east_1", Severity.CAUSE, ""),
            ("Frankfurt am Main", Severity.CAUSE, ""),
            ("", Severity.CAUSE, ""),
            ("us-east-1a", Severity.CAUSE, "region = us-east-1"),
            ("us-west-2-lax-1a", Severity.CAUSE, "region = us-west-2"),
            ("US-EAST-1", Severity.WARNING, ""),
            ("useast1", Severity.WARNING, ""),
        ],
    )
    def test_that_are_none(self, value: str, severity: Severity, text: str, home: Home) -> None:
        (finding,) = of(home, {**BASE, "region": value})
        assert (finding.code, finding.severity, finding.text) == ("region-invalid", severity, text)

    @pytest.mark.parametrize("value", ["us_east_1", "Frankfurt am Main", "-us-east-1", "12"])
    def test_that_botocore_refuses_are_causes(self, value: str, home: Home) -> None:
        with pytest.raises(InvalidRegionError):
            validate_region_name(value)
        (finding,) = of(home, {**BASE, "region": value})
        assert finding.severity is Severity.CAUSE

    def test_of_the_credentials_file_count(self, home: Home) -> None:
        home.config(config_text({"dev": {"region": "eu-west-1"}}))
        home.credentials(credentials_text({"dev": {**BASE, "region": "eu_west_1"}}))
        assert [each.code for each in found(home)] == ["region-invalid"]

    @pytest.mark.parametrize("section", [SSO, {**SSO, "sso_region": "eu west"}])
    def test_of_the_sign_in_too(self, section: Section, home: Home) -> None:
        session = {**CORP["corp"], "sso_region": "eu west"}
        (finding,) = of(home, section, {"corp": session})
        assert finding.keys == ("sso_region",)


class TestAccounts:
    @pytest.mark.parametrize(
        ("key", "value", "fix"),
        [
            ("sso_account_id", "1111-2222-3333", "write it as 111122223333"),
            ("sso_account_id", "11112222333", "zeros"),
            ("sso_account_id", "my-account", "copy it once more"),
            ("role_arn", "arn:aws:iam::11112222333:role/x", "zeros"),
            ("role_arn", "arn:aws:iam::1111-2222-3333:role/x", "write it as 111122223333"),
            ("mfa_serial", "arn:aws:iam::11112222333:mfa/me", "zeros"),
        ],
    )
    def test_have_twelve_digits(self, key: str, value: str, fix: str, home: Home) -> None:
        (finding,) = of(
            home, {**role(), **({} if key != "sso_account_id" else SSO), key: value}, CORP
        )
        assert (finding.code, finding.keys) == ("account-invalid", (key,))
        assert fix in finding.fix.words

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("role_arn", "Admin"),
            ("role_arn", "arn:aws:sts::111122223333:assumed-role/Admin/me"),
            ("role_arn", "arn:aws:iam::111122223333:user/me"),
            ("mfa_serial", "arn:aws:iam:111122223333:mfa/me"),
        ],
    )
    def test_an_arn_of_something_else_is_none(self, key: str, value: str, home: Home) -> None:
        (finding,) = of(home, {**role(), key: value})
        assert (finding.code, finding.keys) == ("arn-invalid", (key,))


class TestKeys:
    @pytest.mark.parametrize(
        ("identifier", "token", "code"),
        [
            ("ASIAXXXXXXXXXXXXXXXX", "", "token-missing"),
            ("AKIAXXXXXXXXXXXXXXXX", "old", "token-left-over"),
            ("AIDAXXXXXXXXXXXXXXXX", "", "key-invalid"),
            ("AROAXXXXXXXXXXXXXXXX", "t", "key-invalid"),
        ],
    )
    @pytest.mark.parametrize("key", ["aws_session_token", "aws_security_token"])
    def test_go_with_their_token(
        self, identifier: str, token: str, code: str, key: str, home: Home
    ) -> None:
        section = {"aws_access_key_id": identifier, "aws_secret_access_key": SECRET}
        section |= {key: token} if token else {}
        in_config = of(home, section)
        home.config("")
        home.credentials(credentials_text({"dev": section}))
        (finding,) = found(home)
        assert in_config == [finding]
        assert (finding.code, finding.severity) == (code, Severity.CAUSE)
        assert "aws_access_key_id" in finding.keys
        assert SECRET not in repr(finding)

    def test_of_a_source_are_its_roles_trouble(self, home: Home) -> None:
        asia = {"aws_access_key_id": "ASIAXXXXXXXXXXXXXXXX", "aws_secret_access_key": "s"}
        home.config(config_text({"base": asia, "mid": role(), "dev": role("mid", 1)}))
        for name in ("mid", "dev"):
            (finding,) = found(home, name)
            assert finding.message.startswith("its source base holds a temporary key (ASIA…)")

    @pytest.mark.parametrize(
        ("environ", "code"),
        [
            ({"AWS_ACCESS_KEY_ID": "ASIAX", "AWS_SECRET_ACCESS_KEY": "s"}, "token-missing"),
            (
                {
                    "AWS_ACCESS_KEY_ID": "AKIAX",
                    "AWS_SECRET_ACCESS_KEY": "s",
                    "AWS_SESSION_TOKEN": "t",
                },
                "token-left-over",
            ),
            (
                {
                    "AWS_ACCESS_KEY_ID": "AKIAX",
                    "AWS_SECRET_ACCESS_KEY": "s",
                    "AWS_SECURITY_TOKEN": "t",
                },
                "token-left-over",
            ),
        ],
    )
    def test_in_the_environment_too(self, environ: dict[str, str], code: str, home: Home) -> None:
        read_files = files(home)
        context = checks.Context.of(snapshot(read_files), read_files, NOW)
        results = checks.offline_results((), context, environ)
        around = {each.code: each for result in results for each in result.findings}
        assert (around[code].check, around[code].severity) == (Check.ENVIRONMENT, Severity.CAUSE)


@pytest.mark.parametrize("value", ["1h", "3600s", ""])
def test_a_duration_that_is_no_number_is_ignored_and_said_to_be(value: str, home: Home) -> None:
    (finding,) = of(home, role(duration_seconds=value))
    assert (finding.code, finding.severity) == ("duration-invalid", Severity.WARNING)


class TestPaths:
    @pytest.mark.parametrize(
        ("key", "value", "begins"),
        [
            ("credential_process", "~/bin/get --all", "~"),
            ("credential_process", '"$HOME/bin/get" x', "$"),
            ("ca_bundle", "~/corp.pem", "~"),
        ],
    )
    def test_that_only_a_shell_completes(
        self, key: str, value: str, begins: str, home: Home
    ) -> None:
        (finding,) = of(home, {key: value})
        assert (finding.code, finding.keys) == ("path-unexpanded", (key,))
        assert f"begins with {begins}," in finding.message

    @pytest.mark.parametrize("value", ["/opt/get ~/x", "get $HOME", "/opt/corp~1.pem"])
    def test_that_are_whole_are_fine(self, value: str, home: Home) -> None:
        assert of(home, {"credential_process": value, "ca_bundle": value}) == []

    @pytest.mark.parametrize("begins", ["~", "$HOME"])
    def test_of_a_token_file_break_its_profile(self, begins: str, home: Home) -> None:
        home.web_token("token", "t")
        web = {"role_arn": role()["role_arn"], "web_identity_token_file": f"{begins}/token"}
        home.config(config_text({"dev": web}))
        status = snapshot(files(home)).status("dev")
        assert status is not None
        assert status.broken is not None
        assert status.broken.code == "file"
        assert f"begins with {begins[0]}, which no AWS CLI expands there" in status.broken.message

    @pytest.mark.parametrize("variable", ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CA_BUNDLE"])
    def test_in_the_environment_too(self, variable: str, home: Home) -> None:
        read_files = files(home)
        context = checks.Context.of(snapshot(read_files), read_files, NOW)
        environ = {variable: "~/x"}
        results = checks.offline_results((), context, environ)
        around = [each.code for result in results for each in result.findings]
        assert around == ["path-unexpanded"]


class TestAProcess:
    @pytest.mark.parametrize("option", ["--profile dev", "--profile=dev", "--profile 'dev'"])
    def test_that_asks_for_its_own_credentials_never_ends(self, option: str, home: Home) -> None:
        command = f"aws configure export-credentials {option} --format process"
        (finding,) = of(home, {"credential_process": command})
        assert (finding.code, finding.severity) == ("process-loop", Severity.CAUSE)

    @pytest.mark.parametrize(
        "command",
        [
            "aws configure export-credentials --profile base --format process",
            "aws configure export-credentials --format process --profile",
            "get --profile dev",
            "export-credentials 'it",
        ],
    )
    def test_that_asks_for_others_is_fine(self, command: str, home: Home) -> None:
        assert of(home, {"credential_process": command}) == []


class TestAnAccessKeyId:
    def test_that_has_swallowed_the_next_line_is_told_as_that(self, home: Home) -> None:
        home.credentials("[dev]\naws_access_key_id = AKIA1\n aws_secret_access_key = s\n")
        assert found(home) == []

    @pytest.mark.parametrize("text", ["<POPULATED_BY_AWS-MFA>", SECRET, "YOUR-KEY", "AKIA KEY"])
    def test_with_characters_that_none_has_is_none_and_is_not_shown(
        self, text: str, home: Home
    ) -> None:
        (finding,) = of(home, {**BASE, "aws_access_key_id": text})
        assert (finding.code, finding.severity) == ("key-invalid", Severity.CAUSE)
        assert text not in repr(finding)
