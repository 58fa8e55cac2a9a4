"""The main screen as its features and the engine see it.

Keys and layout are in :mod:`awsttl.tui.screen`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from awsttl.core.model import FOREVER, Status
from awsttl.core.view import layout
from awsttl.core.view.arrangement import Arrangement
from awsttl.engine.engine import Engine
from awsttl.tui import actions
from awsttl.tui.action import Action, Scope, Target
from awsttl.tui.around.empty import NoRows
from awsttl.tui.around.messages import Messages, Said
from awsttl.tui.background import in_background
from awsttl.tui.dialog import LOW, Dialog
from awsttl.tui.dialogs import Dialogs
from awsttl.tui.inside_textual.drawing import TimelyScreen
from awsttl.tui.keymap import key_of
from awsttl.tui.remedies import told
from awsttl.tui.table.widget import SessionTable

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel
    from textual.screen import ModalScreen

    from awsttl.core.alarms import Notice
    from awsttl.core.files import Files
    from awsttl.core.remedies import Problem
    from awsttl.core.secret import Secret
    from awsttl.core.view.rows import Item
    from awsttl.disk.locations import Locations
    from awsttl.engine.feed import Feed
    from awsttl.engine.jobs import Job
    from awsttl.tui.features.serving.actions import Serving
    from awsttl.tui.host import Host
    from awsttl.tui.table.paint import Remark

T = TypeVar("T")
Condition = Callable[[Arrangement], bool]
Reaction = Callable[[Arrangement], None]


_AFTERWARDS: Final = 8.0
"""Seconds that a message stays at most which was said while a dialog was open."""


class HostScreen(TimelyScreen[None]):
    """Implements :class:`~awsttl.tui.host.Host` and :class:`~awsttl.engine.engine.Face`."""

    def __init__(self, feed: Feed, locations: Locations, clock: Callable[[], float]) -> None:
        super().__init__(id="main")
        self.feed, self.locations, self.clock = feed, locations, clock
        self.engine = Engine(feed, locations, Dialogs(self), self, clock)
        self.no_rows = NoRows()
        self.table = SessionTable(self.no_rows, self.clock)
        self.serving: Serving | None = None
        self._features: dict[Callable[[Host], Any], Any] = {}
        self._once: list[tuple[Condition, Reaction]] = []
        self._acting: tuple[Item, ...] | None = None
        """While a key begins: the rows for which nothing stands in its way."""
        self.messages = Messages()
        self.last_said = ""
        self._waiting: list[Said] = []
        """What was said while a dialog was open: the line of the messages says it after that."""

    def feature(self, kind: Callable[[Host], T]) -> T:
        """The one instance of a feature; its module is imported by the first key: 20 ms."""
        if kind not in self._features:
            self._features[kind] = kind(self)
        return cast("T", self._features[kind])

    def on_unmount(self) -> None:
        if self.serving is not None:
            self.serving.close()
        self.engine.close()

    @property
    def arrangement(self) -> Arrangement:
        """What is on the screen."""
        return self.table.arrangement

    @property
    def item(self) -> Item | None:
        """The row that a key acts on."""
        return self.chosen[0] if self.chosen else None

    @property
    def chosen(self) -> tuple[Item, ...]:
        """All rows that a key acts on."""
        if self._acting is not None:
            return self._acting
        under = self.table.item
        return self.table.marked or ((under,) if under is not None else ())

    def wait_for(self, profiles: frozenset[str]) -> None:
        """Say of which profiles shells ask for a session in vain."""
        self.feed.wait_for(profiles)

    @property
    def files(self) -> Files | None:
        """What it was made from."""
        return self.feed.files

    # ---------------------------------------------------------------- what the engine tells

    def renewal(self, job: Job) -> None:
        """A renewal has come further."""
        from awsttl.tui.features.renewing.actions import Renewals

        self.soon(lambda: self.feature(Renewals).show(job))

    def not_kept(self, names: tuple[str, ...], problem: Problem) -> None:
        """Kept profiles could not be renewed."""
        from awsttl.tui.features.keeping.actions import Keeping

        self.soon(lambda: self.feature(Keeping).not_kept(names, problem))

    def warned(self, notice: Notice | None, title: str) -> None:
        """A session is about to end, or has."""
        from awsttl.tui.features.warning.actions import Warnings

        self.soon(lambda: self.feature(Warnings).show(notice, title))

    # ---------------------------------------------------------------- what features may ask

    def say(
        self,
        text: str,
        severity: SeverityLevel = "information",
        seconds: float = 5,
        *,
        instead_of: str = "",
    ) -> None:
        """A short message on the line of the keys: never markup, nor control characters.

        Names come from files, and reasons from servers. Over a dialog it is a note in the corner;
        in a low pane, where that would lie on the dialog's own words, it waits.
        """
        self.last_said = text
        if instead_of:
            self.messages.take_back(instead_of)
            self._waiting = [said for said in self._waiting if said.text != instead_of]
            if self._is_covered:
                from awsttl.tui.inside_textual.terminal import take_back

                take_back(self.app, instead_of)
        if not self._is_covered:
            self.messages.say(text, severity, seconds)
            return
        is_low = self.app.size.height < LOW
        # Nobody has seen a message that only waits: its time begins when it is shown.
        until = FOREVER if is_low else time.monotonic() + seconds
        if not is_low and text not in [said.text for said in self._waiting]:
            # As styles/main.tcss has it, without border and padding.
            room = max(20, min(60, self.app.size.width * 8 // 10) - 3)
            lines = (piece for line in text.splitlines() for piece in layout.wrapped(line, room))
            self.notify("\n".join(lines), severity=severity, timeout=seconds, markup=False)
        self._waiting = [said for said in self._waiting if said.text != text]
        self._waiting.append(Said(text, severity, until))

    def tell(self, done: str, failures: Sequence[str]) -> None:
        """Say what was done, and what of it was not, in one message."""
        more = [f"and {len(failures) - 3} more"] if len(failures) > 3 else []
        lines = [done] * bool(done) + [*failures[:3], *more]
        if failures:
            self.say("\n".join(lines), "error", 10)
        elif done:
            self.say(done)

    def still_says(self, text: str) -> bool:
        """Whether that message is on the screen now."""
        return text in self.messages.texts

    @property
    def _is_covered(self) -> bool:
        """Whether a dialog has the keys. One that has got its answer has them no more."""
        top = self.app.screen
        return top is not self and not (isinstance(top, Dialog) and top.is_over)

    def on_screen_resume(self) -> None:
        """No dialog is open any more: what was said meanwhile comes to its own line."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.app.clear_notifications()
        now = time.monotonic()
        for said in waiting:
            if said.until - now > 1:
                seconds = min(said.until - now, _AFTERWARDS)
                self.messages.say(said.text, said.severity, seconds)

    def on_messages_changed(self) -> None:
        """They stand in the place of the keys."""
        self.set_class(bool(self.messages.texts), "-telling")

    def remark(self, name: str, remark: Remark | None) -> None:
        """Say something on a profile's row, or take it back."""
        self.table.remark(f"profile {name}", remark)

    def look_again(self, name: str) -> None:
        """There may be something new to say of a profile that is in no file."""
        self.table.look_again(name)

    def open(self, dialog: ModalScreen[T], answered: Callable[[T | None], None]) -> None:
        """Show a dialog, and no older messages beside it."""
        self.clear_messages()

        self.app.push_screen(dialog, answered)

    def clear_messages(self) -> None:
        """Take all messages off the screen."""
        self.messages.clear()
        self.app.clear_notifications()

    def soon(self, call: Callable[[], None]) -> None:
        """Call on the event loop, unless the screen is gone by then. For any thread."""
        if self.is_running:
            self.call_later(call)

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

    def without_screen(self, work: Callable[[], T]) -> T:
        """Do *work* on the terminal, without the screen."""
        from awsttl.tui.inside_textual.terminal import without_screen

        return without_screen(self.app, work)

    def write(self, text: str) -> None:
        """Write control sequences to the terminal, between two frames."""
        from awsttl.tui.inside_textual import terminal

        terminal.write(self.app, text)

    def go_to(self, profile: str) -> None:
        """Put the cursor on the row of a profile, if it is shown."""
        place = self.arrangement.places.get(f"profile {profile}")
        if place is not None:
            self.table.move_to(place)

    def leave_filter(self) -> None:
        """Give the keys back to the table. Here no filter has them."""

    def act(self, action: str, on: Item | None = None) -> None:
        """Do what a key does, or say why that is not possible.

        It acts on the rows that are marked, else on the one under the cursor; or on *on* alone.
        """
        chosen = actions.BY_NAME[action]
        under = self.table.item
        items: tuple[Item | None, ...] = (on or under,)
        if on is None and chosen.scope is not Scope.NOTHING and (marked := self.table.marked):
            items = marked
        if len(items) > 1 and chosen.scope is Scope.ONE:
            many = f"and {len(items)} are marked; {key_of('back')} clears the marks"
            self.say(f"{key_of(chosen.name)} takes one profile, {many}", "warning")
            return
        target = self._target(None)
        refused = [
            (item, problem)
            for item in items
            if (problem := chosen.why_not(target._replace(item=item))) is not None
        ]
        stopped = {id(item) for item, _ in refused}
        able = tuple(item for item in items if item is not None and id(item) not in stopped)
        if refused:
            self._refuse(refused, all_of=len(refused) == len(items))
        if len(refused) < len(items):
            self._begin_action(chosen, able)

    def _begin_action(self, chosen: Action, items: tuple[Item, ...]) -> None:
        self._acting = items
        try:
            if chosen.run is not None:
                chosen.run(self)
            else:
                getattr(self, f"action_{chosen.name}")()
        finally:
            self._acting = None

    def _refuse(self, refused: list[tuple[Item | None, Problem]], *, all_of: bool) -> None:
        """Say why a key cannot act on some rows: one message, however many they are."""
        item, problem = refused[0]
        row = item.name if isinstance(item, Status) else ""
        if len(refused) == 1 and all_of:
            self.say(told(problem, row), "warning")
            return
        count = "none of them" if all_of else f"{len(refused)} left out"
        whose = f"{row}: " if row else ""
        self.say(f"{count}: {whose}{told(problem, row)}", "warning")

    @property
    def has_choices(self) -> bool:
        """Whether the person chose something for some row."""
        settings = self.arrangement.settings
        return bool(settings.keep or settings.hidden)

    def unavailable(self) -> dict[str, Problem]:
        """The actions that cannot run now, each with its reason."""
        # Of many marked rows the first decides which keys look as if they could act.
        return actions.unavailable(self._target(self.item))

    def _target(self, item: Item | None) -> Target:
        keep = self.arrangement.settings.keep
        may_run = self.engine.choices.may_run() if self.has_choices else ()
        return Target(item, self.clock(), keep, may_run)

    def set_title(self, text: str) -> None:
        """Give the terminal a title; an empty text gives it the one back that it had."""
        from awsttl.tui.inside_textual import terminal

        terminal.set_title(self.app, text)

    def leave(self, printed: Secret | None) -> None:
        """End the program; *printed* goes to stdout."""
        self.app.exit(printed)

    def _react(self, arrangement: Arrangement) -> None:
        for pair in list(self._once):
            condition, react = pair
            if condition(arrangement):
                self._once.remove(pair)
                react(arrangement)
