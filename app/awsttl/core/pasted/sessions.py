"""Values that were found in a text → sessions, each with what belongs to it.

A session's values stand together. So the values are taken in the order of the text, and a new
session begins where a field comes a second time with another value, at the header of a section, and
behind a session that is whole where a paragraph or an object ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from awsttl.core.pasted.model import KEYS, LONG_TERM, Field, Found

_SECTION: Final = re.compile(
    r"""^[ \t]*\[[ \t]*(?:profile[ \t]+)?["']?([\w.@:/+ -]{1,128}?)["']?[ \t]*\][ \t]*$""",
    re.MULTILINE,
)
_PARAGRAPH: Final = re.compile(
    r"\n[ \t]*\n|[}\]][ \t]*,?[ \t]*(?:\n|\{|\Z)|^[ \t]*-{3,}|</\w", re.MULTILINE
)


"""An empty line, the end of an object, of a list, of an element, a ruling."""


_OPTION: Final = re.compile(r"--profile[ =]{1,4}[\"']?([\w.@:/+-]{1,128})")


class Group:
    """The values of one session, as far as they were found."""

    def __init__(self, profile: str = "") -> None:
        self.profile = profile
        self.values: dict[Field, Found] = {}

    def __repr__(self) -> str:
        return f"Group({', '.join(self.values)})"

    def text(self, field: Field) -> str:
        """The value of a field; empty where there is none."""
        found = self.values.get(field)
        return found.value.reveal() if found else ""

    @property
    def place(self) -> int:
        """Where in the text it begins."""
        return min((found.place for found in self.values.values()), default=0)

    @property
    def has_keys(self) -> bool:
        """Whether there is anything of a session in it."""
        return any(field in self.values for field in KEYS)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing that such a key needs."""
        has_pair = Field.ID in self.values and Field.SECRET in self.values
        is_long_term = self.text(Field.ID).startswith(LONG_TERM)
        return has_pair and (is_long_term or Field.TOKEN in self.values)

    def takes(self, found: Found) -> bool:
        """Whether a value can belong to this session."""
        own = self.values.get(found.field)
        return own is None or own.value == found.value or found.weak

    def add(self, found: Found) -> None:
        """Take a value; where there is one already, that stays."""
        self.values.setdefault(found.field, found)

    def complete(self, other: Group) -> None:
        """Take from another finding of the same session what is missing here."""
        for found in other.values.values():
            self.add(found)
        self.profile = self.profile or other.profile


def groups(text: str, found: Iterable[Found], *, by_family: bool = True) -> list[Group]:
    """The values of a plain text by session. *by_family*: names with other prefixes are others'."""
    values = sorted(_said(found), key=lambda each: each.place)
    sections = [(match.start(), match[1].strip()) for match in _SECTION.finditer(text)]
    made: list[Group] = []
    open_groups: dict[str, Group] = {}
    last: Group | None = None
    options = {match[1] for match in _OPTION.finditer(text)}
    before, section, profile = 0, 0, options.pop() if len(options) == 1 else ""
    for value in values:
        while section < len(sections) and sections[section][0] < value.place:
            profile = sections[section][1]
            section += 1
            open_groups, last = {}, None
        family = value.family if by_family else ""
        group = open_groups.get(family)
        if group is not None and group.is_whole and _PARAGRAPH.search(text, before, value.place):
            group = None
        if group is None or not group.takes(value):
            if value.field not in KEYS and last is not None and value.field not in last.values:
                last.add(value)
                continue
            group = Group(profile)
            made.append(group)
            open_groups[family] = group
        group.add(value)
        if value.field in KEYS:
            last, before = group, value.place
    return [group for group in made if group.has_keys]


def _said(found: Iterable[Found]) -> Sequence[Found]:
    """Without what stands in comments, unless all keys do."""
    values = list(found)
    keys = [each for each in values if each.field in KEYS and not each.weak]
    if all(each.comment for each in keys):
        return values
    return [each for each in values if not each.comment or each.field not in KEYS]
