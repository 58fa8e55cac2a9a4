"""The keys that only look: which rows are shown, in which order, and where the cursor is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from awsttl.core.settings import ColumnSet
from awsttl.core.view.ranking import View
from awsttl.tui.around.header import Header
from awsttl.tui.features.choices import choose
from awsttl.tui.host_screen import HostScreen
from awsttl.tui.inside_textual import terminal
from awsttl.tui.keymap import key_of

if TYPE_CHECKING:
    from awsttl.core.settings import Settings, Sort
    from awsttl.disk.locations import Locations
    from awsttl.engine.feed import Feed


NO_ROOM_AHEAD: Final = (
    "the next twelve hours need four lines below the rows, and a session that lives:"
    " try a taller pane, or a filter"
)


class LookingScreen(HostScreen):
    """A screen whose person chooses what to see. The rows follow the feed."""

    def __init__(self, feed: Feed, locations: Locations, clock: Callable[[], float]) -> None:
        super().__init__(feed, locations, clock)
        self._asked: View | None = None
        """The filter, order and so on that keys asked for; ``None``: as it was at start."""
        self._header = Header(clock)
        self._wants_mouse = True
        """What the settings say of the mouse; a key says otherwise until they change."""

    @property
    def _view(self) -> View:
        return self._asked or self.arrangement.view

    def _look(self, view: View) -> None:
        self._asked = view
        self.feed.show(view)

    def action_sort(self) -> None:
        """The next order; the header and the head of the column tell which."""
        self._sort(self._view.sort.following())

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._look(self._view._replace(backwards=not self._view.backwards))

    def _sort(self, sort: Sort) -> None:
        self._look(self._view._replace(sort=sort, backwards=False))
        # By the time it is written, the order may be the next but one.
        write = self.engine.choices.write
        choose(self, lambda: write(lambda settings: settings._replace(sort=self._view.sort)))

    def action_columns(self) -> None:
        """Show the next set of columns. Those that the settings list are a set, too."""
        view = self._view
        sets: list[ColumnSet | None] = list(ColumnSet)
        is_listed = not isinstance(view.columns, ColumnSet)
        now = view.column_set or (None if is_listed else ColumnSet(str(view.columns)))
        if is_listed:
            sets.append(None)
        following = sets[(sets.index(now) + 1) % len(sets)]
        self._look(view._replace(column_set=following))
        if not is_listed:
            write = self.engine.choices.write
            choose(self, lambda: write(self._with_columns))

    def _with_columns(self, settings: Settings) -> Settings:
        """The settings with the set that is shown by now; columns that are listed there stay."""
        chosen = self._view.column_set
        if chosen is None or not isinstance(settings.columns, ColumnSet):
            return settings
        return settings._replace(columns=chosen)

    def action_needing(self) -> None:
        """Show only the rows that need somebody, or all again."""
        self._look(self._view._replace(only_needing=not self._view.only_needing))

    def action_next(self) -> None:
        """Go to the row that the header calls the next one."""
        if (following := self.arrangement.next) is not None:
            self.go_to(following.name)

    def take_mouse(self, *, wanted: bool) -> None:
        """Follow the settings: the mouse is awsttl's, or the terminal's."""
        if wanted is not self._wants_mouse:
            self._wants_mouse = wanted
            terminal.take_mouse(self.app, ours=wanted)
            self._header.lend_mouse("")

    def action_mouse(self) -> None:
        """Give the mouse to the terminal, or take it back; the header says so while it is lent."""
        ours, key = not terminal.has_mouse(self.app), key_of("mouse")
        terminal.take_mouse(self.app, ours=ours)
        self._header.lend_mouse("" if ours or not self._wants_mouse else key)
        if ours:
            self.say("the mouse is awsttl's again")
        else:
            self.say(f"the mouse is the terminal's: select text; {key} takes it back")

    def action_hidden(self) -> None:
        """Show the hidden profiles, or leave them out."""
        some = bool(self.arrangement.hidden)
        if not some:
            self.say(f"no profile is hidden; {key_of('hide')} hides one")
        self._look(self._view._replace(shows_hidden=some and not self._view.shows_hidden))

    def action_ahead(self) -> None:
        """Show the next twelve hours below the rows, or hide them."""
        wanted = not self.arrangement.settings.ahead
        if not wanted and not self.table.shows_ahead:
            self.say(NO_ROOM_AHEAD)
            return
        write = self.engine.choices.write
        choose(self, lambda: write(lambda settings: settings._replace(ahead=wanted)))

    def action_cursor_down(self) -> None:
        """Next row."""
        self.table.move(1)

    def action_cursor_up(self) -> None:
        """Previous row."""
        self.table.move(-1)

    def action_page_down(self) -> None:
        """A screen down."""
        self.table.turn(1)

    def action_page_up(self) -> None:
        """A screen up."""
        self.table.turn(-1)

    def action_cursor_first(self) -> None:
        """First row."""
        self.table.move_to(0)

    def action_cursor_last(self) -> None:
        """Last row."""
        self.table.move_to(len(self.arrangement.items) - 1)
