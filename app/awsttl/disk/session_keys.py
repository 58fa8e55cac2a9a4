"""The keys of a session, read from its file at the moment when the person asks for them.

A snapshot holds no secrets, except those of sessions that are on no disk. This module alone reads
them from disk, and returns them as :class:`~awsttl.core.secret.Secret`.
"""

from __future__ import annotations

from awsttl.core.model import Status
from awsttl.core.profiles import cache_entries, timestamps
from awsttl.core.profiles.cache_names import secret_of, text_of
from awsttl.core.profiles.kinds import FACTS, merge
from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials
from awsttl.disk import ini_files, plain_files
from awsttl.disk.locations import Locations


class NoKeysError(Exception):
    """The profile has no keys on this machine; the text says why in one line."""


def read(status: Status, locations: Locations) -> Credentials:
    """The keys of the profile's session as they are on disk now, with the recorded expiry.

    Raises :class:`NoKeysError`. For static keys both files are parsed, so call it from a background
    thread.
    """
    if status.session and (held := status.session.held):
        return Credentials(
            held.access_key_id,
            held.secret_access_key,
            held.session_token,
            held.expires_at,
            status.profile.region,
        )
    facts = FACTS[status.profile.kind]
    if facts.has_keys:
        return _static(status, locations)
    entry = status.session.entry if status.session else None
    if entry is None or facts.session_in is None:
        raise NoKeysError("it has no session on this machine")
    try:
        raw = plain_files.read(entry.path)
    except OSError:
        raise NoKeysError(f"{entry.name[:8]}… cannot be read any more") from None
    found = cache_entries.PARSERS[facts.session_in](entry.path, entry.name, raw, 0.0)
    if found is None or found.expires_at is None:
        raise NoKeysError(f"{entry.name[:8]}… holds no session any more")
    keys = cache_entries.keys(facts.session_in, raw)
    return _made(keys.identifier, keys.secret, keys.token, found.expires_at, status)


def _static(status: Status, locations: Locations) -> Credentials:
    config = ini_files.read_config(locations.config)
    credentials = ini_files.read_credentials(locations.credentials)
    for file in (credentials, config):
        section = file.sections.get(status.name, {})
        identifier = text_of(section, "aws_access_key_id")
        if identifier is not None:
            secret = secret_of(section, "aws_secret_access_key")
            token = secret_of(section, "aws_security_token")
            token = token or secret_of(section, "aws_session_token")
            merged = merge(config, credentials).merged[status.name]
            # A record of an older key says nothing of this one: then the profile has none.
            has_record = token and status.profile.expiry_key
            recorded = timestamps.recorded_expiry(merged) if has_record else None
            return _made(identifier, secret, token, recorded[1] if recorded else None, status)
    raise NoKeysError("its keys are gone from the file")


def _made(
    identifier: str,
    secret: Secret | None,
    token: Secret | None,
    ends: float | None,
    status: Status,
) -> Credentials:
    if not identifier or not secret:
        raise NoKeysError("its keys are incomplete")
    return Credentials(
        access_key_id=identifier,
        secret_access_key=secret,
        session_token=token or None,
        expires_at=ends,
        region=status.profile.region,
    )
