"""The top of the screen: how many are in which state, and what is wrong with the files."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from awsttl.core import countdown
from awsttl.core.model import State
from awsttl.core.settings import Sort
from awsttl.core.view import layout
from awsttl.core.view.arrangement import Arrangement
from awsttl.core.view.rows import GLYPHS, WORDS

_ORDER = (
    State.VALID,
    State.EXPIRING,
    State.EXPIRED,
    State.UNKNOWN,
    State.BROKEN,
    State.NONE,
    State.LONG_TERM,
)
_STYLES = {
    State.VALID: "valid",
    State.EXPIRING: "expiring",
    State.EXPIRED: "expired",
    State.UNKNOWN: "expiring",
    State.BROKEN: "expired",
}


class Header(Widget):
    """One line of counts; in a narrow pane the words give way to bare numbers, then the title."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "header--title",
        "header--dim",
        "header--valid",
        "header--expiring",
        "header--expired",
    }

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(id="header")
        self._arrangement = Arrangement()
        self._is_known = False
        """Whether there is anything to count yet."""
        self._clock = clock

    def show(self, arrangement: Arrangement) -> None:
        """Count anew; draws only if a number has changed."""
        old, self._arrangement = self._arrangement, arrangement
        if not self._is_known or self._facts(old) != self._facts(arrangement):
            self._is_known = True
            self.refresh()

    @staticmethod
    def _facts(arrangement: Arrangement) -> tuple[object, ...]:
        return (
            arrangement.counts,
            arrangement.total,
            len(arrangement.items),
            arrangement.hidden,
            arrangement.view,
            arrangement.snapshot.environment,
            arrangement.orphans,
            arrangement.corrupt,
        )

    def render(self) -> Text:
        if not self._is_known:
            return Text(" awsttl", self.get_component_rich_style("header--title", partial=True))
        for wordy in (3, 2, 1, 0):
            text = self._line(wordy)
            if text.cell_len <= self.size.width:
                break
        text.truncate(self.size.width, overflow="ellipsis")
        return text

    def _line(self, wordy: int) -> Text:
        def style(name: str) -> Style:
            return self.get_component_rich_style(f"header--{name}", partial=True)

        shown = self._arrangement
        text = Text(no_wrap=True, end="")
        if wordy:
            text.append(" awsttl ", style("title"))
        dim = style("dim")
        count, matching = f"{shown.total:,}", sum(shown.counts.values())
        if matching != shown.total:
            count = f"{matching:,} of {count}"
        if wordy > 1:
            count += " profile" if shown.total == 1 else " profiles"
        if shown.view.sort is not Sort.URGENCY:
            count += f" by {shown.view.sort}"
        text.append(f" {count}", dim)
        for state in _ORDER:
            number = shown.counts.get(state, 0)
            if not number or (wordy < 2 and state not in _STYLES):
                continue
            word = f" {WORDS[state]}" if wordy == 3 else ""
            text.append(f"  {GLYPHS[state]} {number:,}{word}", style(_STYLES.get(state, "dim")))
        if wordy > 1:
            text.append(_apart(shown), dim)
        if shown.hidden:
            sign = "with" if shown.view.shows_hidden else "+"
            text.append(f"  {sign} {shown.hidden:,}" + (" hidden" if wordy > 1 else " ⊘"), dim)
        self._warn(text, wordy, style("expiring"))
        return text

    def _warn(self, text: Text, wordy: int, style: Style) -> None:
        environment = self._arrangement.snapshot.environment
        if environment is None:
            return
        threshold = self._arrangement.view.threshold
        state = countdown.environment_standing(environment, self._clock(), threshold).state
        warning = f"⚠ env {WORDS[state]}" if wordy > 1 else "⚠ env"
        gap = max(2, self.size.width - text.cell_len - len(warning) - 1)
        text.append(" " * gap)
        text.append(warning, style)


def _apart(shown: Arrangement) -> str:
    said = f"  + {shown.orphans} orphan" if shown.orphans else ""
    if shown.orphans > 1:
        said += "s"
    return said + (f"  + {shown.corrupt} corrupt" if shown.corrupt else "")


class Banner(Widget):
    """What is wrong with the files, whole however narrow the pane; not there when nothing is."""

    MOST = 3

    def __init__(self) -> None:
        super().__init__(id="banner")
        self._messages: tuple[str, ...] = ()
        self.display = False

    def show(self, arrangement: Arrangement) -> None:
        """Take over the problems of a new arrangement."""
        messages = [problem.message for problem in arrangement.snapshot.problems]
        said = messages[: self.MOST]
        if len(messages) > self.MOST:
            said[-1] += f"  (and {len(messages) - self.MOST} more)"
        if tuple(said) != self._messages:
            self._messages = tuple(said)
            self.display = bool(said)
            self.refresh(layout=True)

    def get_content_height(
        self,
        container: Size,  # noqa: ARG002 (Textual's own signature, as is the next)
        viewport: Size,  # noqa: ARG002
        width: int,
    ) -> int:
        """As many lines as the messages take."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[str]:
        lines = []
        for message in self._messages:
            lead = " ⚠ "
            for piece in layout.wrapped(message, max(20, width - len(lead) - 1)):
                lines.append(lead + piece)
                lead = " " * len(lead)
        return lines

    def render(self) -> Text:
        return Text("\n".join(self._lines(self.size.width)), no_wrap=True)
