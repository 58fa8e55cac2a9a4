"""A throwaway AWS home, and cache files as the AWS CLIs write them.

The file names are made here from their description in prose, not by
``awsttl.core.profiles.cache_names``:
a builder that shared the code under test would agree with any mistake in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import textwrap
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

Writer = Literal["v1", "v2", "botocore"]
"""Whose hand a cache file is in; they differ in how they write its dates."""

_FORMS: Final[Mapping[Writer, str]] = {
    "v1": "%Y-%m-%dT%H:%M:%SZ",
    "v2": "%Y-%m-%dT%H:%M:%S+00:00",
    "botocore": "%Y-%m-%dT%H:%M:%SUTC",
}

_INHERITED: Final = ("PATH", "TERM", "PYTHONPATH", "CI", "AWSTTL_REQUIRE_TOOLS")

START_URL: Final = "https://corp.awsapps.com/start"

Section = Mapping[str, str]


def date(instant: float, writer: Writer) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime(_FORMS[writer])


def role_file(section: Section) -> str:
    """The name that all CLIs give the session of such a role profile."""
    arguments: dict[str, object] = {"RoleArn": section["role_arn"]}
    if section.get("role_session_name"):
        arguments["RoleSessionName"] = section["role_session_name"]
    if "web_identity_token_file" not in section:
        for key, argument in (("external_id", "ExternalId"), ("mfa_serial", "SerialNumber")):
            if key in section:
                arguments[argument] = section[key]
        if "duration_seconds" in section:
            arguments["DurationSeconds"] = int(section["duration_seconds"])
    return _sha1(json.dumps(arguments, sort_keys=True))


def sso_role_file(section: Section) -> str:
    """The name that v2 gives the role credentials of such an SSO profile."""
    arguments = {"accountId": section["sso_account_id"], "roleName": section["sso_role_name"]}
    if section.get("sso_session"):
        arguments["sessionName"] = section["sso_session"]
    else:
        arguments["startUrl"] = section["sso_start_url"]
    return _sha1(json.dumps(arguments, sort_keys=True, separators=(",", ":")))


def token_file(session_or_start_url: str) -> str:
    """The name of an SSO token."""
    return _sha1(session_or_start_url)


def login_file(login_session: str) -> str:
    """The name of an ``aws login`` token."""
    return hashlib.sha256(login_session.encode()).hexdigest() + ".json"


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest() + ".json"


class Home:
    """A folder with an ``.aws`` in it. Nothing exists until a method writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.aws = path / ".aws"
        self.config_file = self.aws / "config"
        self.credentials_file = self.aws / "credentials"
        self.cli_folder = self.aws / "cli" / "cache"
        self.sso_folder = self.aws / "sso" / "cache"
        self.login_folder = self.aws / "login" / "cache"
        custom = "Library/Application Support" if sys.platform == "darwin" else ".config"
        self.settings_file = path / custom / "awsttl" / "settings.toml"

    def config(self, text: str) -> Path:
        """Write ``config``; common indentation is taken off."""
        return self._write(self.config_file, textwrap.dedent(text))

    def credentials(self, text: str) -> Path:
        """Write ``credentials``, likewise; for nobody else to read, as the AWS CLIs make it."""
        path = self._write(self.credentials_file, textwrap.dedent(text))
        path.chmod(0o600)
        return path

    def settings(self, text: str) -> Path:
        """Write awsttl's own settings, likewise."""
        return self._write(self.settings_file, textwrap.dedent(text))

    def cli_cache(
        self,
        owner: str | Section,
        *,
        expires_at: float,
        writer: Writer = "v2",
        access_key: str = "ASIACACHEDSESSION001",
        role_arn: str = "arn:aws:iam::111122223333:role/Admin",
    ) -> Path:
        """A cached session; *owner* is a file name, or the keys of the profile it is for."""
        sso = not isinstance(owner, str) and "sso_role_name" in owner
        if not isinstance(owner, str):
            role_arn = owner.get("role_arn", role_arn)
            owner = sso_role_file(owner) if sso else role_file(owner)
        credentials = {
            "AccessKeyId": access_key,
            "SecretAccessKey": "cached-secret",
            "SessionToken": "cached-token",
            "Expiration": date(expires_at, "v1" if sso else writer),
        }
        if sso:
            body: dict[str, object] = {"ProviderType": "sso", "Credentials": credentials}
        else:
            account, role = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
            if writer != "v2":
                credentials["AccountId"] = account
            body = {
                "Credentials": credentials,
                "AssumedRoleUser": {
                    "AssumedRoleId": "AROAEXAMPLE:botocore-session-1",
                    "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/botocore-session-1",
                },
                "ResponseMetadata": {
                    "RequestId": "c6104cbe-af31-11e0-8154-cbc7ccf896c7",
                    "HTTPStatusCode": 200,
                    "HTTPHeaders": {"content-type": "text/xml"},
                    "RetryAttempts": 0,
                },
            }
        return self._write(self.cli_folder / owner, json.dumps(body))

    def sso_token(
        self,
        session_or_start_url: str,
        *,
        expires_at: float,
        access_token: str = "sso-access-token",
        refresh_token: str | None = None,
        registration_expires_at: float | None = None,
        start_url: str = START_URL,
        writer: Writer = "v1",
    ) -> Path:
        """A token as ``aws sso login`` leaves it; older ones end their dates in ``UTC``."""
        body = {
            "startUrl": start_url,
            "region": "us-east-1",
            "accessToken": access_token,
            "expiresAt": date(expires_at, writer),
        }
        if registration_expires_at is not None:
            body |= {
                "clientId": "client",
                "clientSecret": "client-secret",
                "registrationExpiresAt": date(registration_expires_at, writer),
            }
        if refresh_token is not None:
            body["refreshToken"] = refresh_token
        return self._write(self.sso_folder / token_file(session_or_start_url), json.dumps(body))

    def sso_registration(self, name: str, *, expires_at: float) -> Path:
        """A client registration, which lies beside the tokens and is none."""
        body = {
            "clientId": "client",
            "clientSecret": "client-secret",
            "expiresAt": date(expires_at, "v1"),
        }
        return self._write(self.sso_folder / name, json.dumps(body))

    def login_token(
        self,
        login_session: str,
        *,
        expires_at: float,
        access_key: str = "ASIALOGINSESSION0001",
        refresh_token: str | None = "login-refresh-token",
        private_key: str = "-----BEGIN EC PRIVATE KEY-----\nMHc=\n-----END EC PRIVATE KEY-----\n",
    ) -> Path:
        """A token as ``aws login`` leaves it; to be refreshed it needs a real *private_key*."""
        body: dict[str, object] = {
            "accessToken": {
                "accessKeyId": access_key,
                "secretAccessKey": "login-secret",
                "sessionToken": "login-session-token",
                "accountId": login_session.split(":")[4],
                "expiresAt": date(expires_at, "v1"),
            },
            "tokenType": "aws_sigv4",
            "clientId": "arn:aws:signin:::devtools/same-device",
            "idToken": "login-id-token",
            "dpopKey": private_key,
        }
        if refresh_token is not None:
            body["refreshToken"] = refresh_token
        return self._write(self.login_folder / login_file(login_session), json.dumps(body))

    def web_token(self, name: str, text: str) -> Path:
        """A web identity token; write its path into ``web_identity_token_file``."""
        return self._write(self.path / name, text)

    def environ(self) -> dict[str, str]:
        """The whole environment of a child process that lives in this home."""
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return {
            **inherited,
            "HOME": str(self.path),
            "USERPROFILE": str(self.path),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TZ": os.environ.get("TZ", "UTC"),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
        }

    def _write(self, path: Path, text: str) -> Path:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path
