"""The signin service, where the session of ``aws login`` is refreshed."""

from __future__ import annotations

import base64
import functools
import itertools
import json
from collections.abc import Callable

from awscrt.crypto import EC, ECExportFormat, ECType

from support.sts import Sts
from support.wire import Call, RefusalError, Reply, json_reply


@functools.cache
def private_key() -> str:
    """A key as ``aws login`` makes one, in the form in which it is kept in ``dpopKey``."""
    key = EC.new_generate(ECType.P_256).export_key(ECExportFormat.SEC1)
    body = base64.encodebytes(key).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{body}-----END EC PRIVATE KEY-----\n"


class Signin:
    """The state of the service. A refresh token is good once, as AWS's are."""

    def __init__(self, clock: Callable[[], float], sts: Sts) -> None:
        self._clock = clock
        self._sts = sts
        self.seconds = 900
        """How long a new session lives."""
        self.refuses_with = ""
        """``TOKEN_EXPIRED``, ``USER_CREDENTIALS_CHANGED``, ``INSUFFICIENT_PERMISSIONS``, …"""
        self._refresh_tokens: set[str] = set()
        self._numbers = itertools.count(1)

    def allow(self, refresh_token: str) -> None:
        """Take it for one that was given out."""
        self._refresh_tokens.add(refresh_token)

    def answer(self, call: Call) -> Reply:
        """The reply to ``CreateOAuth2Token``. Raises :class:`RefusalError`."""
        _check_proof(call.parameters.get("dpop", ""))
        if self.refuses_with:
            raise RefusalError(self.refuses_with, "access denied")
        presented = call.parameters.get("refreshToken", "")
        if presented not in self._refresh_tokens:
            raise RefusalError("TOKEN_EXPIRED", "the refresh token is spent")
        self._refresh_tokens.discard(presented)
        session = self._sts.issue("arn:aws:iam::111122223333:user/me", self.seconds)
        following = f"login-refresh-token-{next(self._numbers)}"
        self.allow(following)
        return json_reply(
            {
                "accessToken": {
                    "accessKeyId": session.access_key,
                    "secretAccessKey": session.secret_key,
                    "sessionToken": session.token,
                },
                "tokenType": "aws_sigv4",
                "expiresIn": self.seconds,
                "refreshToken": following,
            }
        )


def _check_proof(proof: str) -> None:
    """A request without the proof that its sender has the key is not botocore's."""
    head, payload, _signature = [*proof.split("."), "", "", ""][:3]
    if not head or _decoded(head).get("alg") != "ES256" or _decoded(payload).get("htm") != "POST":
        raise RefusalError("INVALID_REQUEST", "no DPoP proof")


def _decoded(part: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def refusal(refused: RefusalError) -> Reply:
    """A refusal in the manner of this service: the reason is a field of the body."""
    body = json.dumps({"error": refused.code, "message": refused.message})
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": "AccessDeniedException"}
    return Reply(403, body.encode(), headers)
