"""``config`` and ``credentials``: read by botocore's own parser, mended where it gives up.

One bad line makes the AWS CLI refuse the whole file. awsttl says which line it is, and still
lists the sections that can be read. Error texts of the parser are never shown: they quote the
line, and the line may be a key.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from pathlib import Path

# 30 ms: the parser alone, without botocore's sessions.
from botocore import configloader
from botocore.exceptions import ConfigNotFound, ConfigParseError

from awsttl.core.model import IniFile, Problem, Section
from awsttl.disk.locations import shown

Sections = dict[str, Section]


def read_config(path: str) -> IniFile:
    """The profiles and sso-sessions of a config file. A missing file is an empty one."""
    return _read(path, is_config=True)


def read_credentials(path: str) -> IniFile:
    """The sections of a credentials file: each is a profile, literally by its name."""
    return _read(path, is_config=False)


def _read(path: str, *, is_config: bool) -> IniFile:
    try:
        raw = configloader.raw_config_parse(path)
    except ConfigNotFound:
        return IniFile(path)
    except ConfigParseError:
        return _read_damaged(path, is_config=is_config)
    except (OSError, ValueError) as error:
        return IniFile(path, problem=_unreadable(path, error))
    if not raw and (problem := _hidden(path)):
        return IniFile(path, problem=problem)
    return _ini_file(path, raw, is_config=is_config)


def _ini_file(
    path: str, raw: Sections, *, is_config: bool, problem: Problem | None = None
) -> IniFile:
    if not is_config:
        return IniFile(path, raw, problem=problem)
    mapped = configloader.build_profile_map(raw)
    return IniFile(path, mapped["profiles"], mapped["sso_sessions"], problem)


def _hidden(path: str) -> Problem | None:
    """The parser passes over a file that it may not open; the person should know."""
    try:
        with Path(path).open("rb"):
            return None
    except FileNotFoundError:
        return None
    except OSError as error:
        return _unreadable(path, error)


def _unreadable(path: str, error: Exception) -> Problem:
    why = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable file"
    return Problem(
        "file-unreadable",
        f"{shown(path)} cannot be read: {why}; the AWS CLI takes it for empty",
        f"chmod u+r {shown(path)}",
    )


def _read_damaged(path: str, *, is_config: bool) -> IniFile:
    """What can be saved of a file that does not parse, and where its first fault is."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        return IniFile(path, problem=_unreadable(path, error))
    raw: Sections = {}
    fault: tuple[int, str] | None = None
    for first_line, chunk in _chunks(data):
        try:
            parsed = _parse_chunk(chunk)
        except _FaultError as error:
            fault = fault or (first_line + error.line, error.reason)
            continue
        for name, section in parsed.items():
            if name in raw:
                fault = fault or (first_line, f'section "{name}" comes twice')
            raw.setdefault(name, section)
    line, reason = fault or (1, "it cannot be parsed")
    problem = Problem(
        "file-does-not-parse",
        f"{shown(path)} line {line}: {reason}; the AWS CLI refuses the whole file",
        f"correct line {line} of {shown(path)}",
    )
    return _ini_file(path, raw, is_config=is_config, problem=problem)


class _FaultError(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        """Lines below the chunk's first."""
        self.reason = reason


def _chunks(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The file cut before each section header, with the line number that each cut starts at."""
    lines = data.splitlines(keepends=True)
    start = 0
    for number, line in enumerate(lines):
        if line.startswith(b"[") and number > start:
            yield start + 1, b"".join(lines[start:number])
            start = number
    if lines[start:]:
        yield start + 1, b"".join(lines[start:])


def _parse_chunk(chunk: bytes) -> Sections:
    if chunk.startswith(b"\xef\xbb\xbf"):
        raise _FaultError(0, "a byte-order mark stands before the text: save it as plain UTF-8")
    try:
        text = chunk.decode()
    except UnicodeDecodeError as error:
        raise _FaultError(chunk[: error.start].count(b"\n"), "not valid UTF-8") from None
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise _FaultError(*_fault(error)) from None
    sections: Sections = {}
    for name in parser.sections():
        section: dict[str, object] = {}
        for key, value in parser.items(name):
            section[key] = _nested(value, text, key) if value.startswith("\n") else value
        sections[name] = section
    return sections


def _fault(error: configparser.Error) -> tuple[int, str]:
    match error:
        case configparser.DuplicateOptionError():
            return (error.lineno or 1) - 1, f'"{error.option}" comes twice in "{error.section}"'
        case configparser.DuplicateSectionError():
            return (error.lineno or 1) - 1, f'section "{error.section}" comes twice'
        case configparser.MissingSectionHeaderError():
            return error.lineno - 1, "text before the first [section]"
        case configparser.ParsingError() if error.errors:
            return int(error.errors[0][0]) - 1, "a line without = or :"
        case _:
            return 0, "it cannot be parsed"


def _nested(value: str, text: str, key: str) -> dict[str, str]:
    """``s3 =`` followed by indented ``key = value`` lines, as botocore reads them."""
    parsed: dict[str, str] = {}
    for line in value.splitlines():
        if not line.strip():
            continue
        name, delimiter, inner = line.strip().partition("=")
        if not delimiter:
            found = re.search(rf"(?im)^{re.escape(key)}\s*[=:]", text)
            offset = text.count("\n", 0, found.start()) + 1 if found else 0
            raise _FaultError(offset, f'a line without = below "{key}"')
        parsed[name.strip()] = inner.strip()
    return parsed
