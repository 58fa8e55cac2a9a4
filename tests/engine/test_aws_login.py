"""``aws login`` as the dashboard uses it: who may suspend it, and whom one sign-in serves."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable

import pytest

from awsttl.core.model import Status
from awsttl.core.remedies import Problem, Remedy
from awsttl.engine.aws_login import LoginQueue, LoginRequest
from support.cloud import Cloud
from support.home import Home, login_file
from support.looking import status
from support.odd import config_text
from support.renewing import role
from support.signin import private_key
from support.stage import Clock, stage

pytestmark = pytest.mark.usefixtures("region")

ARN = "arn:aws:iam::111122223333:user/me"
NEEDED = Problem("aws-login", "its aws login has ended", Remedy("run: aws login --profile laptop"))

Aws = Callable[[str], None]


@pytest.fixture
def aws(home: Home, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """Puts an ``aws`` of that version into ``PATH``, alone; its login ends as if by Ctrl+C."""

    def write(version: str) -> None:
        path = home.path / "bin" / "aws"
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            f'#!/bin/sh\n[ "$1" = --version ] && echo "{version}" && exit\nkill -INT $$\n'
        )
        path.chmod(0o755)
        monkeypatch.setenv("PATH", str(path.parent))

    return write


@pytest.fixture
def laptop(home: Home) -> Status:
    sections = {"laptop": {"login_session": ARN}, "dev": role("laptop")}
    home.config(config_text(sections))
    return status(home, "laptop")


class Clerk:
    """A queue whose requests a test answers."""

    def __init__(self, code: int) -> None:
        self.asked: list[LoginRequest] = []
        self.code = code
        self.queue = LoginQueue(self._take)

    def _take(self, request: LoginRequest) -> None:
        self.asked.append(request)
        request._code = self.code
        request._done.set()


class Together:
    """A lock that lets nobody in before so many have asked for it."""

    def __init__(self, count: int) -> None:
        self._barrier = threading.Barrier(count, timeout=20)
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._barrier.wait()
        self._lock.acquire()

    def __exit__(self, *_arguments: object) -> None:
        self._lock.release()


class TestQueue:
    def test_the_profile_that_has_the_login_session_is_signed_in(
        self, home: Home, laptop: Status, aws: Aws
    ) -> None:
        aws("aws-cli/2.32.0 Python/3.13")
        clerk = Clerk(0)
        assert clerk.queue.sign_in(status(home, "dev"), NEEDED, threading.Event()) is None
        assert [request.profile for request in clerk.asked] == ["laptop"]

    def test_one_sign_in_serves_all_that_wait(
        self, laptop: Status, aws: Aws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        aws("aws-cli/2.32.0 Python/3.13")
        clerk = Clerk(0)
        monkeypatch.setattr(clerk.queue, "_terminal", Together(4))
        results: list[Problem | None] = []

        def work() -> None:
            results.append(clerk.queue.sign_in(laptop, NEEDED, threading.Event()))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
        assert results == [None] * 4
        assert len(clerk.asked) == 1

    def test_a_failure_says_how_and_what_to_run(self, laptop: Status, aws: Aws) -> None:
        aws("aws-cli/2.32.0 Python/3.13")
        for code, how in ((7, "did not work (exit code 7)"), (130, "was interrupted")):
            problem = Clerk(code).queue.sign_in(laptop, NEEDED, threading.Event())
            assert problem is not None
            assert problem.message == f"aws login {how}"
            assert str(problem.fix) == "renew laptop again, or run: aws login --profile laptop"

    @pytest.mark.parametrize("version", ["aws-cli/2.31.39", "aws-cli/1.45.11", "aws 9.9"])
    def test_an_aws_cli_that_does_not_know_it_is_not_run(
        self, laptop: Status, aws: Aws, version: str
    ) -> None:
        aws(version)
        clerk = Clerk(0)
        problem = clerk.queue.sign_in(laptop, NEEDED, threading.Event())
        assert problem is not None
        assert problem.message.startswith("aws login needs the AWS CLI, 2.32 or newer; here is ")
        assert str(problem.fix) == "install AWS CLI 2.32 or newer, then renew laptop again"
        assert clerk.asked == []

    def test_a_newer_one_further_back_on_path_is_run(
        self, home: Home, laptop: Status, aws: Aws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        aws("aws-cli/2.33.0 Python/3.13")
        able = home.path / "bin" / "aws"
        old = home.path / "old" / "aws"
        old.parent.mkdir()
        old.write_text(able.read_text().replace("2.33", "1.45"))
        old.chmod(0o755)
        monkeypatch.setenv("PATH", f"{old.parent}:{os.environ['PATH']}")
        clerk = Clerk(0)
        assert clerk.queue.sign_in(laptop, NEEDED, threading.Event()) is None
        assert [request.path for request in clerk.asked] == [str(able)]

    def test_none_at_all(self, home: Home, laptop: Status, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(home.path))
        problem = Clerk(0).queue.sign_in(laptop, NEEDED, threading.Event())
        assert problem is not None
        assert problem.message == "aws login needs the AWS CLI, 2.32 or newer"

    def test_without_awscrt_the_extra_is_named_too(self, laptop: Status, aws: Aws) -> None:
        aws("aws-cli/1.45.11")
        crt = NEEDED._replace(code="crt-missing")
        problem = Clerk(0).queue.sign_in(laptop, crt, threading.Event())
        assert problem is not None
        assert str(problem.fix).endswith('or run: pip install "awsttl[login]"')

    def test_who_gave_up_is_not_signed_in(self, laptop: Status, aws: Aws) -> None:
        aws("aws-cli/2.32.0 Python/3.13")
        cancelled = threading.Event()
        asked: list[LoginRequest] = []

        def take(request: LoginRequest) -> None:
            asked.append(request)
            cancelled.set()

        assert LoginQueue(take).sign_in(laptop, NEEDED, cancelled) is None
        ran = asked[0]
        ran.run()  # the screen is late: it runs nothing
        assert ran.wait() is None

    def test_who_gave_up_has_signed_nobody_else_in(
        self, laptop: Status, aws: Aws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        aws("aws-cli/2.32.0 Python/3.13")
        asked: list[LoginRequest] = []

        def take(request: LoginRequest) -> None:
            asked.append(request)
            if len(asked) == 1:
                request._cancelled.set()
                request.run()
            else:
                request._code = 0
                request._done.set()

        queue = LoginQueue(take)
        monkeypatch.setattr(queue, "_terminal", Together(2))

        def work() -> None:
            queue.sign_in(laptop, NEEDED, threading.Event())

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
        assert len(asked) == 2


async def test_capital_r_refreshes_what_it_can_and_never_suspends(
    home: Home, laptop: Status, cloud: Cloud, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.signin.allow("first")
    home.login_token(ARN, expires_at=now() + 200, refresh_token="first", private_key=private_key())
    async with stage(clock=now) as opened:
        lent: list[object] = []
        monkeypatch.setattr(opened.app.main, "without_screen", lent.append)
        await opened.until(lambda: opened.row("laptop").word == "expiring")
        await opened.press("R")
        await opened.until(lambda: opened.row("laptop").word == "valid")
        cloud.signin.refuses_with = "TOKEN_EXPIRED"
        now.now += 700
        await opened.until(lambda: opened.row("laptop").word == "expiring")
        await opened.press("R")
        await opened.sees("its aws login has ended")
        assert lent == []
    assert cloud.actions == ["CreateOAuth2Token"] * 2


async def test_r_refreshes_in_silence_what_lives(
    home: Home, laptop: Status, cloud: Cloud, now: Clock
) -> None:
    cloud.signin.allow("first")
    path = home.login_token(
        ARN, expires_at=now() + 800, refresh_token="first", private_key=private_key()
    )
    async with stage(clock=now) as opened:
        await opened.go_to("laptop")
        await opened.press("r")
        await opened.sees("✓ renewed")
    assert json.loads(path.read_text())["refreshToken"] != "first"


async def test_a_login_that_is_given_up_leaves_the_screen_and_the_old_session(
    home: Home, laptop: Status, cloud: Cloud, now: Clock, aws: Aws
) -> None:
    aws("aws-cli/2.32.0 Python/3.13")
    home.login_token(ARN, expires_at=now() + 800, private_key="")
    before = (home.login_folder / login_file(ARN)).read_bytes()
    async with stage((180, 40), clock=now) as opened:
        await opened.go_to("laptop")
        await opened.press("r")
        await opened.sees("aws login was interrupted")
    assert (home.login_folder / login_file(ARN)).read_bytes() == before
