"""Files → snapshot: whose session a cache entry is, its clocks, and what renewing it asks."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsttl.core.files import CacheEntry, Files, IniFile, Shape
from awsttl.core.model import FOREVER, Kind, Parent, Renewal
from awsttl.core.profiles.resolve import Resolver, snapshot
from awsttl.core.remedies import Act, Problem, Remedy
from awsttl.core.view.ranking import search_text
from awsttl.core.why import obstacles
from support.awscli import BOTH_CLIS, Version, aws_cli
from support.cloud import Cloud
from support.home import START_URL, Home, role_file, token_file
from support.looking import files, look, status
from support.odd import config_text, hidden
from support.wire import iso

NOW: Final = 1_795_208_400.0
HOUR: Final = 3600.0
REUSE: Final = 900.0

ROLE: Final = "arn:aws:iam::111122223333:role/Admin"
BASE: Final = {"aws_access_key_id": "AKIABASE", "aws_secret_access_key": "secret"}
KEYS: Final = BASE | {"aws_session_token": "token"}
SSO: Final = {"sso_account_id": "111122223333", "sso_role_name": "Dev"}
URL: Final = {"sso_start_url": START_URL, "sso_region": "us-east-1"}
ENV_KEYS: Final = {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "secret"}
LOGIN: Final = "arn:aws:iam::111122223333:user/me"


def _role(source: str = "base", number: int = 0, **keys: str) -> dict[str, str]:
    return {"role_arn": f"{ROLE}{number or ''}", "source_profile": source, **keys}


def _config(home: Home, profiles: dict[str, dict[str, str]], **sso_sessions: Any) -> None:
    home.config(config_text(profiles, sso_sessions))


class TestOwnership:
    def test_profiles_with_equal_arguments_share_a_session(self, home: Home) -> None:
        """The file's name leaves out the source and the region."""
        one, two = _role("base"), _role("other [x]", region="eu-west-1")
        _config(home, {"one": one, "two/ü": two, "base": BASE, "other [x]": BASE})
        home.cli_cache(one, expires_at=NOW + HOUR)
        seen = look(home)
        for name, other in (("one", "two/ü"), ("two/ü", "one")):
            found = seen.status(name)
            assert found
            assert found.session
            assert found.session.expires_at == NOW + HOUR
            assert found.shared_with == (other,)
        assert seen.orphans == ()

    def test_a_web_identity_shares_with_a_role_of_no_arguments(self, home: Home) -> None:
        web = {"role_arn": ROLE, "web_identity_token_file": "/t"}
        _config(home, {"role": _role(), "web": web, "base": BASE})
        home.cli_cache(web, expires_at=NOW + HOUR)
        assert status(home, "role").session == status(home, "web").session
        assert status(home, "web").shared_with == ("role",)

    @pytest.mark.parametrize(
        "difference",
        [{"external_id": ""}, {"mfa_serial": "device"}, {"duration_seconds": "900"},
         {"role_session_name": "me"}],
    )  # fmt: skip
    def test_profiles_that_differ_in_an_argument_do_not(
        self, home: Home, difference: dict[str, str]
    ) -> None:
        _config(home, {"one": _role(), "two": _role() | difference, "base": BASE})
        home.cli_cache(_role(), expires_at=NOW + HOUR)
        assert status(home, "one").session
        assert status(home, "two").session is None
        assert status(home, "one").shared_with == ()

    def test_a_web_identitys_session_may_lie_under_either_name(self, home: Home) -> None:
        """v1 from 1.46.2 hashes the token too; the session that lives longer counts."""
        token = home.web_token("token file", "header.payload.ü")
        web = {"role_arn": ROLE, "web_identity_token_file": str(token)}
        _config(home, {"web": web})
        (profile,) = look(home).profiles
        plain, with_token = profile.profile.links[0].cache_names
        assert plain == role_file(web)
        home.cli_cache(with_token, expires_at=NOW + HOUR, writer="v1")
        assert status(home, "web").session
        home.cli_cache(plain, expires_at=NOW + 2 * HOUR)
        assert _ends(home, "web") == NOW + 2 * HOUR
        home.cli_cache(plain, expires_at=NOW - HOUR)
        assert _ends(home, "web") == NOW + HOUR
        assert look(home).orphans == ()

    def test_the_sso_sessions_of_v2(self, home: Home) -> None:
        section = SSO | {"sso_session": "my corp/é"}
        _config(home, {"dev": section}, **{"my corp/é": URL})
        home.cli_cache(section, expires_at=NOW + HOUR)
        session = status(home, "dev").session
        assert session
        assert session.entry
        assert session.entry.shape is Shape.SSO_ROLE

    def test_a_role_with_an_sso_source_does_not_own_the_sources_file(self, home: Home) -> None:
        _config(home, {"dev": SSO | URL, "top": _role("dev")})
        home.cli_cache(SSO | URL, expires_at=NOW + HOUR)
        assert status(home, "dev").session
        top = status(home, "top")
        assert [hop.expires_at for hop in top.hops] == [None, None, None]


