"""A loopback AWS: STS, the SSO portal and OIDC over real HTTP, in a thread of the test.

moto's STS accepts every token and never expires anything; this one refuses as AWS does, counts
the calls, and can be told to be slow, throttled, or in another time.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qs, parse_qsl, urlsplit

from support.federation import Federation
from support.portal import Portal
from support.signin import Signin
from support.signin import refusal as signin_refusal
from support.sts import Sts
from support.wire import (
    Call,
    RefusalError,
    Reply,
    oidc_refusal,
    portal_refusal,
    xml_refusal,
)

SERVICES: Final = {
    "sts": "2011-06-15",
    "sso": "2019-06-10",
    "sso-oidc": "2019-06-10",
}
"""What the loopback AWS stands in for, with the API versions that botocore knows them by."""

_PATHS: Final = {
    "/federation/credentials": ("sso", "GetRoleCredentials"),
    "/logout": ("sso", "Logout"),
    "/assignment/accounts": ("sso", "ListAccounts"),
    "/assignment/roles": ("sso", "ListAccountRoles"),
    "/client/register": ("sso-oidc", "RegisterClient"),
    "/device_authorization": ("sso-oidc", "StartDeviceAuthorization"),
    "/token": ("sso-oidc", "CreateToken"),
    "/v1/token": ("signin", "CreateOAuth2Token"),
    "/device": ("sso-oidc", "ConfirmDevice"),
    "/authorize": ("sso-oidc", "Authorize"),
}
_REFUSALS: Final[Mapping[str, Callable[[RefusalError], Reply]]] = {
    "sts": xml_refusal,
    "sso": portal_refusal,
    "sso-oidc": oidc_refusal,
    "signin": signin_refusal,
}


class Cloud:
    """The services and what was asked of them. Use as a context manager, or as a fixture."""

    def __init__(self) -> None:
        self.skew = 0.0
        """Seconds by which AWS's clock is ahead of this machine's."""
        self.sts = Sts(self.clock)
        self.portal = Portal(self.clock, self.sts, lambda: self.url)
        self.signin = Signin(self.clock, self.sts)
        self.federation = Federation(self.clock, self.sts)
        self.strays: list[str] = []
        """Hosts beyond this machine that a client tried to reach through ``HTTPS_PROXY``."""
        self.connections = 0
        """How many have been opened; a client that is kept uses one for many calls."""
        self._calls: list[Call] = []
        self._came = threading.Condition()
        self._gate = threading.Event()
        self._gate.set()
        cloud = self

        class Handler(_Handler):
            def cloud(self) -> Cloud:
                return cloud

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._gate.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # --- where it is ---

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def clock(self) -> float:
        """AWS's time."""
        return time.time() + self.skew

    def environ(self) -> dict[str, str]:
        """Variables that send an AWS client here, and catch it where it goes elsewhere."""
        return {
            "AWS_ENDPOINT_URL_STS": self.url,
            "AWS_ENDPOINT_URL_SSO": self.url,
            "AWS_ENDPOINT_URL_SSO_OIDC": self.url,
            "AWS_ENDPOINT_URL_SIGNIN": self.url,
            "HTTPS_PROXY": self.url,
            "https_proxy": self.url,
        }

    def write_models(self, folder: Path) -> dict[str, str]:
        """The same for clients from before ``AWS_ENDPOINT_URL`` (AWS CLI v2 before 2.13).

        Their endpoints come from rule files, for which ``AWS_DATA_PATH`` is asked first.
        """
        for service, version in SERVICES.items():
            path = folder / service / version / "endpoint-rule-set-1.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(_rules(self.url)))
        return {"AWS_DATA_PATH": str(folder)}

    # --- what was asked ---

    @property
    def calls(self) -> tuple[Call, ...]:
        """All calls, in the order in which they came."""
        with self._came:
            return tuple(self._calls)

    @property
    def actions(self) -> list[str]:
        return [call.action for call in self.calls]

    def forget(self) -> None:
        """Count from here."""
        with self._came:
            self._calls.clear()

    def wait_for_calls(self, count: int, action: str = "", *, seconds: float = 20) -> None:
        """Return once that many calls (of that action) have come; fail after *seconds*."""

        def have_come() -> bool:
            return sum(call.action.startswith(action) for call in self._calls) >= count

        with self._came:
            assert self._came.wait_for(have_come, seconds), f"only {self._calls} came"

    # --- what a test may say ---

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Calls are taken and not answered until the block ends or :meth:`release` is called."""
        self._gate.clear()
        try:
            yield
        finally:
            self._gate.set()

    def release(self) -> None:
        """Answer the calls that hang."""
        self._gate.set()

    # --- the server ---

    def serve(self, call: Call) -> Reply:
        """Record a call and answer it."""
        with self._came:
            self._calls.append(call)
            self._came.notify_all()
        self._gate.wait()
        with self._came:
            try:
                if call.service == "federation":
                    return self.federation.answer(call)
                if call.service == "signin":
                    return self.signin.answer(call)
                return (self.sts if call.service == "sts" else self.portal).answer(call)
            except RefusalError as refusal:
                return _REFUSALS[call.service](refusal)


def _rules(url: str) -> dict[str, object]:
    """An endpoint rule set with one rule: always *url*."""
    flag = {"type": "Boolean", "required": True, "default": False, "documentation": ""}
    text = {"type": "String", "required": False, "documentation": ""}
    return {
        "version": "1.0",
        "parameters": {
            "Region": {**text, "builtIn": "AWS::Region"},
            "UseDualStack": {**flag, "builtIn": "AWS::UseDualStack"},
            "UseFIPS": {**flag, "builtIn": "AWS::UseFIPS"},
            "Endpoint": {**text, "builtIn": "SDK::Endpoint"},
            "UseGlobalEndpoint": {**flag, "builtIn": "AWS::STS::UseGlobalEndpoint"},
        },
        "rules": [
            {
                "conditions": [],
                "endpoint": {"url": url, "properties": {}, "headers": {}},
                "type": "endpoint",
            }
        ],
    }


def _text(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Else the head of an answer waits for the client's delayed acknowledgement, 40 ms.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.cloud().connections += 1

    def cloud(self) -> Cloud:
        raise NotImplementedError

    def do_POST(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_CONNECT(self) -> None:
        self.cloud().strays.append(self.path)
        self._send(Reply(403, b"no way out of the tests", {"Connection": "close"}))
        self.close_connection = True

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        call = self._call(body)
        if call is None:
            self._send(Reply(404, b"", {}))
            return
        self._send(self.cloud().serve(call))

    def _call(self, body: str) -> Call | None:
        parts = urlsplit(self.path)
        if parts.path in _PATHS:
            service, action = _PATHS[parts.path]
            parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
            if token := self.headers.get("x-amz-sso_bearer_token"):
                parameters["token"] = token
            if proof := self.headers.get("DPoP"):
                parameters["dpop"] = proof
            if body:
                parameters.update({key: _text(value) for key, value in json.loads(body).items()})
            return Call(service, action, parameters)
        form = {key: values[0] for key, values in parse_qs(body, keep_blank_values=True).items()}
        if parts.path == "/federation":
            if self.command == "GET":
                form = dict(parse_qsl(parts.query, keep_blank_values=True))
            return Call("federation", form.pop("Action", ""), form, method=self.command)
        if "Action" not in form:
            return None
        access_key, region = self._signed_with()
        token = self.headers.get("X-Amz-Security-Token", "")
        return Call("sts", form.pop("Action"), form, access_key, self._signed_at(), token, region)

    def _signed_with(self) -> tuple[str, str]:
        """The access key and the region; both empty for an unsigned request."""
        _, _, credential = self.headers.get("Authorization", "").partition("Credential=")
        access_key, _date, region, *_ = [*credential.split("/"), "", ""]
        return access_key, region

    def _signed_at(self) -> float | None:
        date = self.headers.get("X-Amz-Date")
        if not date:
            return None
        return datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()

    def _send(self, reply: Reply) -> None:
        # A client that gave up is no fault of the server.
        with suppress(ConnectionError):
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The ``Date`` header: by AWS's clock."""
        return formatdate(self.cloud().clock() if timestamp is None else timestamp, usegmt=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        """Nothing: the calls are recorded."""
