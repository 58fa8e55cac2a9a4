"""Sets keys of one section in the text of an ini file, and leaves every other byte alone.

Comments, order, line ends, indentation, the spelling of keys and other sections stay as they
are. Nothing is taken on trust: the result is parsed, and must differ in just these keys.
"""

from __future__ import annotations

import configparser
import io
import re
from collections.abc import Collection, Mapping
from typing import Final

from awsttl.core.ini.lines import Line, read_lines

_UP_TO_VALUE: Final = re.compile(r"[^=:]+[=:][^\S\r\n]*")

Keys = dict[str, str]


def put(text: str, section: str, values: Mapping[str, str], remove: Collection[str] = ()) -> str:
    """*text* with *values* in *section*, which is made if it is not there.

    Keys are in lower case, as the parser has them. Those in *remove* are taken out. Raises
    ``ValueError`` where this is not possible: the text does not parse, the section's name
    cannot be written as a header, a value has more than one line.
    """
    sections, defaults = _parsed(text)
    if section == configparser.DEFAULTSECT:
        raise ValueError("the keys of [DEFAULT] would be those of every profile")
    lines = io.StringIO(text, newline="").readlines()
    if section in sections:
        _change(lines, section, values, remove)
    else:
        _append(lines, section, values)
    changed = "".join(lines)
    kept = sections.get(section, defaults)
    wanted = {key: value for key, value in kept.items() if key not in remove} | dict(values)
    try:
        if _parsed(changed) == (sections | {section: wanted}, defaults):
            return changed
    except ValueError:
        pass
    raise ValueError("the section cannot be written so that it reads back as it should")


def keys_of(text: str, section: str) -> Mapping[str, str]:
    """The keys of a section; none if it is not there. Raises ``ValueError``."""
    return _parsed(text)[0].get(section, {})


def _parsed(text: str) -> tuple[dict[str, Keys], Keys]:
    """The sections, and what ``[DEFAULT]`` adds to each of them."""
    parser = configparser.RawConfigParser()
    try:
        parser.read_file(io.StringIO(text, newline=None))
    except configparser.Error:
        # Its own text quotes the line, and the line may be a key.
        raise ValueError("the file does not parse") from None
    sections = {name: dict(parser.items(name)) for name in parser.sections()}
    return sections, dict(parser.defaults())


def _append(lines: list[str], section: str, values: Mapping[str, str]) -> None:
    """Add a section at the end, an empty line before it."""
    end = _line_end(lines)
    if lines and lines[-1] == lines[-1].rstrip("\r\n"):
        lines[-1] += end
    if lines and lines[-1].strip():
        lines.append(end)
    lines.append(f"[{section}]{end}")
    lines.extend(f"{key} = {value}{end}" for key, value in values.items())


def _change(
    lines: list[str], section: str, values: Mapping[str, str], remove: Collection[str]
) -> None:
    """Change a section where it stands. Lines that go are emptied, so that numbers hold."""
    header, *own = _lines_of(lines, section)
    following = own.pop() if own and not own[-1].key else None
    missing = dict(values)
    for line in own:
        at = line.number - 1
        if line.key in remove or (line.key in values and line.continues):
            lines[at] = ""
        elif line.key in values:
            found = _UP_TO_VALUE.match(lines[at])
            assert found is not None
            lines[at] = found[0] + missing.pop(line.key) + _line_end([lines[at]], "")
    keys = [line for line in own if not line.continues and lines[line.number - 1]]
    # What is indented deeper than the key above continues its value: the header that follows
    # must not be.
    indentation = _indentation(lines, keys[-1] if keys else following or header)
    last = own[-1].number if own else header.number
    end = _line_end(lines)
    if missing and last == len(lines) and lines[-1] == lines[-1].rstrip("\r\n"):
        lines[-1] += end if lines[-1] else ""
    lines[last:last] = [f"{indentation}{key} = {value}{end}" for key, value in missing.items()]


def _lines_of(lines: list[str], section: str) -> list[Line]:
    """A section's header, its keys with what continues them, and the next header if any."""
    numbered = read_lines("".join(line.rstrip("\r\n") + "\n" for line in lines))
    found: list[Line] = []
    for line in numbered:
        is_header = not line.key
        if found or (is_header and line.section == section):
            found.append(line)
            if is_header and len(found) > 1:
                break
    return found


def _line_end(lines: list[str], otherwise: str = "\n") -> str:
    """How lines end here: as the first one does."""
    first = lines[0] if lines else ""
    return first[len(first.rstrip("\r\n")) :] or otherwise


def _indentation(lines: list[str], like: Line) -> str:
    raw = lines[like.number - 1]
    return raw[: len(raw) - len(raw.lstrip())]
