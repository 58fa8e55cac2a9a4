"""A row of words → coloured segments, one band at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from awsttl.core.countdown import METER_CELLS
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.remedies import Problem
from awsttl.core.settings import ColumnSet, Sort
from awsttl.core.view import layout
from awsttl.core.view.layout import GAP, Column, Wanted
from awsttl.core.view.ranking import View
from awsttl.core.view.rows import AUTO, LIVE, Row

if TYPE_CHECKING:
    from awsttl.core.view.groups import Head

ROOM_FOR_REMARK: Final = 32
"""Cells below which the facts of a row are too narrow for a sentence."""
ROOM_FOR_FINDING: Final = 24
"""Cells that a finding gets at least, at the cost of the last columns."""
_GIVING_WAY: Final = (("account", "role", "region"), ("source", "account", "role", "region"))
"""The columns that a finding takes the place of; the more only if the fewer are not enough."""
_KEEPING_ACCOUNT: Final = (
    ("role", "region"),
    ("source", "role", "region"),
    ("ends", "source", "role", "region"),
    ("ends", "source", "role", "region", "account"),
)
"""The same, where the account is what one looks for."""

_SORTED_FIELD: Final = {Sort.URGENCY: "left", Sort.NAME: "name", Sort.ACCOUNT: "account"}


class Remark(NamedTuple):
    """What a renewal has to say on its row, in place of the facts."""

    text: str
    tone: str
    """``working``, ``valid``, ``dim`` or ``expired``: a style of the table."""
    problem: Problem | None = None
    """Why it failed, at length, for the details."""


class Marks(NamedTuple):
    """What the person chose for a profile."""

    kept: bool = False
    """Kept alive."""
    hidden: bool = False
    """Left out of the table, unless the hidden ones are asked for."""
    chosen: bool = False
    """Marked, so that the next key acts on it."""


NO_MARKS: Final = Marks()
KEPT: Final = "↻"
HIDDEN: Final = "⊘"
CHOSEN: Final = "✓"


class Plan(NamedTuple):
    """The columns of the three bands, and how wide the bands are."""

    identity: tuple[Column, ...] = ()
    clock: tuple[Column, ...] = ()
    facts: tuple[Column, ...] = ()
    width: int = 0
    """The cells of the table for which it was made."""
    wanted: Wanted = Wanted()
    """What its columns depend on besides the width."""

    @classmethod
    def of(cls, width: int, wanted: Wanted) -> Plan:
        """The plan for a table of *width* cells."""
        columns = layout.columns(width, wanted)
        identity = tuple(column for column in columns if column.field in ("name", "word"))
        clock = tuple(column for column in columns if column.field in ("left", "meter"))
        rest = tuple(column for column in columns if column not in (*identity, *clock))
        return cls(identity, clock, rest, width, wanted)

    @property
    def name_width(self) -> int:
        """The cells of a name."""
        return self.identity[0].width

    @property
    def identity_width(self) -> int:
        # The gap behind it included: the clock's band begins with the countdown itself, so that
        # a tick sends nothing else.
        return layout.MARGIN - 1 + _span(self.identity) + GAP

    @property
    def clock_width(self) -> int:
        return _span(self.clock)

    @property
    def facts_width(self) -> int:
        return max(0, self.width - self.identity_width - self.clock_width)

    @property
    def widths(self) -> tuple[int, int, int]:
        """Those of the three bands, from left to right."""
        return self.identity_width, self.clock_width, self.facts_width

    @property
    def left_width(self) -> int:
        """Cells from the clock band's edge to the end of the countdown."""
        return sum(column.width for column in self.clock if column.field == "left")


def _span(columns: tuple[Column, ...]) -> int:
    return sum(column.width for column in columns) + GAP * max(0, len(columns) - 1)


