"""An error message held against what is on this machine: whom it concerns, and the next step.

The words of the real CLIs, home by home, are in ``tests/agreement``.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.files import Files, IniFile
from awsttl.core.profiles.environment import read
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.remedies import Act, Problem, Remedy
from awsttl.core.why.explain import Explanation, explain
from support.home import START_URL, Home, sso_role_file
from support.looking import files
from support.odd import config_text
from support.renewing import BASE, CORP, LEGACY, SSO, role

NOW = 1_795_208_400.0
HOUR = 3600.0
PAST = "2020-01-01T00:00:00Z"
EXPIRED = "An error occurred (ExpiredToken) when calling the {} operation: … is expired"
DEAD = "Error when retrieving token from sso: Token has expired and refresh failed"
REVOKED = "The SSO session associated with this profile has expired or is otherwise invalid."
NAIVE = "can't compare offset-naive and offset-aware datetimes"


def _explain(home: Home, text: str, environ: Mapping[str, str] | None = None) -> Explanation:
    environ = environ or {}
    return explain(text, snapshot(files(home), read(environ)), environ, NOW)


class TestABareHash:
    @pytest.mark.parametrize("dressed", ["{}", "\naws: [ERROR]: {}\n", "KeyError: {}"])
    def test_is_a_file_with_owners(self, home: Home, dressed: str) -> None:
        sections = {"dev": role(), "twin": role("other"), "base": BASE, "other": BASE}
        home.config(config_text(sections))
        path = home.cli_cache(role(), expires_at=NOW)
        path.write_text("{")
        found = _explain(home, dressed.format(f"'{path.stem}'"))
        assert found.recognised
        assert found.problem.code == "cache-corrupt"
        assert found.problem.message.endswith("half-written or damaged")
        assert found.profiles == ("dev", "twin")
        assert found.files == (str(path),)

    def test_of_a_source_concerns_who_is_behind_it_too(self, home: Home) -> None:
        middle = role("base", 1)
        home.config(config_text({"dev": role("mid"), "mid": middle, "base": BASE}))
        path = home.cli_cache(middle, expires_at=NOW)
        path.write_text("")
        assert _explain(home, f"'{path.stem}'").profiles == ("dev", "mid")

    def test_of_a_token_is_mended_by_signing_in(self, home: Home) -> None:
        home.config(config_text({"dev": LEGACY}))
        path = home.sso_token(START_URL, expires_at=NOW)
        path.write_text("{")
        found = _explain(home, f"'{path.stem}'")
        assert (found.profiles, found.files) == (("dev",), (str(path),))
        assert str(found.problem.fix) == "run: aws sso login --profile dev"

    def test_of_a_file_that_is_whole_or_gone_says_so(self, home: Home) -> None:
        home.config(config_text({"dev": LEGACY}))
        found = _explain(home, f"'{sso_role_file(LEGACY).removesuffix('.json')}'")
        assert (found.profiles, found.files) == (("dev",), ())
        assert "try once more" in str(found.problem.fix)


class TestAShellThatAwsttlServes:
    """What its server refuses with, as clients print it."""

    REFUSED = (
        "Error when retrieving credentials from container-role: Error retrieving metadata: Received"
        ' non 200 response 403 from container metadata: {{"code": "NeedsPerson", "message": "{0}:'
        ' each renewal asks for an MFA code; run: awsttl renew {0}", "Code": "NeedsPerson"}}'
    )
    ADDRESS = "http://127.0.0.1:44589/awsttl/54zFcgrOWmNffZ6NZsrysA/my%20dev"

    def test_learns_whom_it_is_about_and_why(self, home: Home) -> None:
        home.config(config_text({"my dev": role("base", 1), "default": BASE, "base": BASE}))
        found = _explain(home, self.REFUSED.format("my dev"))
        assert found.profiles == ("my dev",)
        assert found.problem.code == "served-needs-person"
        assert "each renewal asks for an MFA code" in found.problem.message
        assert list(found.problem.fix.acts()) == [(Act.RENEW, "my dev")]

    def test_learns_that_its_awsttl_has_ended(self, home: Home) -> None:
        home.config(config_text({"my dev": role("base", 1), "base": BASE}))
        found = _explain(
            home,
            "Error retrieving metadata: Received error when attempting to retrieve container "
            f'metadata: Could not connect to the endpoint URL: "{self.ADDRESS}"',
        )
        assert (found.problem.code, found.profiles) == ("served-no-more", ("my dev",))
        assert found.problem.fix.act is Act.UNSET

    def test_has_an_sdk_that_says_nothing_of_it(self, home: Home) -> None:
        home.config(config_text({"my dev": role("base", 1), "base": BASE}))
        text = "CredentialsProviderError: Could not load credentials from any providers"
        environ = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": self.ADDRESS}
        found = _explain(home, text, environ)
        assert (found.problem.code, found.profiles) == ("served-nothing", ("my dev",))
        assert _explain(home, text).problem.code == "no-credentials"


class TestAName:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ('The source_profile "gone" referenced in the profile "dev" does not exist.',
             "source-missing"),
            ('The profile "dev" contains both source_profile and credential_source.',
             "two-sources"),
            ('The profile "dev" is configured to use SSO but is missing required configuration: x',
             "sso-incomplete"),
            ("The config profile (dev) could not be found", "profile-missing"),
            ("$ aws s3 ls --profile dev\n" + EXPIRED.format("AssumeRole"), "source-expired"),
        ],
    )  # fmt: skip
    def test_is_whom_it_concerns(self, home: Home, text: str, code: str) -> None:
        found = _explain(home, text)
        assert (found.problem.code, found.profiles) == (code, ("dev",))

    def test_of_a_sign_in_concerns_all_who_use_it(self, home: Home) -> None:
        other = LEGACY | {"sso_start_url": "https://other"}
        home.config(config_text({"dev": SSO, "behind": role("dev"), "not": other}, CORP))
        text = "Error loading SSO Token: Token for corp does not exist"
        found = _explain(home, text)
        assert (found.problem.code, found.profiles) == ("never-signed-in", ("dev", "behind"))
        assert str(found.problem.fix) == "run: aws sso login --profile dev"

    def test_that_the_person_gives_goes_before_all(self, home: Home) -> None:
        home.config(config_text({"sso": SSO, "dev": role("sso")}, CORP))
        found = explain(DEAD, snapshot(files(home)), {}, NOW, "dev")
        assert found.profiles == ("dev",)
        assert str(found.problem.fix) == "run: aws sso login --profile sso"


class TestWordsThatNameNobody:
    def test_concern_those_for_whom_the_cli_would_say_them_now(self, home: Home) -> None:
        other = LEGACY | {"sso_start_url": "https://other"}
        home.config(config_text({"living": other, "dead": LEGACY, "base": BASE}))
        home.sso_token("https://other", expires_at=NOW + HOUR)
        home.sso_token(START_URL, expires_at=NOW - HOUR)
        found = _explain(home, DEAD)
        assert (found.problem.code, found.profiles) == ("sign-in", ("dead",))
        assert str(found.problem.fix) == "run: aws sso login --profile dead"

    def test_of_a_revoked_token_concern_all_behind_the_only_sign_in(self, home: Home) -> None:
        home.config(config_text({"dev": LEGACY, "behind": role("dev"), "base": BASE}))
        home.sso_token(START_URL, expires_at=NOW + HOUR)
        assert _explain(home, REVOKED).profiles == ("dev", "behind")

    def test_of_a_revoked_token_name_none_of_several(self, home: Home) -> None:
        other = LEGACY | {"sso_start_url": "https://other"}
        home.config(config_text({"dev": LEGACY, "not": other}))
        for url in (START_URL, "https://other"):
            home.sso_token(url, expires_at=NOW + HOUR)
        found = _explain(home, REVOKED)
        assert found.profiles == ()
        assert str(found.problem.fix) == "run: aws sso login"

    def test_of_no_credentials_concern_the_profile_that_is_selected(self, home: Home) -> None:
        home.config(config_text({"base": BASE}))
        environ = {"AWS_EC2_METADATA_DISABLED": "true"}
        found = _explain(home, "Unable to locate credentials. You can configure …", environ)
        assert (found.problem.code, found.profiles) == ("no-credentials", ("default",))

    def test_of_no_credentials_concern_those_who_ask_a_machine_that_has_none(
        self, home: Home
    ) -> None:
        home.config(config_text({"dev": {"region": "us-east-1"}, "base": BASE}))
        assert _explain(home, "Unable to locate credentials.").profiles == ("default", "dev")

    def test_of_pasted_keys_do_not_advise_to_renew_them(self, home: Home) -> None:
        keys = BASE | {"aws_session_token": "t", "aws_expiration": "2020-01-01T00:00:00Z"}
        home.config(config_text({"dev": keys}))
        found = _explain(home, EXPIRED.format("GetCallerIdentity"))
        assert found.profiles == ("dev",)
        assert "paste new ones" in str(found.problem.fix)

    def test_of_a_slip_name_the_damaged_file(self, home: Home) -> None:
        home.config(config_text({"dev": role(), "base": BASE}))
        path = home.cli_cache(role(), expires_at=NOW)
        path.write_text("{}")
        found = _explain(home, "'Credentials'")
        assert (found.profiles, found.files) == (("dev",), (str(path),))
        assert "it has no Credentials" in found.problem.message


class TestTheEnvironment:
    def test_is_the_cause_where_the_words_fit_a_file_as_well(self, home: Home) -> None:
        keys = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"}
        found = _explain(home, NAIVE, keys | {"AWS_CREDENTIAL_EXPIRATION": "2036-11-20T21:00:00"})
        assert found.problem.code == "env-bad-expiry"
        assert not _explain(home, NAIVE, keys).recognised

    @pytest.mark.parametrize("operation", ["GetCallerIdentity", "AssumeRole"])
    def test_whose_session_has_ended_is_what_a_command_without_profile_used(
        self, home: Home, operation: str
    ) -> None:
        home.config(config_text({"default": role(), "base": BASE}))
        keys = {"AWS_ACCESS_KEY_ID": "ASIAENVIRONMENT00E01", "AWS_SECRET_ACCESS_KEY": "s"}
        ended = keys | {"AWS_SESSION_TOKEN": "t", "AWS_SESSION_EXPIRATION": PAST}
        found = _explain(home, EXPIRED.format(operation), ended)
        assert "environment" in found.problem.message
        assert "0E01" in found.problem.message
        assert found.problem.fix == Remedy(act=Act.UNSET)
        text = f"$ aws s3 ls --profile default\n{EXPIRED.format(operation)}"
        assert _explain(home, text, ended).profiles == ("default",)

    def test_that_still_lives_is_not_blamed(self, home: Home) -> None:
        home.config(config_text({"dev": BASE | {"aws_session_token": "t", "aws_expiration": PAST}}))
        keys = {"AWS_ACCESS_KEY_ID": "ASIA", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"}
        lives = keys | {"AWS_SESSION_EXPIRATION": "2036-11-20T21:00:00Z"}
        assert _explain(home, EXPIRED.format("ListBuckets"), lives).profiles == ("dev",)


class TestTheSelectedProfile:
    @pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
    def test_is_whom_it_concerns_where_the_words_name_nobody(
        self, home: Home, variable: str
    ) -> None:
        home.config(config_text({"dev": LEGACY, "other": LEGACY}))
        found = _explain(home, DEAD, {variable: "other"})
        assert found.profiles == ("other",)
        assert str(found.problem.fix) == "run: aws sso login --profile other"

    def test_gives_way_to_one_that_the_words_name(self, home: Home) -> None:
        text = "The config profile (dev) could not be found"
        assert _explain(home, text, {"AWS_PROFILE": "other"}).profiles == ("dev",)

    def test_tells_which_call_failed_where_the_words_do_not(self, home: Home) -> None:
        """As in the AWS CLI's JSON, yaml, text and table, and in many an SDK."""
        pasted = BASE | {"aws_session_token": "t", "aws_expiration": PAST}
        home.config(config_text({"dev": role("pasted"), "pasted": pasted}))
        text = '{"Code": "ExpiredToken", "Message": "The security token … is expired"}'
        found = _explain(home, text, {"AWS_PROFILE": "dev"})
        assert found.problem.code == "source-expired"
        assert str(found.problem.fix) == "paste new ones into pasted"
        assert _explain(home, text, {"AWS_PROFILE": "pasted"}).problem.code == "session-expired"