def _ends(home: Home, profile: str) -> float | None:
    session = status(home, profile).session
    return session.expires_at if session else None


class TestClocks:
    def test_a_role_is_reused_until_fifteen_minutes_before_its_end(self, home: Home) -> None:
        _config(home, {"it": _role(), "base": BASE})
        home.cli_cache(_role(), expires_at=NOW + HOUR)
        session = status(home, "it").session
        assert session
        assert session.reuse_until == NOW + HOUR - REUSE

    def test_every_hop_of_a_chain_has_its_own(self, home: Home) -> None:
        middle = _role("base", 1)
        _config(home, {"top": _role("mid [1]"), "mid [1]": middle, "base": BASE})
        home.cli_cache(_role("mid [1]"), expires_at=NOW + HOUR)
        home.cli_cache(middle, expires_at=NOW + 2 * HOUR, writer="v1")
        top = status(home, "top")
        assert [hop.expires_at for hop in top.hops] == [NOW + HOUR, NOW + 2 * HOUR, None]
        assert top.hops[2].usable_until == FOREVER
        assert top.parent == Parent(Kind.ROLE, "mid [1]", NOW + 2 * HOUR)

    def test_pasted_keys_end_when_their_writer_said(self, home: Home) -> None:
        home.credentials(
            """
            [known end]
            aws_access_key_id = ASIA1
            aws_secret_access_key = s
            aws_session_token = t
            x_security_token_expires = 2026-11-20T22:00:00+01:00
            [unknown end]
            aws_access_key_id = ASIA2
            aws_secret_access_key = s
            aws_session_token = t
            """
        )
        assert _ends(home, "known end") == NOW
        unknown = status(home, "unknown end").session
        assert unknown
        assert (unknown.expires_at, unknown.reuse_until) == (None, None)

    def test_a_login_is_refreshed_five_minutes_before_its_end(self, home: Home) -> None:
        _config(home, {"it": {"login_session": LOGIN}})
        home.login_token(LOGIN, expires_at=NOW + 900)
        found = status(home, "it")
        assert found.session
        assert (found.session.expires_at, found.session.reuse_until) == (NOW + 900, NOW + 600)
        assert found.parent is None  # the token is the session itself

    def test_profiles_without_a_session_have_none(self, home: Home) -> None:
        profiles = {
            "base": BASE,
            "role": _role(),
            "sso": SSO | URL,
            "process": {"credential_process": "x"},
            "login": {"login_session": LOGIN},
            "settings": {"region": "x"},
        }
        _config(home, profiles)
        assert [found.session for found in look(home).profiles] == [None] * len(profiles)


class TestParents:
    def test_of_an_sso_session_is_the_sign_in(self, home: Home) -> None:
        section = SSO | {"sso_session": "corp é"}
        _config(home, {"dev": section}, **{"corp é": URL})
        home.cli_cache(section, expires_at=NOW + HOUR)
        assert status(home, "dev").parent == Parent(Kind.SSO, "corp é", None)
        home.sso_token("corp é", expires_at=NOW + 6 * HOUR)
        assert status(home, "dev").parent == Parent(Kind.SSO, "corp é", NOW + 6 * HOUR)

    def test_of_a_role_behind_sso_is_the_sign_in_too(self, home: Home) -> None:
        _config(home, {"dev": SSO | URL, "top": _role("dev")})
        home.sso_token(START_URL, expires_at=NOW + 6 * HOUR)
        assert status(home, "top").parent == Parent(Kind.SSO, START_URL, NOW + 6 * HOUR)

    def test_of_a_role_may_be_pasted_keys(self, home: Home) -> None:
        _config(home, {"top": _role("k"), "k": KEYS | {"aws_expiration": "2026-11-20T21:00:00Z"}})
        assert status(home, "top").parent == Parent(Kind.TEMPORARY, "k", NOW)

    def test_long_term_keys_are_none(self, home: Home) -> None:
        _config(home, {"top": _role(), "base": BASE})
        assert status(home, "top").parent is None


