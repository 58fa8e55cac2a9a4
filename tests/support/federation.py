"""AWS's sign-in endpoint for consoles: credentials → a token → a browser that is signed in.

It refuses what AWS refuses: keys in an address, sessions that open no console, durations where
none may be chosen. The page for a person is left out: AWS answers each refusal by HTTP 400.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from urllib.parse import urlsplit

from support.sts import Sts
from support.wire import Call, Reply, json_reply

ROLES = ("AssumeRole", "AssumeRoleWithWebIdentity")
"""Calls whose sessions may be given another length."""
NO_CONSOLE = ("GetSessionToken",)
REFUSED = Reply(400, b"<html>Bad Request</html>", {"Content-Type": "text/html"})


class Federation:
    """The state of the endpoint."""

    def __init__(self, clock: Callable[[], float], sts: Sts) -> None:
        self._clock, self._sts = clock, sts
        self._tokens: dict[str, tuple[str, float]] = {}
        self._numbers = itertools.count(1)
        self.signed_in: list[tuple[str, str]] = []
        """Who came by a link, and where it led: ARN and page."""
        self.durations: list[str | None] = []
        """What each sign-in token was asked to be good for, in seconds."""

    def answer(self, call: Call) -> Reply:
        """The reply to one of its two calls."""
        if call.action == "getSigninToken" and call.method == "POST":
            return self._token(call)
        if call.action == "login" and call.method == "GET":
            return self._login(call)
        return REFUSED

    def _token(self, call: Call) -> Reply:
        session = json.loads(call.parameters.get("Session", "{}"))
        if set(session) != {"sessionId", "sessionKey", "sessionToken"}:
            return REFUSED
        known = self._sts.issued.get(session["sessionId"])
        if known is None or known.by in NO_CONSOLE or known.expires_at <= self._clock():
            return REFUSED
        if (session["sessionKey"], session["sessionToken"]) != (known.secret_key, known.token):
            return REFUSED
        duration = call.parameters.get("SessionDuration")
        if duration is not None and not (known.by in ROLES and 900 <= int(duration) <= 43200):
            return REFUSED
        self.durations.append(duration)
        token = f"signin-token-{next(self._numbers)}+/="
        self._tokens[token] = (known.arn, self._clock() + 900)
        return json_reply({"SigninToken": token})

    def _login(self, call: Call) -> Reply:
        arn, until = self._tokens.get(call.parameters.get("SigninToken", ""), ("", 0.0))
        page = call.parameters.get("Destination", "")
        host = urlsplit(page).hostname or ""
        if self._clock() >= until or not call.parameters.get("Issuer") or ".console." not in host:
            return REFUSED
        self.signed_in.append((arn, page))
        return Reply(200, b"the console", {"Content-Type": "text/html"})