class TestAProfileThatIsNotHere:
    def test_is_said_to_be_missing(self, home: Home) -> None:
        home.config(config_text({"staging": LEGACY, "prod": BASE}))
        found = explain(DEAD, snapshot(files(home)), {}, NOW, "stagin")
        assert found.note == (
            "there is no profile stagin on this machine; the nearest name is staging"
        )
        assert str(found.problem.fix) == "run: aws sso login"

    def test_is_the_cause_of_having_no_credentials(self, home: Home) -> None:
        home.config(config_text({"prod": BASE}))
        text = "Could not resolve credentials using profile: [gone] in configuration/credentials"
        found = _explain(home, text)
        assert (found.problem.code, found.profiles) == ("profile-missing", ("gone",))
        assert "gone" in found.problem.message

    def test_that_is_here_after_all_was_looked_for_elsewhere(self, home: Home) -> None:
        home.config(config_text({"prod": BASE}))
        found = _explain(home, "failed to get shared config profile, prod")
        assert (found.problem.code, found.profiles) == ("profile-missing", ("prod",))
        assert "exists here" in found.problem.message
        assert "AWS_CONFIG_FILE" in str(found.problem.fix)

    @pytest.mark.parametrize(
        ("text", "environ", "fix"),
        [
            (EXPIRED, {"AWS_PROFILE": "gone"}, "correct the name gone, or AWS_PROFILE"),
            ("$ aws s3 ls --profile gone\n" + EXPIRED, {}, "renew gone where it is kept"),
        ],
    )
    def test_is_not_to_be_renewed_here(
        self, home: Home, text: str, environ: Mapping[str, str], fix: str
    ) -> None:
        home.config(config_text({"prod": BASE}))
        found = _explain(home, text.format("ListBuckets"), environ)
        assert found.profiles == ("gone",)
        assert found.note == "there is no profile gone on this machine"
        assert str(found.problem.fix) == fix

    def test_is_not_named_where_nobody_knows_its_name(self, home: Home) -> None:
        home.config(config_text({"prod": BASE}))
        found = _explain(home, "Error when retrieving credentials from custom-process: no")
        assert found.problem.message == "the profile's credential_process failed"
        unnamed = _explain(home, "the AWS profile is not configured")
        assert str(unnamed.problem.fix) == "correct the name, or AWS_PROFILE"


