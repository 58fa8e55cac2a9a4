"""The words in which the table of homes is written."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from support.cloud import Cloud
from support.home import START_URL, Home, Section, Writer
from support.odd import Sections, config_text, credentials_text

MINUTE: Final = 60
HOUR: Final = 3600

ROLE: Final = "arn:aws:iam::111122223333:role/team/Admin"
DEVICE: Final = "arn:aws:iam::111122223333:mfa/me"
LOGIN: Final = "arn:aws:iam::111122223333:user/me"
PROCESS_KEY: Final = "AKIAOFTHEPROCESS0001"
TOKEN: Final = "header.payload.signature"
PAST: Final = "2020-01-01T00:00:00Z"
FUTURE: Final = "2036-11-20T21:00:00Z"

BASE: Final = {"aws_access_key_id": "AKIABASEKEY000000B01", "aws_secret_access_key": "secret"}
PASTED: Final = {
    "aws_access_key_id": "ASIAPASTEDKEY0000P01",
    "aws_secret_access_key": "secret",
    "aws_session_token": "token",
}
SSO: Final = {"sso_account_id": "111122223333", "sso_role_name": "Dev", "sso_session": "corp"}
URL: Final = {"sso_start_url": START_URL, "sso_region": "us-east-1"}
LEGACY: Final = {"sso_account_id": "111122223333", "sso_role_name": "Dev", **URL}
CORP: Final = {"corp": URL}
WEB: Final = {"role_arn": ROLE, "web_identity_token_file": "{home}/token"}
PROCESS: Final = {"credential_process": "sh {home}/process.sh"}
ENVIRONMENT: Final = {
    "AWS_ACCESS_KEY_ID": "AKIAENVIRONMENT00E01",
    "AWS_SECRET_ACCESS_KEY": "secret",
}


def role(source: str = "base", number: int = 0, **keys: str) -> dict[str, str]:
    """A role profile; each *number* is a role of its own."""
    return {"role_arn": f"{ROLE}{number or ''}", "source_profile": source, **keys}


File = Callable[[Home, float], object]
"""Writes one file of a home, whose time is given: all files are older than any doubt."""
Told = Callable[[Cloud], object]


@dataclass(frozen=True)
class Case:
    """One home, and one command in it: ``aws sts get-caller-identity --profile dev``."""

    name: str
    config: Sections = field(default_factory=dict)
    """Profiles; ``{home}`` in a value is the home's path."""
    sso_sessions: Sections = field(default_factory=dict)
    credentials: Sections = field(default_factory=dict)
    files: tuple[File, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    profile: str | None = "dev"
    """``None``: without ``--profile``."""
    aws: tuple[Told, ...] = ()
    """What AWS knows, and no file on this machine says."""
    refused: tuple[str, str] | None = None
    """The call that AWS therefore refuses, and the code of :func:`diagnosis.explain` for it."""

    def write(self, home: Home) -> None:
        """Put the files there."""
        if self.config or self.sso_sessions:
            home.config(config_text(_in(home, self.config), self.sso_sessions))
        if self.credentials:
            home.credentials(credentials_text(_in(home, self.credentials)))
        for file in self.files:
            file(home, time.time())
        an_hour_ago = time.time() - HOUR
        for path in home.path.rglob("*"):
            os.utime(path, (an_hour_ago, an_hour_ago))

    def variables(self, home: Home) -> dict[str, str]:
        """The environment beyond what every test has."""
        return {
            name: value.replace("{home}", str(home.path)) for name, value in self.environ.items()
        }


def _in(home: Home, sections: Sections) -> dict[str, dict[str, str]]:
    return {
        name: {key: value.replace("{home}", str(home.path)) for key, value in section.items()}
        for name, section in sections.items()
    }


# --- files ---


def cached(
    section: Section, left: float, *, key: str = "ASIACACHEDSESSION0C1", writer: Writer = "v2"
) -> File:
    """A session in the CLI's cache that has *left* seconds to live."""
    return lambda home, now: home.cli_cache(
        section, expires_at=now + left, access_key=key, writer=writer
    )


def damaged(section: Section, body: bytes) -> File:
    """A file in the place of that profile's session."""

    def write(home: Home, now: float) -> None:
        home.cli_cache(section, expires_at=now + HOUR).write_bytes(body)

    return write


def token(
    left: float,
    of: str = "corp",
    *,
    refresh: str | None = None,
    registration: float | None = None,
) -> File:
    """An SSO token."""
    return lambda home, now: home.sso_token(
        of,
        expires_at=now + left,
        refresh_token=refresh,
        registration_expires_at=None if registration is None else now + registration,
    )


def damaged_token(body: bytes, of: str = "corp") -> File:
    """A file in the place of an SSO token."""

    def write(home: Home, now: float) -> None:
        home.sso_token(of, expires_at=now + HOUR).write_bytes(body)

    return write


def damaged_login(body: bytes) -> File:
    """A file in the place of the token of ``aws login``."""

    def write(home: Home, now: float) -> None:
        home.login_token(LOGIN, expires_at=now + HOUR).write_bytes(body)

    return write


def web_token(text: str = TOKEN) -> File:
    return lambda home, _now: home.web_token("token", text)


def web_session(left: float, *, with_token: bool, key: str = "ASIACACHEDSESSION0C1") -> File:
    """A web identity's session, under the name that v1 (*with_token*) or v2 gives it."""
    name = _web_file(with_token=with_token)
    return lambda home, now: home.cli_cache(name, expires_at=now + left, access_key=key)


def damaged_web_session(body: bytes, *, with_token: bool) -> File:
    """Something else under that name."""

    def write(home: Home, now: float) -> None:
        home.cli_cache(_web_file(with_token=with_token), expires_at=now).write_bytes(body)

    return write


def _web_file(*, with_token: bool) -> str:
    arguments = {"RoleArn": ROLE} | ({"WebIdentityToken": TOKEN} if with_token else {})
    text = json.dumps(arguments, sort_keys=True)
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() + ".json"


def process(script: str = "") -> File:
    """A ``credential_process`` that leaves a mark; or *script* in its place."""
    keys = json.dumps({"Version": 1, "AccessKeyId": PROCESS_KEY, "SecretAccessKey": "s"})

    def write(home: Home, _now: float) -> None:
        body = script or f"echo '{keys}'"
        (home.path / "process.sh").write_text(f"echo x >> '{mark(home)}'\n{body}\n")

    return write


def mark(home: Home) -> Path:
    """What is there when the process has run."""
    return home.path / "the process ran"


def raw(path: str, text: str) -> File:
    """A file below the home, as it is."""

    def write(home: Home, _now: float) -> None:
        (home.path / path).parent.mkdir(parents=True, exist_ok=True)
        (home.path / path).write_text(text)

    return write


# --- what AWS knows ---


def living(refresh: str | None = None) -> Told:
    """The SSO token of the home is one that AWS takes."""
    return lambda cloud: cloud.portal.allow("sso-access-token", refresh)


def ended(key: str) -> Told:
    """That key's session is over, as the disk says too."""
    return lambda cloud: cloud.sts.expire(key)
