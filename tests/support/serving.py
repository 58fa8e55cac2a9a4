"""A server of sessions on the files of a home, and clients that say exactly what a test wants."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from awsttl.core import keeping
from awsttl.core.alarms import Notice
from awsttl.core.model import Status
from awsttl.core.remedies import Problem
from awsttl.core.view.arrangement import Arrangement
from awsttl.disk.locations import Locations
from awsttl.engine import exporting
from awsttl.engine.engine import Engine
from awsttl.engine.feed import Feed
from awsttl.engine.jobs import Job
from awsttl.engine.person import Nobody, Person
from awsttl.server.grants import Grant
from awsttl.server.service import Service

DEADLINE: Final = 20.0
"""Seconds after which what does not come fails the test."""


class Heard(NamedTuple):
    """What a client got: an HTTP status, the headers in lower case, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


def say(port: int, text: bytes, seconds: float = DEADLINE) -> bytes:
    """Say something to the port, and give all that comes until it hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(text)
        found = b""
        while more := connection.recv(65536):
            found += more
        return found


def request(path: str, port: int, token: str, **headers: str) -> bytes:
    """What an SDK sends; *headers* come in addition, ``_`` for ``-``, and replace what is there."""
    lines = {"host": f"127.0.0.1:{port}", "accept": "application/json", "authorization": token}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"GET {path} HTTP/1.1\r\n{text}\r\n".encode()


def heard(answer: bytes) -> Heard:
    """An answer, taken apart."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    assert int(headers["content-length"]) == len(body)
    return Heard(int(first.split()[1]), headers, body)


class Serving:
    """A feed, an engine and a server on the files below ``HOME``."""

    def __init__(
        self,
        environ: Mapping[str, str],
        person: Person | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        locations = Locations.of(environ)
        self.feed = Feed(locations, environ, clock)
        self.engine = Engine(self.feed, locations, person or Nobody(), self, clock)
        self.news: list[str] = []
        """The profiles of which there was something new, in order."""
        self.jobs: list[Job] = []
        self.service = Service(
            self.engine,
            self.news.append,
            lambda remedy: f"do: {remedy}",
            lambda: keeping.allowed(self.feed.files, self.engine.choices.settings),
        )

    def __enter__(self) -> Self:
        self.feed.start()
        self.feed.attach(self._show)
        self.until(lambda: self.feed.latest is not None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.service.close()
        self.feed.stop()
        self.engine.close()

    def _show(self, arrangement: Arrangement) -> None:
        self.service.show(arrangement)

    def status(self, name: str) -> Status:
        assert self.feed.latest is not None
        found = self.feed.latest.snapshot.status(name)
        assert found is not None, name
        return found

    def hand_out(self, name: str, *, at_once: bool = False) -> Grant:
        """An address for a shell; *at_once* with the session that there is."""
        status = self.status(name)
        found = exporting.credentials(status, self.engine.locations) if at_once else None
        assert not isinstance(found, str), found
        return self.service.hand_out(status, found)

    def ask(self, grant: Grant, **headers: str) -> Heard:
        """What an SDK gets."""
        port = self.service.endpoint.port
        return heard(say(port, request(grant.path, port, grant.token.reveal(), **headers)))

    def key(self, grant: Grant) -> str:
        """The access key that is served; it fails where there is none."""
        got = self.ask(grant)
        assert got.status == 200, got
        found: str = got.json["AccessKeyId"]
        return found

    def until(self, condition: Callable[[], bool], what: str = "") -> None:
        end = time.monotonic() + DEADLINE
        while not condition():
            assert time.monotonic() < end, f"never came true: {what or condition}"
            time.sleep(0.01)

    # --- what happens by itself ---

    def renewal(self, job: Job) -> None:
        self.jobs.append(job)

    def not_kept(self, names: tuple[str, ...], problem: Problem) -> None:
        raise AssertionError(f"nothing is kept here, but {names}: {problem.message}")

    def warned(self, notice: Notice | None, title: str) -> None:
        raise AssertionError(f"nobody watches here, but {notice}, {title}")
