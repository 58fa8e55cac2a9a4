"""What a feature may ask of the screen that it works for.

Features (clearing, renewing, handing out) know this and not the screen, so that each can be read,
and loaded, by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel
    from textual.screen import ModalScreen

    from awsttl.core.files import Files
    from awsttl.core.remedies import Problem
    from awsttl.core.secret import Secret
    from awsttl.core.view.arrangement import Arrangement
    from awsttl.core.view.rows import Item
    from awsttl.engine.engine import Engine
    from awsttl.tui.features.serving.actions import Serving
    from awsttl.tui.table.paint import Remark
    from awsttl.tui.table.widget import SessionTable

T = TypeVar("T")


class Host(Protocol):
    """The main screen, as its features see it, on the event loop.

    Only :meth:`soon` may be called by any thread.
    """

    engine: Engine
    clock: Callable[[], float]
    """The wall clock, in seconds UTC."""
    serving: Serving | None
    """What serves sessions to shells; it is there from the first that asked for one on."""

    def wait_for(self, profiles: frozenset[str]) -> None:
        """Say of which profiles shells ask for a session in vain: these need somebody."""

    def feature(self, kind: Callable[[Host], T]) -> T:
        """The one instance of a feature that this screen has; it is made when first asked for."""

    table: SessionTable

    @property
    def item(self) -> Item | None:
        """The row that a key acts on: the one under the cursor, or the only one that is marked."""

    @property
    def chosen(self) -> tuple[Item, ...]:
        """All rows that a key acts on: those that are marked, or the one under the cursor.

        While a key begins, those alone for which nothing stands in its way.
        """

    @property
    def arrangement(self) -> Arrangement:
        """What is on the screen."""

    @property
    def files(self) -> Files | None:
        """The files that it was made from, as read; ``None`` before the first look is over."""

    def go_to(self, profile: str) -> None:
        """Put the cursor on the row of a profile, if it is shown."""

    def leave_filter(self) -> None:
        """Give the keys back to the table, if the filter has them."""

    def act(self, action: str, on: Item | None = None) -> None:
        """Do what a key does, on the rows that it would act on, or on that one alone."""

    def say(
        self,
        text: str,
        severity: SeverityLevel = "information",
        seconds: float = 5,
        *,
        instead_of: str = "",
    ) -> None:
        """A short message; the one *instead_of* which it comes leaves the screen.

        It leaves with the next one if it is only news, and else after *seconds*.
        """

    @property
    def last_said(self) -> str:
        """The last message, whether or not it is still there."""

    def tell(self, done: str, failures: Sequence[str]) -> None:
        """Say what was done, and what of it was not, in one message; each may be empty."""

    def still_says(self, text: str) -> bool:
        """Whether that message is on the screen now."""

    def unavailable(self) -> dict[str, Problem]:
        """The actions that cannot run now, each with its reason."""

    def remark(self, name: str, remark: Remark | None) -> None:
        """Say something on a profile's row, or take it back."""

    def look_again(self, name: str) -> None:
        """There may be something new to say of a profile that is in no file."""

    def open(self, dialog: ModalScreen[T], answered: Callable[[T | None], None]) -> None:
        """Show a dialog; *answered* gets what it was dismissed with."""

    def soon(self, call: Callable[[], None]) -> None:
        """Call on the event loop, unless the screen is gone by then. For any thread."""

    def in_background(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Run *work* off the event loop and *then* on it."""

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Call once, later."""

    def once(
        self, condition: Callable[[Arrangement], bool], react: Callable[[Arrangement], None]
    ) -> None:
        """React to the first arrangement, the present one included, for which it holds."""

    def without_screen(self, work: Callable[[], T]) -> T:
        """Do *work* on the terminal, without the screen, which comes back in any case."""

    def write(self, text: str) -> None:
        """Write control sequences to the terminal."""

    def set_title(self, text: str) -> None:
        """Give the terminal a title; an empty text gives it the one back that it had."""

    def leave(self, printed: Secret | None) -> None:
        """End the program; *printed* goes to stdout."""
