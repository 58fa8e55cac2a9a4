"""Sessions of ``aws login``: refreshed as botocore does, now, and one at a time."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

import pytest

from awsttl.aws.file_cache import Cancelled
from awsttl.aws.renewal import Renewed, renew
from awsttl.engine.aws_login import LoginQueue
from support.cloud import Cloud
from support.home import Home, login_file, role_file
from support.looking import status
from support.odd import config_text
from support.renewing import credentials_in, nobody, problem_of, renewed, role, try_to_renew
from support.signin import private_key

ARN = "arn:aws:iam::111122223333:user/me"
MINUTE = 60

BEHIND = role("laptop", 3)


@pytest.fixture(autouse=True)
def profiles(home: Home) -> None:
    home.config(config_text({"laptop": {"login_session": ARN}, "dev": BEHIND}))


def sign_in(home: Home, cloud: Cloud, left: float) -> Path:
    """A token with that many seconds left, which can be refreshed."""
    cloud.signin.allow("first")
    ends = cloud.clock() + left
    return home.login_token(ARN, expires_at=ends, refresh_token="first", private_key=private_key())


class TestRefreshing:
    @pytest.mark.parametrize("left", [14 * MINUTE, 2 * MINUTE, -5 * 60 * MINUTE])
    def test_r_gets_a_new_session_however_long_the_old_one_lives(
        self, home: Home, cloud: Cloud, left: float
    ) -> None:
        path = sign_in(home, cloud, left)
        before = json.loads(path.read_text())
        assert renewed(home, "laptop") == (path,)
        assert cloud.actions == ["CreateOAuth2Token"]
        after = json.loads(path.read_text())
        assert after["accessToken"]["accessKeyId"] in cloud.sts.issued
        assert after["refreshToken"] not in (before["refreshToken"], None)
        for key in ("tokenType", "clientId", "idToken", "dpopKey"):
            assert after[key] == before[key]
        session = status(home, "laptop").session
        assert session is not None
        assert session.expires_at is not None
        assert session.expires_at > time.time() + 14 * MINUTE
        assert path.stat().st_mode & 0o777 == 0o600

    def test_the_next_refresh_uses_the_token_that_the_last_one_brought(
        self, home: Home, cloud: Cloud
    ) -> None:
        sign_in(home, cloud, 2 * MINUTE)
        renewed(home, "laptop")
        cloud.signin.seconds = 800
        renewed(home, "laptop")
        assert cloud.actions == ["CreateOAuth2Token"] * 2

    def test_many_dashboards_at_once_refresh_once(self, home: Home, cloud: Cloud) -> None:
        sign_in(home, cloud, MINUTE)
        stale = status(home, "laptop")
        outcomes: list[object] = []

        def work() -> None:
            outcomes.append(renew(stale, str(home.cli_folder), nobody, threading.Event()))

        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert [type(outcome) for outcome in outcomes] == [Renewed] * 6
        assert cloud.actions == ["CreateOAuth2Token"]

    def test_after_a_cancelled_one_that_still_hangs_the_next_key_spends_no_token_again(
        self, home: Home, cloud: Cloud
    ) -> None:
        """AWS takes a refresh token once: the hanging refresh must be waited for."""
        path = sign_in(home, cloud, 2 * MINUTE)
        found, cancelled = status(home, "laptop"), threading.Event()
        ends: list[object] = []

        def press(given_up: threading.Event) -> None:
            try:
                ends.append(renew(found, str(home.cli_folder), nobody, given_up))
            except Cancelled as outcome:
                ends.append(outcome)

        with cloud.hanging():
            hanging = threading.Thread(target=press, args=(cancelled,))
            hanging.start()
            cloud.wait_for_calls(1)
            cancelled.set()
            later = threading.Thread(target=press, args=(threading.Event(),))
            later.start()
            later.join(timeout=0.5)  # time enough to call, if it did not wait
            assert later.is_alive()
        for thread in (hanging, later):
            thread.join(timeout=30)
        assert sum(isinstance(end, Renewed) for end in ends) >= 1
        assert cloud.actions == ["CreateOAuth2Token"]
        assert json.loads(path.read_text())["refreshToken"] != "first"

    def test_a_cancelled_one_that_waits_for_its_turn_refreshes_nothing(
        self, home: Home, cloud: Cloud
    ) -> None:
        sign_in(home, cloud, MINUTE)
        cancelled = threading.Event()
        ends: list[object] = []

        def work() -> None:
            try:
                ends.append(try_to_renew(home, "laptop", cancelled=cancelled))
            except Cancelled as end:
                ends.append(end)

        with cloud.hanging():
            first = threading.Thread(target=renewed, args=(home, "laptop"))
            first.start()
            cloud.wait_for_calls(1)
            second = threading.Thread(target=work)
            second.start()
            cancelled.set()
            second.join(timeout=20)
            assert isinstance(ends[0], Cancelled)
        first.join(timeout=20)
        assert cloud.actions == ["CreateOAuth2Token"]


class TestRoleBehindIt:
    def test_uses_a_session_that_lives(self, home: Home, cloud: Cloud) -> None:
        session = cloud.sts.issue(ARN, 900)
        path = home.login_token(ARN, expires_at=session.expires_at, access_key=session.access_key)
        before = path.read_bytes()
        (written,) = renewed(home, "dev")
        assert written.name == role_file(BEHIND)
        assert [(c.action, c.access_key) for c in cloud.calls] == [
            ("AssumeRole", session.access_key)
        ]
        assert path.read_bytes() == before

    def test_renews_the_source_first_where_that_is_due(self, home: Home, cloud: Cloud) -> None:
        path = sign_in(home, cloud, 4 * MINUTE)
        token, entry = renewed(home, "dev")
        assert (token, entry.name) == (path, role_file(BEHIND))
        assert cloud.actions == ["CreateOAuth2Token", "AssumeRole"]
        assert (
            cloud.calls[1].access_key == json.loads(path.read_text())["accessToken"]["accessKeyId"]
        )
        assert credentials_in(entry)["AccessKeyId"] in cloud.sts.issued


class TestWhatSigningInMends:
    @pytest.mark.parametrize("profile", ["laptop", "dev"])
    @pytest.mark.parametrize("reason", ["TOKEN_EXPIRED", "USER_CREDENTIALS_CHANGED", "CONFLICT"])
    def test_a_dead_refresh_token(
        self, home: Home, cloud: Cloud, profile: str, reason: str
    ) -> None:
        before = sign_in(home, cloud, MINUTE).read_bytes()
        cloud.signin.refuses_with = reason
        problem = problem_of(home, profile)
        assert (problem.code, problem.message) == ("aws-login", "its aws login has ended")
        assert str(problem.fix) == "run: aws login --profile laptop"
        assert (home.login_folder / login_file(ARN)).read_bytes() == before

    @pytest.mark.parametrize("text", [None, "", "{", "[]", "{}"])
    def test_no_token_and_a_damaged_one(self, home: Home, cloud: Cloud, text: str | None) -> None:
        if text is not None:
            sign_in(home, cloud, MINUTE).write_text(text)
        problem = problem_of(home, "laptop")
        assert problem.code == "never-signed-in"
        assert LoginQueue.serves(status(home, "laptop"), problem)
        assert cloud.calls == ()

    @pytest.mark.parametrize("key", ["", "no key", "-----BEGIN EC PRIVATE KEY-----\nMHc=\n"])
    def test_a_token_without_a_key_of_use(self, home: Home, cloud: Cloud, key: str) -> None:
        home.login_token(ARN, expires_at=cloud.clock() + MINUTE, private_key=key)
        assert problem_of(home, "laptop").code == "aws-login"
        assert cloud.calls == ()

    def test_a_missing_awscrt(
        self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sign_in(home, cloud, MINUTE)
        monkeypatch.setattr(sys.modules["botocore.credentials"], "EC", None)
        problem = problem_of(home, "laptop")
        assert problem.code == "crt-missing"
        assert str(problem.fix) == "run: aws login --profile laptop"

    def test_without_awscrt_a_living_session_still_serves_a_role(
        self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = cloud.sts.issue(ARN, 900)
        home.login_token(ARN, expires_at=session.expires_at, access_key=session.access_key)
        monkeypatch.setattr(sys.modules["botocore.credentials"], "EC", None)
        renewed(home, "dev")
        assert cloud.actions == ["AssumeRole"]


def test_missing_permission_is_no_matter_of_signing_in(home: Home, cloud: Cloud) -> None:
    sign_in(home, cloud, MINUTE)
    cloud.signin.refuses_with = "INSUFFICIENT_PERMISSIONS"
    problem = problem_of(home, "laptop")
    assert (problem.code, str(problem.fix)) == (
        "not-authorized",
        "have signin:CreateOAuth2Token allowed",
    )


def test_no_outcome_shows_a_secret(home: Home, cloud: Cloud) -> None:
    path = sign_in(home, cloud, MINUTE)
    said = repr(try_to_renew(home, "laptop"))
    token = json.loads(path.read_text())
    cloud.signin.refuses_with = "TOKEN_EXPIRED"
    said += repr(try_to_renew(home, "laptop"))
    for secret in (token["refreshToken"], token["accessToken"]["secretAccessKey"], "first"):
        assert secret not in said
