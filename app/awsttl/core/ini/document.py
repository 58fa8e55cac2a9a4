"""A config or credentials file as the AWS CLIs read it: which line says what, and what is wrong.

This is the one place that knows the syntax. The rules are those of botocore's
``raw_config_parse``: Python's ``RawConfigParser``, and a second look at values of several lines.
``tests/core/ini/test_document.py`` holds the two together. A :class:`Document` knows more than
they do: at which line everything stands, and what can be read of a file with a fault. It is also
read in a sixth of the time, which counts: five thousand profiles are part of the first paint.

The rules in short:

* A line that begins with ``#`` or ``;`` is a comment. There are no other comments.
* ``[header]`` begins a section. What follows its last bracket does not count.
* A key ends at the first ``=`` or ``:`` and is read in lower case.
* A line that is indented deeper than the key above it continues the value of that key.
* A value with nothing on the line of its key, and something below, is a map of ``name = value``.
* The keys of ``[DEFAULT]`` are added to every section.
* A repeated section, a repeated key, and a line that is none of these are faults: the AWS CLIs
  refuse the whole file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from awsttl.core.ini.secret_values import hidden, is_secret
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.patterns import late
from awsttl.core.secret import Secret

DEFAULT: Final = "DEFAULT"
"""The header whose keys are added to every section."""

Text = str | Secret
Value = Text | dict[Text, Text]
"""What a key holds: text, or the map on the lines below it. Secrets are hidden."""

_BYTE_ORDER_MARK: Final = "\ufeff"
_NO_TEXT: Final = late("[\udc80-\udcff]")
"""Bytes that are not valid in the file's encoding, as ``surrogateescape`` decodes them."""
_SETTING: Final = late(r"[a-z0-9]{1,14}(_[a-z0-9]{1,14})*")


class Fault(NamedTuple):
    """Why the AWS CLIs refuse a file. The reason never quotes what may be a secret."""

    line: int
    """Counted from 1."""
    reason: str


class Section(NamedTuple):
    """A header and the keys below it. A section with a fault has those that can be read."""

    header: str
    """What stands between the brackets; empty where these do not close."""
    line: int
    """Where the header stands, counted from 1."""
    values: dict[str, Value]
    """Key, in lower case, → what it holds, in the order of the file."""
    lines: dict[str, int]
    """Key → the line where it stands."""


class Document:
    """A file that was read. Lines are counted from 1."""

    def __init__(self, reading: _Reading) -> None:
        self.faults: tuple[Fault, ...] = tuple(reading.faults)
        """By line. The AWS CLIs read the file if there is none."""
        self._begun = reading.begun
        self._spoilt = reading.spoilt
        self._lines = reading.lines
        self._ends = reading.ends
        ends = reading.ends.items()
        self._continued = {line: reading.rows[line:end] for line, end in ends}
        self.tails: tuple[int, ...] = tuple(reading.tails)
        """The lines of headers with more behind their bracket than a comment: it does not count."""
        self.open_headers: tuple[int, ...] = tuple(reading.open_headers)
        """The lines of keys that begin with a bracket."""

    def __len__(self) -> int:
        return len(self._begun)

    def __repr__(self) -> str:
        return f"<{len(self._begun)} headers, {len(self.faults)} faults>"

    def settings(self) -> dict[str, dict[str, Value]]:
        """Each header with its keys: its own first, then those of ``[DEFAULT]``.

        Sections with a fault are left out. The maps are the document's own: do not change them.
        """
        found = {
            header: values
            for place, (header, _, values, _) in enumerate(self._begun)
            if place not in self._spoilt and header != DEFAULT
        }
        if not (leaking := self.defaults()):
            return found
        return {header: {**values, **leaking, **values} for header, values in found.items()}

    def defaults(self) -> dict[str, Value]:
        """What ``[DEFAULT]`` adds to every section, wherever it stands."""
        found: dict[str, Value] = {}
        for place, (header, _, values, _) in enumerate(self._begun):
            if header == DEFAULT and place not in self._spoilt:
                found |= values
        return found

    def sections(self) -> Iterator[Section]:
        """Every header with what stands below it, in the order of the file."""
        return map(self.section, range(len(self._begun)))

    def headers(self) -> dict[str, int]:
        """Each header, with the place of its first section in the file."""
        places: dict[str, int] = {}
        for place, (header, _, _, _) in enumerate(self._begun):
            places.setdefault(header, place)
        return places

    def section(self, place: int) -> Section:
        """The section at a place: 0 is the first of the file."""
        header, line, values, first = self._begun[place]
        lines = self._lines[first : first + len(values)]
        return Section(header, line, values, dict(zip(values, lines, strict=True)))

    def end_of(self, line: int) -> int:
        """The last line of the value whose key stands on *line*."""
        return self._ends.get(line, line)

    def continued(self) -> Iterator[tuple[int, dict[int, str]]]:
        """Each line of a key whose value goes on, with the lines below it: number → text.

        The text may be a secret.
        """
        for line, rows in self._continued.items():
            contents = ((n, row.strip()) for n, row in enumerate(rows, start=line + 1))
            yield line, {n: text for n, text in contents if text and text[0] not in "#;"}


