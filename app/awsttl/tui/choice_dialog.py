"""A list to choose from; typing filters it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from awsttl.core.view import layout
from awsttl.tui.dialog import Dialog
from awsttl.tui.tick import sign


class ChoiceDialog(Dialog[list[int] | None]):
    """Dismissed with the places of the lines that were chosen, or with ``None``.

    With *several*, Tab marks a line, and Enter takes all that are marked.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False, priority=True),
        Binding("down,ctrl+n", "move(1)", show=False, priority=True),
        Binding("up,ctrl+p", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
        Binding("tab", "mark", show=False, priority=True),
        Binding("ctrl+a", "mark_all", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        lines: Sequence[str],
        *,
        lead: str = "",
        several: bool = False,
        all_marked: bool = False,
    ) -> None:
        super().__init__()
        self._title, self._lead, self._several = title, lead, several
        self._lines = tuple(layout.printable(line) for line in lines)
        self._shown = list(range(len(lines)))
        self._marked: dict[int, None] = dict.fromkeys(self._shown) if all_marked else {}
        self._cursor = 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = layout.printable(self._title).replace("[", r"\[")
            marks = "   ⇥ mark   ^a mark all" if self._several else ""
            dialog.border_subtitle = f"⏎ choose{marks}   ↓ ↑ move   esc cancel"
            if self._lead:
                yield Static(layout.printable(self._lead), markup=False, classes="lead")
            words = Input(placeholder="type to filter", id="words", compact=True)
            words.cursor_blink = False
            yield words
            with VerticalScroll(id="lines", can_focus=False):
                yield Static(id="text")

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#words", Input))
        self._draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        words = event.value.lower().split()
        places = range(len(self._lines))
        self._shown = [n for n in places if all(w in self._lines[n].lower() for w in words)]
        self._cursor = 0
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        chosen = list(self._marked)
        if not chosen and self._shown:
            chosen = [self._shown[self._cursor]]
        if chosen:
            self.dismiss(sorted(chosen))

    def _draw(self) -> None:
        text = Text()
        for row, place in enumerate(self._shown):
            text.append("▌" if row == self._cursor else " ")
            if self._several:
                text.append(f"{sign(is_on=place in self._marked)} ")
            style = "bold" if row == self._cursor else ""
            text.append(f"{self._lines[place]}\n", style)
        if not self._shown:
            text.append("nothing has these words", "dim")
        text.rstrip()
        self.query_one("#text", Static).update(text)
        self.query_one("#lines").scroll_to(
            y=max(0, self._cursor - self._height + 1) if self._cursor >= self._top else None,
            animate=False,
        )
        if self._cursor < self.query_one("#lines").scroll_offset.y:
            self.query_one("#lines").scroll_to(y=self._cursor, animate=False)

    @property
    def _height(self) -> int:
        return max(1, self.query_one("#lines").size.height)

    @property
    def _top(self) -> int:
        return int(self.query_one("#lines").scroll_offset.y) + self._height

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        if self.is_mounted:
            self.call_after_refresh(self._draw)

    def on_click(self, event: events.Click) -> None:
        """The mouse goes to a line, and marks it; where one is to be chosen, it chooses it."""
        place = event.screen_offset
        row = place.y - self.query_one("#text").region.y
        shows = self.query_one("#lines").region.contains_point(place)
        if not shows or not 0 <= row < len(self._shown):
            return
        self._cursor = row
        if self._several:
            self._turn(self._shown[row])
            self._draw()
        else:
            self.dismiss([self._shown[row]])

    def _turn(self, place: int) -> None:
        """Mark a line, or take its mark away."""
        if place in self._marked:
            del self._marked[place]
        else:
            self._marked[place] = None

    def action_move(self, steps: int) -> None:
        """Another line."""
        if self._shown:
            self._cursor = max(0, min(self._cursor + steps, len(self._shown) - 1))
            self._draw()

    def action_mark(self) -> None:
        """Mark the line, or take its mark away, and go on to the next."""
        if not self._several or not self._shown:
            return
        self._turn(self._shown[self._cursor])
        self.action_move(1)

    def action_mark_all(self) -> None:
        """Mark all lines that are shown; if they are, none of them."""
        if not self._several:
            return
        if all(place in self._marked for place in self._shown):
            for place in self._shown:
                del self._marked[place]
        else:
            self._marked.update(dict.fromkeys(self._shown))
        self._draw()

    def action_cancel(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
