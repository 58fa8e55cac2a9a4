"""Sets keys of one section in the text of a file, and leaves every other byte alone.

Comments, order, line ends, indentation, the spelling of keys and other sections stay as they
are. Nothing is taken on trust: the result is read again, and must differ in just these keys.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping
from typing import Final

from awsttl.core.ini.document import DEFAULT, Section, Value, parse
from awsttl.core.ini.secret_values import is_secret
from awsttl.core.model import Secret

_UP_TO_VALUE: Final = re.compile(r"[^=:]+[=:][^\S\r\n]*")


def put(text: str, header: str, values: Mapping[str, str], remove: Collection[str] = ()) -> str:
    """*text* with *values* in the section of that header, which is made if it is not there.

    Keys are in lower case, as they are read. Those in *remove* are taken out. Raises
    ``ValueError`` where this is not possible: the text does not parse, the header cannot be
    written, a value has more than one line.
    """
    if header == DEFAULT:
        raise ValueError("the keys of [DEFAULT] would be those of every profile")
    draft = _Draft(text)
    if (place := draft.find(header)) is None:
        draft.append(header, values)
    else:
        draft.change(place, values, remove)
    settings = draft.before.settings()
    kept = settings.get(header, draft.before.defaults())
    wanted = {key: value for key, value in kept.items() if key not in remove}
    wanted |= {key: Secret(value) if is_secret(key) else value for key, value in values.items()}
    return draft.checked({**settings, header: wanted})


class _Draft:
    """The lines of a file under change. A line that goes is emptied, so that numbers hold."""

    def __init__(self, text: str) -> None:
        self.before = parse(text)
        """The file as it was. Raises ``ValueError`` where the AWS CLIs refuse it."""
        if self.before.faults:
            fault = self.before.faults[0]
            raise ValueError(f"it does not parse: line {fault.line}: {fault.reason}")
        self._sections = tuple(self.before.sections())
        self._lines = io.StringIO(text, newline="").readlines()

    def find(self, header: str) -> int | None:
        """The place of a section among all of them; ``None`` where it is not there."""
        headers = [section.header for section in self._sections]
        return headers.index(header) if header in headers else None

    def append(self, header: str, values: Mapping[str, str]) -> None:
        """Add a section at the end, an empty line before it."""
        end = self._end_of_lines()
        self._complete_last_line()
        if self._lines and self._lines[-1].strip():
            self._lines.append(end)
        self._lines.append(f"[{header}]{end}")
        self._lines.extend(f"{key} = {value}{end}" for key, value in values.items())

    def change(self, place: int, values: Mapping[str, str], remove: Collection[str]) -> None:
        """Change a section where it stands. New keys stand below its last one."""
        section = self._sections[place]
        for key in section.lines.keys() & values.keys():
            self._set(section, key, values[key])
        for key in section.lines.keys() & set(remove):
            self._remove(section, key)
        missing = {key: value for key, value in values.items() if key not in section.lines}
        if not missing:
            return
        below = max(map(self.before.end_of, (section.line, *section.lines.values())))
        if below == len(self._lines):
            self._complete_last_line()
        indentation, end = self._indentation(place), self._end_of_lines()
        self._lines[below:below] = [
            f"{indentation}{key} = {value}{end}" for key, value in missing.items()
        ]

    def _set(self, section: Section, key: str, value: str) -> None:
        line = section.lines[key]
        up_to_value = _UP_TO_VALUE.match(self._lines[line - 1])
        assert up_to_value is not None
        end = _end_of(self._lines[line - 1])
        self._remove(section, key)
        self._lines[line - 1] = up_to_value[0] + value + end

    def _remove(self, section: Section, key: str) -> None:
        """Empty the lines of a key and of its value. Comments and empty lines among them stay."""
        line = section.lines[key]
        for place in range(line - 1, self.before.end_of(line)):
            content = self._lines[place].strip()
            if content and not content.startswith(("#", ";")):
                self._lines[place] = ""

    def _indentation(self, place: int) -> str:
        """How a new key of that section is indented: as the last of its keys.

        What is indented deeper than the key above it continues that key's value. So where no key
        is left, a new one is indented no less than the header that follows.
        """
        section = self._sections[place]
        following = self._sections[place + 1 : place + 2]
        left = [line for line in section.lines.values() if self._lines[line - 1]]
        like = left[-1] if left else following[0].line if following else section.line
        row = self._lines[like - 1]
        return row[: len(row) - len(row.lstrip())]

    def _end_of_lines(self) -> str:
        """How lines end in this file: as the first one does."""
        return _end_of(self._lines[0]) if self._lines and _end_of(self._lines[0]) else "\n"

    def _complete_last_line(self) -> None:
        if self._lines and self._lines[-1] and not _end_of(self._lines[-1]):
            self._lines[-1] += self._end_of_lines()

    def checked(self, wanted: Mapping[str, Mapping[str, Value]]) -> str:
        """The new text. Raises ``ValueError`` unless it is read as *wanted*."""
        text = "".join(self._lines)
        after = parse(text)
        if after.faults or after.settings() != wanted or after.defaults() != self.before.defaults():
            raise ValueError("the section cannot be written so that it reads back as it should")
        return text


def _end_of(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