class TestRenewal:
    def test_of_keys_is_nothing_and_of_a_process_the_process(self, home: Home) -> None:
        _config(home, {"base": BASE, "p": {"credential_process": "x"}, "t": KEYS})
        assert status(home, "base").renewal(NOW) is Renewal.NOTHING
        assert status(home, "p").renewal(NOW) is Renewal.PROCESS
        assert status(home, "t").renewal(NOW) is Renewal.PASTE

    def test_of_a_role_is_silent_or_asks_for_its_device(self, home: Home) -> None:
        _config(home, {"plain": _role(), "mfa": _role(mfa_serial=""), "base": BASE})
        assert status(home, "plain").renewal(NOW) is Renewal.SILENT
        assert status(home, "mfa").renewal(NOW) is Renewal.MFA

    def test_asks_for_the_device_of_the_source_once_its_session_cannot_be_reused(
        self, home: Home
    ) -> None:
        base = _role("base", 1, mfa_serial="device")
        _config(home, {"top": _role("mid"), "mid": base, "base": BASE})
        home.cli_cache(base, expires_at=NOW + HOUR)
        top = status(home, "top")
        reuse_point = NOW + HOUR - REUSE
        assert top.renewal(NOW) is Renewal.SILENT
        assert top.renewal(reuse_point - 0.001) is Renewal.SILENT
        assert top.renewal(reuse_point) is Renewal.MFA

    def test_reuses_nothing_behind_a_living_hop(self, home: Home) -> None:
        """The chain's end may be dead: while a hop before it lives, nobody asks it."""
        middle = _role("dev", 1)
        _config(home, {"top": _role("mid"), "mid": middle, "dev": SSO | URL})
        home.sso_token(START_URL, expires_at=NOW - HOUR)
        home.cli_cache(middle, expires_at=NOW + HOUR)
        assert status(home, "top").renewal(NOW) is Renewal.SILENT
        assert status(home, "mid").renewal(NOW) is Renewal.SIGN_IN

    def test_of_sso_needs_a_browser_when_the_token_is_dead(self, home: Home) -> None:
        _config(home, {"dev": SSO | URL, "never": SSO | URL | {"sso_start_url": "https://x"}})
        home.sso_token(START_URL, expires_at=NOW + HOUR)
        dev = status(home, "dev")
        assert dev.renewal(NOW + HOUR - 1) is Renewal.SILENT
        assert dev.renewal(NOW + HOUR) is Renewal.SIGN_IN
        assert status(home, "never").renewal(NOW) is Renewal.SIGN_IN

    def test_of_sso_needs_none_while_the_token_can_be_refreshed(self, home: Home) -> None:
        section = SSO | {"sso_session": "corp"}
        _config(home, {"dev": section}, corp=URL)
        home.sso_token(
            "corp",
            expires_at=NOW - HOUR,
            refresh_token="r",
            registration_expires_at=NOW + HOUR,
        )
        dev = status(home, "dev")
        assert dev.parent == Parent(Kind.SSO, "corp", NOW - HOUR, refreshable=True)
        assert dev.renewal(NOW) is Renewal.SILENT
        assert dev.renewal(NOW + HOUR) is Renewal.SIGN_IN  # the registration has run out

    def test_of_legacy_sso_never_refreshes(self, home: Home) -> None:
        """Whatever the file holds: the CLI refreshes the tokens of an sso-session only."""
        _config(home, {"dev": SSO | URL})
        home.sso_token(
            START_URL,
            expires_at=NOW - HOUR,
            refresh_token="r",
            registration_expires_at=NOW + HOUR,
        )
        dev = status(home, "dev")
        assert dev.renewal(NOW) is Renewal.SIGN_IN
        assert dev.parent == Parent(Kind.SSO, START_URL, NOW - HOUR)

    def test_of_a_login_is_silent_while_its_token_refreshes(self, home: Home) -> None:
        _config(home, {"it": {"login_session": LOGIN}})
        assert status(home, "it").renewal(NOW) is Renewal.SIGN_IN
        home.login_token(LOGIN, expires_at=NOW - HOUR)
        assert status(home, "it").renewal(NOW) is Renewal.SILENT

    @pytest.mark.parametrize(
        ("source", "need"),
        [
            ({"credential_process": "x"}, Renewal.PROCESS),
            (SSO | URL, Renewal.SIGN_IN),
            ({"login_session": LOGIN}, Renewal.SIGN_IN),
            (KEYS | {"aws_expiration": "2026-11-20T21:00:00Z"}, Renewal.PASTE),
        ],
    )
    def test_asks_for_all_that_the_chain_needs(
        self, home: Home, source: dict[str, str], need: Renewal
    ) -> None:
        _config(
            home,
            {
                "mfa": _role("end", mfa_serial="device"),
                "top": _role("mid", 1),
                "mid": _role("end", 2, mfa_serial="device"),
                "plain": _role("end", 3),
                "end": source,
            },
        )
        assert status(home, "mfa").needs(NOW) == (Renewal.MFA, need)
        assert status(home, "top").needs(NOW) == (Renewal.MFA, need)
        assert status(home, "plain").needs(NOW) == (need,)

    def test_runs_a_process_also_behind_a_session_that_is_reused(self, home: Home) -> None:
        """The AWS CLI runs it as it reads the settings, and so does botocore."""
        middle = _role("end", 1, mfa_serial="device")
        _config(home, {"top": _role("mid"), "mid": middle, "end": {"credential_process": "x"}})
        home.cli_cache(middle, expires_at=NOW + HOUR)
        assert status(home, "top").needs(NOW) == (Renewal.PROCESS,)
        assert status(home, "mid").needs(NOW) == (Renewal.MFA, Renewal.PROCESS)

    def test_needs_a_login_also_behind_a_session_that_is_reused(self, home: Home) -> None:
        middle = _role("end", 1)
        _config(home, {"top": _role("mid"), "mid": middle, "end": {"login_session": LOGIN}})
        home.cli_cache(middle, expires_at=NOW + HOUR)
        assert status(home, "top").needs(NOW) == (Renewal.SIGN_IN,)
        home.login_token(LOGIN, expires_at=NOW - HOUR)
        assert status(home, "top").needs(NOW) == (Renewal.SILENT,)

    def test_of_what_is_broken_is_nothing(self, home: Home) -> None:
        _config(home, {"it": _role("no such")})
        assert status(home, "it").renewal(NOW) is Renewal.NOTHING

    def test_of_a_role_with_pasted_keys_asks_for_new_ones_when_they_end(self, home: Home) -> None:
        _config(home, {"top": _role("k"), "k": KEYS | {"aws_expiration": "2026-11-20T21:00:00Z"}})
        top = status(home, "top")
        assert (top.renewal(NOW - 1), top.renewal(NOW)) == (Renewal.SILENT, Renewal.PASTE)


