"""What moto does not have: IAM Identity Center's portal and OIDC, and the signin service.

It takes every token. A sign-in confirms itself: when its page is opened, or after some seconds.
"""

from __future__ import annotations

import itertools
import json
import time
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

PATIENCE: Final = 12.0
"""Seconds after which a code confirms itself."""
CODE_SECONDS: Final = 600
MINUTE, HOUR, DAY = 60, 3600, 86400

_PAGE: Final = """\
<!doctype html><meta charset="utf-8"><title>awsttl demo</title>
<body style="font: 18px sans-serif; margin: 4em auto; max-width: 30em">
<h1>Signed in</h1>
<p>This is the page of awsttl's demo. Opening it has confirmed the code <b>{code}</b>; without
a browser the code would have confirmed itself some seconds later. With AWS you would sign in here,
compare the code with the one in your terminal, and allow awsttl to read your accounts.</p>
<p>You can close this page: the dashboard goes on by itself.</p>
"""


_LOGIN: Final = {
    "accessToken": {
        "accessKeyId": "ASIADEMOLOGIN0000001",
        "secretAccessKey": "demo-secret",
        "sessionToken": "demo-token",
    },
    "tokenType": "aws_sigv4",
    "refreshToken": "demo",
    "expiresIn": 15 * MINUTE,
}


_ACCOUNTS: Final = [
    {"accountId": "222233334444", "accountName": "data-dev", "emailAddress": "data@example.com"},
    {"accountId": "232323232323", "accountName": "data-prod", "emailAddress": "data@example.com"},
    {"accountId": "242424242424", "accountName": "web", "emailAddress": "web@example.com"},
]
_ROLES: Final = ("Developer", "ReadOnly")


class Portal(BaseHTTPRequestHandler):
    """``GetRoleCredentials``, the accounts and roles, and the device-code flow with its page."""

    codes: ClassVar[dict[str, float]] = {}
    """User code → when it confirms itself, in monotonic seconds."""
    _numbers: ClassVar = itertools.count(1)

    def do_GET(self) -> None:
        """Role credentials, or the page that a browser opens."""
        address = urlsplit(self.path)
        if address.path == "/federation/credentials":
            self._answer({"roleCredentials": _role_credentials()})
            return
        if address.path == "/assignment/accounts":
            self._answer({"accountList": _ACCOUNTS})
            return
        if address.path == "/assignment/roles":
            self._answer({"roleList": [{"roleName": role} for role in _ROLES]})
            return
        code = parse_qs(address.query).get("user_code", [""])[0]
        if code not in self.codes:
            self._send(404, b"the demo knows no such code", "text/plain")
            return
        self.codes[code] = 0.0
        self._send(200, _PAGE.format(code=code).encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        """OIDC, and ``CreateOAuth2Token``, where ``aws login`` is refreshed."""
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
        match self.path:
            case "/client/register":
                now = int(time.time())
                self._answer(
                    {
                        "clientId": "demo-client",
                        "clientSecret": "demo-secret",
                        "clientIdIssuedAt": now,
                        "clientSecretExpiresAt": now + 90 * DAY,
                    }
                )
            case "/v1/token":
                self._answer(_LOGIN)
            case "/device_authorization":
                self._answer(self._new_code())
            case _ if body.get("grantType") == "refresh_token":
                self._answer(_token())
            case _ if time.monotonic() < self.codes.get(body.get("deviceCode", ""), 0.0):
                self.send_response(400)
                self.send_header("x-amzn-ErrorType", "AuthorizationPendingException")
                self._finish(b'{"error": "authorization_pending"}', "application/json")
            case _:
                self._answer(_token())

    def _new_code(self) -> dict[str, object]:
        code = f"DEMO-{next(self._numbers):04}"
        self.codes[code] = time.monotonic() + PATIENCE
        host, port = self.connection.getsockname()[:2]
        page = f"http://{host}:{port}/the-demo-confirms-this-by-itself"
        return {
            "deviceCode": code,
            "userCode": code,
            "verificationUri": page,
            "verificationUriComplete": f"{page}?user_code={code}",
            "expiresIn": CODE_SECONDS,
            "interval": 1,
        }

    def _answer(self, body: dict[str, Any]) -> None:
        self._send(200, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self._finish(body, content_type)

    def _finish(self, body: bytes, content_type: str) -> None:
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Nothing: there is nobody to read it."""


def _token() -> dict[str, object]:
    return {
        "accessToken": "demo-lab-new",
        "refreshToken": "demo-lab-refresh",
        "tokenType": "Bearer",
        "expiresIn": 8 * HOUR,
    }


def _role_credentials() -> dict[str, object]:
    return {
        "accessKeyId": "ASIADEMO000000000043",
        "secretAccessKey": "demo-secret",
        "sessionToken": "demo-token",
        "expiration": int((time.time() + 20 * MINUTE) * 1000),
    }
