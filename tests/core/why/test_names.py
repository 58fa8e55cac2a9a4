"""Settings that no AWS CLI knows are told where they were meant to be others."""

from __future__ import annotations

import pytest

from awsttl.core.ini.misread import SETTINGS
from awsttl.core.profiles.timestamps import RECORDED_AS
from awsttl.core.why import checks
from awsttl.core.why.checks import names
from awsttl.core.why.findings import Finding
from support.home import Home
from support.looking import files, look, status
from support.odd import config_text
from support.renewing import BASE, CORP, SSO, role

NOW = 1_795_208_400.0


def found(home: Home, section: dict[str, str]) -> list[Finding]:
    home.config(config_text({"base": BASE, "dev": section}, CORP))
    seen = look(home, {})
    context = checks.Context.of(seen, files(home), NOW)
    of_dev = checks.offline_findings(status(home, "dev"), context)
    return [each for each in of_dev if each.code in ("setting-misnamed", "length-invalid")]


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("source-profile", "source_profile"),
        ("source profile", "source_profile"),
        ("source_profil", "source_profile"),
        ("source_profiles", "source_profile"),
        ("soruce_profile", "source_profile"),
        ("role_srn", "role_arn"),
        ("sso.session", "sso_session"),
        ("mfa-serial", "mfa_serial"),
        ("aws_acces_key_id", "aws_access_key_id"),
        ("regoin", "region"),
    ],
)
def test_a_setting_by_another_name_is_told(key: str, meant: str, home: Home) -> None:
    (finding,) = found(home, {"output": "json", key: "x"})
    assert finding.message == f'"{key}" is a setting that no AWS CLI knows'
    assert (str(finding.fix), finding.keys) == (f"write {meant}", (key,))


@pytest.mark.parametrize(
    "key",
    [
        *RECORDED_AS,
        "sso_account_name",
        "sso_auto_populated",
        "cli_pager",
        "s3",
        "endpoint_url",
        "services",
        "assumed_role",
        "manager",
        "retry_mode",
        "aws_mfa_device",
        "granted_sso_region",
    ],
)
def test_what_other_tools_write_is_fine(key: str, home: Home) -> None:
    assert found(home, {"output": "json", key: "x"}) == []


def test_no_setting_is_a_letter_away_from_another() -> None:
    assert [names._meant(key) for key in sorted(SETTINGS)] == sorted(SETTINGS)


def test_beside_the_setting_itself_it_may_be_an_old_one(home: Home) -> None:
    assert found(home, role() | {"source-profile": "old"}) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mfa_serial", "123456"),
        ("mfa_serial", ""),
        ("external_id", "1"),
        ("role_session_name", "x"),
        ("role_session_name", "a b"),
    ],
)
def test_an_argument_that_aws_refuses_is_told(key: str, value: str, home: Home) -> None:
    (finding,) = found(home, role() | {key: value})
    assert (finding.code, finding.keys) == ("length-invalid", (key,))


def test_what_is_not_an_argument_is_fine(home: Home) -> None:
    assert found(home, SSO | {"role_session_name": "x", "external_id": ""}) == []
    assert found(home, role(role_session_name="", external_id="ab")) == []


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        ("600", "duration-invalid"),
        ("900", "duration-useless"),
        ("50000", "duration-invalid"),
        ("3600", ""),
    ],
)
def test_a_session_is_neither_too_short_nor_too_long(seconds: str, code: str, home: Home) -> None:
    home.config(config_text({"base": BASE, "dev": role(duration_seconds=seconds)}))
    seen = look(home, {})
    context = checks.Context.of(seen, files(home), NOW)
    codes = [each.code for each in checks.offline_findings(status(home, "dev"), context)]
    assert codes == ([code] if code else [])
