"""Which line of which file sets a profile's values.

botocore's parser keeps no line numbers, so this finds them again in the text, on demand: when
somebody looks at the details of a row.
"""

from __future__ import annotations

import configparser
import os
import shlex
import stat
from collections.abc import Mapping
from pathlib import Path

from awsttl.core.ini import lines
from awsttl.core.view.details import Setting
from awsttl.disk.ini_files import is_secret
from awsttl.disk.locations import Locations, shown

Sections = Mapping[str, tuple[Setting, ...]]


class Provenance:
    """Finds settings by profile; reads a file again only when it changed."""

    def __init__(self, locations: Locations) -> None:
        self._locations = locations
        self._known: dict[str, tuple[object, Sections]] = {}

    def settings(self, profile: str) -> tuple[Setting, ...]:
        """The lines that make the profile: credentials first, since its keys win."""
        winning: dict[str, Setting] = {}
        for setting in self.all_settings(profile):
            winning.setdefault(setting.key, setting)
        return tuple(winning.values())

    def all_settings(self, profile: str) -> tuple[Setting, ...]:
        """The same, with those of the config file that lose."""
        credentials = self._sections(self._locations.credentials, is_config=False).get(profile, ())
        config = self._sections(self._locations.config, is_config=True).get(profile, ())
        return (*credentials, *config)

    def _sections(self, path: str, *, is_config: bool) -> Sections:
        try:
            status = os.stat(path)
        except OSError:
            return {}
        if not stat.S_ISREG(status.st_mode):
            return {}
        signature = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = self._known.get(path)
        if known is None or known[0] != signature:
            try:
                text = Path(path).read_text("utf-8-sig", errors="replace")
            except OSError:
                return {}
            known = (signature, _scan(text, shown(path), is_config=is_config))
            self._known[path] = known
        return known[1]


def _scan(text: str, file: str, *, is_config: bool) -> Sections:
    sections: dict[str, dict[str, Setting]] = {}
    defaults: dict[str, Setting] = {}
    current = defaults
    for line in lines.read_lines(text):
        if line.key and not line.continues:
            value = _display(line.key, line.value)
            current[line.key] = Setting(line.key, value, file, line.number)
        elif not line.key and line.section == configparser.DEFAULTSECT:
            current = defaults
        elif not line.key:
            # Of two with the very same header the first is read, as long as the file is damaged.
            current = {}
            sections.setdefault(line.section, current)
    found: dict[str, tuple[Setting, ...]] = {}
    for header, settings in sections.items():
        name = _profile_name(header) if is_config else header
        if name is not None:
            # The later of [default] and [profile default] replaces the earlier; [DEFAULT] leaks.
            found[name] = tuple({**defaults, **settings}.values())
    return found


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
    if key == "aws_access_key_id":
        return f"…{value[-4:]}"
    if key == "credential_process":
        # Arguments may be passwords.
        program, *arguments = value.split(maxsplit=1) or [""]
        return f"{program} …" if arguments else program
    return "•••" if is_secret(key) else value
