"""What may happen between a code and its confirmation: AWS's answers, the clocks, other people."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from awsttl.aws import sso_sign_in
from awsttl.aws.file_cache import Cancelled
from awsttl.aws.outcome import Failed
from awsttl.aws.sso_sign_in import SignedIn
from awsttl.core.profiles import timestamps
from support.cloud import Cloud
from support.home import Home, token_file
from support.signing import (
    HOUR,
    Time,
    begun,
    body,
    finished,
    polls,
)

pytestmark = pytest.mark.usefixtures("sign_ins")


class TestWaiting:
    def test_polls_at_the_pace_that_aws_tells(
        self, home: Home, cloud: Cloud, passing: Time
    ) -> None:
        cloud.portal.poll_seconds = 5
        code = begun(home)
        when: list[float] = []
        seen = 0

        class Noting(Time):
            def wait(self, seconds: float) -> None:
                nonlocal seen
                if polls(cloud) > seen:
                    seen = polls(cloud)
                    when.append(self.passed)
                super().wait(seconds)

        pace = Noting()
        pace.after(22, lambda: cloud.portal.approve(code.user_code))
        assert isinstance(finished(code, pace), SignedIn)
        assert when == [5, 10, 15, 20]
        assert polls(cloud) == 5

    def test_slows_down_by_five_seconds_each_time_and_stays_slow(
        self, home: Home, cloud: Cloud, passing: Time
    ) -> None:
        cloud.portal.poll_seconds = 1
        cloud.portal.slow_down(2)
        code = begun(home)
        passing.after(40, lambda: cloud.portal.approve(code.user_code))
        assert isinstance(finished(code, passing), SignedIn)
        # After 1, then 6, then 11 seconds each: at 1, 7, 18, 29, 40.
        assert passing.passed == pytest.approx(40)
        assert polls(cloud) == 5

    def test_takes_an_interval_of_zero_for_one(
        self, home: Home, cloud: Cloud, passing: Time
    ) -> None:
        cloud.portal.poll_seconds = 0
        code = begun(home)
        passing.after(1, lambda: cloud.portal.approve(code.user_code))
        assert isinstance(finished(code, passing), SignedIn)
        assert polls(cloud) <= 11

    def test_ends_when_the_person_says_no(self, home: Home, cloud: Cloud, passing: Time) -> None:
        code = begun(home)
        cloud.portal.reject(code.user_code)
        outcome = finished(code, passing)
        assert isinstance(outcome, Failed)
        assert outcome.problem.code == "sign-in-denied"
        assert len(list(home.sso_folder.iterdir())) == 1

    def test_ends_when_aws_says_that_the_code_has_run_out(
        self, home: Home, cloud: Cloud, passing: Time
    ) -> None:
        """After a laptop's sleep: this machine's own clocks have not seen the time pass."""
        code = begun(home)
        cloud.portal.run_out(code.user_code)
        outcome = finished(code, passing)
        assert isinstance(outcome, Failed)
        assert outcome.problem.code == "code-expired"
        assert passing.passed < 5

    def test_ends_by_itself_when_aws_never_says_so(
        self, home: Home, cloud: Cloud, passing: Time
    ) -> None:
        cloud.portal.code_seconds = 20
        code = begun(home)
        outcome = finished(code, passing)
        assert isinstance(outcome, Failed)
        assert outcome.problem.code == "code-expired"
        assert passing.passed == pytest.approx(20)

    @pytest.mark.parametrize("jump", [-10 * HOUR, 10 * HOUR])
    def test_is_not_misled_by_a_wall_clock_that_jumps(
        self, home: Home, cloud: Cloud, passing: Time, jump: float, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        code = begun(home)
        now = cloud.clock()
        passing.after(30, lambda: monkeypatch.setattr("time.time", lambda: now + jump))
        passing.after(60, lambda: cloud.portal.approve(code.user_code))
        outcome = finished(code, passing)
        assert isinstance(outcome, SignedIn)
        ends = timestamps.parse(body(Path(outcome.path))["expiresAt"])
        assert ends == pytest.approx(now + jump + cloud.portal.token_seconds, abs=5)

    def test_goes_on_through_faults_of_aws_at_a_slower_pace(
        self, home: Home, cloud: Cloud, passing: Time
    ) -> None:
        cloud.portal.poll_seconds = 1
        cloud.portal.break_down(3)
        code = begun(home)
        cloud.portal.approve(code.user_code)
        told: list[str] = []
        assert isinstance(finished(code, passing, told.append), SignedIn)
        assert told == ["AWS itself has trouble"] * 3
        # At 1, 3, 7 and 15 seconds.
        assert passing.passed == pytest.approx(15)
        assert polls(cloud) == 4

    def test_goes_on_while_the_network_is_away(
        self, home: Home, cloud: Cloud, passing: Time
    ) -> None:
        code = begun(home)
        cloud.portal.approve(code.user_code)
        address = "http://127.0.0.1:9"

        def goes_to(params: dict[str, Any], **_others: object) -> None:
            params["url"] = f"{address}/token"

        def back() -> None:
            nonlocal address
            address = cloud.url

        code.grant.client.meta.events.register("before-call.sso-oidc", goes_to)
        passing.after(20, back)
        told: list[str] = []
        assert isinstance(finished(code, passing, told.append), SignedIn)
        assert set(told) == {"AWS cannot be reached"}
        assert polls(cloud) == 1

    def test_goes_on_when_something_else_than_aws_answers(
        self, home: Home, cloud: Cloud, passing: Time
    ) -> None:
        cloud.portal.intercept(2)
        code = begun(home)
        cloud.portal.approve(code.user_code)
        told: list[str] = []
        assert isinstance(finished(code, passing, told.append), SignedIn)
        assert told == ["something between you and AWS answered with a web page"] * 2

    def test_says_when_the_trouble_is_over(self, home: Home, cloud: Cloud, passing: Time) -> None:
        cloud.portal.break_down()
        code = begun(home)
        passing.after(30, lambda: cloud.portal.approve(code.user_code))
        told: list[str] = []
        finished(code, passing, told.append)
        assert (told[0], set(told[1:])) == ("AWS itself has trouble", {""})

    def test_is_cancelled_between_two_polls_and_asks_no_more(
        self, home: Home, cloud: Cloud
    ) -> None:
        cancelled = threading.Event()
        pace = Time(cancelled)
        pace.after(3, cancelled.set)
        code = begun(home)
        cloud.portal.poll_seconds = 5
        with pytest.raises(Cancelled):
            sso_sign_in.finish(code, cancelled, pace=pace)
        before = polls(cloud)
        assert before <= 3
        assert len(list(home.sso_folder.iterdir())) == 1

    def test_that_is_cancelled_while_aws_answers_writes_nothing(
        self, home: Home, cloud: Cloud
    ) -> None:
        code = begun(home)
        cloud.portal.approve(code.user_code)
        cancelled = threading.Event()
        ends: list[object] = []

        def work() -> None:
            try:
                ends.append(sso_sign_in.finish(code, cancelled, pace=Time(cancelled)))
            except Cancelled as outcome:
                ends.append(outcome)

        with cloud.hanging():
            thread = threading.Thread(target=work)
            thread.start()
            cloud.wait_for_calls(1, "CreateToken")
            cancelled.set()
        thread.join(timeout=30)
        assert isinstance(ends[0], Cancelled)
        assert not (home.sso_folder / token_file("corp")).exists()

    def test_ends_at_once_when_it_is_cancelled(self, home: Home, cloud: Cloud) -> None:
        """With the real clock, and AWS asking for minutes between two polls."""
        cloud.portal.poll_seconds = 300
        code = begun(home)
        cancelled = threading.Event()
        threading.Timer(0.05, cancelled.set).start()
        with pytest.raises(Cancelled):
            sso_sign_in.finish(code, cancelled)
        assert polls(cloud) == 0


class TestSomebodyElse:
    """Another dashboard, or ``aws sso login`` in another pane."""

    def test_who_signs_in_meanwhile_ends_the_waiting(
        self, home: Home, cloud: Cloud, passing: Time
    ) -> None:
        cloud.portal.poll_seconds = 300
        home.sso_token("corp", expires_at=cloud.clock() - HOUR, access_token="dead")
        code = begun(home)
        passing.after(
            10, lambda: home.sso_token("corp", expires_at=cloud.clock() + HOUR, access_token="new")
        )
        outcome = finished(code, passing)
        assert isinstance(outcome, SignedIn)
        assert body(Path(outcome.path))["accessToken"] == "new"
        assert passing.passed == pytest.approx(10)
        assert polls(cloud) == 0

    def test_whose_token_is_the_one_that_was_refused_does_not(
        self, home: Home, cloud: Cloud, passing: Time
    ) -> None:
        """Its expiry lies ahead, but AWS has revoked it."""
        home.sso_token("corp", expires_at=cloud.clock() + HOUR, access_token="revoked")
        code = begun(home)
        passing.after(10, lambda: cloud.portal.approve(code.user_code))
        outcome = finished(code, passing)
        assert isinstance(outcome, SignedIn)
        assert body(Path(outcome.path))["accessToken"] != "revoked"

    @pytest.mark.parametrize("text", ["", "{", '{"accessToken": "x", "expiresAt": "never"}'])
    def test_whose_file_is_half_written_is_waited_for(
        self, home: Home, cloud: Cloud, passing: Time, text: str
    ) -> None:
        code = begun(home)
        path = home.sso_folder / token_file("corp")
        passing.after(3, lambda: path.write_text(text))
        passing.after(10, lambda: cloud.portal.approve(code.user_code))
        assert isinstance(finished(code, passing), SignedIn)
        assert body(path)["accessToken"].startswith("sso-access-token")

    def test_who_was_first_while_aws_answered_is_not_overwritten(
        self, home: Home, cloud: Cloud, passing: Time
    ) -> None:
        code = begun(home)
        cloud.portal.approve(code.user_code)
        ends: list[object] = []
        with cloud.hanging():
            thread = threading.Thread(target=lambda: ends.append(finished(code, passing)))
            thread.start()
            cloud.wait_for_calls(1, "CreateToken")
            home.sso_token("corp", expires_at=cloud.clock() + HOUR, access_token="theirs")
        thread.join(timeout=30)
        assert isinstance(ends[0], SignedIn)
        assert body(Path(ends[0].path))["accessToken"] == "theirs"