class Painter:
    """Paints heads and rows by a plan, with styles that *style* looks up by name."""

    def __init__(self, style: Callable[[str], Style]) -> None:
        self._style = style
        self.plan = Plan()

    def head(self, lead: int, columns: tuple[Column, ...], view: View) -> list[Segment]:
        """The titles of a band; the one that the rows are sorted by bears a mark."""
        mark = " ▴" if view.backwards else " ▾"
        style = self._style("head")
        segments = [Segment(" " * lead, style)]
        for number, column in enumerate(columns):
            title = column.title + (mark if column.field == _SORTED_FIELD[view.sort] else "")
            segments.append(Segment(" " * (GAP if number else 0), style))
            segments.append(Segment(layout.fit(title, column.width, right=column.right), style))
        return segments

    def identity(
        self, row: Row, marks: Marks = NO_MARKS, text: str = "", *, is_cursor: bool = False
    ) -> list[Segment]:
        """The mark of the cursor or of a hidden row, glyph, name and state.

        *text*: the name in as many cells as there are, if it was cut already.
        """
        name, word = self.plan.identity
        tone = self._style(row.tone)
        style = self._style("bright") if is_cursor or row.needs_you else None
        if (row.is_entry or marks.hidden) and not is_cursor:
            style = self._style("dim")
        aside = Segment(HIDDEN if marks.hidden else " ", self._style("dim"))
        return [
            Segment("▌", self._style("accent")) if is_cursor else aside,
            Segment(row.glyph, tone),
            Segment(CHOSEN if marks.chosen else " ", self._style("accent")),
            Segment(text or name.cell(row), style),
            # What is healthy recedes: of a valid row only the glyph is coloured.
            Segment("  " + word.cell(row), self._style("dim") if _healthy(row) else tone),
        ]

    def group(self, head: Head, start: int, width: int) -> list[Segment]:
        """The part of a group's head from a cell on, *width* cells of it."""
        need = "needs" if head.needing == 1 else "need"
        words = f" · {head.needing:,} {need} you" if head.needing else ""
        label, name, rows = head.parts(max(1, self.plan.width - 2 - len(words)))
        bright, dim = self._style("group"), self._style("dim")
        line = Strip(
            [
                Segment(f" {label}", dim if name else bright),
                Segment(name, bright),
                Segment(rows, dim),
                Segment(words, self._style("expired")),
            ]
        )
        return list(line.crop(start, start + width))

    def clock(self, row: Row, remark: Remark | None) -> list[Segment]:
        """Time left and meter, or the beginning of a message."""
        text, style, across = self._message(row, remark)
        if across:
            return [Segment(layout.cut(text, self.plan.clock_width)[0], style)]
        segments: list[Segment] = []
        for number, column in enumerate(self.plan.clock):
            if number:
                segments.append(Segment(" " * GAP))
            if column.field == "meter":
                segments.extend(self._meter(row))
            else:
                tone = None if _healthy(row) else self._style(row.tone)
                segments.append(Segment(column.cell(row), tone))
        return segments

    def facts(self, row: Row, remark: Remark | None, marks: Marks = NO_MARKS) -> list[Segment]:
        """The remaining columns, or a message in their place."""
        text, style, across = self._message(row, remark)
        width = self.plan.facts_width
        if across:
            _, tail = layout.cut(text, self.plan.clock_width)
            return [Segment(layout.fit(tail, max(1, width - 1)), style)]
        if text:
            return [Segment(" " * GAP), Segment(layout.fit(text, max(1, width - GAP)), style)]
        segments: list[Segment] = []
        gap = Segment(" " * GAP)
        columns = self._facts_beside(row.finding)
        if marks.kept and not columns:
            segments = [Segment(" "), Segment(KEPT, self._style("accent"))]
        marked = _marked(columns) if marks.kept else ""
        for column in columns:
            # What asks for a person stands out from what renews by itself.
            asks = column.field == "renews" and row.renews not in (AUTO, "—")
            segments.append(gap)
            segments.append(Segment(column.cell(row), None if asks else self._style("dim")))
            gap = Segment(" " * GAP)
            if column.field == marked:
                # In the gap, so that no column moves; behind the last there is a cell as well.
                segments.append(Segment(KEPT, self._style("accent")))
                gap = Segment(" " * (GAP - len(KEPT)))
        if row.finding:
            room = width - sum(segment.cell_length for segment in segments) - gap.cell_length - 1
            is_calm = row.finding.startswith(LIVE)
            text = layout.fit(row.finding if is_calm else f"! {row.finding}", max(1, room))
            segments += [gap, Segment(text, self._style("accent" if is_calm else "expiring"))]
        return segments

    def _facts_beside(self, finding: str) -> Sequence[Column]:
        """All columns, or those that leave room for a finding."""
        kept: Sequence[Column] = self.plan.facts
        if finding:
            is_calm = finding.startswith(LIVE)
            # The finding stands behind a gap, and the last cell of the table stays empty.
            room = layout.cell_width(finding) + GAP + 1 if is_calm else ROOM_FOR_FINDING
            ways = _GIVING_WAY if _is_usual(self.plan.wanted) else _KEEPING_ACCOUNT
            for fields in ((), *ways) if is_calm else ways:
                kept = [column for column in self.plan.facts if column.field not in fields]
                used = sum(column.width + GAP for column in kept)
                if self.plan.facts_width - used >= room:
                    break
        return kept

    def _message(self, row: Row, remark: Remark | None) -> tuple[str, Style | None, bool]:
        """What takes the place of columns, its style, and whether of the clock's too.

        What a row says of itself replaces its clock. A renewal's remark leaves the clock alone,
        unless there is no room beside it: after "renewed" it is the clock that people look at.
        """
        if remark is not None:
            room = self.plan.facts_width
            narrow = room < ROOM_FOR_REMARK and room - GAP < layout.cell_width(remark.text)
            return remark.text, self._style(remark.tone), narrow
        if row.note:
            return row.note, self._style("dim"), True
        return "", None, False

    def _meter(self, row: Row) -> list[Segment]:
        """``━━━┿━╸╌╌╌``: the last hour in half cells, the reuse point marked if there is one."""
        if row.meter < 0:
            return [Segment(" " * METER_CELLS)]
        full, half = divmod(row.meter, 2)
        bar = "━" * full + "╸" * half
        if 0 <= row.mark < full:
            bar = bar[: row.mark] + "┿" + bar[row.mark + 1 :]
        empty = "".join("┊" if cell == row.mark else "╌" for cell in range(len(bar), METER_CELLS))
        tone = "calm" if _healthy(row) else row.tone
        return [Segment(bar, self._style(tone)), Segment(empty, self._style("faint"))]


def _is_usual(wanted: Wanted) -> bool:
    """Whether the account is one of many facts, and not what one looks for."""
    return wanted.chosen is ColumnSet.ALL and not layout.is_account_first(wanted)


def _marked(columns: Sequence[Column]) -> str:
    """The field behind which a kept profile bears its mark: how it renews, else the last one."""
    fields = [column.field for column in columns]
    return "renews" if "renews" in fields else "".join(fields[-1:])


def _healthy(row: Row) -> bool:
    """Whether it lives, and needs nobody when it ends: the AWS CLI gets the next one by itself."""
    return row.tone == "valid"
