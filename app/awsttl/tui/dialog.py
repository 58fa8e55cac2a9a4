"""What all dialogs have in common: a box in the middle, and their stylesheet."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, Final

from textual import events
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.screen import ModalScreen, ScreenResultType

from awsttl.tui import theme
from awsttl.tui.named_keys import keys_at

LOW: Final = 24
"""Lines of a pane below which dialogs do without margins; those that scroll fill it."""
NARROW: Final = 60
"""Columns below which they are as wide as the pane."""


class Dialog(ModalScreen[ScreenResultType]):
    """A box above the table. Its rules are read when the first one opens."""

    CSS_PATH: ClassVar = theme.stylesheets("dialogs")

    _was_dismissed = False
    """Whether it has its answer."""
    _answer_late: ScreenResultType | None = None
    """The answer that it got below another dialog."""

    @property
    def is_over(self) -> bool:
        """Whether it has its answer, and is about to leave the screen."""
        return self._was_dismissed

    def on_compose(self) -> None:
        """Take the colours of the stylesheet before anything is drawn with them.

        Textual gives a screen its styles first, and then reads the stylesheet that it names: of the
        first dialog of all, what is drawn as it opens would have no colour.
        """
        self.app.stylesheet.apply(self)

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close the dialog with an answer, once; below another dialog, as soon as that has gone.

        Textual would close whatever is on top: of a second click, another dialog or the dashboard.
        """
        if self._was_dismissed:
            return AwaitComplete()
        self._was_dismissed = True
        if self.is_active:
            return super().dismiss(result)
        self._answer_late = result
        return AwaitComplete()

    def on_screen_resume(self) -> None:
        """Close it now if it got its answer below another dialog."""
        if self._was_dismissed and self.is_active:
            super().dismiss(self._answer_late)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height < LOW, "-low")
        self.set_class(event.size.width < NARROW, "-narrow")

    def on_click(self, event: events.Click) -> None:
        """A click on one of the keys that the bottom of the box names does what the key does."""
        for box in self.query(".dialog"):
            line, edge = str(box.border_subtitle or ""), box.region
            if event.screen_y == edge.bottom - 1:
                # Textual draws it at the right; behind it are a blank, a piece of line, the corner.
                self._press(keys_at(line, event.screen_x - (edge.right - 3) + len(line)))

    def _press(self, names: Collection[str]) -> None:
        """Do what the key of these names does."""
        for binding in Binding.make_bindings(self.BINDINGS):
            if binding.key in names:
                self.call_later(self.run_action, binding.action)
                return
        if "enter" in names:
            # Enter belongs to the list or the field that has the focus.
            self.app.call_later(self.app.simulate_key, "enter")
