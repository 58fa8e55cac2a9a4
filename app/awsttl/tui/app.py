"""The Textual application: a feed, a screen, a theme."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar, cast

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme

from awsttl.core.secret import Secret
from awsttl.core.settings import Settings
from awsttl.core.view import layout
from awsttl.core.view.arrangement import Arrangement
from awsttl.disk.locations import Locations
from awsttl.engine.feed import Feed
from awsttl.tui import faults, theme
from awsttl.tui.actions import ACTIONS
from awsttl.tui.base_app import BaseApp
from awsttl.tui.features.choices import choose
from awsttl.tui.keymap import key_of
from awsttl.tui.messages import Arranged
from awsttl.tui.screen import MainScreen


class Dashboard(BaseApp[Secret]):
    """Returns the text that is to be printed on stdout, if a key asked for that."""

    TITLE = "awsttl"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "command_palette", show=False, id="palette"),
    ]
    CSS_PATH: ClassVar = theme.stylesheets("main", "details")
    NOTIFICATION_TIMEOUT = 5

    def __init__(
        self,
        feed: Feed,
        locations: Locations,
        clock: Callable[[], float] = time.time,
        *,
        is_new: bool = False,
    ) -> None:
        """*is_new*: this person has never used it, as far as files tell."""
        super().__init__()
        self.feed, self.locations, self.clock = feed, locations, clock
        self._known_theme = self.theme
        """The theme that was chosen last, by whomever."""
        self._suits_itself = False
        """Whether the theme follows the terminal. It does from the moment at which the settings are
        known and name no theme, until the person chooses one."""
        self._has_begun = False
        self._known_faults: set[str] = set()
        """What the log has been told of awsttl's own mistakes."""
        self.main = MainScreen(feed, locations, clock, is_new=is_new)

    def get_default_screen(self) -> MainScreen:
        """The main screen."""
        return self.main

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette offers: of Textual's own, what this program can stand behind.

        A screenshot would keep what was shown for a moment, a maximized table has no header,
        and Textual's list of keys is not ours.
        """
        off = self.main.unavailable()
        for action in ACTIONS:
            if action.name != "palette":
                why = f": not now, {off[action.name].message}" if action.name in off else ""
                # Textual reads it as markup, and the name of a profile may hold brackets.
                aside = layout.printable(f"{key_of(action.name)}{why}").replace("[", r"\[")
                perform = partial(self.main.perform, action.name)
                yield SystemCommand(action.description, aside, perform)
        for command in super().get_system_commands(screen):
            if command.title == "Theme":
                yield command

    def tell_fault(self, error: BaseException) -> None:
        """Say it, and write it into the log: each mistake once, it may come with each frame."""
        super().tell_fault(error)
        trail = faults.trail(error)
        if trail not in self._known_faults:
            from awsttl.core.events import Event, What

            self._known_faults.add(trail)
            self.main.engine.recorder.record(Event(self.clock(), What.MISTAKE, "awsttl", trail))

    def came_back(self) -> None:
        """Draw the rows of this moment before anything is painted."""
        self.main.table.show(self.main.arrangement)

    def on_mount(self) -> None:
        self.feed.noticed = self.main.engine.notice
        self.feed.attach(self._arranged)
        self.theme_changed_signal.subscribe(self, self._theme_chosen)

    def _begin_as_chosen(self, settings: Settings) -> None:
        """Take from the settings what counts from the start only: the theme."""
        if settings.theme in self.available_themes:
            self._known_theme = self.theme = settings.theme
            return
        if settings.theme:
            self.main.say(f'settings.toml: there is no theme "{settings.theme}"', "warning")
        self._suits_itself = True
        self.suit_the_terminal()

    @property
    def suits_itself(self) -> bool:
        """Whether the settings are known, and neither they nor the person have named a theme."""
        return self._suits_itself

    def suit_the_terminal(self) -> None:
        """Take the theme for this terminal, which is nobody's choice to be written down."""
        if self.suits_itself:
            self._known_theme = self._suiting
        super().suit_the_terminal()

    def _theme_chosen(self, chosen: Theme) -> None:
        """Write down a theme from the palette, but not the one that was there from the start."""
        if chosen.name != self._known_theme:
            self._suits_itself = False
            self._known_theme = name = chosen.name
            write = self.main.engine.choices.write
            choose(self.main, lambda: write(lambda settings: settings._replace(theme=name)))

    def on_key(self, event: events.Key) -> None:
        self.main.pressed()
        # Before Textual looks for a binding: here the key before it has done its work.
        if self.screen is self.main and self.main.takes_over(event):
            event.prevent_default()

    async def on_event(self, event: events.Event) -> None:
        # Before Textual hands a paste to a field, which would show it.
        is_paste = isinstance(event, events.Paste) and not event.is_forwarded
        if is_paste and self.main.takes_paste(cast("events.Paste", event)):
            return
        await super().on_event(event)

    def _arranged(self, arrangement: Arrangement) -> None:
        """Called by the feed, in its thread."""
        self.post_message(Arranged(arrangement))

    def on_arranged(self, message: Arranged) -> None:
        arrangement = message.arrangement
        if not self._has_begun:
            self._has_begun = True
            self._begin_as_chosen(arrangement.settings)
        self.main.show(arrangement)
        # The first rows, which come ahead at start, have no profiles in their snapshot.
        if not gc.isenabled() and len(arrangement.snapshot.profiles) == arrangement.total:
            self.call_after_refresh(_begin_to_collect)


def _begin_to_collect() -> None:
    """Switch on the garbage collector, which start-up does without.

    What is there by now stays to the end, and is never looked at again.
    """
    gc.freeze()
    gc.enable()
