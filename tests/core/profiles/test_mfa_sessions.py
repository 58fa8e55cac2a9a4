"""Which long-term keys can get an MFA session, where it is kept, and what is never overwritten."""

from __future__ import annotations

from typing import Any

import pytest

from awsttl.core.files import Files, IniFile
from awsttl.core.model import Kind, Link, MfaSession, Renewal, Snapshot, Status
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.remedies import Problem, Remedy
from awsttl.core.view import details, rows
from awsttl.core.view.ranking import search_text
from awsttl.core.why import obstacles
from support.keys import unavailable
from support.odd import hidden

NOW = 1_795_208_400.0
"""Friday 20 November 2026, 21:00 UTC."""
DEVICE = "arn:aws:iam::111122223333:mfa/ada"
KEYS = {"aws_access_key_id": "AKIABASE", "aws_secret_access_key": "secret"}
WITH_DEVICE = KEYS | {"mfa_serial": DEVICE}
AWS_MFA = KEYS | {"aws_mfa_device": DEVICE}
SESSION = KEYS | {
    "assumed_role": "False",
    "aws_session_token": "token",
    "aws_security_token": "token",
    "expiration": "2026-11-20 21:02:00",
}
ENDED = SESSION | {"expiration": "2026-11-20 20:48:00"}
ROLE = "arn:aws:iam::111122223333:role/Admin"

Sections = dict[str, dict[str, Any]]


def _look(credentials: Sections, config: Sections | None = None) -> Snapshot:
    files = Files(
        IniFile("config", hidden(config or {})), IniFile("credentials", hidden(credentials))
    )
    return snapshot(files)


def _status(name: str, credentials: Sections, config: Sections | None = None) -> Status:
    found = _look(credentials, config).status(name)
    assert found is not None
    return found


def _session(name: str, credentials: Sections, config: Sections | None = None) -> MfaSession | None:
    return _status(name, credentials, config).profile.mfa_session


def _page(status: Status) -> str:
    page = details.page(status, NOW, str)
    return "\n".join(f"{line.label}: {line.text} ({line.aside})" for line in page.lines)


class TestLongTermKeys:
    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("base", "base-mfa"),
            ("team-long-term", "team"),
            ("default", "default-mfa"),
            ("default-long-term", "default"),
            ("-long-term", "-long-term-mfa"),
            ("a-long-term-b", "a-long-term-b-mfa"),
        ],
    )
    @pytest.mark.parametrize("keys", [WITH_DEVICE, AWS_MFA], ids=["mfa_serial", "aws_mfa_device"])
    def test_with_a_device_can_get_a_session(
        self, name: str, kept: str, keys: dict[str, str]
    ) -> None:
        status = _status(name, {name: keys})
        assert status.profile.mfa_session == MfaSession(name, kept, DEVICE, 43200)
        assert status.profile.kind is Kind.LONG_TERM
        assert rows.row(status, NOW).renews == "mfa"
        assert obstacles.cannot_renew(status, NOW) is None
        assert status.mfa_session(NOW) is status.profile.mfa_session

    @pytest.mark.parametrize("serial", [{}, {"mfa_serial": ""}])
    def test_without_a_device_have_nothing_to_renew(self, serial: dict[str, str]) -> None:
        status = _status("base", {"base": KEYS | serial})
        assert rows.row(status, NOW).renews == "—"
        problem = obstacles.cannot_renew(status, NOW)
        assert problem is not None
        assert problem.code == "long-term"
        assert "clear" in unavailable(status, NOW)

    def test_may_have_their_device_in_config(self) -> None:
        session = _session("base", {"base": KEYS}, {"base": {"mfa_serial": DEVICE}})
        assert session == MfaSession("base", "base-mfa", DEVICE, 43200)

    def test_know_when_the_session_that_there_is_ends(self) -> None:
        session = _session("base", {"base": WITH_DEVICE, "base-mfa": SESSION})
        assert session is not None
        assert session.expires_at == NOW + 120

    def test_are_as_a_roles_source_what_they_always_were(self) -> None:
        config = {
            "plain": {"role_arn": ROLE, "source_profile": "base"},
            "asks": {"role_arn": ROLE, "source_profile": "base", "mfa_serial": DEVICE},
        }
        found = _look({"base": WITH_DEVICE}, config)
        plain, asks = found.status("plain"), found.status("asks")
        assert plain is not None
        assert asks is not None
        keys = Link("base", Kind.LONG_TERM, Renewal.NOTHING, access_key="BASE")
        assert plain.profile.links[1] == keys
        assert (plain.renewal(NOW), asks.renewal(NOW)) == (Renewal.SILENT, Renewal.MFA)
        assert (plain.mfa_session(NOW), asks.mfa_session(NOW)) == (None, None)

    def test_with_which_aws_mfa_assumes_a_role_are_left_to_it(self) -> None:
        status = _status("x-long-term", {"x-long-term": AWS_MFA | {"assume_role": ROLE}})
        problem = obstacles.cannot_renew(status, NOW)
        assert problem is not None
        assert problem.code == "mfa-role"
        assert rows.row(status, NOW).renews == "—"


