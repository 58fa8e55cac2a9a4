"""The bytes of a cache file → what it holds, without its secrets.

A file over which the AWS CLI fails is ``corrupt``, whatever the reason: the AWS CLI exits with 255
and never replaces the file (aws-cli #5528, #9632). Files that other tools keep in the same folders
are no entries: the result is ``None`` where the name says so, ``foreign`` where only the content
does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from awsttl.core.files import Cache, CacheEntry, Shape
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.profiles import timestamps
from awsttl.core.profiles.cache_names import is_cache_name, is_login_name, key_fingerprint
from awsttl.core.secret import Secret

Body = Mapping[str, object]


class _CorruptError(Exception):
    """The AWS CLI cannot use a file; the text says why."""


def cli_entry(path: str, name: str, body: bytes, written_at: float = 0.0) -> CacheEntry | None:
    """An entry of ``~/.aws/cli/cache``: an STS response, or SSO role credentials.

    ``None`` for files of other names: ``session.db``, ``prompt_history.json``, …
    """
    return _read(_session, path, body, written_at) if is_cache_name(name) else None


def sso_entry(path: str, name: str, body: bytes, written_at: float = 0.0) -> CacheEntry | None:
    """A token of ``~/.aws/sso/cache``; client registrations, which hold none, are ``foreign``."""
    return _read(_sso_token, path, body, written_at) if is_cache_name(name) else None


def login_entry(path: str, name: str, body: bytes, written_at: float = 0.0) -> CacheEntry | None:
    """A token of ``~/.aws/login/cache``, written by ``aws login``."""
    return _read(_login_token, path, body, written_at) if is_login_name(name) else None


EntryParser = Callable[[str, str, bytes, float], CacheEntry | None]
"""Path, name, bytes and time of the last change of a file → what it holds."""

PARSERS: Final[Mapping[Cache, EntryParser]] = {
    Cache.CLI: cli_entry,
    Cache.SSO: sso_entry,
    Cache.LOGIN: login_entry,
}


class Keys(NamedTuple):
    """The keys of a session."""

    identifier: str
    secret: Secret
    token: Secret


_KEYS: Final[Mapping[Cache, tuple[str, tuple[str, str, str]]]] = {
    Cache.CLI: ("Credentials", ("AccessKeyId", "SecretAccessKey", "SessionToken")),
    Cache.LOGIN: ("accessToken", ("accessKeyId", "secretAccessKey", "sessionToken")),
}


def keys(cache: Cache, body: bytes) -> Keys:
    """The keys in a file that :data:`PARSERS` has found to hold a session."""
    part, names = _KEYS[cache]
    identifier, secret, token = (json.loads(body)[part][name] for name in names)
    return Keys(identifier, Secret(secret), Secret(token))


def unreadable(path: str, why: str) -> CacheEntry:
    """The entry of a file that cannot be opened; the AWS CLI cannot either."""
    return CacheEntry(path, Shape.CORRUPT, reason=why)


Reader = Callable[[str, Body, float], CacheEntry]


def _read(reader: Reader, path: str, raw: bytes, written_at: float) -> CacheEntry:
    try:
        return reader(path, _object(raw), written_at)
    except _CorruptError as error:
        return CacheEntry(path, Shape.CORRUPT, written_at=written_at, reason=str(error))


_BLANK: Final = " \t\n\r"
"""What may stand before and behind a value, by JSON's own grammar."""
_decode: Final = json.JSONDecoder().raw_decode


def _object(raw: bytes) -> Body:
    if not raw.strip():
        raise _CorruptError("the file is empty")
    try:
        # As text: json.loads would guess UTF-16 from bytes and skip a byte-order mark.
        text = raw.decode().lstrip(_BLANK)
        # json.loads looks for blanks with patterns: 1 of the 4 µs that it takes for each file.
        body, end = _decode(text)
        if end != len(text) and text[end:].strip(_BLANK):
            raise _CorruptError("not JSON: half-written or damaged")
    except (ValueError, RecursionError):
        raise _CorruptError("not JSON: half-written or damaged") from None
    if not isinstance(body, dict):
        raise _CorruptError("not a JSON object")
    return body


