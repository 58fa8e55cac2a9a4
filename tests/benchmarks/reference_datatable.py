"""The reference for a live screen: awsttl's rows in a DataTable, as one would first write it.

Every second ``update_cell`` for each visible cell whose text has changed, and for no other. It
reads the files once, at the start; it follows no changes, and has no details and no header.
"""

from __future__ import annotations

import os
import sys
import time

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Static

from awsttl.core.countdown import METER_CELLS
from awsttl.core.profiles import environment
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.view import layout, rows
from awsttl.core.view.arrangement import Arrangement, arrange
from awsttl.core.view.ranking import View
from awsttl.core.view.rows import Row
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader

WIDTH = 120


class Table(App[None]):
    """*visible* rows of the table, the rest below its edge."""

    BINDINGS = [("q", "quit", "Quit")]  # noqa: RUF012 (as Textual documents it)
    CSS = "#rest { height: 1fr; }"

    def __init__(self, arrangement: Arrangement, visible: int) -> None:
        super().__init__()
        self.arrangement = arrangement
        self.visible_items = arrangement.items[:visible]
        self.columns = layout.columns(WIDTH, arrangement.wanted)
        self.shown: dict[str, Row] = {}

    def compose(self) -> ComposeResult:
        table: DataTable[str] = DataTable(cursor_type="row")
        table.styles.height = len(self.visible_items) + 1
        yield table
        yield Static(id="rest")
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for column in self.columns:
            table.add_column(column.title, key=column.field, width=column.width)
        now = time.time()
        for item in self.arrangement.items:
            row = rows.row(item, now)
            cells = (cell(row, column.field) for column in self.columns)
            table.add_row(*cells, key=row.key)
            self.shown[row.key] = row
        self.set_interval(1, self.tick)

    def tick(self) -> None:
        table = self.query_one(DataTable)
        now = time.time()
        for item in self.visible_items:
            row = rows.row(item, now)
            old = self.shown[row.key]
            for column in self.columns:
                text = cell(row, column.field)
                if text != cell(old, column.field):
                    table.update_cell(row.key, column.field, text)
            self.shown[row.key] = row


def cell(row: Row, field: str) -> str:
    """The text of a cell; the meter as awsttl draws it, but for its mark."""
    if field != "meter":
        return str(getattr(row, field))
    full, half = divmod(max(0, row.meter), 2)
    return ("━" * full + "╸" * half).ljust(METER_CELLS, "╌")


if __name__ == "__main__":
    files = Reader(Locations.of(os.environ)).settle()
    seen = snapshot(files, environment.read(os.environ))
    Table(arrange(seen, View(), time.time()), int(sys.argv[1])).run()