class TestTheDestination:
    @pytest.mark.parametrize("more", [{}, {"manager": "awsttl"}, {"manager": ""}])
    def test_that_awsttl_or_aws_mfa_keeps_is_renewed(self, more: dict[str, str]) -> None:
        session = _session("base", {"base": WITH_DEVICE, "base-mfa": SESSION | more})
        assert session is not None
        assert session.problem is None

    @pytest.mark.parametrize(
        ("config", "credentials", "why"),
        [
            ({}, KEYS, "holds long-term keys"),
            ({}, {"aws_secret_access_key": "s"}, "holds half of an access key"),
            (KEYS, {}, "holds long-term keys"),
            (SESSION, {}, "has its keys in config"),
            ({"role_arn": ROLE, "source_profile": "base"}, {}, "assumes a role"),
            ({"role_arn": ROLE}, SESSION, "assumes a role"),
            (
                {"role_arn": ROLE, "web_identity_token_file": "/t"},
                {},
                "assumes a role with a web identity",
            ),
            ({"sso_account_id": "1", "sso_role_name": "x"}, {}, "is an SSO profile"),
            ({"login_session": ROLE}, {}, "is an aws login profile"),
            ({"credential_process": "x"}, {}, "has a credential_process"),
            (
                {},
                SESSION | {"assumed_role": "True", "assumed_role_arn": ROLE},
                "holds the session of a role, assumed by aws-mfa",
            ),
            ({}, SESSION | {"manager": "awsume"}, "is kept by another tool"),
            ({}, SESSION | {"manager": "saml2aws"}, "is kept by another tool"),
            ({}, SESSION | {"autoawsume": "true"}, "is kept by another tool"),
        ],
    )
    @pytest.mark.parametrize(("name", "kept"), [("base", "base-mfa"), ("x-long-term", "x")])
    def test_that_is_something_else_is_refused(
        self,
        name: str,
        kept: str,
        config: dict[str, str],
        credentials: dict[str, str],
        why: str,
    ) -> None:
        source = {name: WITH_DEVICE, "base": WITH_DEVICE}
        found = _look(source | ({kept: credentials} if credentials else {}), {kept: config})
        status, other = found.status(name), found.status(kept)
        assert status is not None
        assert other is not None
        assert obstacles.cannot_renew(status, NOW) == Problem(
            "mfa-destination",
            f'its session would be kept in "{kept}", which {why}',
            Remedy(f'rename or remove "{kept}"'),
        )
        assert rows.row(status, NOW).renews == "—"
        assert why in _page(status)
        # And the other is what it was: nobody says that r would get it a session.
        assert other.profile.mfa_session is None or other.profile.mfa_session.source == kept

    @pytest.mark.parametrize(
        ("config", "credentials"),
        [
            ({"region": "eu-west-1", "output": "json"}, {}),
            ({"region": "eu-west-1"}, SESSION),
            ({}, {"region": "eu-west-1"}),
            ({}, SESSION | {"aws_expiration": "2020-01-01T00:00:00Z"}),
        ],
    )
    def test_that_holds_a_session_or_settings_only_is_taken(
        self, config: dict[str, str], credentials: dict[str, str]
    ) -> None:
        sections = {"base": WITH_DEVICE} | ({"base-mfa": credentials} if credentials else {})
        session = _session("base", sections, {"base-mfa": config} if config else {})
        assert session is not None
        assert session.problem is None

    def test_belongs_to_one_only(self) -> None:
        sections = {"x": WITH_DEVICE, "x-mfa-long-term": WITH_DEVICE, "x-mfa": SESSION}
        assert _session("x-mfa", sections) == _session("x-mfa-long-term", sections)
        problem = obstacles.cannot_renew(_status("x", sections), NOW)
        assert problem is not None
        assert problem.message.endswith('which keeps the session of "x-mfa-long-term"')


