"""Names that break naive code, and ini files with anything in them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any, Final

from botocore.configloader import load_config, raw_config_parse

from awsttl.core.files import IniFile
from awsttl.core.ini.secret_values import is_secret
from awsttl.core.secret import Secret
from support.home import Home

ODD_NAMES: Final = (
    "two words",
    "team/dev",
    "x[prod]",
    "[/red]",
    "v1.2.3",
    "ünï-日本-🦀",
    "it's",
    'say "hi"',
    "a=b:c",
    "#hash",
    "%(interpolated)s",
    "back\\slash",
    "$HOME",
    "profile x",
)
"""Profile names that botocore reads back as they are."""

Sections = Mapping[str, Mapping[str, str]]


def config_text(profiles: Sections, sso_sessions: Sections | None = None) -> str:
    """A config file with these sections; botocore reads exactly them from it."""
    headers = [(f"profile {shlex.quote(name)}", keys) for name, keys in profiles.items()]
    headers += [
        (f"sso-session {shlex.quote(name)}", keys) for name, keys in (sso_sessions or {}).items()
    ]
    return _ini(headers)


def credentials_text(sections: Sections) -> str:
    """A credentials file with these sections: there, names are not quoted."""
    return _ini(list(sections.items()))


def _ini(sections: list[tuple[str, Mapping[str, str]]]) -> str:
    lines = []
    for header, keys in sections:
        lines.append(f"[{header}]")
        lines.extend(f"{key} = {value}" for key, value in keys.items())
    return "\n".join(lines) + "\n"


def hidden(sections: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, object]]:
    """Sections whose secrets are hidden, as all sections are that were read from a file."""
    return {name: _hidden(section) for name, section in sections.items()}


def _hidden(section: Mapping[str, Any]) -> dict[str, object]:
    return {
        key: _secret(value)
        if is_secret(key)
        else _hidden(value)
        if isinstance(value, dict)
        else value
        for key, value in section.items()
    }


def _secret(value: Any) -> object:
    if isinstance(value, dict):
        return {Secret(key): Secret(inner) for key, inner in value.items()}
    return Secret(value)


def revealed(value: object) -> Any:
    """A section, or whatever holds some, with its secrets as plain text, to compare them."""
    if isinstance(value, Mapping):
        return {revealed(key): revealed(inner) for key, inner in value.items()}
    return value.reveal() if isinstance(value, Secret) else value


def ini_files(home: Home) -> tuple[IniFile, IniFile]:
    """The two files of a home, read by botocore's own parser: config and credentials."""
    config = IniFile(str(home.config_file))
    credentials = IniFile(str(home.credentials_file))
    if home.config_file.exists():
        read = load_config(str(home.config_file))
        profiles, sso_sessions = hidden(read["profiles"]), hidden(read["sso_sessions"])
        config = IniFile(config.path, profiles, sso_sessions, exists=True)
    if home.credentials_file.exists():
        sections = hidden(raw_config_parse(credentials.path))
        credentials = IniFile(credentials.path, sections, exists=True)
    return config, credentials
