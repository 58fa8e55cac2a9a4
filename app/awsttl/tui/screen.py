"""The main screen: turns keys into actions. It edits no row; rows follow the files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.geometry import Size

from awsttl.core.countdown import Timed
from awsttl.core.files import EMPTY
from awsttl.core.model import FOREVER, Status
from awsttl.core.view.arrangement import Arrangement
from awsttl.tui import keymap
from awsttl.tui.action import Action
from awsttl.tui.actions import ACTIONS, BY_NAME
from awsttl.tui.around.details import Details
from awsttl.tui.around.empty import EmptyHome
from awsttl.tui.around.header import Banner, Header
from awsttl.tui.around.key_bar import KeyBar
from awsttl.tui.around.placing import place
from awsttl.tui.around.welcome import Welcome
from awsttl.tui.away import Away, summary
from awsttl.tui.keymap import Keymap, key_of
from awsttl.tui.looking_screen import LookingScreen
from awsttl.tui.table.selection import RANGE_IS_OPEN
from awsttl.tui.table.widget import SessionTable

if TYPE_CHECKING:
    from textual.widget import Widget
    from textual.widgets import Input

    from awsttl.core.ini.setting import Setting
    from awsttl.core.view.details import Detail
    from awsttl.disk.locations import Locations
    from awsttl.disk.log_file import Log
    from awsttl.disk.setting_lines import SettingLines
    from awsttl.engine.feed import Feed
    from awsttl.engine.prefetch import Beside
    from awsttl.tui.around.filter_line import FilterLine


PATIENCE = 1.0
"""Seconds for which the first frame waits for the first rows."""


_OF_THE_APP = {"palette": "app.command_palette", "suspend_process": "app.suspend_process"}
"""The actions whose keys are the application's, and what they are called there."""


def binding_of(action: Action) -> str:
    """What Textual is to do at the action's key."""
    name = _OF_THE_APP.get(action.name, action.name)
    return f"act('{name}')" if action.run else name