class TestASession:
    @pytest.mark.parametrize(
        ("name", "twin", "keys"),
        [
            ("base-mfa", "base", WITH_DEVICE),
            ("team", "team-long-term", WITH_DEVICE),
            ("team", "team-long-term", AWS_MFA),
        ],
    )
    def test_with_a_twin_is_renewed_with_its_keys(
        self, name: str, twin: str, keys: dict[str, str]
    ) -> None:
        status = _status(name, {twin: keys, name: ENDED})
        row = rows.row(status, NOW)
        assert (row.word, row.left, row.renews, row.source) == ("expired", "12m ago", "mfa", twin)
        assert twin in search_text(status)
        assert obstacles.cannot_renew(status, NOW) is None
        session = status.mfa_session(NOW)
        assert session is not None
        assert (session.source, session.profile) == (twin, name)

    @pytest.mark.parametrize(
        "twin",
        [
            {},
            {"team-long-term": KEYS},
            {"team-long-term": SESSION | {"mfa_serial": DEVICE}},
            {"team-long-term": {"aws_access_key_id": "A", "mfa_serial": DEVICE}},
            {"team-long-term": AWS_MFA | {"assume_role": ROLE}},
            {"team-longterm": WITH_DEVICE},
        ],
    )
    def test_without_such_a_twin_was_pasted(self, twin: Sections) -> None:
        status = _status("team", {"team": SESSION} | twin)
        assert status.profile.mfa_session is None
        assert rows.row(status, NOW).renews == "paste"
        problem = obstacles.cannot_renew(status, NOW)
        assert problem is not None
        assert problem.code == "paste"

    def test_has_nothing_in_a_cache_to_clear_and_says_where_it_is(self) -> None:
        status = _status("base-mfa", {"base": WITH_DEVICE, "base-mfa": SESSION})
        reason = unavailable(status, NOW)["clear"]
        assert reason == (
            "base-mfa has no cache entry: its keys stand in the credentials file; "
            'press d on "base-mfa" to see where its keys come from'
        )

    def test_that_has_ended_makes_a_role_behind_it_ask_and_that_lives_does_not(self) -> None:
        config = {"it": {"role_arn": ROLE, "source_profile": "base-mfa"}}
        sections = {"base": WITH_DEVICE, "base-mfa": SESSION}
        status = _status("it", sections, config)
        assert (status.renewal(NOW), status.mfa_session(NOW)) == (Renewal.SILENT, None)
        later = NOW + 120
        assert status.renewal(later) is Renewal.MFA
        session = status.mfa_session(later)
        assert session is not None
        assert session.profile == "base-mfa"
        assert obstacles.cannot_renew(status, later) is None


class TestDetails:
    def test_of_the_keys_say_where_the_session_is_and_until_when(self) -> None:
        status = _status("base", {"base": WITH_DEVICE, "base-mfa": SESSION})
        assert "session: in profile base-mfa until 21:02" in _page(status)
        assert f"renews: mfa ({DEVICE})" in _page(status)
        assert details.page(status, NOW, str).until <= NOW + 120

    def test_of_the_keys_say_that_the_session_has_ended(self) -> None:
        status = _status("base", {"base": WITH_DEVICE, "base-mfa": ENDED})
        assert "session: in profile base-mfa, ended 12m ago" in _page(status)

    def test_of_the_keys_say_what_a_renewal_does(self) -> None:
        status = _status("base", {"base": WITH_DEVICE})
        assert "session: none yet; a renewal puts one into profile base-mfa" in _page(status)

    def test_of_the_session_say_whose_keys_it_is_got_with(self) -> None:
        status = _status("base-mfa", {"base": WITH_DEVICE, "base-mfa": SESSION})
        assert "kind: temporary (an MFA session, with the keys of base)" in _page(status)
        assert f"renews: mfa ({DEVICE})" in _page(status)
