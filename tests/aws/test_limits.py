"""A call ends: in time, at a sensible size, and with the renewal that made it."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from awsttl.aws import limits
from awsttl.aws.file_cache import Cancelled
from awsttl.aws.limits import OutOfTimeError, within
from awsttl.aws.outcome import Failed, Renewed
from awsttl.engine.jobs import MOST_THREADS, Jobs
from support.cloud import Cloud
from support.home import Home
from support.hostile import Hostile, Play, answer, drip, flood, silent, sts
from support.looking import status
from support.odd import config_text
from support.renewing import BASE, role, try_to_renew, with_code
from support.vanity import certificate_for_localhost

SOON = 20.0

pytestmark = pytest.mark.usefixtures("region")


@pytest.fixture(autouse=True)
def profiles(home: Home) -> None:
    sections = {
        "base": BASE,
        "dev": role(),
        "coded": role(number=2, mfa_serial="arn:aws:iam::1:mfa/x"),
    }
    sections |= {f"r{number}": role(number=number + 10) for number in range(30)}
    home.config(config_text(sections))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Play], Hostile]]:
    with Hostile(silent) as server:
        for name, value in server.environ().items():
            monkeypatch.setenv(name, value)

        def plays(play: Play) -> Hostile:
            server.play = play
            return server

        yield plays


def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.01)


class TestTime:
    @pytest.mark.heavy
    @pytest.mark.parametrize("play", [drip(0.05), silent], ids=["a byte now and then", "silence"])
    def test_of_all_calls_of_a_renewal_is_limited(
        self,
        play: Play,
        home: Home,
        server: Callable[[Play], Hostile],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(limits, "RENEWAL", 2.0)
        hostile = server(play)
        outcome = try_to_renew(home, "dev")
        assert isinstance(outcome, Failed)
        assert (outcome.problem.code, outcome.problem.message) == (
            "timeout",
            "AWS does not answer in time",
        )
        assert hostile.requests <= 1
        until(lambda: hostile.open == 0, "the connection stays open")

    @pytest.mark.heavy
    def test_of_one_answer_is_limited_where_nobody_said_how_long_all_may_take(
        self, home: Home, server: Callable[[Play], Hostile], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from awsttl.aws import session_pool

        monkeypatch.setattr(limits, "EACH", 0.5)
        server(drip(0.05))
        keys = {"aws_access_key_id": "A", "aws_secret_access_key": "S"}
        client = session_pool.unpooled("dev").create_client("sts", "us-east-1", **keys)
        with pytest.raises(Exception, match="AWS does not answer in time"):
            client.get_caller_identity()

    @pytest.mark.heavy
    def test_in_which_a_person_looks_for_a_code_does_not_count(
        self, home: Home, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "RENEWAL", 1.0)
        cloud.sts.accept_codes("arn:aws:iam::1:mfa/x", "123456")

        def ask(serial: str) -> Any:
            time.sleep(1.2)
            return with_code("123456")(serial)

        assert isinstance(try_to_renew(home, "coded", ask), Renewed)

    def test_of_a_name_server_that_does_not_answer_is_limited(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gate = threading.Event()
        real = socket.getaddrinfo

        def asks_for_ever(host: str, *arguments: Any) -> Any:
            if host == "slow.example" and len(arguments) < 5:
                gate.wait(60)
            return real(host, *arguments)

        monkeypatch.setattr(socket, "getaddrinfo", asks_for_ever)
        with within(0.3), pytest.raises(OutOfTimeError):
            limits._resolved("slow.example", 443, time.monotonic() + 30)
        gate.set()


class TestSize:
    @pytest.mark.parametrize("of_headers", [False, True], ids=["body", "headers"])
    def test_of_an_answer_is_limited(
        self, of_headers: bool, home: Home, server: Callable[[Play], Hostile]
    ) -> None:
        sent = 0
        real = flood(60, of_headers=of_headers)

        class Counting:
            def __init__(self, connection: socket.socket) -> None:
                self._connection = connection

            def sendall(self, data: bytes) -> None:
                nonlocal sent
                self._connection.sendall(data)
                sent += len(data)

        def play(connection: socket.socket, request: bytes) -> object:
            return real(Counting(connection), request)  # type: ignore[arg-type]  # stands in for a connection

        hostile = server(play)
        outcome = try_to_renew(home, "dev")
        assert isinstance(outcome, Failed)
        assert outcome.problem.message == "what answers sends far more than AWS would"
        until(lambda: hostile.open == 0, "the connection stays open")
        # Sockets have buffers of some megabytes on both sides.
        assert sent < 20_000_000


class TestTls:
    """As with AWS itself: another class of sockets, which has limits of its own."""

    @pytest.fixture
    def server(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Callable[[Play], Hostile]]:
        certificate, key = certificate_for_localhost(tmp_path)
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "localhost")
        with Hostile(silent, (certificate, key)) as server:
            for name, value in server.environ().items():
                monkeypatch.setenv(name, value)

            def plays(play: Play) -> Hostile:
                server.play = play
                return server

            yield plays

    def test_a_session_comes_through_and_the_connection_is_kept(
        self, home: Home, server: Callable[[Play], Hostile]
    ) -> None:
        keys = {"AccessKeyId": "ASIA", "SecretAccessKey": "s", "SessionToken": "t" * 30_000}
        inside = "".join(f"<{name}>{value}</{name}>" for name, value in keys.items())
        inside += "<Expiration>2036-11-20T21:00:00Z</Expiration>"
        hostile = server(answer(sts("AssumeRole", Credentials=inside)))
        os.utime(home.config_file, (1e9, 1e9))  # what was just written is read each time
        for name in ("dev", "r1", "r2"):
            assert isinstance(try_to_renew(home, name), Renewed)
        assert hostile.requests == 3
        assert hostile.open == 1

    @pytest.mark.heavy
    @pytest.mark.parametrize("play", [drip(0.05), silent], ids=["a byte now and then", "silence"])
    def test_time_is_limited(
        self,
        play: Play,
        home: Home,
        server: Callable[[Play], Hostile],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(limits, "RENEWAL", 2.0)
        hostile = server(play)
        outcome = try_to_renew(home, "dev")
        assert isinstance(outcome, Failed)
        assert outcome.problem.code == "timeout"
        until(lambda: hostile.open == 0, "the connection stays open")

    def test_size_is_limited(self, home: Home, server: Callable[[Play], Hostile]) -> None:
        server(flood(60))
        outcome = try_to_renew(home, "dev")
        assert isinstance(outcome, Failed)
        assert outcome.problem.message == "what answers sends far more than AWS would"

    @pytest.mark.heavy
    def test_a_handshake_that_is_not_answered_ends_with_the_renewal(
        self, home: Home, server: Callable[[Play], Hostile], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "RENEWAL", 2.0)
        server(silent).shakes_hands = False
        began = time.monotonic()
        outcome = try_to_renew(home, "dev")
        assert isinstance(outcome, Failed)
        # Within one handshake's own limit, and not after three of these.
        assert time.monotonic() - began < SOON


class TestCancelling:
    def test_ends_the_call_that_is_under_way(
        self, home: Home, server: Callable[[Play], Hostile]
    ) -> None:
        hostile = server(silent)
        cancelled = threading.Event()
        ends: list[object] = []

        def work() -> None:
            try:
                ends.append(try_to_renew(home, "dev", cancelled=cancelled))
            except Cancelled as outcome:
                ends.append(outcome)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        until(lambda: hostile.requests == 1, "a call")
        cancelled.set()
        thread.join(SOON)
        assert isinstance(ends[0], Cancelled)
        until(lambda: hostile.open == 0, "the connection stays open")

    @pytest.mark.heavy
    def test_many_leaves_neither_threads_nor_requests(
        self, home: Home, server: Callable[[Play], Hostile]
    ) -> None:
        """117 times r and Escape left 108 threads and 155 requests."""
        hostile = server(silent)
        jobs = Jobs(str(home.cli_folder), lambda _: None, lambda _: None)
        most = 0
        for number in range(117):
            name = f"r{number % 30}"
            jobs.start(status(home, name))
            if number % 3 == 0:
                until(lambda: hostile.requests > 0, "a call")
            most = max(most, renewing())
            jobs.cancel(name)
        assert most <= MOST_THREADS
        until(lambda: renewing() == 0, "threads stay")
        until(lambda: hostile.open == 0, "connections stay open")
        assert hostile.requests <= 117

    def test_gives_the_place_to_the_next_at_once_but_to_no_more_than_can_be_ended(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gate = threading.Event()
        begun: list[str] = []

        def hangs(found: Any, *_: Any, **__: Any) -> Any:
            begun.append(found.name)
            gate.wait(60)  # whatever the person does
            raise Cancelled

        monkeypatch.setattr("awsttl.aws.renewal.renew", hangs)
        jobs = Jobs(str(home.cli_folder), lambda _: None, lambda _: None)
        for number in range(20):
            jobs.start(status(home, f"r{number}"))
            jobs.cancel(f"r{number}")
        jobs.start(status(home, "dev"))
        until(lambda: len(begun) == MOST_THREADS, "as many as may hang")
        assert renewing() == MOST_THREADS
        gate.set()
        until(lambda: "dev" in begun, "the one that waited")
        until(lambda: renewing() == 0, "threads stay")


def renewing() -> int:
    return sum(thread.name == "renewal" for thread in threading.enumerate())
