"""What is said of a shell that names a profile in ``AWS_PROFILE``, kind by kind."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from awsttl.core.profiles import environment
from awsttl.core.remedies import Remedy
from awsttl.core.why import by_name
from awsttl.core.why.by_name import Outlook
from awsttl.core.why.prediction import Effect
from awsttl.engine import exporting
from support.home import Home
from support.looking import look, status
from support.odd import config_text
from support.renewing import BASE, CORP, DEVICE, SSO, role

NOW = 1_795_208_400.0
HOUR = 3600.0
PASTED = {**BASE, "aws_session_token": "t"}

pytestmark = pytest.mark.usefixtures("timezone")


def _outlook(home: Home, environ: Mapping[str, str] | None = None) -> Outlook:
    found = status(home, "dev", environ)
    shell = exporting.with_profile(environ or {}, found)
    return by_name.outlook(look(home, environ), found, shell, NOW)


def _needs_nobody(found: Outlook) -> bool:
    works = found.first.effect not in (Effect.ASKS, Effect.FAILS)
    return works and found.then is None and not found.is_unknown


def _said(home: Home) -> str:
    return by_name.said(_outlook(home), status(home, "dev"), NOW, _without_keys)


def _without_keys(remedy: Remedy) -> str:
    return str(remedy)


class TestTheAwsCliWorksByItself:
    @pytest.mark.parametrize(
        ("section", "how"),
        [
            (BASE, "its keys do not end"),
            (role(), "it gets each session when it needs one"),
            ({"credential_process": "true"}, "it runs the credential_process for each command"),
        ],
        ids=["long-term keys", "a role", "a process"],
    )
    def test_with_what_needs_nobody(self, home: Home, section: dict[str, str], how: str) -> None:
        home.config(config_text({"base": BASE, "dev": section}))
        assert _needs_nobody(_outlook(home))
        assert _said(home) == f"the AWS CLI works by itself: {how}"

    def test_with_a_role_whose_cached_session_ends_soon(self, home: Home) -> None:
        home.config(config_text({"base": BASE, "dev": role()}))
        home.cli_cache(role(), expires_at=NOW + 60)
        assert _needs_nobody(_outlook(home))

    def test_with_sso_until_the_sign_in_ends(self, home: Home) -> None:
        home.config(config_text({"dev": SSO}, CORP))
        home.sso_token("corp", expires_at=NOW + 5 * HOUR)
        home.cli_cache(SSO, expires_at=NOW + HOUR)
        found = _outlook(home)
        assert found.ends_at == NOW + 5 * HOUR
        assert found.first.effect is Effect.WORKS
        assert "; then it fails: its sign-in has ended" in _said(home)

    def test_with_a_role_that_asks_for_a_code_until_its_reuse_point(self, home: Home) -> None:
        section = role(mfa_serial=DEVICE)
        home.config(config_text({"base": BASE, "dev": section}))
        home.cli_cache(section, expires_at=NOW + HOUR)
        assert _outlook(home).ends_at == NOW + HOUR - 900
        assert "then it asks for an MFA code, and most SDKs cannot ask" in _said(home)

    def test_with_pasted_keys_until_they_end(self, home: Home) -> None:
        home.credentials(
            config_text({}) + _section(x_security_token_expires="2026-11-20T23:00:00Z")
        )
        assert "then it fails: the session has expired" in _said(home)
        home.credentials(_section())
        assert _said(home) == "the AWS CLI works until its keys end: nobody recorded when"
        assert not _needs_nobody(_outlook(home))

    def test_with_aws_login_if_it_is_new_enough(self, home: Home) -> None:
        identity = "arn:aws:iam::111122223333:user/me"
        home.config(config_text({"in": {"login_session": identity}, "dev": role("in")}))
        home.login_token(identity, expires_at=NOW + HOUR)
        assert _said(home).startswith("the AWS CLI (2.32 or newer) works by itself")


class TestItDoesNot:
    def test_where_it_asks_for_a_code_now(self, home: Home) -> None:
        home.config(config_text({"base": BASE, "dev": role(mfa_serial=DEVICE)}))
        assert _said(home) == "the AWS CLI asks for an MFA code now, and most SDKs cannot ask"

    def test_where_nobody_has_signed_in(self, home: Home) -> None:
        home.config(config_text({"dev": SSO}, CORP))
        assert _said(home).startswith("the AWS CLI fails with it now: never signed in")

    def test_where_the_role_takes_the_keys_that_the_name_would_lose_to(self, home: Home) -> None:
        """Keys in the variables beat ``AWS_PROFILE``; without them this role has no source."""
        section = role() | {"credential_source": "Environment"}
        del section["source_profile"]
        home.config(config_text({"dev": section}))
        keys = dict.fromkeys(environment.KEYS[:2], "x")
        assert status(home, "dev", keys).broken is None
        assert _outlook(home, keys).first.effect is Effect.FAILS


def _section(**more: str) -> str:
    lines = {**PASTED, **more}
    return "[dev]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())
