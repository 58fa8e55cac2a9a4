"""A session as the AWS CLI caches it, and every way in which such a file can be damaged."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

SESSION: dict[str, Any] = {
    "Credentials": {
        "AccessKeyId": "ASIAWXYZ123456781234",
        "SecretAccessKey": "the-secret-access-key",
        "SessionToken": "the-session-token",
        "Expiration": "2036-11-20T21:00:00+00:00",
    },
    "AssumedRoleUser": {
        "AssumedRoleId": "AROAEXAMPLE:me",
        "Arn": "arn:aws:sts::111122223333:assumed-role/Admin/me",
    },
    "ResponseMetadata": {"HTTPStatusCode": 200},
}
DAMAGED = {
    "empty": b"",
    "blank": b" \n",
    "half-written": json.dumps(SESSION).encode()[:120],
    "trailing bytes": json.dumps(SESSION).encode() + b'"}}',
    "byte-order mark": b"\xef\xbb\xbf" + json.dumps(SESSION).encode(),
    "not UTF-8": b'{"Credentials": "\xff"}',
    "UTF-16": json.dumps(SESSION).encode("utf-16"),
    "null bytes": b"\0" * 512,
    "too deep": b"[" * 100_000,
    "an empty object": b"{}",
    "a list": b"[]",
    "null": b"null",
    "a number": b"1",
    "a text": b'"Credentials"',
}
"""Bodies that no CLI can use."""


def _without(key: str) -> bytes:
    body = deepcopy(SESSION)
    del body["Credentials"][key]
    return json.dumps(body).encode()


def expiring(value: object) -> bytes:
    """The session, but for its expiry."""
    body = deepcopy(SESSION)
    body["Credentials"]["Expiration"] = value
    return json.dumps(body).encode()


DAMAGED |= {f"no {key}": _without(key) for key in SESSION["Credentials"]}
_NO_TIMES: tuple[object, ...] = (
    "2036-11-20T21:00:00",
    "2036-11-20 21:00:00",
    2110827600,
    None,
    "",
    "soon",
    {},
)
DAMAGED |= {f"expires at {value!r}": expiring(value) for value in _NO_TIMES}