class TestLongTermKeys:
    """They do not expire, so other credentials were used."""

    def test_of_the_environment(self, home: Home) -> None:
        home.config(config_text({"base": BASE}))
        environ = {
            "AWS_ACCESS_KEY_ID": "ASIAENVIRONMENT00E01",
            "AWS_SECRET_ACCESS_KEY": "s",
            "AWS_SESSION_TOKEN": "t",
        }
        seen = snapshot(files(home), read(environ))
        found = explain(EXPIRED.format("ListBuckets"), seen, environ, NOW, "base")
        assert "do not expire" in found.problem.message
        assert "the environment (key …0E01)" in found.problem.message
        assert found.problem.fix == Remedy(act=Act.UNSET)

    def test_of_a_profile_whose_session_has_expired(self, home: Home) -> None:
        pasted = BASE | {"aws_session_token": "t", "aws_expiration": PAST}
        home.config(config_text({"base": BASE, "pasted": pasted}))
        found = explain(EXPIRED.format("ListBuckets"), snapshot(files(home)), {}, NOW, "base")
        assert "perhaps those of pasted" in found.problem.message
        assert str(found.problem.fix) == "paste new ones into pasted"

    def test_of_nobody_that_is_known(self, home: Home) -> None:
        home.config(config_text({"base": BASE}))
        found = explain(EXPIRED.format("ListBuckets"), snapshot(files(home)), {}, NOW, "base")
        assert "the program's own" in found.problem.message

    def test_of_a_source_do_not_expire_either(self, home: Home) -> None:
        home.config(config_text({"dev": role(), "base": BASE}))
        found = _explain(home, EXPIRED.format("AssumeRole"), {"AWS_PROFILE": "dev"})
        assert found.profiles == ("dev",)
        assert found.problem.message.startswith(
            "base has long-term keys, which do not expire: other credentials were used"
        )


