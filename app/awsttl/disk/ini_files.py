"""``config`` and ``credentials``: read by botocore's own parser, mended where it gives up.

Files of plain ``[header]`` and ``key = value`` lines, which is nearly all of them, are read by
:func:`_parse_plain`: the same answer in a sixth of the time, which at five thousand profiles is
200 ms of the first paint. Whatever is not plain goes to botocore.

One bad line makes the AWS CLI refuse the whole file. awsttl says which line it is, and still
lists the sections that can be read. Error texts of the parser are never shown: they quote the
line, and the line may be a key.
"""

from __future__ import annotations

import codecs
import configparser
import os
import re
import shlex
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from awsttl.core.ini import lines
from awsttl.core.model import IniFile, Problem, Secret
from awsttl.disk.locations import shown

Section = dict[str, object]
Sections = dict[str, Section]

_SECRET: Final = re.compile(
    "secret|passw|private_key|token$|^credential_process$", re.ASCII | re.IGNORECASE
)


def is_secret(key: str) -> bool:
    """Whether the value of a setting must not be seen.

    Of AWS's own these are ``aws_secret_access_key``, ``aws_session_token``, ``aws_security_token``,
    and ``credential_process``, whose arguments may be passwords. Besides, what other tools call
    their secrets. ``web_identity_token_file`` is a path, and none.
    """
    return _SECRET.search(key) is not None


def read_config(path: str) -> IniFile:
    """The profiles and sso-sessions of a config file. A missing file is an empty one."""
    return _read(path, is_config=True)


def read_credentials(path: str) -> IniFile:
    """The sections of a credentials file: each is a profile, literally by its name."""
    return _read(path, is_config=False)


def _read(path: str, *, is_config: bool) -> IniFile:
    # Opening a pipe would wait for somebody to write; botocore takes it for a missing file.
    if not os.path.isfile(path):
        return _read_by_botocore(path, is_config=is_config)
    try:
        # As botocore opens it: text in the locale's encoding, any line ends.
        with open(path) as file:
            plain = _parse_plain(file.read())
    except (OSError, ValueError):
        plain = None
    if plain is None:
        return _read_by_botocore(path, is_config=is_config)
    return _ini_file(path, plain, is_config=is_config)


def _parse_plain(text: str) -> Sections | None:
    """The sections of a file without surprises; ``None`` if there is any.

    Surprises are continued values, ``[DEFAULT]``, and every kind of error.
    """
    sections: Sections = {}
    section: Section | None = None
    for line in text.split("\n"):
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        if line[0].isspace():
            return None
        if stripped[0] == "[":
            end = stripped.rfind("]")
            name = stripped[1:end]
            if end < 2 or name in sections or name == "DEFAULT":
                return None
            section = sections[name] = {}
            continue
        key, delimiter, value = stripped.partition("=")
        if ":" in key:
            key, delimiter, value = stripped.partition(":")
        key = key.rstrip().lower()
        if not key or not delimiter or section is None or key in section:
            return None
        section[key] = value.lstrip()
    return sections


def _read_by_botocore(path: str, *, is_config: bool) -> IniFile:
    # 30 ms: the parser alone, without botocore's sessions.
    from botocore import configloader
    from botocore.exceptions import ConfigNotFound, ConfigParseError

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
    hide_secrets(raw)
    if not is_config:
        return IniFile(path, raw, problem=problem)
    profiles: Sections = {}
    sso_sessions: Sections = {}
    for header, section in raw.items():
        if header == "default":
            profiles[header] = section
        elif header.startswith("profile") and (name := _second_word(header)) is not None:
            profiles[name] = section
        elif header.startswith("sso-session") and (name := _second_word(header)) is not None:
            sso_sessions[name] = section
    return IniFile(path, profiles, sso_sessions, problem)


def hide_secrets(sections: Sections) -> None:
    """Make every value that must not be seen a :class:`Secret`, in place, in nested maps too."""
    values = (value for section in sections.values() for value in section.values())
    _hide([value for value in values if isinstance(value, dict)])
    _hide(sections.values())


def _hide(sections: Collection[Section]) -> None:
    # Thousands of sections have a few keys among them, and most sections none that is secret.
    keys = {key for key in set[str]().union(*sections) if is_secret(key)}
    if not keys:
        return
    for section in sections:
        for key in keys.intersection(section):
            section[key] = _as_secret(section[key])


def _as_secret(value: object) -> object:
    """Of a secret on a line of its own below its key, the parser makes a nested map."""
    if isinstance(value, dict):
        return {_as_secret(key): _as_secret(inner) for key, inner in value.items()}
    return Secret(value) if isinstance(value, str) else value


