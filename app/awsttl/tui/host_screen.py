"""The main screen as its features see it: what they may ask of it, and where they begin.

Keys and layout are in :mod:`awsttl.tui.screen`. What only a key needs is imported by the first such
key: 20 ms of the first paint.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from textual.screen import Screen

from awsttl.core.view import layout
from awsttl.core.view.arrangement import Arrangement
from awsttl.tui.background import in_background
from awsttl.tui.messages import (
    JobChanged,
    LoginWanted,
    MfaWanted,
    Noticed,
    SignInWanted,
    Warned,
)
from awsttl.tui.table.widget import SessionTable

if TYPE_CHECKING:
    from textual.message import Message
    from textual.notifications import SeverityLevel
    from textual.screen import ModalScreen

    from awsttl.core.events import Event
    from awsttl.core.model import Files, Held, Secret
    from awsttl.disk.locations import Locations
    from awsttl.engine.feed import Feed
    from awsttl.tui.features.clearing.actions import Clearing
    from awsttl.tui.features.diagnosing.actions import Diagnosing
    from awsttl.tui.features.exporting.actions import HandOut
    from awsttl.tui.features.keeping.actions import Choices
    from awsttl.tui.features.log.actions import Logbook
    from awsttl.tui.features.renewing.actions import Renewals
    from awsttl.tui.features.warning.actions import Warnings
    from awsttl.tui.messages import NotKept
    from awsttl.tui.table.paint import Remark

T = TypeVar("T")
Condition = Callable[[Arrangement], bool]
Reaction = Callable[[Arrangement], None]


class HostScreen(Screen[None]):
    """Implements :class:`~awsttl.tui.host.Host`."""

    def __init__(self, feed: Feed, locations: Locations, clock: Callable[[], float]) -> None:
        super().__init__(id="main")
        self.feed, self.locations, self.clock = feed, locations, clock
        self.table = SessionTable(self.clock)
        self._once: list[tuple[Condition, Reaction]] = []
        self._said = ("", 0.0)
        """The last message, and until when it stays (monotonic seconds)."""

    @cached_property
    def renewals(self) -> Renewals:
        """``r`` and ``R``."""
        from awsttl.tui.features.renewing.actions import Renewals

        return Renewals(self)

    @cached_property
    def clearing(self) -> Clearing:
        """``c``, ``C`` and ``z``."""
        from awsttl.tui.features.clearing.actions import Clearing

        return Clearing(self)

    @cached_property
    def handout(self) -> HandOut:
        """``e`` and ``u``."""
        from awsttl.tui.features.exporting.actions import HandOut

        return HandOut(self, self.renewals.start, self.choices)

    @cached_property
    def choices(self) -> Choices:
        """``a``, ``h``, and whatever else is chosen for good."""
        from awsttl.tui.features.keeping.actions import Choices

        return Choices(self, self.feed, lambda: self.renewals)

    @cached_property
    def diagnosing(self) -> Diagnosing:
        """``d``, ``v``, and a pasted message."""
        from awsttl.tui.features.diagnosing.actions import Diagnosing

        return Diagnosing(self)

    @cached_property
    def warnings(self) -> Warnings:
        """Toast, bell, title and notifications; from the first rows on."""
        from awsttl.tui.features.warning.actions import Warnings

        return Warnings(self)

    @cached_property
    def logbook(self) -> Logbook:
        """``l``, and what is told there."""
        from awsttl.tui.features.log.actions import Logbook

        return Logbook(self)

    def on_unmount(self) -> None:
        if "warnings" in self.__dict__:
            self.warnings.stop()
        if "logbook" in self.__dict__:
            self.logbook.close()
        if "choices" in self.__dict__:
            self.choices.stop()

    @property
    def arrangement(self) -> Arrangement:
        """What is on the screen."""
        return self.table.arrangement

    @property
    def files(self) -> Files | None:
        """What it was made from."""
        return self.feed.files

    def on_job_changed(self, message: JobChanged) -> None:
        self.renewals.show(message.job)

    def on_not_kept(self, message: NotKept) -> None:
        self.choices.not_kept(message.names, message.problem)

    def on_mfa_wanted(self, message: MfaWanted) -> None:
        self.renewals.ask(message.serial)

    def on_warned(self, message: Warned) -> None:
        self.warnings.show(message)

    def on_login_wanted(self, message: LoginWanted) -> None:
        self.renewals.sign_in(message.request)

    def on_noticed(self, message: Noticed) -> None:
        jobs = self.renewals.jobs.known if "renewals" in self.__dict__ else ()
        self.logbook.notice(message.changes, jobs)

    def on_sign_in_wanted(self, message: SignInWanted) -> None:
        self.renewals.ask_sign_in(message.token)

    # ---------------------------------------------------------------- what features may ask

    def say(
        self,
        text: str,
        severity: SeverityLevel = "information",
        seconds: float = 5,
        *,
        instead_of: str = "",
    ) -> None:
        """A short message in the corner: never markup, nor control characters.

        Names come from files, and reasons from servers.
        """
        # As styles/main.tcss has it, without border and padding.
        room = max(20, min(60, self.app.size.width * 8 // 10) - 3)
        lines = text.splitlines()
        text = "\n".join(piece for line in lines for piece in layout.wrapped(line, room))
        if instead_of:
            from awsttl.tui.driver import take_back

            take_back(self.app, instead_of)
        last, until = self._said
        now = time.monotonic()
        if text == last and now < until:
            return  # a key that is held down must not fill the pane with what it says
        self._said = (text, now + seconds)
        self.notify(text, severity=severity, timeout=seconds, markup=False)

    def remark(self, name: str, remark: Remark | None) -> None:
        """Say something on a profile's row, or take it back."""
        self.table.remark(f"profile {name}", remark)

    def open(self, dialog: ModalScreen[T], answered: Callable[[T | None], None]) -> None:
        """Show a dialog, without older messages in front of it: a small pane has room for one."""
        self.hush()
        self.app.push_screen(dialog, answered)

    def hush(self) -> None:
        """Take all messages off the screen."""
        self._said = ("", 0.0)
        self.app.clear_notifications()

    def tell(self, message: Message) -> None:
        """Hand a message to this screen, from any thread."""
        if self.is_running:
            self.post_message(message)

    def record(self, event: Event, wrote: Iterable[str] = ()) -> None:
        """Note in the log what awsttl did."""
        self.logbook.record(event, wrote)

    def in_background(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Run *work* off the event loop and *then* on it."""
        in_background(self.app, work, then)

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Call once, later."""
        self.set_timer(seconds, call)

    def once(self, condition: Condition, react: Reaction) -> None:
        """React to the first arrangement, the present one included, for which it holds."""
        if condition(self.arrangement):
            react(self.arrangement)
        else:
            self._once.append((condition, react))

    def files_changed(self) -> None:
        """Have the files looked at again now."""
        self.feed.changed()

    def hold(self, held: Held) -> None:
        """Show a session that is in memory only."""
        self.feed.hold(held)

    def let_go(self, profile: str) -> None:
        """Forget the session that is held for a profile."""
        self.feed.let_go(profile)

    def without_screen(self, work: Callable[[], T]) -> T:
        """Do *work* on the terminal, without the screen."""
        from awsttl.tui.driver import without_screen

        return without_screen(self.app, work)

    def write(self, text: str) -> None:
        """Write control sequences to the terminal, between two frames."""
        from awsttl.tui import driver

        driver.write(self.app, text)

    def go_to(self, profile: str) -> None:
        """Put the cursor on the row of a profile, if it is shown."""
        place = self.arrangement.places.get(f"profile {profile}")
        if place is not None:
            self.table.move_to(place)

    def act(self, action: str) -> None:
        """Do what a key does, on the row under the cursor."""
        getattr(self, f"action_{action}")()

    def entitle(self, text: str) -> None:
        """Give the terminal a title; an empty text gives it the one back that it had."""
        from awsttl.tui import driver

        driver.entitle(self.app, text)

    def leave(self, printed: Secret | None) -> None:
        """End the program; *printed* goes to stdout."""
        self.app.exit(printed)

    def _react(self, arrangement: Arrangement) -> None:
        for pair in list(self._once):
            condition, react = pair
            if condition(arrangement):
                self._once.remove(pair)
                react(arrangement)
