"""Servers that answer with anything, over real sockets, in the place of AWS."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

Play = Callable[[socket.socket, bytes], object]
"""Answers a request, of which it gets the bytes, on its connection."""

SERVICES: Final = ("STS", "SSO", "SSO_OIDC", "SIGNIN")

PAGE: Final = b"<!DOCTYPE html><html><head><title>Hotel</title></head><body>Room?</body></html>"


class Hostile:
    """A server on loopback that answers every request as *play* does. Use it in a ``with``."""

    def __init__(self, play: Play, tls: tuple[Path, Path] | None = None) -> None:
        """*tls*: certificate and key, with which it speaks TLS."""
        self.play = play
        self._context: ssl.SSLContext | None = None
        if tls is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*tls)
        self.shakes_hands = True
        """Else it keeps silent where a client begins with TLS."""
        self.requests = 0
        self.open = 0
        """Connections that are open now."""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        host, port = self._listener.getsockname()
        return f"https://localhost:{port}" if self._context else f"http://{host}:{port}"

    def environ(self) -> dict[str, str]:
        """What sends clients there, for every service."""
        return {f"AWS_ENDPOINT_URL_{service}": self.url for service in SERVICES}

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, name="hostile", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self.open += 1
        try:
            with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
                stack.enter_context(connection)
                connection.settimeout(60)
                if not self.shakes_hands:
                    silent(connection, b"")
                    return
                if self._context is not None:
                    connection = self._context.wrap_socket(connection, server_side=True)
                    stack.enter_context(connection)
                while request := _request(connection):
                    with self._lock:
                        self.requests += 1
                    if self.play(connection, request) is not None:
                        return
        finally:
            with self._lock:
                self.open -= 1


def _request(connection: socket.socket) -> bytes:
    """One request with its body; nothing once the client has closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    length = int(found[1]) if found else 0
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def answer(body: bytes, status: int = 200, kind: str = "text/xml", **headers: str) -> Play:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status} Odd", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    message = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    return lambda connection, _: connection.sendall(message)


def raw(message: bytes) -> Play:
    """Bytes, and then the end."""

    def play(connection: socket.socket, _: bytes) -> bool:
        connection.sendall(message)
        return True

    return play


def as_json(body: object) -> Play:
    """JSON, as the portal and OIDC send it."""
    return answer(json.dumps(body).encode(), kind="application/json")


def cut(body: bytes, length: int) -> Play:
    """An answer that ends before its length says so."""

    def play(connection: socket.socket, _: bytes) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length + body)
        return True

    return play


def flood(megabytes: int, *, of_headers: bool = False) -> Play:
    """An answer without an end, as long as somebody takes it."""

    def play(connection: socket.socket, _: bytes) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + (b"" if of_headers else b"\r\n"))
        piece = b"X-Odd: " + b"x" * 65_000 + b"\r\n" if of_headers else b" " * 65_009
        for _number in range(megabytes * 16):
            connection.sendall(piece)
        return True

    return play


def drip(seconds: float, body: bytes = b" " * 10_000) -> Play:
    """A byte now and then, for as long as somebody waits."""

    def play(connection: socket.socket, _: bytes) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
        for byte in body:
            connection.sendall(bytes([byte]))
            time.sleep(seconds)
        return True

    return play


def silent(connection: socket.socket, _: bytes) -> bool:
    """No answer, until the client goes."""
    while connection.recv(1):
        pass
    return True


def sts(action: str, **fields: str) -> bytes:
    """An answer of STS, well formed, with any fields."""
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return (
        f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        f"<{action}Result>{inside}</{action}Result></{action}Response>"
    ).encode()


def nested(depth: int) -> bytes:
    """JSON that is nested so deeply."""
    return b'{"roleCredentials": ' + b"[" * depth + b"]" * depth + b"}"


ODD_ANSWERS: Final[Mapping[str, Play]] = {
    "a web page": answer(PAGE, kind="text/html; charset=utf-8"),
    "a web page that calls itself XML": answer(PAGE),
    "a redirect": answer(b"", 302, Location="http://hotel.example/"),
    "a page of a proxy": answer(PAGE, 403, kind="text/html"),
    "nothing": answer(b""),
    "half of XML": answer(sts("AssumeRole")[:60]),
    "half of JSON": answer(b'{"userCode": "A', kind="application/json"),
    "less than it said": cut(b"<AssumeRole", 5_000),
    "an empty object": as_json({}),
    "a list": as_json([1, 2]),
    "a number": answer(b"1e400", kind="application/json"),
    "deep nesting": answer(nested(100_000), kind="application/json"),
    "other XML": answer(b"<a><b/></a>"),
    "empty results": answer(sts("AssumeRole") + b"\n"),
    "bytes": answer(bytes(range(256)) * 20),
    "60 MB": flood(60),
    "12 MB of headers": flood(12, of_headers=True),
    "no HTTP": raw(b"\x00\xff" * 500),
    "a closed connection": lambda _connection, _: True,
}
