"""Container credentials: what a server on this machine answers to AWS CLIs and SDKs, and where.

The protocol is that of ECS and EKS:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html. A client that
finds ``AWS_CONTAINER_CREDENTIALS_FULL_URI`` asks there by HTTP, and again before the session ends.
"""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import quote

from awsttl.core import keeping, needing
from awsttl.core.model import REUSE_MARGIN
from awsttl.core.profiles import timestamps
from awsttl.core.profiles.container_lead import FOLDER, HOST
from awsttl.core.snippets import Credentials

ENDLESS: Final = 3600.0
"""Seconds after which a client is to ask again for keys whose end nobody knows. The protocol has
no answer without an end: botocore fails over it."""


def path(secret: str, profile: str) -> str:
    """The path of an address: a part that nobody can guess, and the name of whom it leads to.

    The AWS SDK for Ruby refuses an address without a path.
    """
    return f"/{FOLDER}/{secret}/{quote(profile, safe='', errors='surrogateescape')}"


def address(port: int, path: str) -> str:
    """The address for ``AWS_CONTAINER_CREDENTIALS_FULL_URI``."""
    return f"http://{HOST}:{port}{path}"


def answer(credentials: Credentials, account_id: str, now: float) -> bytes:
    """The body of a good answer.

    Long-term keys have an empty token: with none at all botocore and the SDK for JavaScript fail.
    """
    token, ends = credentials.session_token, credentials.expires_at
    body = {
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.reveal(),
        "Token": token.reveal() if token else "",
        "Expiration": timestamps.iso_utc(now + ENDLESS if ends is None else ends),
    }
    if account_id:
        body["AccountId"] = account_id
    return json.dumps(body).encode()


def refusal(code: str, message: str) -> bytes:
    """The body of a refusal.

    The documentation and the SDK for Go have its keys in lower case, the SDK for JavaScript has
    them capitalised.
    """
    return json.dumps({"code": code, "message": message, "Code": code, "Message": message}).encode()


def due(expires_at: float, got_at: float, seed: str) -> float:
    """The instant at which a session that is served gets its successor.

    SDKs ask again from 15 minutes before the end on, so that is one or two minutes earlier; but
    never sooner than :data:`needing.APART` after it was got, which counts for sessions of a
    quarter of an hour. The difference between two servers is as for sessions that are kept alive.
    """
    spread = keeping.SPREAD * keeping.fraction(f"{seed} {expires_at}")
    return max(expires_at - REUSE_MARGIN - needing.LEAD - spread, got_at + needing.APART)