def _of(source: str) -> dict[str, str]:
    return {"role_arn": ROLE, "credential_source": source}


class TestACredentialSource:
    @pytest.mark.parametrize("source", ["Environment", "EcsContainer", "Ec2InstanceMetadata"])
    def test_that_is_not_there_breaks_every_profile_before_it(
        self, home: Home, source: str
    ) -> None:
        """Also one with a living session: the AWS CLI asks the source first, and fails."""
        _config(home, {"top": _role("mid", 1), "mid": _of(source)})
        home.cli_cache(_of(source), expires_at=NOW + HOUR)
        environ = {"AWS_EC2_METADATA_DISABLED": "true"}
        for name in ("top", "mid"):
            broken = status(home, name, environ).broken
            assert broken is not None
            assert broken.message.startswith(f"credential_source = {source}, and ")

    @pytest.mark.parametrize(
        ("source", "environ"),
        [
            ("Environment", ENV_KEYS),
            ("EcsContainer", {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}),
            ("Ec2InstanceMetadata", {}),
        ],
    )
    def test_that_may_be_there_is_silent(
        self, home: Home, source: str, environ: dict[str, str]
    ) -> None:
        _config(home, {"dev": _of(source)})
        found = status(home, "dev", environ)
        assert (found.broken, found.needs(NOW)) == (None, (Renewal.SILENT,))

    def test_of_an_environment_that_nobody_knows_is_taken_as_there(self, home: Home) -> None:
        _config(home, {"dev": _of("Environment")})
        assert status(home, "dev").needs(NOW) == (Renewal.SILENT,)

    def test_whose_keys_end_has_a_clock_and_asks_for_new_ones_then(self, home: Home) -> None:
        _config(home, {"dev": _of("Environment")})
        ends = {"AWS_SESSION_TOKEN": "t", "AWS_CREDENTIAL_EXPIRATION": iso(NOW + HOUR)}
        found = status(home, "dev", ENV_KEYS | ends)
        assert found.parent == Parent(Kind.CREDENTIAL_SOURCE, "Environment", NOW + HOUR)
        assert found.needs(NOW + HOUR - 1) == (Renewal.SILENT,)
        assert found.needs(NOW + HOUR) == (Renewal.PASTE,)
        problem = obstacles.cannot_renew(found, NOW + HOUR)
        assert problem is not None
        assert problem.message == "the keys of the environment have ended, and cannot be renewed"


