"""What is said first of a profile, beside what its row says: each kind in each state."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

import pytest

from awsttl.core.model import State, Status
from awsttl.core.remedies import Act, Remedy
from awsttl.core.view import rows
from awsttl.core.why import checks
from awsttl.core.why.findings import Check, Finding, Headline, Result, Severity, headline
from support.home import Home
from support.looking import files, look
from support.odd import config_text, credentials_text
from support.renewing import BASE, CORP, DEVICE, LEGACY, SSO, role

NOW = 1_795_208_400.0
HOUR = 3600.0
LOGIN = "arn:aws:iam::111122223333:user/me"
PASTED = {
    "aws_access_key_id": "ASIAPASTED",
    "aws_secret_access_key": "pasted-secret",
    "aws_session_token": "pasted-token",
}

Sections = Mapping[str, Mapping[str, str]]


def pasted(left: float) -> dict[str, str]:
    """Keys whose end is recorded, *left* seconds from now."""
    ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW + left))
    return PASTED | {"aws_expiration": ends}


KINDS: Final[Mapping[str, Sections]] = {
    "a role": {"dev": role(), "base": BASE},
    "a role with MFA": {"dev": role(mfa_serial=DEVICE), "base": BASE},
    "a role behind a process": {"dev": role("run"), "run": {"credential_process": "get"}},
    "a role behind pasted keys": {"dev": role("old"), "old": pasted(-HOUR)},
    "a role behind SSO": {"dev": role("sso"), "sso": LEGACY},
    "SSO": {"dev": SSO},
    "legacy SSO": {"dev": LEGACY},
}
"""Profiles whose sessions lie in the AWS CLI's cache; ``dev`` is the one that is looked at."""
SESSIONS: Final[Mapping[str, Callable[[Home, Mapping[str, str]], object]]] = {
    "no session": lambda _home, _section: None,
    "a living one": lambda home, it: home.cli_cache(it, expires_at=NOW + HOUR),
    "one past its reuse point": lambda home, it: home.cli_cache(it, expires_at=NOW + 600),
    "one that is over": lambda home, it: home.cli_cache(it, expires_at=NOW - HOUR),
    "a damaged one": lambda home, it: home.cli_cache(it, expires_at=NOW).write_text("{"),
}
TOKENS: Final[Mapping[str, Callable[[Home, str], object]]] = {
    "never signed in": lambda _home, _name: None,
    "signed in": lambda home, name: home.sso_token(name, expires_at=NOW + 9 * HOUR),
    "a sign-in that is over": lambda home, name: home.sso_token(name, expires_at=NOW - HOUR),
    "a damaged token": lambda home, name: home.sso_token(name, expires_at=NOW).write_text("{}"),
    "a token without its end": lambda home, name: home.sso_token(name, expires_at=NOW).write_text(
        '{"accessToken": "t"}'
    ),
}


def examined(home: Home, profile: str = "dev") -> tuple[Status, list[Result]]:
    """A profile as it is on disk, and what all checks of its files say."""
    seen, read = look(home, {}), files(home)
    status = seen.status(profile)
    assert status is not None
    context = checks.Context.of(seen, read, NOW)
    found = checks.offline_results((status,), context, {})
    return status, [result for result in found if result.profile]


def first(home: Home, profile: str = "dev") -> Headline:
    """What is said first."""
    return headline(examined(home, profile)[1])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("session", SESSIONS)