class TestASourceThatHasExpired:
    def test_is_what_to_renew(self, home: Home) -> None:
        home.config(config_text({"dev": role("mid", 2), "mid": role(), "base": BASE}))
        found = _explain(home, EXPIRED.format("AssumeRole"), {"AWS_PROFILE": "dev"})
        assert found.problem.code == "source-expired"
        assert found.problem.fix == Remedy(act=Act.RENEW, profile="mid", purpose="first")


class TestTheFileOfAToken:
    @pytest.mark.parametrize(
        "said",
        [
            "failed to read cached SSO token file, open {}: no such file or directory",
            "in `read': No such file or directory @ rb_sysopen - {} (Errno::ENOENT)",
        ],
    )
    def test_that_is_missing_names_the_session_and_its_profiles(
        self, home: Home, said: str
    ) -> None:
        home.config(config_text({"dev": SSO, "behind": role("dev"), "base": BASE}, CORP))
        path = home.sso_token("corp", expires_at=NOW)
        path.unlink()
        found = _explain(home, said.format(path))
        assert found.problem.message == "not signed in to SSO yet: the token of corp is not there"
        assert found.profiles == ("dev", "behind")
        assert str(found.problem.fix) == "run: aws sso login --profile dev"


class TestWordsThatAnyProgramMayPrint:
    @pytest.mark.parametrize(
        "text",
        [
            "'Credentials'",
            "KeyError: 'Credentials'",
            "'0123456789abcdef0123456789abcdef01234567'",
            "list index out of range",
            "Expecting value: line 1 column 1 (char 0)",
            "[Errno 2] No such file or directory: '/srv/token'",
        ],
    )
    def test_count_only_where_this_machine_has_what_they_speak_of(
        self, home: Home, text: str
    ) -> None:
        home.config(config_text({"dev": role(), "base": BASE}))
        home.cli_cache(role(), expires_at=NOW + HOUR)
        assert not _explain(home, text).recognised

    def test_are_a_process_that_printed_something_else(self, home: Home) -> None:
        home.config(config_text({"dev": {"credential_process": "vault"}, "base": BASE}))
        found = _explain(home, "\nExpecting value: line 1 column 1 (char 0)\n")
        assert (found.problem.code, found.profiles) == ("process-failed", ("dev",))

    def test_are_a_web_identity_file_that_is_not_there(self, home: Home) -> None:
        web = {"role_arn": role()["role_arn"], "web_identity_token_file": "/srv/token"}
        home.config(config_text({"dev": web, "base": BASE}))
        found = _explain(home, "[Errno 2] No such file or directory: '/srv/token'")
        assert (found.problem.code, found.profiles) == ("file", ("dev",))
        assert not _explain(home, "[Errno 2] No such file or directory: '/srv/other'").recognised