class TestWhatIsNobodys:
    def test_a_session_of_no_profile_is_an_orphan(self, home: Home) -> None:
        _config(home, {"base": BASE})
        path = home.cli_cache(_role(), expires_at=NOW)
        token = home.sso_token("gone", expires_at=NOW)
        login = home.login_token(LOGIN, expires_at=NOW)
        orphans = look(home).orphans
        assert {orphan.entry.path for orphan in orphans} == {str(path), str(token), str(login)}
        assert {orphan.reason for orphan in orphans} == {"no profile has this entry"}

    def test_every_hop_and_sign_in_of_a_profile_is_somebodys(self, home: Home) -> None:
        middle = _role("dev", 1)
        section = SSO | {"sso_session": "corp"}
        _config(home, {"top": _role("mid"), "mid": middle, "dev": section}, corp=URL)
        home.cli_cache(_role("mid"), expires_at=NOW)
        home.cli_cache(middle, expires_at=NOW)
        home.cli_cache(section, expires_at=NOW)
        home.sso_token("corp", expires_at=NOW)
        assert look(home).orphans == ()

    def test_what_other_tools_keep_there_is_not_shown(self, home: Home) -> None:
        home.sso_registration("a" * 40 + ".json", expires_at=NOW)
        home.sso_registration("aws-toolkit-vscode-client-id.json", expires_at=NOW)
        assert look(home).orphans == ()

    def test_orphans_stand_in_the_order_of_their_paths(self, home: Home) -> None:
        for number in (7, 1, 9, 3):
            home.cli_cache(f"{number:040}.json", expires_at=NOW)
        paths = [orphan.entry.path for orphan in look(home).orphans]
        assert paths == sorted(paths)