class MainScreen(LookingScreen):
    """Header, table, details, keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            ",".join(action.keys),
            binding_of(action),
            action.description,
            show=False,
            id=action.name,
        )
        for action in ACTIONS
        if action.name not in _OF_THE_APP
    ]

    def __init__(
        self,
        feed: Feed,
        locations: Locations,
        clock: Callable[[], float],
        *,
        is_new: bool = False,
    ) -> None:
        super().__init__(feed, locations, clock)
        self._away = Away(self.clock())
        self._welcome = Welcome() if is_new else None
        self.details = Details(self.clock)
        self._banner = Banner()
        self._empty = EmptyHome(locations)
        self._keys = KeyBar()
        self._filter: FilterLine | None = None
        self._wants_details: bool | None = None
        """What Enter said last; ``None``: as the pane's size suggests."""
        self._looks_closer = False
        self._acts_later: list[str] = []
        """Actions whose keys came before the rows that they are about."""
        self._keys_chosen: Mapping[str, tuple[str, ...]] = EMPTY
        self._keymap = Keymap()
        keymap.use(self._keymap)
        self._first = asyncio.Event()
        """Set when there is something to show."""
        self._beside: Beside | None = None
        """What is known beside the first rows; ``None`` from the second arrangement on."""

    @cached_property
    def _setting_lines(self) -> SettingLines:
        from awsttl.disk.setting_lines import SettingLines

        return SettingLines(self.locations)

    def compose(self) -> ComposeResult:
        # Before there are children: their first styles are for this size already.
        self._fit(self.app.size)
        yield self._header
        yield self._banner
        with Horizontal(id="body"):
            yield self.table
            yield self.details
            yield self._empty
        if self._welcome is not None:
            yield self._welcome
        yield self._keys
        yield self.messages

    async def on_mount(self) -> None:
        """Wait for something to show: Textual paints a screen only after it is mounted."""
        try:
            await asyncio.wait_for(self._first.wait(), PATIENCE)
        except TimeoutError:
            self.no_rows.wait()

    # ---------------------------------------------------------------- news

    def show(self, arrangement: Arrangement) -> None:
        """Take over an arrangement from the feed. All of it is in the next frame."""
        is_first = not self._first.is_set()
        self._beside = self.feed.beside if is_first else None
        if arrangement.settings.keep or not is_first:
            self._look_closer()
        empty = not (arrangement.items or arrangement.total or arrangement.view.filter)
        self.set_class(empty, "-empty")
        before = self.arrangement
        self._empty.show(arrangement)
        self._header.show(arrangement)
        self._take_keys(arrangement.settings.keys)
        self.take_mouse(wanted=arrangement.settings.mouse)
        self._banner.show((*arrangement.snapshot.problems, *self._keymap.problems))
        self.no_rows.show(arrangement)
        self.table.show(arrangement, self._beside.findings if self._beside else EMPTY)
        if (arrangement.most_lines, arrangement.wanted) != (before.most_lines, before.wanted):
            self._fit(self.app.size)
        while self._acts_later and self._view.filter == arrangement.view.filter:
            self.call_later(self.act, self._acts_later.pop(0))
        self.engine.keep_alive(arrangement)
        if self.serving is not None:
            self.serving.show(arrangement)
        self.on_session_table_moved()
        self._first.set()
        self._react(arrangement)
        self.call_after_refresh(self._go_on)

    def _take_keys(self, chosen: Mapping[str, tuple[str, ...]]) -> None:
        """Follow the keys of the settings."""
        if chosen != self._keys_chosen:
            self._keys_chosen = chosen
            self._keymap = keymap.made(chosen)
            keymap.use(self._keymap)
            self.app.set_keymap(self._keymap.for_textual)
            self._keys.refresh()

    def _glance(self, status: Status, now: float) -> Timed:
        """What a row says besides; nothing for a moment where no file can be opened."""
        try:
            return self._found_by_glance(status, now)
        except OSError:  # Not even that of a module: all handles are in use.
            return Timed("", now + 5)

    def _found_by_glance(self, status: Status, now: float) -> Timed:
        """That it is not kept for long, else what is wrong with it."""
        from awsttl.tui.features.diagnosing.actions import Diagnosing

        kept = Timed("", FOREVER)
        if status.name in self.arrangement.settings.keep:
            from awsttl.tui.features.keeping.actions import Keeping

            kept = self.feature(Keeping).glance(status, now)
        if not kept.text:
            kept = kept._replace(text=self.feature(Diagnosing).glance(status))
        return kept if self.serving is None else self.serving.glance(status, kept)

    def _look_closer(self) -> None:
        """From now on ask for findings: for the first frame they are there, and import nothing."""
        if not self._looks_closer and self.feed.files is not None:
            self._looks_closer = True
            self.table.look_closer(self._glance)

    def _go_on(self) -> None:
        """Begin with what the frame did not need."""
        self.feed.first_frame_is_shown()
        self._look_closer()
        self.engine.warner.take(self.arrangement)

    def on_header_clicked(self, message: Header.Clicked) -> None:
        """The parts of the header stand for keys; the next one is a row."""
        if message.action == "next":
            self.action_next()
        else:
            self.perform(message.action)

    def on_key_bar_clicked(self, message: KeyBar.Clicked) -> None:
        self.perform(message.action)

    def perform(self, action: str) -> None:
        """Do what a key does, whatever kind of action that is."""
        self.call_later(self.run_action, binding_of(BY_NAME[action]))

    def on_session_table_moved(self) -> None:
        """Have everything around the table follow its cursor and its marks."""
        self._show_details()
        self._show_keys()
        self._header.mark(len(self.table.marked))
        if not self.table.selection.has_range:
            self.messages.take_back(RANGE_IS_OPEN)

    def on_session_table_chosen(self) -> None:
        if not self.has_class("-with-details"):
            self.action_details()

    def on_session_table_asked(self) -> None:
        self.act("menu")

    def on_session_table_sorted(self, message: SessionTable.Sorted) -> None:
        """A click on a head sorts; on the head of the order that is there, it turns that round."""
        if message.sort is self._view.sort:
            self.action_reverse()
        else:
            self._sort(message.sort)

    # ---------------------------------------------------------------- layout

    def on_resize(self, event: events.Resize) -> None:
        # Before Textual's own handler, which lays the screen out and paints it.
        self._fit(event.size)
        self._show_details()

    def _fit(self, size: Size) -> None:
        """Arrange the screen for a size; in a small pane the details take the table's place."""
        rows, widest = self.arrangement.most_lines, self.table.widest
        found = place(size, rows, widest, wanted=self._wants_details)
        self.update_classes(found.classes, animate=False)
        self.details.styles.width, self.details.styles.height = found.width, found.height

    def _show_details(self) -> None:
        item, view = self.table.item, self.arrangement.view
        choices: tuple[Detail, ...] = ()
        if self.has_choices and self.details.display:
            from awsttl.tui.features.keeping.actions import Keeping

            choices = self.feature(Keeping).details(item)
        if self.serving is not None:
            choices += self.serving.details(item)
        settings = self._beside.settings if self._beside is not None else {}
        known = settings.get(item.name) if isinstance(item, Status) else None
        self.details.show(item, view, self.table.failure, known, choices)
        if isinstance(item, Status) and known is None:
            # Even if the details are hidden: in a larger pane they are there at once, and whole.
            name = item.name

            def look() -> tuple[Setting, ...]:
                return self._setting_lines.settings(name)

            def tell(found: tuple[Setting, ...]) -> None:
                now = self.table.item
                if isinstance(now, Status) and now.name == name:
                    self.details.show(now, view, self.table.failure, found, choices)

            self.in_background(look, tell)

    def _show_keys(self) -> None:
        self._keys.show(self.unavailable())

    # ---------------------------------------------------------------- keys

    def pressed(self) -> None:
        """Somebody pressed a key: greet no longer, and tell what happened in a long absence."""
        if self._welcome is not None:
            self._welcome.remove()
            self._welcome = None
        since = self._away.pressed(self.clock())
        if since is None:
            return

        def tell(log: Log) -> None:
            if said := summary(log.events, since):
                # As a warning it stays: mere news would give way to the message of the key itself.
                self.say(said, "warning", 15)

        self.in_background(self.engine.recorder.log_file.read, tell)

    def action_act(self, action: str) -> None:
        """What the bindings of features name.

        Where the rows that a filter leaves are still on their way, it waits for them: a key that
        comes right behind ``/prod`` and Enter is not for the row that the cursor is leaving.
        """
        if self._view.filter == self.arrangement.view.filter:
            self.act(action)
        else:
            self._acts_later.append(action)

    def on_paste(self, event: events.Paste) -> None:
        """A session, or an error message: what else would one paste here?"""
        if event.text.strip():
            from awsttl.tui.features.pasting.actions import Pasting

            event.stop()
            self.feature(Pasting).pasted(event.text)

    def out_of_date(self) -> set[Widget]:
        """The parts of the table, where the words on them are no longer true."""
        return self.table.catch_up()

    def takes_paste(self, event: events.Paste) -> bool:
        """Whether a paste is not for the field: a session, which all would see, or a huge text."""
        from textual.widgets import Input

        field, screen = self.app.focused, self.app.screen
        if not isinstance(field, Input):
            return False
        from awsttl.tui.features.pasting.actions import MOST_IN_A_FIELD, Pasting

        if len(event.text) > MOST_IN_A_FIELD:
            self.feature(Pasting).take_long_from_field(event.text, screen)
            return True
        return not field.password and self.feature(Pasting).take_from_field(event.text, screen)

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

    def leave_filter(self) -> None:
        """Give the keys back to the table; the rows stay filtered."""
        if self._filtering:
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
        steps, pages = {"down": 1, "up": -1}, {"pagedown": 1, "pageup": -1}
        if self._filtering and event.key in (steps | pages):
            event.stop()
            self.table.move(steps.get(event.key, 0))
            self.table.turn(pages.get(event.key, 0))

    def action_details(self) -> None:
        """Show or hide the details."""
        self._wants_details = not self.has_class("-with-details")
        self._fit(self.app.size)
        self._show_details()

    def action_details_down(self) -> None:
        """Half a page further."""
        self._turn(0.5)

    def action_details_up(self) -> None:
        """Half a page back."""
        self._turn(-0.5)

    def _turn(self, pages: float) -> None:
        """Scroll the details, or say why they do not."""
        if not self.details.display:
            self.say(f"the details are not shown; {key_of('details')} shows them")
        elif not self.details.turn(pages):
            self.say(f"the details {'end' if pages > 0 else 'begin'} here")

    def action_page_down(self) -> None:
        """A screen down, of the details where these are all that there is."""
        if self.has_class("-details-only"):
            self.details.turn(1)
        else:
            super().action_page_down()

    def action_page_up(self) -> None:
        """A screen up, likewise."""
        if self.has_class("-details-only"):
            self.details.turn(-1)
        else:
            super().action_page_up()

    def action_help(self) -> None:
        """Show the keys."""
        from awsttl.tui.features.help.dialog import HelpScreen

        def answered(action: str | None) -> None:
            if action is not None:
                self.perform(action)

        self.app.push_screen(HelpScreen(), answered)

    def action_back(self) -> None:
        """One step back: from the filter, a renewal, the details, a message."""
        from awsttl.tui.features.renewing.actions import Renewals

        item, renewals = self.table.item, self.feature(Renewals)
        if self._filtering:
            self._leave_filter(keep=False)
        elif self.table.clear_marks():
            return
        elif isinstance(item, Status) and renewals.back(item.name):
            self.clear_messages()  # the messages say what the row said
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