_NEEDED: Final = ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")


def _session(path: str, body: Body, written_at: float) -> CacheEntry:
    credentials = body.get("Credentials")
    if credentials is None and body:
        return CacheEntry(path, Shape.FOREIGN, reason="it has no Credentials")
    if not isinstance(credentials, dict):
        raise _CorruptError("it has no Credentials")
    for key in _NEEDED:
        if not isinstance(credentials.get(key), str):
            raise _CorruptError(f"its Credentials have no {key}")
    account = credentials.get("AccountId")
    in_arn, role = _of_arn(body.get("AssumedRoleUser"))
    identifier = credentials["AccessKeyId"]
    return CacheEntry(
        path,
        Shape.SSO_ROLE if body.get("ProviderType") == "sso" else Shape.ROLE,
        _instant(credentials, "Expiration"),
        written_at,
        identifier[-4:],
        account if isinstance(account, str) else in_arn,
        role,
        fingerprint=key_fingerprint(identifier),
    )


def _of_arn(user: object) -> tuple[str, str]:
    """Account and role of an ``AssumedRoleUser``; empty where its ARN does not say them."""
    arn = user.get("Arn") if isinstance(user, dict) else None
    parts = arn.split(":", 5) if isinstance(arn, str) else ()
    if len(parts) != 6:
        return "", ""
    what = parts[5].split("/")
    return parts[4], what[1] if len(what) > 2 else ""


def _sso_token(path: str, body: Body, written_at: float) -> CacheEntry:
    if "accessToken" not in body:
        return CacheEntry(path, Shape.FOREIGN, reason="it has no accessToken")
    if not isinstance(body["accessToken"], str):
        raise _CorruptError("its accessToken is not a text")
    start_url = body.get("startUrl")
    registration = body.get("registrationExpiresAt")
    refresh_keys = ("refreshToken", "clientId", "clientSecret")
    refreshable = isinstance(registration, str) and all(body.get(key) for key in refresh_keys)
    return CacheEntry(
        path,
        Shape.SSO_TOKEN,
        expires_at=_instant(body, "expiresAt"),
        written_at=written_at,
        owner=start_url if isinstance(start_url, str) else "",
        refreshable=refreshable,
        refreshable_until=_instant(body, "registrationExpiresAt") if refreshable else None,
    )


def _login_token(path: str, body: Body, written_at: float) -> CacheEntry:
    token = body.get("accessToken")
    if not isinstance(token, dict):
        raise _CorruptError("it has no accessToken")
    # botocore insists on these from the start, not only when it has to refresh.
    for key in ("refreshToken", "dpopKey", "clientId"):
        if key not in body:
            raise _CorruptError(f"it has no {key}")
    for key in ("accessKeyId", "secretAccessKey", "sessionToken", "accountId"):
        if not isinstance(token.get(key), str):
            raise _CorruptError(f"its accessToken has no {key}")
    return CacheEntry(
        path,
        Shape.LOGIN_TOKEN,
        expires_at=_instant(token, "expiresAt"),
        written_at=written_at,
        access_key=token["accessKeyId"][-4:],
        fingerprint=key_fingerprint(token["accessKeyId"]),
        account_id=token["accountId"],
        refreshable=bool(body.get("refreshToken")) and bool(body.get("dpopKey")),
    )


def _instant(body: Body, key: str) -> float:
    value = body.get(key)
    if value is None:
        raise _CorruptError(f"it has no {key}")
    if not isinstance(value, str):
        raise _CorruptError(f"its {key} is not a text")
    try:
        return timestamps.parse(value)
    except (ValueError, OverflowError, OSError):
        raise _CorruptError(f"its {key} is not a time with an offset") from None