class TestDamage:
    def test_of_a_profiles_file_breaks_it_and_is_listed_apart(self, home: Home) -> None:
        _config(home, {"it": _role(), "base": BASE})
        path = home.cli_cache(_role(), expires_at=NOW + HOUR)
        path.write_bytes(b"{")
        found = status(home, "it")
        assert found.session is None
        assert found.broken
        assert found.broken.code == "cache-corrupt"
        assert path.name[:8] in found.broken.message
        (orphan,) = look(home).orphans
        assert orphan.entry.path == str(path)
        assert orphan.reason.startswith("corrupt: ")

    def test_of_any_other_json_under_a_profiles_name_is_the_same(self, home: Home) -> None:
        _config(home, {"it": _role(), "base": BASE})
        home.cli_cache(_role(), expires_at=NOW).write_text('{"snake_case": 1}')
        assert status(home, "it").broken
        assert len(look(home).orphans) == 1

    def test_of_a_sources_file_breaks_what_has_no_session_of_its_own(self, home: Home) -> None:
        middle = _role("base", 1)
        _config(home, {"top": _role("mid [1]"), "mid [1]": middle, "base": BASE})
        home.cli_cache(middle, expires_at=NOW).write_bytes(b"")
        found = status(home, "top").broken
        assert found
        assert 'of "mid [1]" is corrupt' in found.message
        assert list(found.fix.acts()) == [(Act.RENEW, "top"), (Act.CLEAR, "mid [1]")]

    def test_of_a_sources_file_is_only_told_while_a_session_stands_before_it(
        self, home: Home
    ) -> None:
        middle = _role("base", 1)
        _config(home, {"top": _role("mid"), "mid": middle, "base": BASE})
        home.cli_cache(_role("mid"), expires_at=NOW + HOUR)
        home.cli_cache(middle, expires_at=NOW).write_bytes(b"")
        top = status(home, "top")
        assert top.session
        assert top.broken is None
        assert [problem.code for problem in top.problems] == ["cache-corrupt"]
        assert status(home, "mid").broken

    @BOTH_CLIS
    def test_of_a_sources_file_stops_the_cli_just_so(
        self, home: Home, cloud: Cloud, version: Version
    ) -> None:
        middle = _role("base", 1)
        _config(home, {"top": _role("mid"), "mid": middle, "base": BASE})
        home.cli_cache(middle, expires_at=NOW).write_bytes(b"")
        ask = ("sts", "get-caller-identity", "--profile", "top")
        assert aws_cli(version, *ask, home=home, cloud=cloud).exit_code == 255
        home.cli_cache(_role("mid"), expires_at=cloud.clock() + HOUR)
        assert aws_cli(version, *ask, home=home, cloud=cloud).exit_code == 0
        assert cloud.actions == ["GetCallerIdentity"]

    def test_of_a_web_identitys_token_breaks_what_has_no_session(self, home: Home) -> None:
        """Without its file a role behind it, or it itself, lives on its session only."""
        web = {"role_arn": _role()["role_arn"], "web_identity_token_file": str(home.path / "none")}
        _config(home, {"web": web, "top": _role("web", 1)})
        for name in ("web", "top"):
            found = status(home, name).broken
            assert found
            assert found.code == "file"
        home.cli_cache({"role_arn": web["role_arn"]}, expires_at=NOW + HOUR)
        assert status(home, "web").broken is None
        assert [problem.code for problem in status(home, "web").problems] == ["file"]
        home.web_token("none", "the-token")
        assert status(home, "web").problems == ()

    def test_of_an_sso_token_breaks_all_that_have_no_session(self, home: Home) -> None:
        _config(home, {"dev": SSO | URL, "behind": _role("dev")})
        path = home.sso_token(START_URL, expires_at=NOW + HOUR)
        path.write_bytes(path.read_bytes()[:30])
        assert path.name == token_file(START_URL)
        for name in ("dev", "behind"):
            found = status(home, name).broken
            assert found
            assert found.code == "cache-corrupt"
            assert found.message == (
                f"its SSO token {path.name[:8]}… is corrupt: not JSON: half-written or damaged"
            )
            assert found.fix == Remedy(act=Act.RENEW, profile=name, purpose="to sign in")
        assert len(look(home).orphans) == 1

    def test_of_an_sso_token_does_not_break_what_has_a_session(self, home: Home) -> None:
        _config(home, {"dev": SSO | URL, "behind": _role("dev")})
        home.sso_token(START_URL, expires_at=NOW + HOUR).write_text("null")
        home.cli_cache(SSO | URL, expires_at=NOW + HOUR)
        home.cli_cache(_role("dev"), expires_at=NOW + HOUR)
        for name in ("dev", "behind"):
            found = status(home, name)
            assert found.broken is None
            assert [problem.code for problem in found.problems] == ["cache-corrupt"]
            # When the session ends, a sign-in is needed.
            assert found.renewal(NOW) is Renewal.SIGN_IN

    def test_of_a_login_breaks_what_has_a_session_too(self, home: Home) -> None:
        login = "arn:aws:iam::111122223333:user/me"
        _config(home, {"dev": _role("me"), "me": {"login_session": login}})
        home.login_token(login, expires_at=NOW + HOUR).write_text("{")
        home.cli_cache(_role("me"), expires_at=NOW + HOUR)
        for name in ("dev", "me"):
            found = status(home, name).broken
            assert found
            assert found.message.startswith("its aws login token ")

    def test_of_a_login_that_never_was_breaks_what_has_a_session(self, home: Home) -> None:
        """Without one, the row says that a sign-in is needed."""
        login = "arn:aws:iam::111122223333:user/me"
        me = {"login_session": login}
        _config(home, {"dev": _role("me"), "other": _role("me", 1), "me": me})
        home.cli_cache(_role("me"), expires_at=NOW + HOUR)
        found = status(home, "dev").broken
        assert found
        assert found.code == "never-signed-in"
        assert found.fix == Remedy(act=Act.RENEW, profile="dev", purpose="to sign in")
        for name in ("other", "me"):
            assert status(home, name).broken is None
            assert status(home, name).renewal(NOW) is Renewal.SIGN_IN

    def test_of_what_cannot_be_renewed_is_only_to_be_removed(self, home: Home) -> None:
        _config(home, {"dev": _role("gone")})
        home.cli_cache(_role("gone"), expires_at=NOW).write_text("{")
        fixes = [problem.fix for problem in status(home, "dev").problems]
        assert Remedy(act=Act.CLEAR, profile="dev", purpose="to remove it") in fixes
        assert Act.RENEW not in [act for fix in fixes for act, _ in fix.acts()]

    def test_of_the_ini_files_is_told_with_what_could_be_read(self) -> None:
        problem = Problem("file-does-not-parse", "config line 3: …", Remedy("mend it"))
        other = Problem("folder-unreadable", "cli/cache: …", Remedy("mend it"))
        config = IniFile("config", hidden({"a b": BASE}), problem=problem)
        seen = snapshot(Files(config, IniFile("credentials"), problems=(other,)))
        assert seen.problems == (problem, other)
        assert [found.name for found in seen.profiles] == ["a b"]