def parse(text: str, *faults: Fault) -> Document:
    """Read the text of a file. O(length); never raises.

    *faults* are known before, and concern the file as a whole. Bytes that are no text in the
    file's encoding are a fault of their line; in *text* they are the lone surrogates that
    Python's ``surrogateescape`` puts in their place.
    """
    reading = _Reading(text)
    reading.read_rows()
    reading.read_continued()
    reading.find_faults(text, faults)
    return Document(reading)


_Begun = tuple[str, int, dict[str, Value], int]
"""A section as it is found: header, line, values, and the place of its first key among the lines
of all keys. Thousands are made before the first paint, so it is a tuple without names."""


class _Reading:
    """One pass over the rows of a file, and what it has found."""

    def __init__(self, text: str) -> None:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.rows = text.removeprefix(_BYTE_ORDER_MARK).split("\n")
        self._known: set[str] = set()
        self._continued: dict[int, tuple[dict[str, Value], str]] = {}
        """Line of a key whose value goes on → the section's values, and the key."""
        self.begun: list[_Begun] = []
        """A section for each header."""
        self.lines: list[int] = []
        """Where each key of each section stands."""
        self.ends: dict[int, int] = {}
        """Line of a key whose value goes on → the last line of the value."""
        self.tails: list[int] = []
        self.open_headers: list[int] = []
        self.faults: list[Fault] = []
        self.spoilt: set[int] = set()
        """The places of the sections in which there is a fault."""

    def read_rows(self) -> None:
        """Find headers, keys and values. What is rare has a method of its own.

        The loop is written for speed: each row of the files is time before the first paint.
        """
        values: dict[str, Value] | None = None
        names: dict[str, str] = {}
        name_of = names.get
        secrets: set[str] = set()
        add_line = self.lines.append
        key, level = "", 0
        for number, row in enumerate(self.rows, start=1):
            content = row.strip()
            if not content or (first := content[0]) in "#;":
                continue
            if row[0] == first:
                level = 0
            else:
                indentation = len(row) - len(row.lstrip())
                if values is not None and key and indentation > level:
                    self._continue(values, key, number)
                    continue
                level = indentation
            if first == "[" and (begun := self._begin(content, number)) is not None:
                values, key = begun, ""
                continue
            raw, delimiter, value = content.partition("=")
            if ":" in raw:
                raw, delimiter, value = content.partition(":")
            # Thousands of sections have the same few keys: each is made, and judged, once.
            name = name_of(raw)
            if name is None:
                name = names[raw] = raw.rstrip().lower()
                if is_secret(name):
                    secrets.add(name)
            if values is None or not name or not delimiter or name in values:
                self._fail(values, number, content, name if delimiter else "")
                continue
            key = name
            value = value.lstrip()
            values[key] = Secret(value) if key in secrets else value
            add_line(number)

    def _begin(self, content: str, number: int) -> dict[str, Value] | None:
        """Begin a section; ``None`` where the row is a key that begins with ``[``."""
        end = content.rfind("]")
        if end < 2 and ("=" in content or ":" in content):
            self.open_headers.append(number)
            return None
        header = content[1:end] if end > 1 else ""
        if header and end + 1 < len(content) and content[end + 1 :].lstrip()[0] not in "#;":
            self.tails.append(number)
        if not header:
            self.faults.append(Fault(number, "an incomplete [section] header"))
        elif header in self._known and header != DEFAULT:
            self.faults.append(Fault(number, f'section "{header}" comes twice'))
        self._known.add(header)
        values: dict[str, Value] = {}
        self.begun.append((header, number, values, len(self.lines)))
        return values

    def _continue(self, values: dict[str, Value], key: str, number: int) -> None:
        """Note that the value of the last key goes on."""
        line = self.lines[-1]
        self._continued[line] = (values, key)
        self.ends[line] = number

    def _fail(self, values: dict[str, Value] | None, number: int, content: str, name: str) -> None:
        """A row that is no key, or a key that comes twice; *name* is empty for the former."""
        if "\0" in content:
            reason = "a zero byte: save the file as plain UTF-8"
        elif content[0] == "[":
            reason = "an incomplete [section] header"
        elif content[0] in "=:":
            reason = "nothing before the = or :"
        elif values is None:
            reason = "text before the first [section]"
        elif name:
            reason = _twice(name, self.begun[-1][0])
        else:
            reason = "a line without = or :"
        self.faults.append(Fault(number, reason))

    def read_continued(self) -> None:
        """Put the values of several lines together, and make maps of those that are maps."""
        for line, (values, key) in self._continued.items():
            first = values[key]
            assert not isinstance(first, dict)
            parts = self._parts(line)
            if not first:
                values[key] = self._map(line, key, parts)
            elif isinstance(first, Secret):
                values[key] = Secret("\n".join((first.reveal(), *parts.values())))
            else:
                values[key] = "\n".join((first, *parts.values()))

    def _parts(self, line: int) -> dict[int, str]:
        """The lines below a key that are in its value: empty ones are, comments are not."""
        rows = enumerate(self.rows[line : self.ends[line]], start=line + 1)
        contents = ((number, row.strip()) for number, row in rows)
        return {n: content for n, content in contents if not content.startswith(("#", ";"))}

    def _map(self, line: int, key: str, parts: dict[int, str]) -> dict[Text, Text]:
        used = self._is_used(line, key)
        found: dict[str, str] = {}
        for number, content in parts.items():
            # botocore splits the value once more, and at more than line ends.
            for piece in filter(str.strip, content.splitlines()):
                name, delimiter, value = piece.partition("=")
                found[name.strip()] = value.strip()
                if not delimiter and used:
                    self.faults.append(Fault(number, f"a line without = below {quoted(key)}"))
        return hidden(found, all_of_them=is_secret(key))

    def _is_used(self, line: int, key: str) -> bool:
        """Whether botocore looks at the value: one of ``[DEFAULT]`` has to reach a section."""
        if self.begun[self._section_at(line)][0] != DEFAULT:
            return True
        return any(key not in values for header, _, values, _ in self.begun if header != DEFAULT)

    def _section_at(self, line: int) -> int:
        """The place of the section that a line belongs to; -1 above the first."""
        return bisect_right(self.begun, line, key=lambda begun: begun[1]) - 1

    def find_faults(self, text: str, of_the_file: Iterable[Fault]) -> None:
        """Add the faults that no single row shows, and find the sections that faults spoil."""
        defaults = set[str]()
        for header, _, values, first in self.begun if DEFAULT in self._known else ():
            if header == DEFAULT:
                # It may stand more than once, as long as it has no key twice.
                for place, key in enumerate(values, start=first):
                    if key in defaults:
                        self.faults.append(Fault(self.lines[place], _twice(key, DEFAULT)))
                defaults |= values.keys()
        if not text.isascii() and _NO_TEXT.search(text):
            rows = enumerate(self.rows, start=1)
            self.faults += (Fault(n, "not valid UTF-8") for n, row in rows if _NO_TEXT.search(row))
        self.spoilt = {self._section_at(fault.line) for fault in self.faults}
        self.faults += of_the_file
        if text.startswith(_BYTE_ORDER_MARK):
            reason = "a byte-order mark stands before the text: save it as plain UTF-8"
            self.faults.append(Fault(1, reason))
        self.faults.sort(key=lambda fault: fault.line)


def _twice(key: str, header: str) -> str:
    return f'{quoted(key)} comes twice in "{header}"'


def quoted(key: str) -> str:
    """A key in quotes if it looks like a setting, else "a key": a secret may end in ``=``."""
    return f'"{key}"' if _SETTING.fullmatch(key) else "a key"
