"""The door, with clients that do what they should not."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from awsttl.server import endpoint, protocol
from awsttl.server.endpoint import Endpoint
from awsttl.server.protocol import Request
from support.serving import heard, request, say

BODY = b'{"AccessKeyId": "ASIA"}'


def good(_request: Request, _is_last: bool) -> bytes:
    return protocol.reply(200, BODY)


@contextlib.contextmanager
def open_to(answer: endpoint.Answer = good) -> Iterator[Endpoint]:
    door = Endpoint(answer)
    door.start()
    try:
        yield door
    finally:
        door.stop()


def ask(door: Endpoint) -> bytes:
    return say(door.port, request("/x", door.port, "t"))


def silent(door: Endpoint, count: int, text: bytes = b"") -> list[socket.socket]:
    """Connections that say *text*, and nothing more."""
    found = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", door.port), timeout=20)
        if text:
            connection.sendall(text)
        found.append(connection)
    return found


def test_it_listens_on_the_loopback_address_only() -> None:
    with open_to() as door:
        assert door._listener.getsockname()[0] == "127.0.0.1"


def test_a_port_can_be_chosen_and_is_refused_where_it_is_taken() -> None:
    with open_to() as door:
        with pytest.raises(OSError, match="in use"):
            Endpoint(good, door.port)
        port = door.port
    again = Endpoint(good, port)
    again.start()
    again.stop()


def test_a_request_may_come_in_pieces() -> None:
    with open_to() as door:
        text = request("/x", door.port, "t")
        with socket.create_connection(("127.0.0.1", door.port), timeout=20) as connection:
            for piece in (text[:3], text[3:40], text[40:-1], text[-1:]):
                connection.sendall(piece)
                time.sleep(0.01)
            assert connection.recv(65536).endswith(BODY)


def test_many_at_once_all_get_their_answer() -> None:
    with open_to() as door, ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: ask(door), range(500)))
    assert {heard(answer).body for answer in answers} == {BODY}


def test_half_a_request_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "PATIENCE", 0.1)
    with open_to() as door:
        assert say(door.port, b"GET /x HTTP/1.1\r\nHost:") == b""
        assert say(door.port, b"") == b""
        assert not door._clients


def test_a_request_that_never_ends_is_too_large() -> None:
    with open_to() as door:
        answer = say(door.port, b"GET /x HTTP/1.1\r\n" + b"a: b\r\n" * 1400)
        assert heard(answer).status == 431


def test_who_hangs_up_early_leaves_nothing_behind() -> None:
    with open_to() as door:
        for text in (b"", b"GET /x", request("/x", door.port, "t")):
            for connection in silent(door, 20, text):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                connection.close()
        assert heard(ask(door)).body == BODY
        end = time.monotonic() + 20
        while door._clients:
            assert time.monotonic() < end
            time.sleep(0.01)


def test_more_than_there_is_room_for_do_not_keep_the_honest_out() -> None:
    with open_to() as door:
        door._most = 20
        idle = silent(door, 100, b"GET /x HTTP/1.1\r\n")
        for _ in range(10):
            assert heard(ask(door)).body == BODY
        assert len(door._clients) <= 20
        for connection in idle:
            connection.close()


def test_without_file_descriptors_it_waits_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        """A listener that has no file descriptor left, twice."""

        def __init__(self, real: socket.socket) -> None:
            self._real, self.refused = real, 0

        def accept(self) -> tuple[socket.socket, object]:
            if self.refused < 2:
                self.refused += 1
                raise OSError(24, "Too many open files")
            return self._real.accept()

        def fileno(self) -> int:
            return self._real.fileno()

        def close(self) -> None:
            self._real.close()

    door = Endpoint(good)
    door._selector.unregister(door._listener)
    full = Full(door._listener)
    monkeypatch.setattr(door, "_listener", full)
    door._selector.register(full, 1)
    door.start()
    assert heard(ask(door)).body == BODY
    assert full.refused == 2
    door.stop()


def test_an_answer_that_fails_costs_its_own_client_only() -> None:
    def answer(asked: Request, _is_last: bool) -> bytes:
        if asked.path == "/bad":
            raise KeyError("a secret")
        return protocol.reply(200, BODY)

    with open_to(answer) as door:
        got = heard(say(door.port, request("/bad", door.port, "t")))
        assert got.status == 503
        assert b"secret" not in got.body
        assert heard(ask(door)).body == BODY


def test_a_turn_that_fails_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    look = Endpoint._look_at_the_clock
    fails = [ValueError("once"), OSError("twice")]

    def look_badly(door: Endpoint) -> None:
        if fails:
            raise fails.pop()
        look(door)

    with open_to() as door:
        monkeypatch.setattr(Endpoint, "_look_at_the_clock", look_badly)
        while fails:
            assert heard(ask(door)).body == BODY
        assert heard(ask(door)).body == BODY


def test_who_waits_is_asked_for_again_at_each_news() -> None:
    asked: list[bool] = []
    is_there = threading.Event()

    def answer(_request: Request, is_last: bool) -> bytes | None:
        asked.append(is_last)
        return protocol.reply(200, BODY) if is_there.is_set() else None

    with open_to(answer) as door, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, door)
        while not asked:
            time.sleep(0.01)
        door.wake()
        while len(asked) < 2:
            time.sleep(0.01)
        is_there.set()
        door.wake()
        assert heard(waiting.result(20)).body == BODY
    assert asked == [False, False, False]


def test_who_has_waited_long_enough_hears_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "HOLD", 0.05)

    def answer(_request: Request, is_last: bool) -> bytes | None:
        return protocol.TOO_LARGE.reply if is_last else None

    with open_to(answer) as door:
        assert heard(ask(door)).status == 431
        assert not door._waiting


def test_at_rest_it_does_nothing() -> None:
    with open_to() as door:
        heard(ask(door))
        end = time.monotonic() + 20
        while door._clients:
            assert time.monotonic() < end
            time.sleep(0.01)
        assert door._patience() is None


def test_it_can_be_stopped_with_clients_inside() -> None:
    with open_to() as door:
        connections = silent(door, 5)
        door.stop()
        for connection in connections:
            with contextlib.suppress(ConnectionError):
                assert connection.recv(10) == b""
            connection.close()
    with pytest.raises(ConnectionRefusedError):
        ask(door)
