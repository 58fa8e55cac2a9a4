"""Which line of which file sets a profile's values.

It is looked up on demand: when the details of a row are shown, or a finding is about a setting.
"""

from __future__ import annotations

import os
import stat
from functools import cached_property

from awsttl.core import masking
from awsttl.core.ini import names
from awsttl.core.ini.document import DEFAULT, Document, Section, Value
from awsttl.core.ini.misread import SETTINGS
from awsttl.core.ini.setting import Setting
from awsttl.core.secret import Secret
from awsttl.disk.ini_files import Documents, read_document
from awsttl.disk.locations import Locations, shown


class SettingLines:
    """Finds settings by profile; reads a file again only when it changed.

    *documents* are files that were read just now: they are taken as they are.
    """

    def __init__(self, locations: Locations, documents: Documents | None = None) -> None:
        self._locations, self._documents = locations, documents or {}
        self._known: dict[str, tuple[object, _FileLines]] = {}

    def settings(self, profile: str) -> tuple[Setting, ...]:
        """The lines that make the profile: credentials first, since its keys win."""
        winning: dict[str, Setting] = {}
        for setting in self.all_settings(profile):
            winning.setdefault(setting.key, setting)
        return tuple(winning.values())

    def all_settings(self, profile: str) -> tuple[Setting, ...]:
        """The same, with those of the config file that lose."""
        credentials = self._of_file(self._locations.credentials, profile, is_config=False)
        return (*credentials, *self._of_file(self._locations.config, profile, is_config=True))

    def _of_file(self, path: str, profile: str, *, is_config: bool) -> tuple[Setting, ...]:
        try:
            status = os.stat(path)
        except OSError:
            return ()
        if not stat.S_ISREG(status.st_mode):
            return ()
        signature = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = self._known.get(path)
        if known is None or known[0] != signature:
            try:
                document = self._documents.pop(path, None) or read_document(path)
            except OSError:
                return ()
            known = (signature, _FileLines(document, shown(path), is_config=is_config))
            self._known[path] = known
        return known[1].settings(profile)


class _FileLines:
    """One file, of which only the sections that are asked for are looked at.

    Of two sections with the very same header the first is read, as long as the file is damaged.
    """

    def __init__(self, document: Document, file: str, *, is_config: bool) -> None:
        self._document, self._file, self._is_config = document, file, is_config
        self._headers = document.headers()
        self._has_defaults = self._headers.pop(DEFAULT, None) is not None
        self._was_asked = False

    def settings(self, profile: str) -> tuple[Setting, ...]:
        place = self._place_of(profile)
        if place is None or not profile:
            return ()
        own = _lines(self._document.section(place), self._file, in_credentials=not self._is_config)
        return tuple({**self._defaults, **own}.values())

    def _place_of(self, profile: str) -> int | None:
        """The place of a profile's section in the document."""
        if self._is_config and not self._was_asked:
            # The first paint asks for one profile; finding all five thousand takes 4 ms.
            self._was_asked = True
            return names.place_of(profile, self._headers)
        return self._places.get(profile)

    @cached_property
    def _places(self) -> dict[str, int]:
        """Profile → the place of its section."""
        return names.by_name(self._headers)[names.PROFILE] if self._is_config else self._headers

    @cached_property
    def _defaults(self) -> dict[str, Setting]:
        """What ``[DEFAULT]`` adds to each section."""
        found: dict[str, Setting] = {}
        for section in self._document.sections() if self._has_defaults else ():
            if section.header == DEFAULT:
                found |= _lines(section, self._file, in_credentials=not self._is_config)
        return found


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
    if key == "aws_access_key_id":
        return f"…{text[-4:]}"
    # Behind a name that is misspelt, a secret is known by its shape only.
    return text if key in SETTINGS else masking.masked(text)


def _program(value: Value) -> str:
    """A command without its arguments, which may be passwords."""
    command = value.reveal() if isinstance(value, Secret) else ""
    program, *arguments = command.split(maxsplit=1) or [""]
    return f"{program} …" if arguments else program
