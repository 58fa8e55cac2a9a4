"""What is said about a profile without asking anybody, and what is not."""

from __future__ import annotations

import pytest

from awsttl.core.model import Snapshot
from awsttl.core.profiles.environment import read
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.remedies import Act
from awsttl.core.why import checks
from awsttl.core.why.checks import SAID_BY_CLOCK
from awsttl.core.why.checks.case import Context
from awsttl.core.why.findings import Check, Finding, Severity, worst
from support.home import Home
from support.looking import files, look
from support.odd import config_text
from support.renewing import BASE, CORP, DEVICE, LEGACY, SSO, role

NOW = 1_795_208_400.0
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
IN_CREDENTIALS = "[dev]\naws_access_key_id = AKIABASE\naws_secret_access_key = base-secret\n"
ENV_KEYS = {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "env-secret"}
PASTED = {**BASE, "aws_session_token": "token"}


def found(home: Home, profile: str, environ: dict[str, str] | None = None) -> dict[str, Finding]:
    """The findings about a profile, by their codes."""
    read_files, seen = files(home), look(home, environ or {})
    status = seen.status(profile)
    assert status is not None
    context = checks.Context.of(seen, read_files, NOW)
    return {finding.code: finding for finding in checks.offline_findings(status, context)}


def around(home: Home, environ: dict[str, str]) -> dict[str, Finding]:
    """What is said of the environment, whatever the profile."""
    read_files = files(home)
    seen = snapshot(read_files, read(environ))
    context = checks.Context.of(seen, read_files, NOW)
    first = next(iter(checks.offline_results((), context, environ)))
    return {finding.code: finding for finding in first.findings}


class TestNothingWrong:
    def test_a_role_with_a_living_session_has_no_finding(self, home: Home) -> None:
        section = role(duration_seconds="3600")
        home.config(config_text({"base": BASE, "dev": section}))
        home.cli_cache(section, expires_at=NOW + HOUR)
        assert found(home, "dev") == {}

    def test_nor_has_a_profile_that_was_never_used(self, home: Home) -> None:
        home.config(config_text({"base": BASE, "dev": role()}))
        assert found(home, "dev") == {}
        assert found(home, "base") == {}

    def test_nor_one_that_the_cli_renews_by_itself_but_for_a_note(self, home: Home) -> None:
        section = role()
        home.config(config_text({"base": BASE, "dev": section}))
        home.cli_cache(section, expires_at=NOW - HOUR)
        assert [(each.code, each.matters) for each in found(home, "dev").values()] == [
            ("session-expired", False)
        ]


class TestCredentials:
    def test_a_key_in_both_files_matters_if_the_two_differ(self, home: Home) -> None:
        home.config(config_text({"dev": {**BASE, "aws_access_key_id": "AKIAOTHER"}}))
        home.credentials(
            "[dev]\naws_access_key_id = AKIABASE\naws_secret_access_key = base-secret\n"
        )
        finding = found(home, "dev")["set-twice"]
        assert finding.keys == ("aws_access_key_id",)
        assert "credentials file wins" in finding.message

    def test_the_same_key_in_both_files_is_nothing(self, home: Home) -> None:
        home.config(config_text({"dev": BASE}))
        home.credentials(
            "[dev]\naws_access_key_id = AKIABASE\naws_secret_access_key = base-secret\n"
        )
        assert found(home, "dev") == {}

    def test_keys_beside_a_role_or_sso_are_never_used(self, home: Home) -> None:
        home.config(
            config_text({"base": BASE, "r": {**role(), **BASE}, "s": {**SSO, **BASE}}, CORP)
        )
        assert "keys-never-used" in found(home, "r")
        assert "keys-never-used" in found(home, "s")

    def test_but_a_role_that_is_its_own_source_uses_them(self, home: Home) -> None:
        home.config(config_text({"own": {**role("own"), **BASE}}))
        assert "keys-never-used" not in found(home, "own")

    def test_a_process_beside_keys_in_the_credentials_file_is_never_run(self, home: Home) -> None:
        home.config(config_text({"dev": {"credential_process": "helper --secret hunter2"}}))
        home.credentials(
            "[dev]\naws_access_key_id = AKIABASE\naws_secret_access_key = base-secret\n"
        )
        finding = found(home, "dev")["setting-never-used"]
        assert finding.keys == ("credential_process",)
        assert "hunter2" not in repr(finding)


