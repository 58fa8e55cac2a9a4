"""The fields of a form: what is asked for a new profile of each sort, and for one that is there.

A form is made of the files as they were read, so that each field can offer what exists.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from awsttl.core.files import EMPTY, Files, Section
from awsttl.core.ini.secret_values import is_secret
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.profiles.faults import CREDENTIAL_SOURCES

NAME: Final = "name"
"""The field that is the profile's name, and no setting."""


class Sort(enum.StrEnum):
    """What a new profile gets its credentials by. The values are its words on the command line."""

    ROLE = "role"
    SSO = "sso"
    KEYS = "keys"
    PROCESS = "process"
    WEB = "web-identity"

    @property
    def words(self) -> str:
        """What it is, for people."""
        return _WORDS[self]


_WORDS: Final = {
    Sort.ROLE: "a role, assumed with another profile's credentials",
    Sort.SSO: "an account and a role of IAM Identity Center (SSO)",
    Sort.KEYS: "access keys of an IAM user, or temporary ones",
    Sort.PROCESS: "a program that prints credentials (credential_process)",
    Sort.WEB: "a role, assumed with a web identity token in a file",
}


class Field(NamedTuple):
    """One line of a form."""

    key: str
    """A setting of the profile, or :data:`NAME`."""
    hint: str = ""
    """What goes there."""
    choices: tuple[str, ...] = ()
    """What exists and may be chosen; anything else may be typed too."""
    value: str = ""
    """What it holds at first."""
    needed: bool = False
    place: str = ""
    """Where the value stands now: ``~/.aws/config:12``; empty where it stands nowhere."""

    @property
    def is_secret(self) -> bool:
        """Whether what is typed must not be seen."""
        return is_secret(self.key) and self.key != "credential_process"


_HINTS: Final = {
    NAME: "what --profile and AWS_PROFILE are to say",
    "region": "like eu-west-1",
    "output": "json, yaml, text or table",
    "role_arn": "arn:aws:iam::111122223333:role/NAME",
    "source_profile": "the profile whose credentials assume the role",
    "credential_source": "in place of a source profile: " + ", ".join(CREDENTIAL_SOURCES),
    "mfa_serial": "the MFA device that is asked for a code",
    "external_id": "if the role's trust policy asks for one",
    "duration_seconds": "how long a session is to last: 3600 if empty",
    "role_session_name": "your name in the role's log; made up if empty",
    "sso_session": "the name of the sign-in; a new one needs the next two fields",
    "sso_start_url": "https://….awsapps.com/start",
    "sso_region": "where IAM Identity Center is: like us-east-1",
    "sso_account_id": "12 digits",
    "sso_role_name": "the permission set's name",
    "aws_access_key_id": "AKIA… of an IAM user, ASIA… of a session",
    "aws_secret_access_key": "is not shown",
    "aws_session_token": "only for ASIA… keys; is not shown",
    "credential_process": "the whole path of a program, and its arguments",
    "web_identity_token_file": "the path of the file with the token",
}

_OUTPUTS: Final = ("json", "yaml", "yaml-stream", "text", "table")
_ROLE: Final = ("duration_seconds", "role_session_name")
_COMMON: Final = ("region", "output")
_KEYS: Final[Mapping[Sort, tuple[str, ...]]] = {
    Sort.ROLE: (
        "role_arn*",
        "source_profile",
        "credential_source",
        "mfa_serial",
        "external_id",
        *_ROLE,
    ),
    Sort.SSO: (
        "sso_session*",
        "sso_start_url",
        "sso_region",
        "sso_account_id*",
        "sso_role_name*",
    ),
    Sort.KEYS: (
        "aws_access_key_id*",
        "aws_secret_access_key*",
        "aws_session_token",
        "mfa_serial",
    ),
    Sort.PROCESS: ("credential_process*",),
    Sort.WEB: ("role_arn*", "web_identity_token_file*", "role_session_name"),
}
"""The settings of each sort in their order; a ``*`` stands behind those that it needs."""


def of_new(sort: Sort, files: Files) -> tuple[Field, ...]:
    """The form for a new profile."""
    found = [Field(NAME, _HINTS[NAME], needed=True)]
    for key in (*_KEYS[sort], *_COMMON):
        name = key.removesuffix("*")
        found.append(_field(name, files, needed=key != name))
    return tuple(found)


def of_profile(name: str, files: Files, places: Mapping[str, str]) -> tuple[Field, ...]:
    """The form for the settings of a profile that is there, without its secrets.

    *places*: key → where it stands.
    """
    config = files.config.sections.get(name, EMPTY)
    section = {**config, **files.credentials.sections.get(name, EMPTY)}
    return tuple(
        _field(key, files)._replace(
            value=text_of(section, key) or "", place=places.get(key, ""), needed=False
        )
        for key in dict.fromkeys(_asked_of(section))
    )


def _asked_of(section: Section) -> Iterator[str]:
    yield from _COMMON
    if "role_arn" in section:
        yield from ("role_arn", "source_profile", "mfa_serial", "external_id", *_ROLE)
    elif "aws_access_key_id" in section:
        yield "mfa_serial"
    for key, value in section.items():
        if isinstance(value, str) and not is_secret(key) and key != "aws_access_key_id":
            yield key


def _field(key: str, files: Files, *, needed: bool = False) -> Field:
    return Field(key, _HINTS.get(key, ""), tuple(_choices(key, files)), needed=needed)


def _choices(key: str, files: Files) -> Iterator[str]:
    """What exists in the files for a setting, each once."""
    if key == "source_profile":
        yield from dict.fromkeys((*files.config.sections, *files.credentials.sections))
    elif key == "sso_session":
        yield from files.config.sso_sessions
    elif key == "credential_source":
        yield from CREDENTIAL_SOURCES
    elif key == "output":
        yield from _OUTPUTS
    elif key in _HINTS and not is_secret(key) and key not in (NAME, "aws_access_key_id"):
        sections = (
            *files.config.sections.values(),
            *files.credentials.sections.values(),
            *files.config.sso_sessions.values(),
        )
        found = (text_of(section, key) for section in sections)
        yield from dict.fromkeys(text for text in found if text and "\n" not in text)
