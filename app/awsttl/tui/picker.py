"""``awsttl pick``: the dashboard's rows, to choose from. Typing filters at once, Enter chooses.

A program of its own and not a screen of the dashboard: it renews nothing, watches nothing, and
is gone as soon as something is chosen.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input, Static

from awsttl.core.model import Snapshot, Status
from awsttl.core.settings import Settings
from awsttl.core.view.arrangement import arrange
from awsttl.core.view.ranking import Ranking, View, rank
from awsttl.tui import theme
from awsttl.tui.around.filter_line import FilterLine
from awsttl.tui.base_app import BaseApp
from awsttl.tui.table.paint import Remark
from awsttl.tui.table.widget import SessionTable

CHOSEN: Final = Remark("✓ chosen", "valid")
"""What the row of a marked profile says."""

_ONE: Final = "⏎ choose  esc cancel"
_SEVERAL: Final = "⏎ choose  ⇥ mark  esc cancel"


class PickScreen(Screen[None]):
    """A line to type in, and the rows that have these words."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "cancel", show=False, priority=True),
        Binding("tab", "mark", show=False, priority=True),
        Binding("down,ctrl+n", "move(1)", show=False, priority=True),
        Binding("up,ctrl+p", "move(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]

    def __init__(
        self,
        snapshot: Snapshot,
        view: View,
        clock: Callable[[], float],
        *,
        several: bool,
    ) -> None:
        super().__init__(id="main")
        # Profiles only: an orphan or the environment's own session is nothing to choose.
        self._snapshot = snapshot._replace(environment=None, orphans=())
        self._view, self._clock, self._several = view, clock, several
        self._ranking: Ranking | None = None
        self._marked: dict[str, None] = {}
        """The profiles that are chosen so far, in the order in which they were."""
        self._nothing = Static("  no profile has these words", id="no-rows", markup=False)
        self.table = SessionTable(self._nothing, clock)
        hint = _SEVERAL if several else _ONE
        self._line = FilterLine("type to filter", hints=(hint, hint))

    def compose(self) -> ComposeResult:
        yield self._line
        yield self.table

    def on_mount(self) -> None:
        self._line.input.value = self._view.filter
        self._line.input.cursor_position = len(self._view.filter)
        self._line.input.focus()
        self._show()

    def _show(self) -> None:
        now = self._clock()
        if self._ranking is None or not self._ranking.serves(self._snapshot, self._view, now):
            self._ranking = rank(self._snapshot, self._view, now, self._ranking)
        arrangement = arrange(self._snapshot, self._view, now, self._ranking)
        self._nothing.display = not arrangement.items
        self.table.show(arrangement)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._view = self._view._replace(filter=event.value)
        self._show()
        self.table.move_to(self.table.arrangement.best[0])

    def on_input_submitted(self) -> None:
        self._choose()

    def on_session_table_chosen(self) -> None:
        self._choose()

    def on_click(self, _event: events.Click) -> None:
        self._line.input.focus()

    def _choose(self) -> None:
        item = self.table.item
        if not self._marked and isinstance(item, Status):
            self._marked[item.name] = None
        self.app.exit(list(self._marked))

    def action_cancel(self) -> None:
        """Choose nothing."""
        self.app.exit(None)

    def action_mark(self) -> None:
        """Choose the row as one of several, or no longer, and go on to the next."""
        item = self.table.item
        if not self._several or not isinstance(item, Status):
            return
        if item.name in self._marked:
            del self._marked[item.name]
        else:
            self._marked[item.name] = None
        self.table.remark(f"profile {item.name}", CHOSEN if item.name in self._marked else None)
        self.table.move(1)

    def action_move(self, steps: int) -> None:
        """Another row."""
        self.table.move(steps)

    def action_page(self, pages: int) -> None:
        """A screen up or down."""
        self.table.turn(pages)


class Picker(BaseApp[list[str]]):
    """Returns the names that were chosen; none if no profile has the words; ``None`` if cancelled.

    *settings* are the person's: order, threshold, theme, hidden profiles.
    """

    ENABLE_COMMAND_PALETTE = False
    CSS_PATH: ClassVar = theme.stylesheets("main")

    def __init__(
        self,
        snapshot: Snapshot,
        settings: Settings,
        query: str = "",
        clock: Callable[[], float] = time.time,
        *,
        several: bool = False,
    ) -> None:
        super().__init__()
        self._is_chosen = settings.theme in self.available_themes
        if self._is_chosen:
            self.theme = settings.theme
        view = View(
            query, settings.sort, settings.threshold, settings.hidden, columns=settings.columns
        )
        self.main = PickScreen(snapshot, view, clock, several=several)

    @property
    def suits_itself(self) -> bool:
        """Whether the settings name no theme."""
        return not self._is_chosen

    def get_default_screen(self) -> PickScreen:
        """The only one."""
        return self.main
