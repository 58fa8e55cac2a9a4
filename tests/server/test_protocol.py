"""What a client may say, and what every other one hears."""

from __future__ import annotations

import pytest

from awsttl.server import protocol
from awsttl.server.protocol import Refused, Request

PORT = 4711
GOOD = {"Host": "127.0.0.1:4711", "Authorization": "t0ken", "Accept": "application/json"}


def said(first: str = "GET /a/b HTTP/1.1", **headers: str | None) -> bytes:
    """A request; ``_`` in a name stands for ``-``, ``None`` leaves a header out."""
    lines = {**GOOD, **{name.replace("_", "-"): value for name, value in headers.items()}}
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
    return f"{first}\r\n{text}\r\n".encode()


def refused(text: bytes) -> int:
    """The status by which a request is refused."""
    with pytest.raises(Refused) as caught:
        protocol.read(text, PORT)
    assert b"t0ken" not in caught.value.refusal.reply
    return caught.value.refusal.status


def test_what_an_sdk_says_is_read() -> None:
    assert protocol.read(said(), PORT) == Request("/a/b", b"t0ken")
    assert protocol.read(said(Host="localhost:4711"), PORT).path == "/a/b"
    assert protocol.read(said("GET /a/b HTTP/1.0", Content_Length="0"), PORT).path == "/a/b"


def test_a_request_without_a_token_has_an_empty_one() -> None:
    assert protocol.read(said(Authorization=None), PORT).authorization == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "OPTIONS", "DELETE", "CONNECT", "get"])
def test_only_get_is_answered(method: str) -> None:
    assert refused(said(f"{method} /a/b HTTP/1.1")) == 405


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "evil.example:4711",
        "127.0.0.1",
        "127.0.0.1:80",
        "localhost",
        "127.0.0.1:4711.evil.example",
        "127.0.0.2:4711",
        "[::1]:4711",
    ],
)
def test_a_host_that_is_not_this_server_is_refused(host: str | None) -> None:
    assert refused(said(Host=host)) == 403


@pytest.mark.parametrize(
    "header",
    ["Origin", "Referer", "X_Forwarded_For", "Forwarded", "Via", "Sec_Fetch_Site", "ORIGIN"],
)
def test_browsers_and_proxies_are_refused(header: str) -> None:
    assert refused(said(**{header: "x"})) == 403
    assert refused(said(**{header: ""})) == 403


@pytest.mark.parametrize(
    "text",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /a/b\r\n\r\n",
        b"GET /a /b HTTP/1.1\r\n\r\n",
        said("GET /a/b HTTP/2.0"),
        said("GET http://127.0.0.1:4711/a/b HTTP/1.1"),
        said("GET * HTTP/1.1"),
        said(Host="127.0.0.1:4711\r\nHost: evil.example"),
        said(Authorization="x\r\nauthorization: t0ken"),
        said(Accept="a\r\n folded"),
        said(Accept="a\nX: b"),
        said(Accept="a\0b"),
        said(Accept="ä"),
        said() + b"GET /a/b HTTP/1.1\r\n",
        said(Content_Length="3") + b"abc",
        said(Content_Length="3"),
        said(Transfer_Encoding="chunked"),
        said("GET /a/b HTTP/1.1\r\nHost : 127.0.0.1:4711"),
        said("GET /a/b HTTP/1.1\r\nno header"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_what_may_be_read_in_two_ways_is_not_read_at_all(text: bytes) -> None:
    assert refused(text) == 400


def test_an_answer_is_kept_by_nobody() -> None:
    answer = protocol.reply(200, b"{}")
    assert b"\r\nCache-Control: no-store\r\n" in answer
    assert b"\r\nConnection: close\r\n" in answer
    assert answer.endswith(b"\r\n\r\n{}")
    assert b"Server:" not in answer
