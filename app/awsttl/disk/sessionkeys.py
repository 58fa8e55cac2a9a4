"""The secret part of a session, read from its file at the moment a key asks for it.

Snapshots hold no secrets; this is the one place that fetches them, and what it returns keeps
them in :class:`~awsttl.core.model.Secret`.
"""

from __future__ import annotations

import json
from pathlib import Path

from awsttl.core.cachekeys import text_of
from awsttl.core.model import Kind, Secret, Section, Status
from awsttl.core.snippets import Credentials
from awsttl.disk import inifiles
from awsttl.disk.locations import Locations


class NoKeysError(Exception):
    """There are none to be had; the text says why in one line."""


def read(status: Status, locations: Locations) -> Credentials:
    """The keys of the profile's session as they are on disk now.

    Raises :class:`NoKeysError`. Takes as long as parsing the two files for static keys, so it
    is called from the background.
    """
    kind = status.profile.kind
    if kind in (Kind.LONG_TERM, Kind.TEMPORARY):
        return _static(status, locations)
    entry = status.session.entry if status.session else None
    if entry is None:
        raise NoKeysError("it has no session on this machine")
    try:
        body = json.loads(Path(entry.path).read_text())
    except (OSError, ValueError):
        raise NoKeysError(f"{entry.name[:8]}… cannot be read any more") from None
    return _from_login(body, status) if kind is Kind.LOGIN else _from_cli_cache(body, status)


def _from_cli_cache(body: object, status: Status) -> Credentials:
    keys = body.get("Credentials") if isinstance(body, dict) else None
    if not isinstance(keys, dict):
        raise NoKeysError("its cache entry holds no credentials")
    return _made(
        keys.get("AccessKeyId"), keys.get("SecretAccessKey"), keys.get("SessionToken"), status
    )


def _from_login(body: object, status: Status) -> Credentials:
    keys = body.get("accessToken") if isinstance(body, dict) else None
    if not isinstance(keys, dict):
        raise NoKeysError("its sign-in file holds no credentials")
    return _made(
        keys.get("accessKeyId"), keys.get("secretAccessKey"), keys.get("sessionToken"), status
    )


def _static(status: Status, locations: Locations) -> Credentials:
    sections: list[Section] = [
        inifiles.read_credentials(locations.credentials).sections.get(status.name, {}),
        inifiles.read_config(locations.config).sections.get(status.name, {}),
    ]
    for section in sections:
        identifier = text_of(section, "aws_access_key_id")
        if identifier is not None:
            token = text_of(section, "aws_security_token") or text_of(section, "aws_session_token")
            return _made(identifier, text_of(section, "aws_secret_access_key"), token, status)
    raise NoKeysError("its keys are gone from the file")


def _made(identifier: object, secret: object, token: object, status: Status) -> Credentials:
    if not (isinstance(identifier, str) and isinstance(secret, str) and identifier and secret):
        raise NoKeysError("its keys are incomplete")
    return Credentials(
        access_key_id=identifier,
        secret_access_key=Secret(secret),
        session_token=Secret(token) if isinstance(token, str) and token else None,
        expires_at=status.session.expires_at if status.session else None,
        region=status.profile.region,
    )
