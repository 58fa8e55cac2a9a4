"""How a session is written down for a shell, a program or a file: ``awsttl export --format``.

The names are those of ``aws configure export-credentials`` where it has the format; what shells
run is :mod:`awsttl.core.snippets`'.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable
from typing import Final

from awsttl.core import snippets
from awsttl.core.profiles import timestamps
from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials, Shell


class Format(enum.StrEnum):
    """The formats, each by the name that a person types."""

    ENV = "env"
    """``export`` lines, for bash, zsh and other POSIX shells."""
    ENV_NO_EXPORT = "env-no-export"
    """Assignments alone, as ``docker run --env-file`` wants them."""
    PROCESS = "process"
    """What a ``credential_process`` answers."""
    POWERSHELL = "powershell"
    WINDOWS_CMD = "windows-cmd"
    FISH = "fish"
    NU = "nu"
    DOTENV = "dotenv"
    INI = "ini"
    """A section for the credentials file."""
    JSON = "json"
    """A map of the variables: ``from json | load-env`` in nushell."""


SHELLS: Final = {
    Format.ENV: Shell.POSIX,
    Format.ENV_NO_EXPORT: Shell.DOTENV,
    Format.POWERSHELL: Shell.POWERSHELL,
    Format.WINDOWS_CMD: Shell.CMD,
    Format.FISH: Shell.FISH,
    Format.NU: Shell.NUSHELL,
    Format.DOTENV: Shell.DOTENV,
}
"""The formats that are lines of a shell."""
UNSETTING: Final = tuple(each for each in SHELLS if SHELLS[each] is not Shell.DOTENV)
"""Those of them that can remove a variable."""


def export(how: Format, credentials: Credentials, profile: str, account_id: str = "") -> Secret:
    """A session in that format, as whole lines. *profile* names a section of an ini file.

    Raises ``ValueError`` where the format cannot express a value.
    """
    match how:
        case Format.PROCESS:
            return _json(_answer(credentials, account_id))
        case Format.JSON:
            found = snippets.variables(credentials)
            return _json({name: value.reveal() for name, value in found.items()})
        case Format.INI:
            return _ini(credentials, profile)
        case _:
            return snippets.text(snippets.export(SHELLS[how], credentials))


def use(how: Format, profile: str, stale: Iterable[str]) -> Secret:
    """What selects a profile by its name, in a format for a shell or for variables.

    *stale* are variables that would win over it. Raises ``ValueError`` for other formats.
    """
    if how is Format.JSON:
        return _json({snippets.PROFILE: profile})
    if how not in SHELLS:
        raise ValueError(f"{how} holds keys, and no name of a profile")
    return snippets.text(snippets.use(SHELLS[how], profile, stale))


def _json(document: object) -> Secret:
    return Secret(json.dumps(document, indent=2) + "\n")


def _answer(credentials: Credentials, account_id: str) -> dict[str, object]:
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html."""
    answer: dict[str, object] = {
        "Version": 1,
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.reveal(),
    }
    if credentials.session_token:
        answer["SessionToken"] = credentials.session_token.reveal()
    if credentials.expires_at is not None:
        answer["Expiration"] = timestamps.iso_utc(credentials.expires_at)
    if account_id:
        answer["AccountId"] = account_id
    return answer


def _ini(credentials: Credentials, profile: str) -> Secret:
    values = {
        "aws_access_key_id": credentials.access_key_id,
        "aws_secret_access_key": credentials.secret_access_key.reveal(),
    }
    if credentials.session_token:
        values["aws_session_token"] = credentials.session_token.reveal()
    if credentials.expires_at is not None:
        values[_EXPIRY] = timestamps.iso_utc(credentials.expires_at)
    if credentials.region:
        values["region"] = credentials.region
    if any(not text.isprintable() for text in (profile, *values.values())) or "]" in profile:
        raise ValueError("an ini file has no safe way to write this")
    lines = (f"{key} = {value}\n" for key, value in values.items())
    return Secret(f"[{profile}]\n{''.join(lines)}")


_EXPIRY: Final = timestamps.RECORDED_AS[0]
"""The key by which most tools record the end of keys in the credentials file."""
