"""What the parts of the loopback AWS say to each other: calls, replies, refusals."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as the server saw it."""

    service: str
    """``sts``, ``sso``, ``sso-oidc``, ``signin`` or ``federation``."""
    action: str
    """The API's name for it: ``AssumeRole``, ``GetRoleCredentials``, ``CreateToken``, …"""
    parameters: Mapping[str, str] = field(default_factory=dict)
    access_key: str = ""
    """With which key the request was signed; empty for unsigned ones."""
    signed_at: float | None = None
    """The caller's clock, from ``X-Amz-Date``."""
    session_token: str = ""
    """With which the key is one of a session; empty for long-term keys."""
    region: str = ""
    """For which region the request was signed."""
    method: str = ""
    """``GET`` or ``POST``, where AWS takes one of them only."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    headers: Mapping[str, str]


class RefusalError(Exception):
    """An answer with which AWS refuses a call."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class Issued:
    """A session that the loopback AWS has given out."""

    access_key: str
    secret_key: str
    token: str
    expires_at: float
    arn: str
    """Who its holder is."""
    by: str = ""
    """The call that gave it; ``chained`` where a role was assumed with another session."""


_STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_REQUEST_ID = "c6104cbe-af31-11e0-8154-cbc7ccf896c7"

Fields = Mapping[str, "str | Fields"]


def iso(instant: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(instant))


def compact(instant: float) -> str:
    """An instant as signatures and their errors write it."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(instant))


def xml_reply(action: str, result: Fields) -> Reply:
    """An answer of the query protocol, which STS speaks."""
    text = (
        f'<{action}Response xmlns="{_STS_NAMESPACE}">'
        f"<{action}Result>{_xml(result)}</{action}Result>"
        f"<ResponseMetadata><RequestId>{_REQUEST_ID}</RequestId></ResponseMetadata>"
        f"</{action}Response>"
    )
    return Reply(200, text.encode(), _headers("text/xml"))


def xml_refusal(refusal: RefusalError) -> Reply:
    kind = "Sender" if refusal.status < 500 else "Receiver"
    text = (
        f'<ErrorResponse xmlns="{_STS_NAMESPACE}"><Error><Type>{kind}</Type>'
        f"<Code>{escape(refusal.code)}</Code><Message>{escape(refusal.message)}</Message></Error>"
        f"<RequestId>{_REQUEST_ID}</RequestId></ErrorResponse>"
    )
    return Reply(refusal.status, text.encode(), _headers("text/xml"))


def json_reply(body: Mapping[str, object]) -> Reply:
    """An answer of the REST-JSON protocol, which the SSO portal and OIDC speak."""
    return Reply(200, json.dumps(body).encode(), _headers("application/json"))


def portal_refusal(refusal: RefusalError) -> Reply:
    body = {
        "message": refusal.message,
        "__type": f"com.amazonaws.switchboard.portal#{refusal.code}",
    }
    return _json_refusal(refusal, body)


def oidc_refusal(refusal: RefusalError) -> Reply:
    words = refusal.code.removesuffix("Exception")
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in words).lstrip("_")
    return _json_refusal(refusal, {"error": snake, "error_description": refusal.message})


def _json_refusal(refusal: RefusalError, body: Mapping[str, str]) -> Reply:
    headers = {**_headers("application/json"), "x-amzn-ErrorType": refusal.code}
    return Reply(refusal.status, json.dumps(body).encode(), headers)


def _headers(content_type: str) -> dict[str, str]:
    return {"Content-Type": content_type, "x-amzn-RequestId": _REQUEST_ID}


def _xml(fields: Fields) -> str:
    return "".join(
        f"<{name}>{escape(value) if isinstance(value, str) else _xml(value)}</{name}>"
        for name, value in fields.items()
    )
