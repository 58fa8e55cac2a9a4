"""``awsttl can``: the answer is the exit code."""

from __future__ import annotations

import pytest

from support.cloud import Cloud
from support.commands import awsttl
from support.home import Home
from support.programs import loaded_by


@pytest.mark.parametrize(
    ("profile", "code", "said"),
    [
        ("living", 0, "living: valid, "),
        ("base", 0, "base: long-term"),
        ("ending", 1, "; renews by itself"),
        ("over", 1, "over: expired 10m ago; renews by itself"),
        ("fresh", 1, "fresh: no session; renews by itself"),
        ("mfa", 3, "MFA code"),
        ("mfa-ending", 3, "MFA code"),
        ("broken", 3, '"nobody" does not exist'),
        ("pasted", 3, "pasted"),
        ("sso-over", 3, "sign-in has ended"),
    ],
)
def test_each_state_has_its_answer(
    furnished: Home, cloud: Cloud, profile: str, code: int, said: str
) -> None:
    done = awsttl(furnished, "can", profile, cloud=cloud)
    assert (done.code, done.err) == (code, "")
    assert said in done.out
    assert done.out.count("\n") == 1
    assert cloud.calls == ()


@pytest.mark.parametrize(("span", "code"), [("45m", 0), ("59m", 0), ("2h", 1)])
def test_a_session_must_last_as_long_as_is_asked(furnished: Home, span: str, code: int) -> None:
    assert awsttl(furnished, "can", "living", span).code == code


def test_a_missing_profile_is_usage_and_the_nearest_is_named(furnished: Home) -> None:
    done = awsttl(furnished, "can", "livin")
    assert done == (2, "", 'awsttl can: there is no profile "livin"; did you mean "living"?\n')


def test_quiet_is_the_exit_code_alone(furnished: Home) -> None:
    assert awsttl(furnished, "can", "living", "-q") == (0, "", "")
    assert awsttl(furnished, "can", "mfa", "--quiet") == (3, "", "")


@pytest.mark.parametrize("profile", ["over", "fresh", "ending"])
def test_what_renews_silently_is_renewed_if_that_is_asked(
    furnished: Home, cloud: Cloud, profile: str
) -> None:
    done = awsttl(furnished, "can", profile, "45m", "--renew", cloud=cloud)
    assert (done.code, done.err) == (0, "")
    assert cloud.actions == ["AssumeRole"]
    assert awsttl(furnished, "can", profile, "45m").code == 0


def test_a_session_that_is_too_short_even_when_new_says_so(furnished: Home, cloud: Cloud) -> None:
    assert awsttl(furnished, "can", "over", "5h", "--renew", cloud=cloud).code == 1


@pytest.mark.parametrize("profile", ["mfa", "sso-over", "pasted", "broken"])
def test_what_needs_a_person_is_not_tried(furnished: Home, cloud: Cloud, profile: str) -> None:
    assert awsttl(furnished, "can", profile, "--renew", cloud=cloud).code == 3
    assert cloud.calls == ()


def test_the_clock_of_the_sign_in_is_asked_by_parent(furnished: Home) -> None:
    done = awsttl(furnished, "can", "sso-over", "--parent")
    assert done.code == 3
    assert done.out.startswith("corp (sso): expired")
    assert awsttl(furnished, "can", "living", "--parent").code == 0


def test_a_living_session_is_seen_without_boto_and_without_the_others(furnished: Home) -> None:
    program = "from awsttl.commands.main import main; main(['can', 'living', '45m'])"
    loaded = loaded_by(program, furnished.environ())
    assert "awsttl.core.lasting" in loaded
    assert not {"boto3", "botocore", "textual", "rich", "platformdirs"} & loaded
