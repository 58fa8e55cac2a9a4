"""The detail pane on a profile without a session: what its next command will do."""

from __future__ import annotations

import pytest

from awsttl.core.view.details import page
from support.home import START_URL, Home
from support.looking import status
from support.odd import config_text
from support.renewing import BASE, DEVICE, LEGACY, role

NOW = 1_795_208_400.0
HOUR = 3600.0
MINUTE = 60.0
PASTED = BASE | {"aws_session_token": "t", "aws_expiration": "2020-01-01T00:00:00Z"}

SECTIONS = {
    "dev [a]": role(),
    "mfa": role(mfa_serial=DEVICE),
    "behind": role("pasted"),
    "sso": LEGACY,
    "base": BASE,
    "pasted": PASTED,
}


def _text(home: Home, name: str, label: str) -> str:
    found = page(status(home, name), NOW, str)
    return next((line.text for line in found.lines if line.label == label), "")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dev [a]", "no session yet: the AWS CLI gets one at first use"),
        ("mfa", "no session yet: the AWS CLI asks for a code at first use"),
        ("sso", "no session yet: the AWS CLI fails until you sign in"),
        ("behind", "no session yet: the AWS CLI fails until its source has new keys"),
    ],
)
def test_says_what_the_first_use_does(home: Home, name: str, text: str) -> None:
    home.config(config_text(SECTIONS))
    assert _text(home, name, "ends") == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dev [a]", "no more: the AWS CLI gets a new one at next use"),
        ("sso", "no more: the AWS CLI fails until you sign in"),
    ],
)
def test_says_what_the_next_use_does_past_the_reuse_point(home: Home, name: str, text: str) -> None:
    home.config(config_text(SECTIONS))
    home.cli_cache(SECTIONS[name], expires_at=NOW + 14 * MINUTE)
    assert _text(home, name, "reused") == text


def test_changes_its_words_when_the_sign_in_ends(home: Home) -> None:
    home.config(config_text(SECTIONS))
    home.sso_token(START_URL, expires_at=NOW + HOUR)
    assert _text(home, "sso", "ends") == "no session yet: the AWS CLI gets one at first use"
    assert page(status(home, "sso"), NOW, str).until <= NOW + HOUR
