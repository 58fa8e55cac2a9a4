"""awsttl's registration as a client of IAM Identity Center's OIDC service, and the file for it.

A registration lasts three months, and a refresh token works only with the registration for which it
was given. The files have the names and the form of AWS CLI v2's (``SSOTokenFetcher``), so that
awsttl and the AWS CLI use each other's.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from awsttl.core.profiles import cache_names, timestamps
from awsttl.core.secret import Secret
from awsttl.disk import plain_files, whole_files

SCOPE: Final = "sso:account:access"
"""What a registration asks for where ``sso_registration_scopes`` is not set. Without it AWS gives
no refresh token."""

_MARGIN: Final = 900.0
"""Seconds before its end from which the AWS CLI no longer uses a registration."""


@dataclass(frozen=True, slots=True)
class SsoSession:
    """The SSO session that a person signs in to, as the files configure it."""

    name: str
    """The ``sso-session``'s name; empty for a legacy profile."""
    start_url: str
    region: str
    scopes: tuple[str, ...] | None
    """``sso_registration_scopes``; ``None`` where it is not set."""
    portal: str = ""
    """Where the start URL leads, which AWS is given in its place; empty where it is AWS's own.
    The names of files are made of the configured one."""

    @property
    def token_file(self) -> str:
        """The name of its token in ``~/.aws/sso/cache``."""
        return cache_names.sso_token_name(self.name or self.start_url)

    @property
    def registration_file(self) -> str:
        """The name of the registration's file, which the AWS CLI makes from the settings."""
        key = {
            "tool": "botocore",
            "startUrl": self.start_url,
            "region": self.region,
            "scopes": None if self.scopes is None else list(self.scopes),
            "session_name": self.name or None,
        }
        text = json.dumps(key, sort_keys=True)
        # SHA-1 names a file here, it protects nothing.
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() + ".json"

    @property
    def asked_scopes(self) -> list[str]:
        """The scopes to register with. A legacy profile has none, and so is never refreshed."""
        if not self.name:
            return []
        return [SCOPE] if self.scopes is None else list(self.scopes)


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration as a client of AWS. It lasts some months."""

    client_id: str
    secret: Secret
    expires_at: str
    """The text as it is in the file, because the file of a token repeats it."""

    @property
    def arguments(self) -> dict[str, str]:
        """The arguments of a call to AWS."""
        return {"clientId": self.client_id, "clientSecret": self.secret.reveal()}


def configured(session: Any, profile: str) -> SsoSession:
    """The SSO session of a profile as of now; ``KeyError`` where the files have none any more."""
    config = session.full_config
    section = config["profiles"][profile]
    name = section.get("sso_session")
    if name is None:
        return SsoSession("", section["sso_start_url"], section["sso_region"], None)
    return named(session, name)


def named(session: Any, name: str) -> SsoSession:
    """The ``sso-session`` of that name as of now; ``KeyError`` where there is none any more."""
    section = session.full_config["sso_sessions"][name]
    scopes = section.get("sso_registration_scopes")
    if scopes is not None:
        scopes = tuple(scope for part in scopes.split(",") if (scope := part.strip()))
    return SsoSession(name, section["sso_start_url"], section["sso_region"], scopes)


def make_client(session: Any, region: str, attempts: int) -> Any:
    """A client of the OIDC service that tries each call *attempts* times."""
    config = Config(
        region_name=region,
        signature_version=UNSIGNED,
        connect_timeout=8,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    return session.create_client("sso-oidc", config=config)


def is_refused_for_now(error: ClientError) -> bool:
    """Whether AWS refuses only for now: it has trouble of its own, or is asked too often.

    The HTTP status tells. But who asks too often may get a 400, with an error code that says so.
    """
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    code = error.response.get("Error", {}).get("Code", "")
    return status >= 500 or status == 429 or bool(re.match("Throttl|TooMany|SlowDown", code))


def register(client: Any, what: SsoSession, path: str) -> Registration:
    """Get a new registration, and write it to the file *path*."""
    scopes = {"scopes": what.asked_scopes} if what.asked_scopes else {}
    name = f"awsttl-{what.name or int(time.time())}"
    answer = client.register_client(clientName=name, clientType="public", **scopes)
    registration = Registration(
        answer["clientId"],
        Secret(answer["clientSecret"]),
        timestamps.iso_utc(answer["clientSecretExpiresAt"]),
    )
    write(path, {**registration.arguments, "expiresAt": registration.expires_at, **scopes})
    return registration


def kept(path: str, what: SsoSession) -> Registration | None:
    """The registration in the file *path*, where it can still be used.

    One that the AWS CLI made for its browser flow (``grantTypes``) cannot be used with a code.
    """
    body = _json(path)
    try:
        lives = timestamps.parse(body["expiresAt"]) - time.time() >= _MARGIN
        same = sorted(body.get("scopes", [])) == sorted(what.asked_scopes)
        found = Registration(body["clientId"], Secret(body["clientSecret"]), body["expiresAt"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return found if lives and same and "grantTypes" not in body else None


def _json(path: str) -> dict[str, Any]:
    """What a file holds; nothing where it cannot be read."""
    try:
        body = json.loads(plain_files.read(path))
    except (OSError, ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def write(path: str, body: Mapping[str, Any]) -> None:
    """Write a file of ``~/.aws/sso/cache``. Raises ``ValueError``, which says why."""
    try:
        whole_files.replace(path, json.dumps(body).encode())
    except OSError as error:
        raise ValueError(f"cannot write the token file: {error.strerror}") from None
