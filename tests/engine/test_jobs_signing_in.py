"""Renewals that wait for an SSO sign-in, and quiet ones, which wait for nobody."""

from __future__ import annotations

import threading

import pytest

from awsttl.core.remedies import Act, Problem, Remedy
from awsttl.engine.jobs import Phase
from awsttl.engine.waiting import SignInQueue
from support.board import Board, no_workers
from support.cloud import Cloud
from support.home import Home, token_file
from support.looking import status
from support.odd import config_text
from support.renewing import CORP, SSO

pytestmark = pytest.mark.usefixtures("region")

HOUR = 3600


CORP_TOKEN = token_file("corp")


class TestOneSignIn:
    @pytest.fixture(autouse=True)
    def dead(self, home: Home, cloud: Cloud) -> None:
        sections = {name: SSO | {"sso_role_name": name} for name in ("one", "two", "three")}
        other = SSO | {"sso_session": "other"}
        sessions = CORP | {"other": {"sso_start_url": "https://x", "sso_region": "us-east-1"}}
        home.config(config_text(sections | {"other": other}, sessions))
        home.sso_token("corp", expires_at=cloud.clock() - HOUR)

    @staticmethod
    def _sign_in(home: Home, cloud: Cloud) -> None:
        cloud.portal.allow("new")
        home.sso_token("corp", expires_at=cloud.clock() + HOUR, access_token="new")

    def _waiting(self, board: Board, *names: str, token: str = CORP_TOKEN) -> None:
        def all_wait() -> bool:
            waiting = [status.name for status in board.sign_ins.waiting(token)]
            phases = {board.phase(name) for name in names}
            return waiting == sorted(names) and phases == {Phase.CONFIRMING}

        board.wait(all_wait)

    def test_serves_all_renewals_that_wait_for_it(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        board.start("one", "two", "three", "other")
        self._waiting(board, "one", "two", "three")
        self._waiting(board, "other", token=token_file("other"))
        assert set(board.sign_ins.tokens()) == {CORP_TOKEN, token_file("other")}
        self._sign_in(home, cloud)
        board.sign_ins.answer(CORP_TOKEN)
        ends = board.end("one", "two", "three")
        assert {job.phase for job in ends} == {Phase.DONE}
        assert board.phase("other") is Phase.CONFIRMING
        assert board.phases("one")[-3:] == [Phase.CONFIRMING, Phase.WORKING, Phase.DONE]

    def test_that_fails_is_why_they_fail(self, home: Home, cloud: Cloud, board: Board) -> None:
        board.start("one", "two")
        self._waiting(board, "one", "two")
        denied = Problem("sign-in-denied", "denied", Remedy("again"))
        board.sign_ins.answer(CORP_TOKEN, denied)
        assert {job.problem for job in board.end("one", "two")} == {denied}

    def test_that_did_not_help_is_not_asked_for_again(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        board.start("one")
        self._waiting(board, "one")
        board.sign_ins.answer(CORP_TOKEN)
        (job,) = board.end("one")
        assert job.phase is Phase.FAILED
        assert job.problem is not None
        assert job.problem.code == "sign-in"
        assert board.sign_ins_wanted == [CORP_TOKEN]

    def test_that_somebody_has_just_done_is_not_asked_for(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        """AWS refuses the old token while a new one is written."""
        home.sso_token("corp", expires_at=cloud.clock() + HOUR, access_token="revoked")
        with cloud.hanging():
            board.start("one")
            cloud.wait_for_calls(1)
            self._sign_in(home, cloud)
        (job,) = board.end("one")
        assert job.phase is Phase.DONE
        assert board.sign_ins_wanted == []

    def test_is_no_longer_waited_for_by_what_was_cancelled(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        board.start("one", "two")
        self._waiting(board, "one", "two")
        board.jobs.cancel("one")
        self._waiting(board, "two")
        board.jobs.cancel("two")
        assert board.sign_ins.tokens() == ()
        no_workers()
        assert cloud.calls == ()

    def test_is_not_asked_for_by_what_is_cancelled_already(self, home: Home) -> None:
        wanted: list[str] = []
        queue = SignInQueue(str(home.sso_folder), wanted.append)
        cancelled = threading.Event()
        cancelled.set()
        assert queue.sign_in(status(home, "one"), cancelled) is None
        assert (wanted, queue.tokens()) == ([], ())


class TestQuiet:
    """A renewal that no key has asked for asks nobody for anything."""

    def test_needs_you_for_a_sign_in(self, home: Home, cloud: Cloud, board: Board) -> None:
        home.config(config_text({"sso": SSO}, CORP))
        assert board.jobs.start(status(home, "sso"), quiet=True)
        (job,) = board.end("sso")
        fix = Remedy(act=Act.RENEW, profile="sso", purpose="to sign in")
        assert job.problem == Problem("needs-you", "not signed in to SSO yet", fix)
        assert board.sign_ins_wanted == []

    def test_asks_after_all_when_a_key_is_pressed_meanwhile(
        self, home: Home, cloud: Cloud, board: Board
    ) -> None:
        home.config(config_text({"sso": SSO}, CORP))
        home.sso_token("corp", expires_at=cloud.clock() + HOUR, access_token="revoked")
        seen = status(home, "sso")
        with cloud.hanging():
            assert board.jobs.start(seen, quiet=True)
            cloud.wait_for_calls(1)
            assert not board.jobs.start(seen, quiet=True)
            assert not board.jobs.start(seen, kept=True)
            assert board.jobs.start(seen)
        board.wait(lambda: board.phase("sso") is Phase.CONFIRMING)
