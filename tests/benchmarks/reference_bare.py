"""The reference for start-up, rest and memory: hardly anything can be drawn with less."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import DataTable, Footer


class BareApp(App[None]):
    """A footer, and a table of twenty rows."""

    BINDINGS: ClassVar[list[BindingType]] = [("q", "quit", "Quit")]

    def compose(self) -> ComposeResult:
        yield DataTable[str]()
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("PROFILE", "STATE", "LEFT")
        for number in range(20):
            table.add_row(f"row {number:02d}", "valid", "59:59")


if __name__ == "__main__":
    BareApp().run()
