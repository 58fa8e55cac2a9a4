"""Tables: a line with the names of the columns, and lines with values below it.

So come the CSV files of the IAM console, the tables of the AWS CLI, of PowerShell, of nushell, of
Markdown.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from awsttl.core.pasted import names, values, wrapping
from awsttl.core.pasted.model import KEYS, Field, Found
from awsttl.core.secret import Secret

_RULING: Final = re.compile(r"[-+=|:─━═│┃║┼├┤┬┴╪╞╡╭╮╰╯┌┐└┘ \t]+")
_BARS: Final = re.compile(r"[|│┃║]")
_GAP: Final = re.compile(r"\s{2,}")
_ASSIGNMENT: Final = re.compile(r"[=:]\s*[^=\s]")
_HEAD: Final = re.compile(r"secret|access", re.IGNORECASE)

_MOST_COLUMNS: Final = 40
_LONGEST_HEAD: Final = 2000

_Split = Callable[[str], Sequence[str]]


def found_in(text: str) -> Iterator[Found]:
    """Every value that stands in a column of a known name. *text* is plain."""
    split: _Split | None = None
    fields: list[Field | None] = []
    place = 0
    for line in text.split("\n"):
        start, place = place, place + len(line) + 1
        if (head := _head(line)) is not None:
            split, fields = head
        elif split is not None and line.strip() and not _RULING.fullmatch(line):
            found = list(_row(split(line), fields, text, (start, place - 1)))
            yield from found
            if not found:
                split = None


def _head(line: str) -> tuple[_Split, list[Field | None]] | None:
    """How the lines below are split, and what their columns are; ``None``: it is no head."""
    if len(line) > _LONGEST_HEAD or len(_HEAD.findall(line)) < 2:
        return None
    for split in _splits(line):
        cells = split(line)
        fields = [names.field_of(cell) for cell in cells[:_MOST_COLUMNS]]
        if Field.ID in fields and Field.SECRET in fields:
            return split, fields
    return None


def _splits(line: str) -> Iterator[_Split]:
    """The ways in which a line can be split, the surest first."""
    if _BARS.search(line):
        yield _at_bars
    for mark in ",;\t":
        if mark in line:
            yield _at_mark(mark)
    if _GAP.search(line.strip()):
        yield _at_places([match.start() for match in re.finditer(r"(?<!\S)\S", line)], line)


def _at_bars(line: str) -> Sequence[str]:
    cells = [cell.strip() for cell in _BARS.split(line)]
    while cells and not cells[0]:
        cells.pop(0)
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _at_mark(mark: str) -> _Split:
    def split(line: str) -> Sequence[str]:
        try:
            return [cell.strip() for cell in next(csv.reader([line], delimiter=mark), [])]
        except csv.Error:
            return []

    return split


def _at_places(starts: Sequence[int], head: str) -> _Split:
    """Columns that begin where their names do, with two blanks or more before them."""
    own = [start for start in starts if start == starts[0] or head[start - 2 : start].isspace()]

    def split(line: str) -> Sequence[str]:
        cells = _GAP.split(line.strip())
        if len(cells) == len(own):
            return cells
        ends = [*own[1:], len(line)]
        return [line[start:end].strip() for start, end in zip(own, ends, strict=True)]

    return split


def _row(
    cells: Sequence[str], fields: Sequence[Field | None], text: str, line: tuple[int, int]
) -> Iterator[Found]:
    """The values of a line; none where it is no line of this table.

    *line* is where the line begins and ends. What is last in it may go on in the next.
    """
    start, end = line
    if len(cells) < len(fields):
        return
    pairs = list(zip(fields, cells, strict=False))
    if not any(field is Field.ID and _is_key(field, cell) for field, cell in pairs):
        return
    for number, (field, cell) in enumerate(pairs):
        if field is None or not cell or (field in KEYS and not _is_key(field, cell)):
            continue
        value = cell
        if field in KEYS and number == len(cells) - 1:
            value = wrapping.continued(text, end, cell, field)
        yield Found(field, Secret(value), start)


def _is_key(field: Field, cell: str) -> bool:
    """Whether a cell holds a key, or what stands for one; a name with its value does not."""
    if not cell or _ASSIGNMENT.search(cell):
        return False
    return values.judge(field, cell) is not values.Verdict.NOTHING
