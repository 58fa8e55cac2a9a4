"""What ``r`` says where it does not even try."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from awsttl.core.why import obstacles
from support.home import START_URL, Home
from support.keys import unavailable
from support.looking import status
from support.odd import config_text
from support.renewing import BASE, CORP, DEVICE, LEGACY, SSO, role

NOW = 1_795_208_400.0
HOUR = 3600.0
DAY = 24 * HOUR
LOGIN = "arn:aws:iam::111122223333:user/me"
ARN = "arn:aws:iam::111122223333:role/Admin"


def _nothing(_home: Home) -> None:
    pass


def _signed_in(home: Home) -> None:
    home.sso_token("corp", expires_at=NOW + HOUR)
    home.sso_token(START_URL, expires_at=NOW + HOUR)


def _signed_out(home: Home) -> None:
    home.sso_token("corp", expires_at=NOW - HOUR)
    home.sso_token(START_URL, expires_at=NOW - HOUR)


def _refreshable(home: Home) -> None:
    home.sso_token(
        "corp",
        expires_at=NOW - HOUR,
        refresh_token="refresh",
        registration_expires_at=NOW + DAY,
    )


def _corrupt(home: Home) -> None:
    home.cli_cache(PROFILES["dev"], expires_at=NOW + HOUR).write_text("{")


PROFILES = {
    "base": BASE,
    "dev": role(),
    "with-mfa": role(mfa_serial=DEVICE),
    "sso": SSO,
    "legacy": LEGACY,
    "behind-sso": role("sso", 2),
    "pasted": BASE | {"aws_session_token": "token"},
    "behind-pasted": role("pasted", 3) | {"role_session_name": "x"},
    "expired": BASE | {"aws_session_token": "t", "aws_expiration": "2020-01-01T00:00:00Z"},
    "behind-expired": role("expired", 4),
    "process": {"credential_process": "/bin/true"},
    "behind-process": role("process", 5),
    "mfa-behind-process": role("process", 7, mfa_serial=DEVICE),
    "mfa-behind-sso": role("sso", 8, mfa_serial=DEVICE),
    "mfa-behind-expired": role("expired", 9, mfa_serial=DEVICE),
    "login": {"login_session": LOGIN},
    "behind-login": role("login", 6),
    "settings": {"region": "eu-central-1"},
    "half": {"role_arn": ARN},
    "loop": role("loop"),
    "orphaned": role("nobody"),
}

CANNOT: tuple[tuple[str, Callable[[Home], object], str, str], ...] = (
    ("base", _nothing, "long-term", "nothing to do"),
    ("settings", _nothing, "no-credentials", "add a role, SSO or keys to it"),
    ("pasted", _nothing, "paste", "paste new ones into pasted"),
    ("behind-expired", _nothing, "paste", "paste new ones into expired"),
    ("half", _nothing, "no-source", 'add source_profile = … to "half"'),
    (
        "loop",
        _nothing,
        "source-loop",
        'give "loop" a source_profile with credentials of its own',
    ),
    (
        "orphaned",
        _nothing,
        "source-missing",
        'add a profile "nobody", or correct source_profile of "orphaned"',
    ),
)

CAN: tuple[tuple[str, Callable[[Home], object]], ...] = (
    ("dev", _nothing),
    ("dev", _corrupt),
    ("with-mfa", _nothing),
    ("sso", _nothing),
    ("sso", _signed_in),
    ("sso", _signed_out),
    ("sso", _refreshable),
    ("legacy", _signed_in),
    ("legacy", _nothing),
    ("legacy", _signed_out),
    ("behind-sso", _signed_in),
    ("behind-sso", _signed_out),
    ("behind-pasted", _nothing),
    ("process", _nothing),
    ("behind-process", _nothing),
    ("login", _nothing),
    ("behind-login", _nothing),
)


class TestCannotRenew:
    """What ``r`` says where it does not even try."""

    @pytest.fixture(autouse=True)
    def profiles(self, home: Home) -> None:
        home.config(config_text(PROFILES, CORP))

    @pytest.mark.parametrize(("profile", "arrange", "code", "fix"), CANNOT)
    def test_what_needs_something_else_is_told_what(
        self, home: Home, profile: str, arrange: Callable[[Home], object], code: str, fix: str
    ) -> None:
        arrange(home)
        problem = obstacles.cannot_renew(status(home, profile), NOW)
        assert problem is not None
        assert (problem.code, str(problem.fix)) == (code, fix)
        assert re.fullmatch(r"[^\n]+", problem.message)

    @pytest.mark.parametrize(("profile", "arrange"), CAN)
    def test_what_may_work_is_tried(
        self, home: Home, profile: str, arrange: Callable[[Home], object]
    ) -> None:
        arrange(home)
        assert obstacles.cannot_renew(status(home, profile), NOW) is None

    def test_keys_of_a_source_that_were_pasted_are_named(self, home: Home) -> None:
        problem = obstacles.cannot_renew(status(home, "behind-expired"), NOW)
        assert problem is not None
        assert problem.message == "the keys of expired were pasted and cannot be renewed"


class TestCannotKeep:
    """What ``a`` says: each need counts, whatever the others are."""

    @pytest.fixture(autouse=True)
    def profiles(self, home: Home) -> None:
        home.config(config_text(PROFILES, CORP))

    @pytest.mark.parametrize(
        ("profile", "code"),
        [
            ("with-mfa", "mfa"),
            ("mfa-behind-process", "mfa"),
            ("mfa-behind-sso", "mfa"),
            ("mfa-behind-expired", "paste"),
            ("behind-sso", "sign-in"),
            ("behind-process", "process-not-allowed"),
        ],
    )
    def test_for_whichever_of_its_needs_nobody_can_meet_beforehand(
        self, home: Home, profile: str, code: str
    ) -> None:
        _signed_out(home)
        found = status(home, profile)
        problem = obstacles.cannot_keep(found, NOW)
        assert problem is not None
        assert problem.code == code
        is_offered = code == "process-not-allowed"
        assert ("keep" not in unavailable(found, NOW)) == is_offered

    def test_a_process_that_may_run_makes_no_code_superfluous(self, home: Home) -> None:
        may_run = frozenset({"process"})
        assert obstacles.cannot_keep(status(home, "behind-process"), NOW, may_run) is None
        problem = obstacles.cannot_keep(status(home, "mfa-behind-process"), NOW, may_run)
        assert problem is not None
        assert problem.code == "mfa"
