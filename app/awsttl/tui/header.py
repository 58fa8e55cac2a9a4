"""The top of the screen: how many are in which state, and what is wrong with the files."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from awsttl.core import countdown, layout
from awsttl.core.model import State
from awsttl.core.rows import GLYPHS, WORDS, Arrangement
from awsttl.core.settings import Sort

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
    """One line of counts; the words give way to bare numbers in a narrow pane."""

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
        self._clock = clock

    def show(self, arrangement: Arrangement) -> None:
        """Count anew; draws only if a number has changed."""
        old, self._arrangement = self._arrangement, arrangement
        if self._facts(old) != self._facts(arrangement):
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
            arrangement.apart,
        )

    def render(self) -> Text:
        for wordy in (2, 1, 0):
            text = self._line(wordy)
            if text.cell_len <= self.size.width or not wordy:
                break
        text.truncate(self.size.width, overflow="ellipsis")
        return text

    def _line(self, wordy: int) -> Text:
        def style(name: str) -> Style:
            return self.get_component_rich_style(f"header--{name}", partial=True)

        shown = self._arrangement
        text = Text(no_wrap=True, end="")
        text.append(" awsttl ", style("title"))
        dim = style("dim")
        count = f"{shown.total:,}"
        if shown.view.filter:
            matching = sum(key.startswith("profile ") for key in shown.keys)
            count = f"{matching:,} of {count}"
        if wordy:
            count += " profile" if shown.total == 1 else " profiles"
        if shown.view.sort is not Sort.URGENCY:
            count += f" by {shown.view.sort}"
        text.append(f" {count}", dim)
        for state in _ORDER:
            number = shown.counts.get(state, 0)
            if not number or (not wordy and state not in _STYLES):
                continue
            word = f" {WORDS[state]}" if wordy == 2 else ""
            text.append(f"  {GLYPHS[state]} {number:,}{word}", style(_STYLES.get(state, "dim")))
        corrupt = sum(orphan.entry.expires_at is None for orphan in shown.apart)
        if wordy and (orphans := len(shown.apart) - corrupt):
            text.append(f"  + {orphans} orphan" + ("s" if orphans > 1 else ""), dim)
        if wordy and corrupt:
            text.append(f"  + {corrupt} corrupt", dim)
        if shown.hidden:
            sign = "with" if shown.view.shows_hidden else "+"
            text.append(f"  {sign} {shown.hidden:,}" + (" hidden" if wordy else " ⊘"), dim)
        self._warn(text, wordy, style("expiring"))
        return text

    def _warn(self, text: Text, wordy: int, style: Style) -> None:
        environment = self._arrangement.snapshot.environment
        if environment is None:
            return
        threshold = self._arrangement.view.threshold
        state = countdown.environment_standing(environment, self._clock(), threshold).state
        warning = f"⚠ env {WORDS[state]}" if wordy else "⚠ env"
        gap = max(2, self.size.width - text.cell_len - len(warning) - 1)
        text.append(" " * gap)
        text.append(warning, style)


class Banner(Widget):
    """What is wrong with the files, a line each; not there when nothing is."""

    MOST = 3

    def __init__(self) -> None:
        super().__init__(id="banner")
        self._lines: tuple[str, ...] = ()
        self.display = False

    def show(self, arrangement: Arrangement) -> None:
        """Take over the problems of a new arrangement."""
        messages = [problem.message for problem in arrangement.snapshot.problems]
        lines = messages[: self.MOST]
        if len(messages) > self.MOST:
            lines[-1] += f"  (and {len(messages) - self.MOST} more)"
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.styles.height = len(lines)
            self.display = bool(lines)
            self.refresh(layout=True)

    def render(self) -> Text:
        width = self.size.width
        return Text(
            "\n".join(layout.fit(f" ⚠ {line}", width) for line in self._lines), no_wrap=True
        )