def _second_word(header: str) -> str | None:
    """The name in a header, as botocore's ``build_profile_map`` finds it; ``None`` if it drops it.

    The shell's quoting rules apply; a header without quotes needs no ``shlex``, which takes 10 µs.
    """
    if _QUOTING.search(header) is None:
        words = header.split()
    else:
        try:
            words = shlex.split(header)
        except ValueError:
            return None
    return words[1] if len(words) == 2 else None


_QUOTING: Final = re.compile(r"""['"\\]|[^\S \t\r\n]""")
"""What ``shlex`` treats in its own way; it splits at these four blanks and at no other."""


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
    # As Python reads text: each kind of line end is one.
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    line, reason = _first_fault(data) or (1, "it cannot be parsed")
    problem = Problem(
        "file-does-not-parse",
        f"{shown(path)} line {line}: {reason}; the AWS CLI refuses the whole file",
        f"correct line {line} of {shown(path)}",
    )
    return _ini_file(path, _salvage(data), is_config=is_config, problem=problem)


def _salvage(data: bytes) -> Sections:
    """The sections that parse by themselves; of two with one name the first."""
    sections: Sections = {}
    defaults: Section = {}
    for chunk in re.split(rb"(?m)^(?=\[)", data.removeprefix(codecs.BOM_UTF8)):
        try:
            found, leaking = _parse(chunk.decode())
        except (UnicodeDecodeError, configparser.Error, _NestedError):
            continue
        defaults = {**defaults, **leaking}
        for name, section in found.items():
            sections.setdefault(name, section)
    return {name: {**defaults, **section} for name, section in sections.items()}


class _NestedError(Exception):
    """A line without ``=`` among the indented ones below an empty key."""


def _parse(text: str) -> tuple[Sections, Section]:
    """The sections, and what ``[DEFAULT]`` adds to each of them."""
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    sections = {name: _values(parser.items(name)) for name in parser.sections()}
    return sections, _values(parser.defaults().items())


def _values(items: Iterable[tuple[str, str]]) -> Section:
    return {key: _nested(value) if value.startswith("\n") else value for key, value in items}


def _nested(value: str) -> dict[str, str]:
    """``s3 =`` followed by indented ``key = value`` lines, as botocore reads them."""
    parsed: dict[str, str] = {}
    for line in value.splitlines():
        if line.strip():
            key, delimiter, inner = line.partition("=")
            if not delimiter:
                raise _NestedError
            parsed[key.strip()] = inner.strip()
    return parsed


def _first_fault(data: bytes) -> tuple[int, str] | None:
    """The line, counted from 1, for which the AWS CLI refuses the file, and why."""
    if data.startswith(codecs.BOM_UTF8):
        return 1, "a byte-order mark stands before the text: save it as plain UTF-8"
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1, "not valid UTF-8"
    try:
        _parse(text)
    except configparser.Error as error:
        lines = data.split(b"\n")
        line, reason = _fault(error, lines)
        # The parser may give up for a repetition before it has told of the bad lines above it.
        return _first_fault(b"\n".join(lines[: line - 1])) or (line, reason)
    except _NestedError:
        return _nested_fault(text)
    return None


def _fault(error: configparser.Error, lines: list[bytes]) -> tuple[int, str]:
    match error:
        case configparser.DuplicateOptionError():
            return error.lineno or 1, f'{_named(error.option)} comes twice in "{error.section}"'
        case configparser.DuplicateSectionError():
            return error.lineno or 1, f'section "{error.section}" comes twice'
        case configparser.MissingSectionHeaderError():
            line = error.lineno
            return line, _why(lines[line - 1], "text before the first [section]")
        case configparser.ParsingError() if error.errors:
            line = int(error.errors[0][0])
            return line, _why(lines[line - 1], "a line without = or :")
        case _:
            return 1, "it cannot be parsed"


def _why(line: bytes, otherwise: str) -> str:
    match line.strip()[:1]:
        case b"[":
            return "an incomplete [section] header"
        case b"=" | b":":
            return "nothing before the = or :"
        case _:
            return otherwise


def _nested_fault(text: str) -> tuple[int, str] | None:
    nests = False
    for line in lines.read_lines(text):
        if not line.continues:
            nests = not line.value
        elif nests and "=" not in line.value:
            return line.number, f"a line without = below {_named(line.key)}"
    return None


_SETTING: Final = re.compile(r"[a-z0-9]{1,14}(_[a-z0-9]{1,14})*")


def _named(key: str) -> str:
    """A key in quotes, if it looks like a setting: a secret pasted alone may end in ``=``."""
    return f'"{key}"' if _SETTING.fullmatch(key) else "a key"
