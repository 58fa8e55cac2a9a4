"""What a client says, and whether it is one of ours: bytes → a request or a refusal.

Everything here is pure. The guards come before anything is looked up, so that a page in a browser,
a name that was made to lead here, or a forwarding proxy learns nothing.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from awsttl.core import containers
from awsttl.core.profiles import container_lead

MOST_HEAD: Final = 8192
"""Bytes of a request; an AWS SDK's has about 400."""
END: Final = b"\r\n\r\n"

_REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}
_OF_OTHERS: Final = (
    "origin",
    "referer",
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "sec-fetch-site",
    "sec-fetch-mode",
)
"""Headers of browsers and proxies; no SDK sends them to a credentials service."""
_ONCE: Final = ("host", "authorization")


class Request(NamedTuple):
    """A request that has passed the guards."""

    path: str
    authorization: bytes


class Refusal(NamedTuple):
    """Why a client gets nothing. The message holds nothing of what the client sent."""

    status: int
    code: str
    message: str

    @property
    def reply(self) -> bytes:
        """The refusal as it is sent."""
        return reply(self.status, containers.refusal(self.code, self.message))


class Refused(Exception):  # noqa: N818 (an answer, not an error)
    """The client gets nothing."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


TOO_LARGE: Final = Refusal(431, "BadRequest", "the request is too large")
UNREADABLE: Final = Refusal(400, "BadRequest", "this is no request that can be read")
NOT_GET: Final = Refusal(405, "MethodNotAllowed", "only GET is answered")
OTHER_HOST: Final = Refusal(403, "Forbidden", "the Host is not this server")
"""A name of somebody else's that leads here: DNS rebinding."""
NOT_FROM_HERE: Final = Refusal(403, "Forbidden", "browsers and proxies are not answered")
UNEXPECTED: Final = Refusal(503, "Unexpected", "awsttl failed over this")


def read(said: bytes, port: int) -> Request:
    """The request of these bytes, which have an empty line. Raises :class:`Refused`.

    *port* is that of this server.
    """
    head, _, behind = said.partition(END)
    if behind:
        raise Refused(UNREADABLE)
    try:
        first, *lines = head.decode("ascii").split("\r\n")
        method, path, version = first.split(" ")
        headers = _headers(lines)
    except ValueError:
        raise Refused(UNREADABLE) from None
    if version not in ("HTTP/1.1", "HTTP/1.0") or not path.startswith("/"):
        raise Refused(UNREADABLE)
    if method != "GET":
        raise Refused(NOT_GET)
    if "transfer-encoding" in headers or headers.get("content-length", "0") != "0":
        raise Refused(UNREADABLE)
    if headers.get("host") not in (f"{container_lead.HOST}:{port}", f"localhost:{port}"):
        raise Refused(OTHER_HOST)
    if any(name in headers for name in _OF_OTHERS):
        raise Refused(NOT_FROM_HERE)
    return Request(path, headers.get("authorization", "").encode())


def _headers(lines: list[str]) -> dict[str, str]:
    """Name, in lower case, → value.

    Raises ``ValueError`` for what two readers may read in two ways: control characters, folded
    lines, a second ``Host``.
    """
    found: dict[str, str] = {}
    for line in lines:
        name, separator, value = line.partition(":")
        if not separator or not name or not line.isprintable() or name != name.strip():
            raise ValueError("no header")
        key = name.lower()
        if key in found and key in _ONCE:
            raise ValueError("twice")
        found[key] = value.strip()
    return found


def reply(status: int, body: bytes) -> bytes:
    """An answer as it is sent. Each closes its connection, so that no client holds a place."""
    return (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Connection: close\r\n\r\n"
    ).encode() + body
