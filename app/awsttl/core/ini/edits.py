"""Changes some sections in the text of a file, and leaves every other byte alone.

Comments, order, line ends, indentation, the spelling of keys and other sections stay as they
are. Nothing is taken on trust: the result is read again, and must differ in just what was asked.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from awsttl.core.ini.document import DEFAULT, Document, Section, Text, Value, parse
from awsttl.core.ini.secret_values import hidden, is_secret
from awsttl.core.secret import Secret

Nested = Mapping[str, str | None]
"""Of a map below a key: name → value; ``None`` takes the name out, and the map with its last."""
Wanted = Mapping[str, str | Nested | None]
"""Key, in lower case → what it is to hold; ``None`` takes the key out."""


class Put(NamedTuple):
    """Sets keys in the section of a header, which is made if it is not there."""

    header: str
    values: Wanted


class Drop(NamedTuple):
    """Takes a section out, from its header to its last key."""

    header: str


class Rename(NamedTuple):
    """Gives a section another header."""

    header: str
    new: str


Change = Put | Drop | Rename

_UP_TO_VALUE: Final = re.compile(r"[^=:]+[=:][^\S\r\n]*")
_UP_TO_NESTED: Final = re.compile(r"[^=]*=[^\S\r\n]*")
_DEEPER: Final = "    "
"""How much deeper than its key a new map is indented; as the AWS CLIs write it."""


def put(text: str, header: str, values: Mapping[str, str], remove: Collection[str] = ()) -> str:
    """*text* with *values* in the section of that header, and without the keys *remove*.

    See :func:`change`.
    """
    return change(parse(text), text, [Put(header, {**dict.fromkeys(remove), **values})])


def change(document: Document, text: str, changes: Iterable[Change]) -> str:
    """*text*, which was read as *document*, with these changes; one for each header at most.

    Raises ``ValueError`` where this is not possible: the text does not parse, a header cannot be
    written, a value has more than one line.
    """
    draft = _Draft(document, text)
    for each in changes:
        match each:
            case Put():
                draft.put(each)
            case Drop():
                draft.drop(each.header)
            case Rename():
                draft.rename(each)
    return draft.checked()


class _Draft:
    """The lines of a file under change.

    What goes is emptied, and what comes is added to the line above it, so that numbers hold.
    """

    def __init__(self, document: Document, text: str) -> None:
        if document.faults:
            fault = document.faults[0]
            raise ValueError(f"it does not parse: line {fault.line}: {fault.reason}")
        self._before = document
        self._sections = tuple(document.sections())
        self._places = {section.header: n for n, section in enumerate(self._sections)}
        self._lines = io.StringIO(text, newline="").readlines()
        self._end = _end_of(self._lines[0]) if self._lines and _end_of(self._lines[0]) else "\n"
        """How lines end in this file: as the first one does."""
        self._added: list[str] = []
        """New sections, below everything."""
        self._wanted = document.settings().copy()
        self._rows: dict[int, dict[int, str]] | None = None

    # ---------------------------------------------------------------- sections

    def put(self, asked: Put) -> None:
        """Set keys, and take some out."""
        if asked.header == DEFAULT:
            raise ValueError("the keys of [DEFAULT] would be those of every profile")
        before = self._wanted.get(asked.header, self._before.defaults())
        self._wanted[asked.header] = _merged(before, asked.values)
        place = self._places.get(asked.header)
        own = self._sections[place].values if place is not None else {}
        values = {
            key: _with_inherited(value, before.get(key)) if key not in own else value
            for key, value in asked.values.items()
        }
        if place is not None:
            self._change(place, values)
            return
        self._added += [self._end, f"[{asked.header}]{self._end}"]
        for key, value in values.items():
            self._added += self._written("", key, value)

    def drop(self, header: str) -> None:
        """Empty the lines of a section. Comments below its last key may be of the next one."""
        number = self._place(header)
        section = self._sections[number]
        first, last = section.line - 1, self._last_line(section)
        self._outdent(self._sections[number + 1 : number + 2], _indentation_of(self._lines[first]))
        # One of the two gaps around it goes too, so that no gap grows.
        if first == 0 or self._is_blank(first - 1):
            while last < len(self._lines) and self._is_blank(last):
                last += 1
            if last == len(self._lines):
                while first > 0 and self._is_blank(first - 1):
                    first -= 1
        for place in range(first, last):
            self._lines[place] = ""
        del self._wanted[header]

    def _outdent(self, following: tuple[Section, ...], most: str) -> None:
        """Indent the header below a section that goes no deeper than that one was.

        Else it would continue the value of the last key above.
        """
        for section in following:
            line = self._lines[section.line - 1]
            if len(_indentation_of(line)) > len(most):
                self._lines[section.line - 1] = most + line.lstrip()

    def rename(self, asked: Rename) -> None:
        """Write another header in the place of this one."""
        if DEFAULT in (asked.header, asked.new):
            raise ValueError("the keys of [DEFAULT] would be those of every profile")
        if asked.new in self._wanted:
            raise ValueError(f"there is a section [{asked.new}] already")
        row = self._sections[self._place(asked.header)].line - 1
        line = self._lines[row]
        begin, end = line.index("["), line.rindex("]")
        self._lines[row] = f"{line[: begin + 1]}{asked.new}{line[end:]}"
        self._wanted = {
            asked.new if name == asked.header else name: values
            for name, values in self._wanted.items()
        }

    def _is_blank(self, place: int) -> bool:
        return not self._lines[place].strip()

    def _place(self, header: str) -> int:
        if header not in self._places:
            raise ValueError(f"there is no section [{header}]")
        return self._places[header]

    def _last_line(self, section: Section) -> int:
        return max(map(self._before.end_of, (section.line, *section.lines.values())))

    # ---------------------------------------------------------------- keys

    def _change(self, place: int, values: Wanted) -> None:
        """Change a section where it stands. New keys stand below its last one."""
        section = self._sections[place]
        for key in section.lines.keys() & values.keys():
            value = values[key]
            if value is None:
                self._remove(section, key)
            elif isinstance(value, str):
                self._set(section, key, value)
            else:
                self._set_nested(section, key, value)
        missing = {key: value for key, value in values.items() if key not in section.lines}
        if any(value is not None for value in missing.values()):
            indentation = self._indentation(place)
            written = [self._written(indentation, key, value) for key, value in missing.items()]
            self._insert(self._last_line(section), *written)

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
        for place in range(line - 1, self._before.end_of(line)):
            content = self._lines[place].strip()
            if content and not content.startswith(("#", ";")):
                self._lines[place] = ""

    def _set_nested(self, section: Section, key: str, values: Nested) -> None:
        """Set names in the map below a key; the lines of its other names stay."""
        if section.values[key] and not isinstance(section.values[key], dict):
            raise ValueError(f'"{key}" holds a text, and no settings below it')
        if self._rows is None:
            self._rows = dict(self._before.continued())
        line = section.lines[key]
        rows = self._rows.get(line, {})
        by_name: dict[str, list[int]] = {}
        for number, text in rows.items():
            by_name.setdefault(text.partition("=")[0].strip(), []).append(number)
        if not any(value is not None for value in values.values()) and by_name.keys() <= set(
            values
        ):
            self._remove(section, key)
            return
        like = self._lines[max(rows) - 1] if rows else _indentation_of(self._lines[line - 1])
        deeper = _indentation_of(like) if rows else like + _DEEPER
        for name in by_name.keys() & values.keys():
            self._set_rows(by_name[name], values[name])
        missing = {name: value for name, value in values.items() if name not in by_name}
        if missing:
            self._insert(max(rows, default=line), self._nested(deeper, missing))

    def _set_rows(self, numbers: list[int], value: str | None) -> None:
        """Of a name that stands on several lines, the last one counts."""
        if value is None:
            for number in numbers:
                self._lines[number - 1] = ""
            return
        row = self._lines[numbers[-1] - 1]
        up_to_value = _UP_TO_NESTED.match(row)
        if up_to_value is None:
            raise ValueError("a line below it has no =")
        self._lines[numbers[-1] - 1] = up_to_value[0] + value + _end_of(row)

    def _written(self, indentation: str, key: str, value: str | Nested | None) -> list[str]:
        """The lines of a key that was not there."""
        if value is None:
            return []
        if isinstance(value, str):
            return [f"{indentation}{key} = {value}{self._end}"]
        below = self._nested(indentation + _DEEPER, value)
        return [f"{indentation}{key} ={self._end}", *below] if below else []

    def _nested(self, indentation: str, values: Nested) -> list[str]:
        return [
            f"{indentation}{name} = {value}{self._end}"
            for name, value in values.items()
            if value is not None
        ]

    def _insert(self, below: int, *groups: list[str]) -> None:
        """Add lines below a line, counted from 1, of the file as it was."""
        new = "".join(line for group in groups for line in group)
        if not new:
            return
        if below == len(self._lines):
            self._complete_last_line()
        self._lines[below - 1] += new

    def _indentation(self, place: int) -> str:
        """How a new key of that section is indented: as the last of its keys.

        What is indented deeper than the key above it continues that key's value. So where no key
        is left, a new one is indented no less than the header that follows.
        """
        section = self._sections[place]
        following = self._sections[place + 1 : place + 2]
        left = [line for line in section.lines.values() if self._lines[line - 1]]
        like = left[-1] if left else following[0].line if following else section.line
        return _indentation_of(self._lines[like - 1])

    def _complete_last_line(self) -> None:
        if self._lines and self._lines[-1] and not _end_of(self._lines[-1]):
            self._lines[-1] += self._end

    # ---------------------------------------------------------------- the result

    def checked(self) -> str:
        """The new text. Raises ``ValueError`` unless it is read as it should be."""
        text = "".join(self._lines)
        if self._added:
            added = "".join(self._added)
            if text and not _end_of(text):
                text += self._end
            if not text or not _last_row(text).strip():
                added = added.removeprefix(self._end)
            text += added
        after = parse(text)
        if (
            after.faults
            or after.settings() != self._wanted
            or after.defaults() != self._before.defaults()
        ):
            raise ValueError("the section cannot be written so that it reads back as it should")
        return text


def _merged(before: Mapping[str, Value], values: Wanted) -> dict[str, Value]:
    """What a section is to hold."""
    after = dict(before)
    for key, value in values.items():
        if value is None:
            after.pop(key, None)
        elif isinstance(value, str):
            after[key] = Secret(value) if is_secret(key) else value
        elif (below := _merged_map(before.get(key, ""), value, key)) is None:
            after.pop(key, None)
        else:
            after[key] = below
    return after


def _with_inherited(value: str | Nested | None, inherited: Value | None) -> str | Nested | None:
    """A map as it has to be written where ``[DEFAULT]`` has given one up to now: whole."""
    if value is None or isinstance(value, str) or not isinstance(inherited, dict):
        return value
    return {**{_plain(name): _plain(held) for name, held in inherited.items()}, **value}


def _merged_map(before: Value, values: Nested, key: str) -> dict[Text, Text] | None:
    held = before if isinstance(before, dict) else {}
    plain = {_plain(name): _plain(value) for name, value in held.items()}
    for name, value in values.items():
        if value is None:
            plain.pop(name, None)
        else:
            plain[name] = value
    return hidden(plain, all_of_them=is_secret(key)) if plain else None


def _plain(text: Text) -> str:
    return text.reveal() if isinstance(text, Secret) else text


def _indentation_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _last_row(text: str) -> str:
    body = text.removesuffix("\n").removesuffix("\r")
    return body[max(body.rfind("\n"), body.rfind("\r")) + 1 :]


def _end_of(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
