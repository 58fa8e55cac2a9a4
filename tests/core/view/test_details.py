"""The detail pane: what the next command will do, and what a session is good for."""

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


@pytest.mark.parametrize(
    ("seconds", "is_said"), [(900, True), (905, True), (906, False), (3600, False)]
)
def test_says_of_a_session_of_fifteen_minutes_that_it_is_never_reused(
    home: Home, seconds: int, is_said: bool
) -> None:
    """The AWS CLI reuses none that has less left; and it takes some seconds to write one."""
    home.config(config_text(SECTIONS))
    home.cli_cache(SECTIONS["dev [a]"], expires_at=NOW + seconds)
    found = status(home, "dev [a]")
    assert found.session is not None
    assert found.session.entry is not None
    written = found.session.entry._replace(written_at=NOW)
    found = found._replace(session=found.session._replace(entry=written))
    said = [line.text for line in page(found, NOW + 1, str).lines]
    assert ("it lasts 15 minutes or less, so it is never reused" in said) == is_said


def test_does_not_say_it_of_keys_that_were_pasted(home: Home) -> None:
    """These are used to their end."""
    home.config(config_text({"pasted": PASTED | {"aws_expiration": "2026-11-20T21:05:00Z"}}))
    said = [line.text for line in page(status(home, "pasted"), NOW, str).lines]
    assert not any("never reused" in text for text in said)


@pytest.mark.parametrize(
    ("others", "text"),
    [
        (0, ""),
        (1, "with p1"),
        (6, "with p1, p2, p3, p4, p5, p6"),
        (7, "with p1, p2, p3, p4, p5, p6 and 1 more"),
        (9, "with p1, p2, p3, p4, p5, p6 and 3 more"),
    ],
)
def test_names_six_of_those_that_share_the_session_and_counts_the_rest(
    home: Home, others: int, text: str
) -> None:
    home.config(config_text({"base": BASE, **{f"p{number}": role() for number in range(10)}}))
    found = status(home, "p0")
    assert len(found.shared_with) == 9
    found = found._replace(shared_with=found.shared_with[:others])
    lines = page(found, NOW, str).lines
    assert next((line.text for line in lines if line.label == "shared"), "") == text
