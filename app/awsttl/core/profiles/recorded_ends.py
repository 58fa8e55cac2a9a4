"""Whether a recorded end still belongs to the keys beside it.

``aws configure mfa-login`` and ``aws configure set`` replace the keys of a section, and leave
what another tool recorded as the end of the keys before them. The file does not tell. So the key
that a record was first seen with is remembered: with another key, the record says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from awsttl.core.files import IniFile, Section
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.profiles.cache_names import key_fingerprint, text_of
from awsttl.core.profiles.timestamps import RECORDED_AS

ONE_UPDATE: Final = 10.0
"""Seconds between two writes of the file that may be one update: a tool may write the record
first, and then the keys."""

_RECORDED: Final = frozenset(RECORDED_AS)


class Remembered(NamedTuple):
    """A record, and the key that it belongs to."""

    key: str
    """A fingerprint of the access key id."""
    record: tuple[tuple[str, str], ...]
    """Each key of the section that records an end, with its text."""
    written: float
    """When the file was written that had them first: seconds since the epoch."""


Memory = Mapping[str, Remembered]
"""Profile → what is remembered of it."""


def compare(
    memory: Memory, config: IniFile, credentials: IniFile, written: float
) -> tuple[Memory, Mapping[str, str]]:
    """What to remember from now on, and the profiles whose record is of an older key.

    Each of these comes with the first key of its record. *written* is when the credentials file
    was last written.
    """
    found: dict[str, Remembered] = {}
    outdated: dict[str, str] = {}
    for name, section in _with_record(config, credentials).items():
        key = key_fingerprint(text_of(section, "aws_access_key_id") or "")
        record = tuple((each, str(section[each])) for each in RECORDED_AS if each in section)
        now = Remembered(key, record, written)
        before = memory.get(name)
        if before is None or before.record != record:
            found[name] = now
        elif before.key != now.key and abs(written - before.written) > ONE_UPDATE:
            found[name] = before
            outdated[name] = record[0][0]
        else:
            found[name] = before._replace(key=now.key)
    return found, outdated


def _with_record(config: IniFile, credentials: IniFile) -> Mapping[str, Section]:
    """The profiles with keys and a record, merged from both files."""
    found = {}
    for file in (config, credentials):
        for name, section in file.sections.items():
            if not _RECORDED.isdisjoint(section):
                both = (file.sections.get(name, {}) for file in (config, credentials))
                merged = {key: value for each in both for key, value in each.items()}
                if "aws_access_key_id" in merged:
                    found[name] = merged
    return found


def without(file: IniFile, outdated: Mapping[str, str]) -> IniFile:
    """The file as if nobody had recorded an end in these profiles."""
    if outdated.keys().isdisjoint(file.sections):
        return file
    sections = {
        name: {key: value for key, value in section.items() if key not in _RECORDED}
        if name in outdated
        else section
        for name, section in file.sections.items()
    }
    return file._replace(sections=sections)
