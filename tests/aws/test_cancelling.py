"""A cancelled renewal ends as cancelled, and leaves no session behind, however late AWS answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from awsttl.aws.file_cache import Cancelled
from support.cloud import Cloud
from support.home import Home, sso_role_file, token_file
from support.odd import config_text
from support.renewing import BASE, CORP, ROLE, SSO, role, try_to_renew

HOUR = 3600

PROFILES = {
    "base": BASE,
    "dev": role(),
    "middle": role(number=1),
    "outer": role("middle", 2),
    "sso": SSO,
}


@pytest.fixture(autouse=True)
def profiles(home: Home) -> None:
    home.config(config_text(PROFILES, CORP))


class Hanging(NamedTuple):
    """A renewal whose call AWS does not answer."""

    thread: threading.Thread
    cancelled: threading.Event
    ends: list[BaseException | object]


@pytest.fixture
def hanging(home: Home, cloud: Cloud) -> Iterator[Callable[[str], Hanging]]:
    with cloud.hanging():

        def start(profile: str) -> Hanging:
            cancelled = threading.Event()
            ends: list[BaseException | object] = []

            def work() -> None:
                try:
                    ends.append(try_to_renew(home, profile, cancelled=cancelled))
                except Cancelled as outcome:
                    ends.append(outcome)

            thread = threading.Thread(target=work)
            thread.start()
            cloud.wait_for_calls(1)
            return Hanging(thread, cancelled, ends)

        yield start


def _ends_cancelled(job: Hanging) -> None:
    job.thread.join(timeout=20)
    (end,) = job.ends
    assert isinstance(end, Cancelled)


@pytest.mark.parametrize("profile", ["dev", "outer"])
def test_a_late_answer_is_thrown_away(
    home: Home, cloud: Cloud, hanging: Callable[[str], Hanging], profile: str
) -> None:
    path = home.cli_cache(PROFILES[profile], expires_at=cloud.clock() + HOUR)
    before = path.read_bytes()
    job = hanging(profile)
    job.cancelled.set()
    cloud.release()
    _ends_cancelled(job)
    assert path.read_bytes() == before
    assert list(home.cli_folder.iterdir()) == [path]


def test_a_late_refusal_is_no_failure(
    home: Home, cloud: Cloud, hanging: Callable[[str], Hanging]
) -> None:
    cloud.sts.deny(ROLE)
    job = hanging("dev")
    job.cancelled.set()
    cloud.release()
    _ends_cancelled(job)


def test_a_refreshed_sign_in_is_kept(
    home: Home, cloud: Cloud, hanging: Callable[[str], Hanging]
) -> None:
    """AWS has taken back the refresh token: without the new one the person is signed out."""
    home.sso_token(
        "corp",
        expires_at=cloud.clock() - HOUR,
        refresh_token="first",
        registration_expires_at=cloud.clock() + HOUR,
    )
    cloud.portal.allow("old", refresh_token="first")
    job = hanging("sso")
    job.cancelled.set()
    cloud.release()
    _ends_cancelled(job)
    assert "sso-refresh-token" in (home.sso_folder / token_file("corp")).read_text()
    assert not (home.cli_folder / sso_role_file(SSO)).exists()


def test_what_is_cancelled_beforehand_asks_aws_nothing(home: Home, cloud: Cloud) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        try_to_renew(home, "dev", cancelled=cancelled)
    assert cloud.calls == ()
