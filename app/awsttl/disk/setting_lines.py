"""Which line of which file sets a profile's values.

It is looked up on demand: when the details of a row are shown, or a finding is about a setting.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

from awsttl.core.ini import names
from awsttl.core.ini.document import DEFAULT, Document, Section, Value
from awsttl.core.model import Secret
from awsttl.core.view.details import Setting
from awsttl.disk.ini_files import read_document
from awsttl.disk.locations import Locations, shown

Sections = Mapping[str, tuple[Setting, ...]]


class SettingLines:
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
                document = read_document(path)
            except OSError:
                return {}
            known = (signature, _settings(document, shown(path), is_config=is_config))
            self._known[path] = known
        return known[1]


def _settings(document: Document, file: str, *, is_config: bool) -> Sections:
    defaults: dict[str, Setting] = {}
    by_header: dict[str, dict[str, Setting]] = {}
    for section in document.sections():
        settings = _lines(section, file, in_credentials=not is_config)
        if section.header == DEFAULT:
            defaults |= settings
        elif section.header:
            # Of two with the very same header the first is read, as long as the file is damaged.
            by_header.setdefault(section.header, settings)
    by_name = names.by_name(by_header)[names.PROFILE] if is_config else by_header
    return {name: tuple({**defaults, **each}.values()) for name, each in by_name.items()}


def _lines(section: Section, file: str, *, in_credentials: bool) -> dict[str, Setting]:
    return {
        key: Setting(key, _display(key, value), file, section.lines[key], in_credentials)
        for key, value in section.values.items()
    }


def _display(key: str, value: Value) -> str:
    """What is shown of a value: its first line, and of a secret what is none."""
    if key == "credential_process":
        return _program(value)
    if isinstance(value, Secret):
        return "•••"
    text = "" if isinstance(value, dict) else value.partition("\n")[0]
    return f"…{text[-4:]}" if key == "aws_access_key_id" else text


def _program(value: Value) -> str:
    """A command without its arguments, which may be passwords."""
    command = value.reveal() if isinstance(value, Secret) else ""
    program, *arguments = command.split(maxsplit=1) or [""]
    return f"{program} …" if arguments else program