@pytest.mark.parametrize("token", TOKENS)
def test_headline_and_row_agree(kind: str, session: str, token: str, home: Home) -> None:
    sections = KINDS[kind]
    home.config(config_text(sections, CORP))
    SESSIONS[session](home, sections["dev"])
    for name in ("corp", LEGACY["sso_start_url"]):
        TOKENS[token](home, name)

    status, results = examined(home)
    row, said = rows.row(status, NOW), headline(results).own
    by_check = {result.check: result for result in results}
    needs_person = [need for need in status.needs(NOW) if need.asks]
    match row.state:
        case State.BROKEN:
            assert said is not None
            assert (said.severity, said.message) == (Severity.CAUSE, row.note)
        case State.EXPIRED | State.EXPIRING:
            assert said is not None
            assert said.matters == bool(needs_person)
        case _:
            assert said is None or said.matters
    # Credentials that nobody has seen are not right, nor is a session that is not there.
    if status.session is None or status.broken:
        assert not by_check[Check.CREDENTIALS].is_right
        assert not by_check[Check.SESSION].is_right
    for result in results:
        assert result.text or result.findings
        assert all(act is not Act.CLEAR or _can_clear(status) for act in _acts(result))


def _acts(result: Result) -> list[Act]:
    return [act for each in result.findings for act, who in each.fix.acts() if who == "dev"]


def _can_clear(status: Status) -> bool:
    return status.hops[0].entry is not None


class TestALogin:
    def test_that_never_was_is_told_by_its_command(self, home: Home) -> None:
        home.config(config_text({"dev": role("me"), "me": {"login_session": LOGIN}}))
        for name in ("dev", "me"):
            said = first(home, name).own
            assert said is not None
            assert (said.code, said.message) == (
                "never-signed-in",
                "not signed in by aws login yet",
            )
            # The role has no login_session: its source has.
            assert said.fix.otherwise == Remedy("run: aws login --profile me")

    def test_that_never_was_is_the_cause_where_a_session_lives(self, home: Home) -> None:
        """Every AWS CLI reads the login before it looks for the session."""
        home.config(config_text({"dev": role("me"), "me": {"login_session": LOGIN}}))
        home.cli_cache(role("me"), expires_at=NOW + HOUR)
        said = first(home).own
        assert said is not None
        assert (said.severity, said.code) == (Severity.CAUSE, "never-signed-in")

    def test_whose_token_is_damaged_is_told(self, home: Home) -> None:
        home.config(config_text({"me": {"login_session": LOGIN}}))
        home.login_token(LOGIN, expires_at=NOW + HOUR).write_text("[]")
        status, results = examined(home, "me")
        said = headline(results).own
        assert said is not None
        assert said.message == rows.row(status, NOW).note
        assert said.fix == Remedy(act=Act.RENEW, profile="me", purpose="to sign in")


class TestAnMfaSession:
    def test_that_is_over_is_renewed_and_not_pasted(self, home: Home) -> None:
        keys = BASE | {"aws_mfa_device": DEVICE}
        home.credentials(credentials_text({"dev-long-term": keys, "dev": pasted(-HOUR)}))
        said = first(home).own
        assert said is not None
        assert said.message == "its MFA session has expired"
        assert said.fix == Remedy(act=Act.RENEW, profile="dev")

    def test_whose_keys_are_nobodys_is_pasted(self, home: Home) -> None:
        home.credentials(credentials_text({"dev": pasted(-HOUR)}))
        said = first(home).own
        assert said is not None
        assert (said.message, said.fix) == (
            "its pasted keys have expired",
            Remedy(act=Act.PASTE, profile="dev"),
        )

    def test_that_ends_soon_is_said_to(self, home: Home) -> None:
        home.credentials(credentials_text({"dev": pasted(600)}))
        said = first(home).own
        assert said is not None
        assert (said.code, said.matters) == ("ends-soon", False)


class TestWhatCannotBeRenewed:
    def test_is_not_to_be_renewed(self, home: Home) -> None:
        home.config(config_text(KINDS["a role behind pasted keys"]))
        home.cli_cache(role("old"), expires_at=NOW - HOUR)
        fixes = [each.fix for result in examined(home)[1] for each in result.findings]
        assert Act.RENEW not in [act for fix in fixes for act, _ in fix.acts()]
        assert "paste new ones into old" in map(str, fixes)


