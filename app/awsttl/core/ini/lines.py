"""The lines of an ini file as Python's ``configparser`` takes them, each with its number.

The parser itself forgets where a value stood. The rules here are those of
``RawConfigParser._read``: what is indented deeper than the key above continues its value, and
comments have lines of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

# Matched against lines without blanks at their ends; the parser's own are as permissive.
_HEADER: Final = re.compile(r"\[(?P<name>.+)\]")
_OPTION: Final = re.compile(r"(?P<key>[^=:]+?)\s*[=:]\s*(?P<value>.*)")


class Line(NamedTuple):
    """One line that says something."""

    number: int
    """Counted from 1."""
    section: str
    """What stands between the brackets of the header above."""
    key: str
    """In lower case; empty on the header's own line."""
    value: str
    continues: bool = False
    """Whether the value goes on from the line above."""


def read_lines(text: str) -> Iterator[Line]:
    """The headers, keys and continued values of *text*; what cannot be parsed is passed over."""
    section: str | None = None
    key = ""
    level = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        content = raw.strip()
        if not content or content.startswith(("#", ";")):
            continue
        indentation = len(raw) - len(raw.lstrip())
        if section is not None and key and indentation > level:
            yield Line(number, section, key, content, continues=True)
            continue
        level = indentation
        if header := _HEADER.match(content):
            section, key = header["name"], ""
            yield Line(number, section, key, "")
        elif section is not None and (option := _OPTION.match(content)):
            key = option["key"].lower()
            yield Line(number, section, key, option["value"])
