"""The top of the screen: how many rows need somebody, and what is wrong with the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from awsttl.core import countdown, needing
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.remedies import Problem
from awsttl.core.settings import ColumnSet, Sort
from awsttl.core.view import layout
from awsttl.core.view.arrangement import Arrangement
from awsttl.core.view.rows import WORDS
from awsttl.tui.redraw_timer import Wake


class Part(NamedTuple):
    """Some words of the line, and the action that a click on them begins; empty for none."""

    text: str
    style: str
    action: str = ""


class Header(Widget):
    """One line: how many rows need somebody, how many are fine, and who will need somebody next.

    In a narrow pane the least useful words go first.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "header--title",
        "header--dim",
        "header--valid",
        "header--expiring",
        "header--expired",
    }

    class Clicked(Message):
        """A part of the line was clicked that stands for a key."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(id="header")
        self._arrangement = Arrangement()
        self._is_known = False
        """Whether there is anything to count yet."""
        self._clock = clock
        self._wake = Wake(self, self._tick)
        self._marked = 0
        self._mouse_key = ""
        """The key that takes the mouse back, where a key has given it to the terminal."""
        self._following = ""
        """What it says of the next one."""

    def show(self, arrangement: Arrangement) -> None:
        """Count anew; draws only if a number has changed."""
        old, self._arrangement = self._arrangement, arrangement
        if not self._is_known or self._facts(old) != self._facts(arrangement):
            self._is_known = True
            self.refresh()
        self._tick()

    def mark(self, count: int) -> None:
        """Say how many rows are marked."""
        if count != self._marked:
            self._marked = count
            self.refresh()

    def lend_mouse(self, key: str) -> None:
        """Say that the mouse is the terminal's, which *key* takes back; empty: it is ours."""
        self._mouse_key = key
        self.refresh()

    @staticmethod
    def _facts(arrangement: Arrangement) -> tuple[object, ...]:
        return (
            arrangement.needing,
            arrangement.fine,
            arrangement.total,
            len(arrangement.items),
            arrangement.hidden,
            arrangement.view,
            arrangement.snapshot.environment,
            arrangement.orphans,
            arrangement.corrupt,
        )

    def _tick(self) -> None:
        """Say who is next, and sleep until that is no longer true."""
        following = self._arrangement.next
        text = ""
        if following is not None:
            now = self._clock()
            left = countdown.coarse(following.expires_at, now)
            text = f"{layout.printable(following.name)} {left.text}"
            self._wake.after(left.until - now)
        else:
            self._wake.cancel()
        if text != self._following:
            self._following = text
            self.refresh()

    def render(self) -> Text:
        if not self._is_known:
            return Text(" awsttl", self.get_component_rich_style("header--title", partial=True))
        text = Text(no_wrap=True, end="")
        for part in self._fitting():
            style = self.get_component_rich_style(f"header--{part.style}", partial=True)
            text.append(part.text, style)
        text.truncate(self.size.width, overflow="ellipsis")
        return text

    def _fitting(self) -> list[Part]:
        """The most wordy line that the pane has room for."""
        width = self.size.width
        parts: list[Part] = []
        for wordy in range(4, -1, -1):
            parts = list(self._parts(wordy))
            if sum(layout.cell_width(part.text) for part in parts) <= width:
                break
        return parts

    def _parts(self, wordy: int) -> Iterator[Part]:
        """The line in 4: all words; 3: no orphans; 2: no title; 1: no next one; 0: bare numbers."""
        shown = self._arrangement
        if wordy > 2:
            yield Part(" awsttl ", "title")
        yield from self._counts(wordy)
        if self._following and wordy > 1:
            yield Part(" · next: ", "dim")
            yield Part(self._following, "expiring" if self._is_near else "dim", "next")
        if shown.view.sort is not Sort.URGENCY and wordy > 1:
            yield Part(f"  by {shown.view.sort}", "dim", "sort")
        if (said := _columns(shown)) and wordy:
            yield Part(f"  {said} columns" if wordy > 1 else f"  {said}", "dim", "columns")
        if self._mouse_key and wordy > 1:
            yield Part(f"  no mouse: {self._mouse_key}", "dim")
        if wordy > 3:
            yield Part(_apart(shown), "dim")
        if shown.hidden:
            sign = "with" if shown.view.shows_hidden else "+"
            words = " hidden" if wordy > 1 else " ⊘"
            yield Part(f"  {sign} {shown.hidden:,}{words}", "dim", "hidden")
        yield from self._warning(wordy)

    def _counts(self, wordy: int) -> Iterator[Part]:
        """How many are marked, found, needing and fine."""
        shown = self._arrangement
        if marked := self._marked:
            yield Part(f" {marked:,} marked " if wordy else f" ✓{marked:,}", "title", "back")
        if shown.view.filter and wordy:
            yield Part(f" {_matching(shown):,} of {shown.total:,} ", "dim", "filter")
        if shown.needing:
            words = _need(shown.needing) if wordy else ""
            yield Part(f" {shown.needing:,}{words}", "expired", "needing")
        if shown.view.only_needing:
            yield Part("  only these" if wordy > 1 else " !", "dim", "needing")
        if shown.fine:
            lead = " ·" if shown.needing else ""
            word = " fine" if wordy else " ✓"
            # The green is for the moment in which nobody is needed.
            tone = "dim" if shown.needing else "valid"
            yield Part(f"{lead} {shown.fine:,}{word}", tone, "needing")

    @property
    def _is_near(self) -> bool:
        following = self._arrangement.next
        threshold = self._arrangement.view.threshold
        return following is not None and following.expires_at - self._clock() <= threshold

    def _warning(self, wordy: int) -> Iterator[Part]:
        environment = self._arrangement.snapshot.environment
        if environment is None or environment.leads_to:
            return  # what it leads to gives way to every profile
        threshold = self._arrangement.view.threshold
        state = countdown.environment_standing(environment, self._clock(), threshold).state
        tone = "expired" if needing.environment_need(state) else "expiring"
        yield Part(f"  ⚠ env {WORDS[state]}" if wordy > 1 else "  ⚠ env", tone, "unset")

    def on_click(self, event: events.Click) -> None:
        """A part that stands for a key does what the key does."""
        end = 0
        for part in self._fitting():
            end += layout.cell_width(part.text)
            if event.x < end:
                if part.action:
                    self.post_message(self.Clicked(part.action))
                return


def _matching(shown: Arrangement) -> int:
    """How many profiles have the words of the filter."""
    return sum(shown.counts.values())


def _need(count: int) -> str:
    return " needs you" if count == 1 else " need you"


def _columns(shown: Arrangement) -> str:
    """Which set of columns is shown, where it is not what one sees without a choice."""
    view = shown.view
    if not isinstance(view.columns, ColumnSet):
        return view.column_set or ""  # besides those that the settings list
    chosen = view.column_set or view.columns
    return "" if chosen is ColumnSet.ALL else chosen


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

    def show(self, problems: Sequence[Problem]) -> None:
        """Say what is wrong now."""
        messages = [problem.message for problem in problems]
        said = messages[: self.MOST]
        if len(messages) > self.MOST:
            said[-1] += f"  (and {len(messages) - self.MOST} more)"
        if tuple(said) != self._messages:
            self._messages = tuple(said)
            self.display = bool(said)
            self.refresh(layout=True)

    def get_content_height(
        self,
        container: Size,  # noqa: ARG002 (Textual's own signature)
        viewport: Size,  # noqa: ARG002 (as above)
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
