"""The main screen: turns keys into actions. It edits no row; rows follow the files."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from awsttl.core.countdown import Timed
from awsttl.core.model import FOREVER, Problem, Status
from awsttl.core.view.arrangement import Arrangement, View
from awsttl.tui.action import Target
from awsttl.tui.actions import ACTIONS, BY_NAME, unavailable
from awsttl.tui.around.details import Details
from awsttl.tui.around.empty import EmptyHome, NoRows, why_no_rows
from awsttl.tui.around.header import Banner, Header
from awsttl.tui.around.key_bar import KeyBar
from awsttl.tui.features.choices import choose
from awsttl.tui.host_screen import HostScreen
from awsttl.tui.remedies import told

if TYPE_CHECKING:
    from textual.widgets import Input

    from awsttl.core.view.details import Detail, Setting
    from awsttl.disk.locations import Locations
    from awsttl.disk.setting_lines import SettingLines
    from awsttl.engine.feed import Feed
    from awsttl.tui.around.filter_line import FilterLine


SIDE_BY_SIDE = 150
"""Columns from which the details stand beside the table."""
WIDE = 180
"""Columns from which they may be wide themselves without taking columns from the table."""
BELOW = (100, 30)
"""Columns and lines from which they stand below it; in less, Enter opens them."""


class MainScreen(HostScreen):
    """Header, table, details, keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            ",".join(action.keys),
            f"act('{action.name}')" if action.run else action.name,
            action.description,
            show=False,
        )
        for action in ACTIONS
        if action.name != "palette"
    ]

    def __init__(self, feed: Feed, locations: Locations, clock: Callable[[], float]) -> None:
        super().__init__(feed, locations, clock)
        self.details = Details(self.clock)
        self._header = Header(self.clock)
        self._banner = Banner()
        self._keys = KeyBar()
        self._filter: FilterLine | None = None
        self._no_rows: NoRows | None = None
        self._asked: View | None = None
        """The filter, order and so on that keys asked for; ``None``: as it was at start."""
        self._wants_details: bool | None = None
        """What Enter said last; ``None``: as the pane's size suggests."""
        self._looks_closer = False

    @cached_property
    def _setting_lines(self) -> SettingLines:
        from awsttl.disk.setting_lines import SettingLines

        return SettingLines(self.locations)

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._banner
        with Horizontal(id="body"):
            yield self.table
            yield self.details
        yield self._keys

    def on_mount(self) -> None:
        self.table.focus()

    # ---------------------------------------------------------------- news

    def show(self, arrangement: Arrangement) -> None:
        """Take over an arrangement from the feed."""
        self._header.show(arrangement)
        self._banner.show(arrangement)
        self._show_whether_empty(arrangement)
        self._show_why_no_rows(arrangement)
        self.table.show(arrangement)
        if self.engine.keeper is not None:
            self.engine.keep_alive(arrangement)
        # The rows first: what stands around them can wait for the next frame.
        self.call_after_refresh(self._show_around)
        self._react(arrangement)

    def _show_around(self) -> None:
        if not self._looks_closer and self.feed.files is not None:
            # The first rows do not wait for the checks: 4 ms.
            self._looks_closer = True
            self.table.look_closer(self._glance)
        self.engine.keep_alive(self.arrangement)
        self._show_why_no_rows(self.arrangement)  # at first, the table was not there yet
        self._show_details()
        self._show_keys()
        self.call_after_refresh(self._watch)

    def _glance(self, status: Status, now: float) -> Timed:
        """What a row says besides: that it is not kept for long, else what is wrong with it."""
        from awsttl.tui.features.diagnosing.actions import Diagnosing

        kept = Timed("", FOREVER)
        if status.name in self.arrangement.settings.keep:
            from awsttl.tui.features.keeping.actions import Keeping

            kept = self.feature(Keeping).glance(status, now)
        return kept if kept.text else kept._replace(text=self.feature(Diagnosing).glance(status))

    def _watch(self) -> None:
        self.engine.warner.take(self.arrangement)

    @property
    def _has_choices(self) -> bool:
        """Whether the person chose something for some row."""
        settings = self.arrangement.settings
        return bool(settings.keep or settings.hidden)

    def _show_why_no_rows(self, arrangement: Arrangement) -> None:
        why = why_no_rows(arrangement)
        if self._no_rows is None and why and self.table.is_attached:
            self._no_rows = NoRows()
            self.table.mount(self._no_rows)
        if self._no_rows is not None:
            self._no_rows.show(arrangement, why)

    def _show_whether_empty(self, arrangement: Arrangement) -> None:
        empty = not (arrangement.items or arrangement.total or arrangement.view.filter)
        self.set_class(empty, "-empty")
        present = self.query(EmptyHome)
        if empty and not present:
            self.query_one("#body").mount(EmptyHome(self.locations))
        elif present and not empty:
            present.remove()

    def on_session_table_moved(self) -> None:
        self._show_details()
        self._show_keys()

    def on_session_table_chosen(self) -> None:
        self.action_details()

    # ---------------------------------------------------------------- layout

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        self.set_class(width >= SIDE_BY_SIDE, "-side")
        self.set_class(width >= WIDE, "-wide")
        self.set_class(width < SIDE_BY_SIDE, "-stacked")
        roomy = width >= SIDE_BY_SIDE or (width >= BELOW[0] and height >= BELOW[1])
        self.set_class(not roomy, "-small")
        self._place_details()

    def _place_details(self) -> None:
        """Show or hide the details; in a small pane they take the table's place."""
        small = self.has_class("-small")
        shown = not small if self._wants_details is None else self._wants_details
        self.set_class(shown, "-with-details")
        self.set_class(shown and small, "-details-only")
        if shown:
            self.call_after_refresh(self._show_details)

    def _show_details(self) -> None:
        item = self.table.item
        threshold = self.arrangement.view.threshold
        choices: tuple[Detail, ...] = ()
        if self._has_choices and self.details.display:
            from awsttl.tui.features.keeping.actions import Keeping

            choices = self.feature(Keeping).details(item)
        self.details.show(item, threshold, self.table.failure, choices=choices)
        if isinstance(item, Status) and self.details.display:
            name = item.name

            def look() -> tuple[Setting, ...]:
                return self._setting_lines.settings(name)

            def tell(found: tuple[Setting, ...]) -> None:
                now = self.table.item
                if isinstance(now, Status) and now.name == name:
                    self.details.show(now, threshold, self.table.failure, found, choices)

            self.in_background(look, tell)

    def _show_keys(self) -> None:
        self._keys.show(self._unavailable())

    def _unavailable(self) -> dict[str, Problem]:
        return unavailable(self._target())

    def _target(self) -> Target:
        keep = self.arrangement.settings.keep
        may_run = self.engine.choices.may_run() if self._has_choices else ()
        return Target(self.table.item, self.clock(), keep, may_run)

    # ---------------------------------------------------------------- keys

    def act(self, action: str) -> None:
        """Do what a key does, on the row under the cursor, or say why that is not possible."""
        chosen = BY_NAME[action]
        target = self._target()
        if problem := chosen.why_not(target):
            row = target.item.name if isinstance(target.item, Status) else ""
            self.say(told(problem, row), "warning")
        elif chosen.run is not None:
            chosen.run(self)
        else:
            getattr(self, f"action_{action}")()

    def action_act(self, action: str) -> None:
        """What the bindings of features name."""
        self.act(action)

    def on_paste(self, event: events.Paste) -> None:
        """An error message, most likely: what else would one paste here?"""
        if event.text.strip():
            from awsttl.tui.features.diagnosing.actions import Diagnosing

            event.stop()
            self.feature(Diagnosing).explain(event.text)

    # ---------------------------------------------------------------- keys: looking

    async def action_filter(self) -> None:
        """Open the filter; the table follows each keystroke."""
        if self._filter is None:
            from awsttl.tui.around.filter_line import FilterLine

            self._filter = FilterLine("words of a row, not times")
            await self.mount(self._filter, before=self._keys)
        if self.has_class("-details-only"):
            self.action_details()  # who filters wants to see the rows
        self._filter.display = True
        self._keys.display = False
        self._filter.input.select_all()
        self.set_focus(self._filter.input)

    def takes_over(self, event: events.Key) -> bool:
        """Whether a key belongs to the filter, although it came while that was opening.

        Somebody who types ``/prod`` in one go must not press ``p``, ``r``, ``o`` and ``d``.
        """
        if self._filter is None or not self._filtering or not event.is_printable:
            return False
        self._filter.input.insert_text_at_cursor(event.character or "")
        return True

    @property
    def _filtering(self) -> bool:
        return self._filter is not None and self.focused is self._filter.input

    def on_input_changed(self, event: Input.Changed) -> None:
        self._look(self._view._replace(filter=event.value))

    def on_input_submitted(self) -> None:
        self._leave_filter(keep=True)

    def _leave_filter(self, *, keep: bool) -> None:
        if self._filter is not None:
            if not keep:
                self._filter.input.value = ""
            self._filter.display = bool(self._filter.input.value)
        self._keys.display = True
        self.table.focus()

    def on_key(self, event: events.Key) -> None:
        # While the filter has the keys, the arrows still move the cursor.
        steps = {"down": 1, "up": -1, "pagedown": self.table.page, "pageup": -self.table.page}
        if self._filtering and event.key in steps:
            event.stop()
            self.table.move(steps[event.key])

    @property
    def _view(self) -> View:
        return self._asked or self.arrangement.view

    def _look(self, view: View) -> None:
        self._asked = view
        self.feed.show(view)

    def action_sort(self) -> None:
        """The next order; the header and the head of the column tell which."""
        self._look(self._view._replace(sort=self._view.sort.following()))
        # By the time it is written, the order may be the next but one.
        write = self.engine.choices.write
        choose(self, lambda: write(lambda settings: settings._replace(sort=self._view.sort)))

    def action_hidden(self) -> None:
        """Show the hidden profiles, or leave them out."""
        some = bool(self.arrangement.hidden)
        if not some:
            self.say("no profile is hidden; h hides one")
        self._look(self._view._replace(shows_hidden=some and not self._view.shows_hidden))

    def action_details(self) -> None:
        """Show or hide the details."""
        self._wants_details = not self.has_class("-with-details")
        self._place_details()

    def action_help(self) -> None:
        """Show the keys."""
        from awsttl.tui.features.help.dialog import HelpScreen

        self.app.push_screen(HelpScreen())

    def action_back(self) -> None:
        """One step back: from the filter, a renewal, the details, a message."""
        from awsttl.tui.features.renewing.actions import Renewals

        item, renewals = self.table.item, self.feature(Renewals)
        if self._filtering:
            self._leave_filter(keep=False)
        elif isinstance(item, Status) and renewals.back(item.name):
            return
        elif self.has_class("-details-only"):
            self.action_details()
        elif self._view.filter:
            self._leave_filter(keep=False)
        else:
            renewals.forget_all()
            self.clear_messages()

    def action_quit(self) -> None:
        """Leave; nothing is waited for."""
        self.leave(None)

    def action_cursor_down(self) -> None:
        """Next row."""
        self.table.move(1)

    def action_cursor_up(self) -> None:
        """Previous row."""
        self.table.move(-1)

    def action_page_down(self) -> None:
        """A screen down."""
        self.table.move(self.table.page)

    def action_page_up(self) -> None:
        """A screen up."""
        self.table.move(-self.table.page)

    def action_cursor_first(self) -> None:
        """First row."""
        self.table.move_to(0)

    def action_cursor_last(self) -> None:
        """Last row."""
        self.table.move_to(len(self.arrangement.items) - 1)