class TestWhatIsNotKnown:
    @pytest.mark.parametrize(
        ("text", "line"),
        [
            (
                (
                    'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\n'
                    "    main()\nValueError: no coffee\n"
                ),
                "ValueError: no coffee",
            ),
            (
                "+ make brew\nbrewing\nerror: no coffee\nmake: *** [brew] Error 2",
                "error: no coffee",
            ),
            ("╷\n│ Error: no coffee\n│\n│   on main.tf line 1\n╵", "Error: no coffee"),
            ("    at brew (/srv/x.js:1:2)\nno coffee", "no coffee"),
            (
                "2026-11-20 21:00:00,852 [brewer brew.py:brew] [1-Main] - ERROR: no coffee",
                "no coffee",
            ),
            ("[2026-11-20, 21:00:00 UTC] {brew.py:1851} ERROR - no coffee", "no coffee"),
            ("2026-11-20 21:00:00,852", "2026-11-20 21:00:00,852"),
        ],
    )
    def test_is_told_in_the_line_that_carries_the_message(
        self, home: Home, text: str, line: str
    ) -> None:
        found = _explain(home, text)
        assert (found.problem.code, found.problem.message) == ("unknown", line)
        assert found.problem.fix == Remedy(act=Act.DIAGNOSE)

    def test_is_looked_into_for_the_profile_that_it_names(self, home: Home) -> None:
        home.config(config_text({"dev": BASE}))
        found = _explain(home, "$ brew --profile dev\nno coffee")
        assert found.problem.fix == Remedy(act=Act.DIAGNOSE, profile="dev")


class TestALongText:
    def test_is_told_by_its_last_error(self, home: Home) -> None:
        text = f"{DEAD}\n" + "nothing to see here\n" * 5_000
        assert _explain(home, text).problem.code == "sign-in"
        assert (
            _explain(home, text + EXPIRED.format("ListBuckets")).problem.code == "session-expired"
        )


class TestAFileThatDoesNotParse:
    def test_is_told_with_its_line(self) -> None:
        problem = Problem("file-does-not-parse", "config line 3: …", Remedy("correct it"))
        seen = snapshot(Files(IniFile("config", problem=problem), IniFile("credentials")))
        text = "Traceback\nbotocore…ConfigParseError: Unable to parse config file: /h/.aws/config\n"
        found = explain(text, seen, {}, NOW)
        assert found == Explanation(problem, files=("/h/.aws/config",))