class TestEnvironment:
    def test_keys_in_the_environment_win_over_the_selected_profile_only(self, home: Home) -> None:
        home.config(config_text({"base": BASE, "other": BASE}))
        environ = ENV_KEYS | {"AWS_PROFILE": "base"}
        assert found(home, "base", environ)["environment-wins"].fix.act is Act.UNSET
        assert "environment-wins" not in found(home, "other", environ)

    def test_half_a_key_is_a_cause(self, home: Home) -> None:
        finding = around(home, {"AWS_ACCESS_KEY_ID": "AKIAENV"})["env-half-set"]
        assert finding.severity is Severity.CAUSE
        assert finding.fix.act is Act.UNSET

    def test_an_expired_session_is_a_cause(self, home: Home) -> None:
        environ = ENV_KEYS | {
            "AWS_SESSION_TOKEN": "token",
            "AWS_CREDENTIAL_EXPIRATION": "2026-11-20T20:00:00Z",
        }
        assert around(home, environ)["environment-expired"].severity is Severity.CAUSE

    def test_two_selections_that_differ(self, home: Home) -> None:
        home.config(config_text({"a": BASE, "b": BASE}))
        environ = {"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b"}
        assert "selection-differs" in around(home, environ)
        assert around(home, {"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "a"}) == {}

    def test_a_selected_profile_that_does_not_exist(self, home: Home) -> None:
        home.config(config_text({"a": BASE}))
        assert around(home, {"AWS_PROFILE": "b"})["selection-missing"].evidence == ("AWS_PROFILE",)

    def test_a_selection_that_is_set_and_empty(self, home: Home) -> None:
        """The CLI looks for a profile without a name, and fails."""
        home.config(config_text({"a": BASE}))
        assert "selection-missing" in around(home, {"AWS_PROFILE": ""})


class TestSession:
    def test_an_expired_mfa_session_is_a_cause_and_renewing_its_fix(self, home: Home) -> None:
        section = role(mfa_serial=DEVICE)
        home.config(config_text({"base": BASE, "dev": section}))
        home.cli_cache(section, expires_at=NOW - HOUR)
        finding = found(home, "dev")["session-expired"]
        assert (finding.severity, finding.fix.act) == (Severity.CAUSE, Act.RENEW)

    def test_past_the_reuse_point_the_next_command_asks_for_a_code(self, home: Home) -> None:
        section = role(mfa_serial=DEVICE)
        home.config(config_text({"base": BASE, "dev": section}))
        home.cli_cache(section, expires_at=NOW + 10 * MINUTE)
        finding = found(home, "dev")["past-reuse-point"]
        assert finding.severity is Severity.WARNING
        assert "an MFA code" in finding.message

    def test_fifteen_minutes_are_never_reused(self, home: Home) -> None:
        for seconds, wrong in (("900", True), ("901", False)):
            home.config(config_text({"base": BASE, "dev": role(duration_seconds=seconds)}))
            assert ("duration-useless" in found(home, "dev")) is wrong

    def test_a_chained_role_lasts_an_hour_at_most(self, home: Home) -> None:
        profiles = {"base": BASE, "mid": role(), "dev": role("mid", 1, duration_seconds="3601")}
        home.config(config_text(profiles))
        assert found(home, "dev")["chain-cap"].severity is Severity.CAUSE
        home.config(config_text({"base": BASE, "dev": role(duration_seconds="43200")}))
        assert "chain-cap" not in found(home, "dev")

    def test_a_parent_that_ends_first_is_worth_a_note(self, home: Home) -> None:
        home.config(config_text({"legacy": LEGACY}))
        home.sso_token(LEGACY["sso_start_url"], expires_at=NOW + 20 * MINUTE)
        home.cli_cache(LEGACY, expires_at=NOW + HOUR)
        assert found(home, "legacy")["parent-ends-first"].severity is Severity.NOTE


class TestSource:
    def test_faults_of_the_chain_keep_their_codes(self, home: Home) -> None:
        home.config(config_text({"dev": role("nobody"), "loop": role("loop")}))
        assert found(home, "dev")["source-missing"].severity is Severity.CAUSE
        assert found(home, "loop")["source-loop"].check is Check.SOURCE

    @pytest.mark.parametrize("source", ["Environment", "EcsContainer"])
    def test_a_credential_source_that_is_not_there_is_one(self, home: Home, source: str) -> None:
        section = {"role_arn": role()["role_arn"], "credential_source": source}
        home.config(config_text({"dev": section}))
        finding = found(home, "dev")["source-empty"]
        assert (finding.check, finding.severity) == (Check.SOURCE, Severity.CAUSE)
        environ = ENV_KEYS | {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}
        assert "source-empty" not in found(home, "dev", environ)

    def test_keys_of_the_environment_that_have_ended_are_a_cause(self, home: Home) -> None:
        section = {"role_arn": role()["role_arn"], "credential_source": "Environment"}
        home.config(config_text({"dev": section}))
        ended = {"AWS_SESSION_TOKEN": "t", "AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z"}
        finding = found(home, "dev", ENV_KEYS | ended)["source-expired"]
        assert finding.severity is Severity.CAUSE
        assert str(finding.fix) == "paste new keys into the environment"

    def test_expired_keys_of_a_source_are_a_cause_once_the_session_is_over(
        self, home: Home
    ) -> None:
        section = role("temp")
        home.config(config_text({"dev": section}))
        home.credentials(
            "[temp]\naws_access_key_id = ASIA\naws_secret_access_key = s\n"
            "aws_session_token = t\nx_security_token_expires = 2026-11-20T20:00:00Z\n"
        )
        assert found(home, "dev")["source-expired"].severity is Severity.CAUSE
        home.cli_cache(section, expires_at=NOW + HOUR)
        assert found(home, "dev")["source-expired"].severity is Severity.WARNING

    def test_a_dead_sign_in_matters_only_when_no_session_is_left(self, home: Home) -> None:
        home.config(config_text({"sso": SSO}, CORP))
        home.sso_token("corp", expires_at=NOW - HOUR)
        assert "sign-in" in found(home, "sso")
        home.cli_cache(SSO, expires_at=NOW + HOUR)
        assert "sign-in" not in found(home, "sso")

    def test_a_token_that_refreshes_by_itself_is_alive(self, home: Home) -> None:
        home.config(config_text({"sso": SSO}, CORP))
        home.sso_token(
            "corp", expires_at=NOW - HOUR, refresh_token="r", registration_expires_at=NOW + DAY
        )
        assert found(home, "sso") == {}

    def test_a_device_that_only_the_source_names(self, home: Home) -> None:
        home.config(config_text({"base": {**BASE, "mfa_serial": DEVICE}, "dev": role()}))
        assert found(home, "dev")["mfa-not-named"].text == f"mfa_serial = {DEVICE}"


class TestCache:
    def test_a_corrupt_file_is_a_cause(self, home: Home) -> None:
        section = role()
        home.config(config_text({"base": BASE, "dev": section}))
        home.cli_cache(section, expires_at=NOW + HOUR).write_text("{")
        finding = found(home, "dev")["cache-corrupt"]
        assert (finding.check, finding.severity) == (Check.CACHE, Severity.CAUSE)

    def test_a_file_that_is_left_over_from_a_changed_role_is_noted(self, home: Home) -> None:
        home.config(config_text({"base": BASE, "dev": role(external_id="new")}))
        old = home.cli_cache(role(external_id="old"), expires_at=NOW + HOUR)
        assert found(home, "dev")["left-over"].evidence == (str(old),)


class TestPasted:
    def test_keys_without_a_recorded_end(self, home: Home) -> None:
        home.credentials("[dev]\n" + "".join(f"{key} = {value}\n" for key, value in PASTED.items()))
        assert found(home, "dev")["expiry-unknown"].fix.act is Act.VERIFY

    def test_ended_ones_come_with_the_settings_that_make_pasting_unnecessary(
        self, home: Home
    ) -> None:
        home.credentials(
            "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n"
            "[dev]\naws_access_key_id = ASIA\naws_secret_access_key = s\naws_session_token = t\n"
            "x_security_token_expires = 2026-11-20T20:00:00Z\n"
            "x_principal_arn = arn:aws-cn:sts::111122223333:assumed-role/Admin/me\n"
        )
        finding = found(home, "dev")["pasted-expired"]
        assert finding.severity is Severity.CAUSE
        assert finding.text == (
            "[profile dev]\nrole_arn = arn:aws-cn:iam::111122223333:role/Admin\n"
            "source_profile = base"
        )


class TestGlance:
    """What a row says besides its state."""

    def test_it_says_what_the_state_does_not(self, home: Home) -> None:
        home.config(config_text({"base": BASE, "dev": role(duration_seconds="900")}))
        read_files = files(home)
        status = snapshot(read_files).status("dev")
        assert status is not None
        finding = checks.row_finding(status, read_files)
        assert finding is not None
        assert finding.short == "never reused (15 min)"

    def test_it_repeats_no_state(self, home: Home) -> None:
        section = role(mfa_serial=DEVICE)
        home.config(config_text({"base": BASE, "dev": section}))
        home.cli_cache(section, expires_at=NOW - HOUR)
        read_files = files(home)
        status = snapshot(read_files).status("dev")
        assert status is not None
        assert checks.row_finding(status, read_files) is None

    @pytest.mark.parametrize("now", [0.0, NOW - HOUR, NOW, NOW + 20 * 60, NOW + 24 * HOUR])
    def test_what_it_leaves_to_the_clock_is_all_that_depends_on_the_time(
        self, home: Home, now: float
    ) -> None:
        home.config(
            config_text(
                {
                    "base": BASE,
                    "keys": BASE | {"mfa_serial": DEVICE},
                    "dev": role(duration_seconds="900"),
                    "mfa": role(mfa_serial=DEVICE),
                    "both": role() | BASE,
                    "chain": role("sso", duration_seconds="7200"),
                    "lost": role("nobody"),
                    "sso": SSO,
                },
                CORP,
            )
        )
        home.cli_cache(role(mfa_serial=DEVICE), expires_at=NOW + HOUR)
        home.credentials(
            "[pasted]\n"
            + "".join(f"{key} = {value}\n" for key, value in PASTED.items())
            + "x_security_token_expires = 2026-11-20T20:00:00Z\n"
        )
        read_files = files(home)
        for status in snapshot(read_files).profiles:
            then = checks.offline_findings(status, Context(Snapshot(), read_files, now))
            lasting = worst(
                each for each in then if each.matters and each.code not in SAID_BY_CLOCK
            )
            assert checks.row_finding(status, read_files) == lasting, status.name
