"""Which line of which file sets a profile's values.

botocore's parser keeps no line numbers, so this finds them again in the text, on demand: when
somebody looks at the details of a row.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from awsttl.core.details import Setting
from awsttl.disk.locations import Locations, shown

_SECRET: Final = frozenset(
    ("aws_secret_access_key", "aws_session_token", "aws_security_token", "sso_client_secret")
)
_HEADER: Final = re.compile(r"\[(?P<name>.+)\]")
_KEY: Final = re.compile(r"(?P<key>[^\s=:#;\[][^=:]*?)\s*[=:]\s*(?P<value>.*)")

Sections = Mapping[str, tuple[Setting, ...]]


class Provenance:
    """Finds settings by profile; reads a file again only when it changed."""

    def __init__(self, locations: Locations) -> None:
        self._locations = locations
        self._known: dict[str, tuple[object, Sections]] = {}

    def settings(self, profile: str) -> tuple[Setting, ...]:
        """The lines that make the profile: credentials first, since its keys win."""
        credentials = self._sections(self._locations.credentials, is_config=False).get(profile, ())
        config = self._sections(self._locations.config, is_config=True).get(profile, ())
        taken = {setting.key for setting in credentials}
        return (*credentials, *(setting for setting in config if setting.key not in taken))

    def _sections(self, path: str, *, is_config: bool) -> Sections:
        try:
            status = os.stat(path)
            signature: object = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            return {}
        known = self._known.get(path)
        if known is None or known[0] != signature:
            try:
                text = Path(path).read_text(errors="replace")
            except OSError:
                return {}
            known = (signature, _scan(text, shown(path), is_config=is_config))
            self._known[path] = known
        return known[1]


def _scan(text: str, file: str, *, is_config: bool) -> Sections:
    sections: dict[str, dict[str, Setting]] = {}
    current: dict[str, Setting] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            name = _profile_name(header["name"]) if is_config else header["name"]
            current = None if name is None else {}
            if name is not None and current is not None:
                # The later of [default] and [profile default] replaces the earlier.
                sections[name] = current
        elif current is not None and (found := _KEY.match(line)):
            key = found["key"].lower()
            current[key] = Setting(key, _display(key, found["value"].strip()), file, number)
    return {name: tuple(settings.values()) for name, settings in sections.items()}


def _profile_name(header: str) -> str | None:
    if header == "default":
        return header
    if not header.startswith("profile"):
        return None
    try:
        parts = shlex.split(header)
    except ValueError:
        return None
    return parts[1] if len(parts) == 2 else None


def _display(key: str, value: str) -> str:
    if key in _SECRET:
        return "•••"
    if key == "aws_access_key_id":
        return f"…{value[-4:]}"
    if key == "credential_process":
        # Arguments may be passwords.
        program, _, rest = value.partition(" ")
        return f"{program} …" if rest else program
    return value
