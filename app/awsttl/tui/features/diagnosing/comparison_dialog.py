"""Two profiles side by side: what is the same recedes, what differs stands out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from awsttl.core.view import layout
from awsttl.core.view.comparing import Compared
from awsttl.tui.dialog import Dialog


class ComparisonDialog(Dialog[None]):
    """Dismissed with nothing: it is looked at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q,d,enter", "close", "Close"),
        ("down,j,ctrl+n", "scroll(1)", "Down"),
        ("up,k,ctrl+p", "scroll(-1)", "Up"),
        ("pagedown,space,ctrl+d,ctrl+f,ctrl+v", "scroll(10)", "Page down"),
        ("pageup,ctrl+u,ctrl+b,alt+v", "scroll(-10)", "Page up"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"comparison--same", "comparison--different"}

    def __init__(self, names: tuple[str, str], facts: Sequence[Compared]) -> None:
        super().__init__()
        self._names, self._facts = names, facts

    def compose(self) -> ComposeResult:
        different = sum(not fact.same for fact in self._facts)
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = f"compare: {different} differ"
            dialog.border_subtitle = "esc close  j k scroll"
            with VerticalScroll(id="facts", can_focus=False):
                yield Static(id="text")

    def on_mount(self) -> None:
        self._draw()

    def on_resize(self, _event: events.Resize) -> None:
        if self.is_mounted:
            self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        width = self.query_one("#facts").scrollable_content_region.width or 76
        label = min(18, max(len(fact.label) for fact in self._facts))
        side = max(8, (width - label - 6) // 2)
        one, other = (layout.fit(name, side) for name in self._names)
        text = Text()
        text.append(f"{'':{label}}    {one}  {other}", "bold")
        for fact in self._facts:
            text.append_text(self._line(fact, label, side))
        self.query_one("#text", Static).update(text)

    def _line(self, fact: Compared, label: int, side: int) -> Text:
        """A fact of both, wrapped: an ARN is longer than half a pane."""
        style = self._tone("same" if fact.same else "different")
        left, right = (layout.wrapped(text or "—", side) for text in (fact.one, fact.other))
        text = Text()
        lead = f"{layout.fit(fact.label, label)} {'=' if fact.same else '≠'}  "
        for number in range(max(len(left), len(right))):
            pieces = [side_[number] if number < len(side_) else "" for side_ in (left, right)]
            line = lead + layout.fit(pieces[0], side) + "  " + layout.fit(pieces[1], side)
            text.append("\n" + line.rstrip(), style)
            lead = " " * (label + 4)
        return text

    def _tone(self, name: str) -> Style:
        return self.get_component_rich_style(f"comparison--{name}", partial=True)

    def action_scroll(self, lines: int) -> None:
        """Show more of it."""
        self.query_one("#facts").scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """Back to the table."""
        self.dismiss(None)