class TestTheResolver:
    def test_keeps_the_profiles_while_their_files_are_the_same(self, home: Home) -> None:
        _config(home, {"it": _role(), "base": BASE})
        resolver, before = Resolver(), files(home)
        home.cli_cache(_role(), expires_at=NOW + HOUR)
        after = Files(before.config, before.credentials, files(home).cli_cache,
                      web_tokens=before.web_tokens)  # fmt: skip
        (old, _), (new, _) = resolver.snapshot(before).profiles, resolver.snapshot(after).profiles
        assert new.profile is old.profile
        assert old.session is None
        assert new.session

    def test_sees_files_that_changed(self, home: Home) -> None:
        resolver = Resolver()
        _config(home, {"one": BASE})
        assert [found.name for found in resolver.snapshot(files(home)).profiles] == ["one"]
        _config(home, {"two [x]": BASE})
        assert [found.name for found in resolver.snapshot(files(home)).profiles] == ["two [x]"]

    @given(st.lists(st.sampled_from(["a", "b c", "d/[e]", "ü"]), min_size=1, max_size=4))
    def test_gives_every_entry_a_row_or_none_of_it(self, sources: list[str]) -> None:
        """No entry is lost: each is some profile's, or an orphan, never both."""
        config = {f"p{i}": _role(source, i) for i, source in enumerate(sources)}
        names = [role_file(_role("x", i)) for i in range(6)]
        entries = {name: CacheEntry(f"/c/{name}", Shape.ROLE, expires_at=NOW) for name in names}
        seen = snapshot(Files(IniFile("config", config), IniFile("credentials"), cli_cache=entries))
        owned = {hop.entry.path for found in seen.profiles for hop in found.hops if hop.entry}
        orphaned = {orphan.entry.path for orphan in seen.orphans}
        assert owned | orphaned == {entry.path for entry in entries.values()}
        assert not owned & orphaned


class TestTheWordsToFilterBy:
    def test_are_those_of_the_row_that_time_does_not_change(self, home: Home) -> None:
        _config(home, {"Top [x]": _role("dev", region="eu-west-1"), "dev": SSO | URL})
        found = search_text(status(home, "Top [x]"))
        for word in ("top [x]", "role", "111122223333", "admin", "eu-west-1", "dev"):
            assert word in found
