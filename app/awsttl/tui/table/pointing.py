"""Where the mouse points in the head of the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from awsttl.core.settings import Sort
from awsttl.core.view import layout
from awsttl.core.view.layout import Column
from awsttl.tui.table.paint import Plan

SORTED_BY: Final = {
    "name": Sort.NAME,
    "word": Sort.URGENCY,
    "left": Sort.URGENCY,
    "meter": Sort.URGENCY,
    "ends": Sort.URGENCY,
    "account": Sort.ACCOUNT,
}
"""The columns by which rows can be sorted, and in which order a click on their head puts them."""


def column_at(plan: Plan, x: int) -> Column | None:
    """The column in whose head the cell *x* of the table is."""
    for start, column in _places(plan):
        if start <= x < start + column.width:
            return column
    return None


def _places(plan: Plan) -> Iterator[tuple[int, Column]]:
    bands = (
        (layout.MARGIN - 1, plan.identity),
        (plan.identity_width, plan.clock),
        (plan.identity_width + plan.clock_width + layout.GAP, plan.facts),
    )
    for start, columns in bands:
        place = start
        for column in columns:
            yield place, column
            place += column.width + layout.GAP