class TestWhatIsWrongWithTheSettings:
    @pytest.mark.parametrize(
        "section",
        [
            {"source_profile": "base"},
            {"aws_access_key_id": "AKIA"},
            {"aws_access_key_id": "", "aws_secret_access_key": ""},
            {"region": "us-east-1"},
        ],
    )
    def test_of_credentials_stands_with_the_credentials(
        self, section: dict[str, str], home: Home
    ) -> None:
        home.config(config_text({"dev": section, "base": BASE}))
        by_check = {result.check: result for result in examined(home)[1]}
        assert by_check[Check.CREDENTIALS].findings
        assert not by_check[Check.SOURCE].findings
        assert not by_check[Check.SOURCE].is_right

    def test_goes_before_all_else_where_it_breaks_the_row(self, home: Home) -> None:
        section = SSO | {"sso_account_id": "1", "sso_session": "gone"}
        home.config(config_text({"dev": section}))
        said = first(home).own
        assert said is not None
        assert said.message == 'sso_session "gone" does not exist'


def test_of_what_is_equally_bad_the_row_s_own_goes_first() -> None:
    one = Finding(Check.SESSION, Severity.CAUSE, "a", "one", Remedy())
    other = Finding(Check.CACHE, Severity.CAUSE, "b", "other", Remedy(), blocks=True)
    results = [Result(Check.SESSION, "dev", (one,)), Result(Check.CACHE, "dev", (other,))]
    assert headline(results).own == other


@pytest.mark.parametrize(
    ("setting", "value"), [("credential_process", "get"), ("login_session", LOGIN)]
)
def test_keys_that_have_ended_and_hide_another_way_are_to_be_removed(
    setting: str, value: str, home: Home
) -> None:
    home.config(config_text({"dev": {setting: value}}))
    home.credentials(credentials_text({"dev": pasted(-HOUR)}))
    said = first(home).own
    assert said is not None
    assert (said.code, str(said.fix)) == (
        "pasted-expired",
        f"remove its keys: then {setting} is asked",
    )


def test_no_session_is_promised_where_something_hinders_it(home: Home) -> None:
    home.config(config_text({"dev": role(), "base": BASE}))
    by_check = {result.check: result for result in examined(home)[1]}
    assert by_check[Check.SESSION].text == "none yet: the AWS CLI gets one at next use"
    broken = role() | {"role_arn": "arn:aws:iam:111122223333:role/Admin"}
    home.config(config_text({"dev": broken, "base": BASE}))
    by_check = {result.check: result for result in examined(home)[1]}
    assert by_check[Check.SESSION].text == "none yet"


@pytest.mark.parametrize("kind", [SSO, LEGACY], ids=["session", "legacy"])
@pytest.mark.parametrize("host", ["sso.acme.example", "acme.awsapps.com"])
def test_a_host_that_is_not_awss_is_told_with_the_sign_in(
    kind: dict[str, str], host: str, home: Home
) -> None:
    url = {"sso_start_url": f"https://{host}/start", "sso_region": "us-east-1"}
    section = SSO if kind is SSO else LEGACY | url
    home.config(config_text({"dev": section}, {"corp": url}))
    said = first(home).own
    assert said is not None
    assert said.code == "never-signed-in"
    told = any(f"{host}/start is not AWS's" in evidence for evidence in said.evidence)
    assert told == (host == "sso.acme.example")


def test_a_sign_in_by_another_name_is_told(home: Home) -> None:
    """As by tools that know no sso-session."""
    home.config(config_text({"dev": SSO}, CORP))
    home.sso_token("corp", expires_at=NOW - HOUR)
    path = home.sso_token(LEGACY["sso_start_url"], expires_at=NOW + HOUR)
    said = first(home).own
    assert said is not None
    assert said.code == "sign-in"
    assert any(str(path) in evidence and "lives" in evidence for evidence in said.evidence)
