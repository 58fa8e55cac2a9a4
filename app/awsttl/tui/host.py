"""What a feature may ask of the screen that it works for.

Features (clearing, renewing, handing out) know this and not the screen, so that each can be read,
and loaded, by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from textual.message import Message
    from textual.notifications import SeverityLevel
    from textual.screen import ModalScreen

    from awsttl.core.events import Event
    from awsttl.core.model import Files, Held, Secret
    from awsttl.core.view.arrangement import Arrangement
    from awsttl.disk.locations import Locations
    from awsttl.tui.table.paint import Remark

T = TypeVar("T")


class Host(Protocol):
    """The main screen, as its features see it, on the event loop.

    Only :meth:`tell` and :meth:`hold` may be called by any thread.
    """

    locations: Locations
    clock: Callable[[], float]
    """The wall clock, in seconds UTC."""

    @property
    def arrangement(self) -> Arrangement:
        """What is on the screen."""

    @property
    def files(self) -> Files | None:
        """The files that it was made from, as read; ``None`` before the first look is over."""

    def go_to(self, profile: str) -> None:
        """Put the cursor on the row of a profile, if it is shown."""

    def act(self, action: str) -> None:
        """Do what a key does, on the row under the cursor."""

    def say(
        self,
        text: str,
        severity: SeverityLevel = "information",
        seconds: float = 5,
        *,
        instead_of: str = "",
    ) -> None:
        """A short message in the corner; the one *instead_of* which it comes leaves the screen."""

    def remark(self, name: str, remark: Remark | None) -> None:
        """Say something on a profile's row, or take it back."""

    def open(self, dialog: ModalScreen[T], answered: Callable[[T | None], None]) -> None:
        """Show a dialog; *answered* gets what it was dismissed with."""

    def tell(self, message: Message) -> None:
        """Hand a message to the screen."""

    def record(self, event: Event, wrote: Iterable[str] = ()) -> None:
        """Note in the log what awsttl did; *wrote* are the cache files that it wrote or removed.

        Waits for nothing. No secret: a problem's text, names, times.
        """

    def in_background(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Run *work* off the event loop and *then* on it."""

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Call once, later."""

    def once(
        self, condition: Callable[[Arrangement], bool], react: Callable[[Arrangement], None]
    ) -> None:
        """React to the first arrangement, the present one included, for which it holds."""

    def files_changed(self) -> None:
        """Have the files looked at again now, rather than when the watcher tells."""

    def hold(self, held: Held) -> None:
        """Show a session that is in memory only."""

    def let_go(self, profile: str) -> None:
        """Forget the session that is held for a profile."""

    def without_screen(self, work: Callable[[], T]) -> T:
        """Do *work* on the terminal, without the screen, which comes back in any case."""

    def write(self, text: str) -> None:
        """Write control sequences to the terminal."""

    def entitle(self, text: str) -> None:
        """Give the terminal a title; an empty text gives it the one back that it had."""

    def leave(self, printed: Secret | None) -> None:
        """End the program; *printed* goes to stdout."""