class TestAnyText:
    @given(st.text())
    def test_is_explained_or_said_to_be_unknown(self, text: str) -> None:
        found = explain(text, snapshot(Files(IniFile("config"), IniFile("credentials"))), {}, NOW)
        assert found.problem.message
        assert found.problem.fix


KEYS = {"AWS_ACCESS_KEY_ID": "AKIAENVI", "AWS_SECRET_ACCESS_KEY": "s"}


class TestAKeyThatAwsRefuses:
    REFUSED = "An error occurred (InvalidClientTokenId) when calling the ListBuckets operation: …"

    @pytest.mark.parametrize(
        ("name", "message", "fix"),
        [
            ("base", "is deleted, inactive or wrong (key …{})", "put a valid key into base"),
            ("dev", "is deleted, inactive or wrong (key …{} of base)", "put a valid key into base"),
            ("sso", "or wrong; sso has no key of its own", "renew sso, or see which keys"),
            ("odd", "or wrong; odd has no key of its own", "see which keys the program uses"),
        ],
    )
    def test_stands_in_a_profile_or_its_source_or_nowhere(
        self, home: Home, name: str, message: str, fix: str
    ) -> None:
        sections = {"base": BASE, "dev": role(), "sso": SSO, "odd": role("gone")}
        home.config(config_text(sections, CORP))
        found = explain(self.REFUSED, snapshot(files(home)), {}, NOW, name)
        assert (found.problem.code, found.profiles) == ("key-invalid", (name,))
        assert found.problem.message.endswith(message.format(BASE["aws_access_key_id"][-4:]))
        assert str(found.problem.fix).startswith(fix)

    @pytest.mark.parametrize("code", ["InvalidClientTokenId", "SignatureDoesNotMatch"])
    def test_of_a_session_is_replaced_with_all_that_belongs_to_it(
        self, home: Home, code: str
    ) -> None:
        home.config(config_text({"pasted": BASE | {"aws_session_token": "t"}}))
        text = self.REFUSED.replace("InvalidClientTokenId", code)
        found = explain(text, snapshot(files(home)), {}, NOW, "pasted")
        assert str(found.problem.fix) == (
            "put key, secret and session token, all three from one place, into pasted"
        )

    def test_is_the_environments_unless_the_command_names_a_profile(self, home: Home) -> None:
        home.config(config_text({"base": BASE}))
        found = _explain(home, self.REFUSED, KEYS | {"AWS_PROFILE": "base"})
        assert found.problem.message.endswith("it is the environment's (key …ENVI)")
        assert found.problem.fix == Remedy("put in a valid key", otherwise=Remedy(act=Act.UNSET))
        assert found.profiles == ()
        found = _explain(home, f"$ aws s3 ls --profile base\n{self.REFUSED}", KEYS)
        assert found.profiles == ("base",)
        assert str(found.problem.fix) == "put a valid key into base"


class TestARoleThatIsNotAssigned:
    REFUSED = (
        "An error occurred (ForbiddenException) when calling the GetRoleCredentials operation: "
        "No access"
    )

    def test_is_told_with_its_account_and_the_settings_that_name_it(self, home: Home) -> None:
        home.config(config_text({"sso": SSO, "dev": role("sso")}, CORP))
        found = explain(self.REFUSED, snapshot(files(home)), {}, NOW, "sso")
        told = f"role {SSO['sso_role_name']} of account {SSO['sso_account_id']} is not assigned"
        assert found.problem.message.startswith(told)
        fix = "ask for the assignment, or correct sso_role_name or sso_account_id of sso"
        assert str(found.problem.fix) == fix
        found = explain(self.REFUSED, snapshot(files(home)), {}, NOW, "dev")
        assert found.problem.message.startswith("this role is not assigned")
        assert str(found.problem.fix) == fix

    def test_of_several_is_none_of_them_in_particular(self, home: Home) -> None:
        home.config(config_text({"one": SSO, "two": SSO | {"sso_role_name": "Other"}}, CORP))
        found = _explain(home, self.REFUSED)
        assert found.profiles == ("one", "two")
        assert str(found.problem.fix) == "ask for the assignment"
