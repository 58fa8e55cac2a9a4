"""What happened, the newest last. It follows the log while it is open."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.strip import Strip
from textual.widgets import Static

from awsttl.core import countdown
from awsttl.core.events import Event, What
from awsttl.core.view import layout
from awsttl.disk.locations import shown
from awsttl.disk.log_file import Log
from awsttl.tui import theme
from awsttl.tui.around.filter_line import FilterLine
from awsttl.tui.around.lines import Lines
from awsttl.tui.background import in_background
from awsttl.tui.dialog import Dialog

LOOK_EVERY: Final = 1.0
"""Seconds between two looks at the log while it is open: others write it too."""

_MARKS: Final = {
    What.RENEWED: ("✓", "valid"),
    What.SIGNED_IN: ("✓", "valid"),
    What.FAILED: ("✗", "expired"),
    What.KEEP_FAILED: ("✗", "expired"),
    What.EXPIRED: ("○", "expired"),
    What.CANCELLED: ("–", "dim"),
    What.CLEARED: ("−", "expiring"),
    What.RESTORED: ("+", "accent"),
    What.EDITED: ("+", "accent"),
    What.SERVED: ("⇄", "dim"),
    What.REFUSED: ("✗", "expired"),
    What.SETTINGS: ("·", "dim"),
    What.MISTAKE: ("✗", "expired"),
    What.CHANGED: ("~", "dim"),
}
"""The glyph of each sort of event, and its style; the word stands beside it."""

_WORD: Final = max(len(what) for what in What)
_WIDE: Final = 68
"""Cells from which a line has room for seconds."""
_ROOM: Final = 26
"""Cells below which a text goes to lines of its own."""


class LogDialog(Dialog[None]):
    """Escape or ``l`` closes it. *read* gives the log; it blocks, and runs off the event loop."""

    CSS_PATH: ClassVar = theme.stylesheets("dialogs", "log")
    AUTO_FOCUS = ""  # the filter has the keys only once / was pressed
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "back", "Close"),
        ("l,q", "close", "Close"),
        ("slash", "filter", "Filter"),
        ("down,j,ctrl+n", "scroll(1)", "Down"),
        ("up,k,ctrl+p", "scroll(-1)", "Up"),
        ("pagedown,space,ctrl+d,ctrl+f,ctrl+v", "page(1)", "Page down"),
        ("pageup,ctrl+u,ctrl+b,alt+v", "page(-1)", "Page up"),
        ("home,g", "first", "First"),
        ("end,G,shift+g", "last", "Last"),
    ]

    def __init__(self, path: str, read: Callable[[], Log]) -> None:
        super().__init__()
        self._path, self._read = path, read
        self._log: Log | None = None
        self._reading = False
        self._lines = LogLines()
        self._filter = FilterLine("any words of a line", "log-filter")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "what happened"
            dialog.border_subtitle = "esc close  / filter"
            yield Static(id="log-problem", markup=False)
            yield Static(_EMPTY, id="log-empty", markup=False)
            with VerticalScroll(id="log", can_focus=False):
                yield self._lines
            yield self._filter

    def on_mount(self) -> None:
        for name in ("#log-problem", "#log-empty", "#log-filter"):
            self.query_one(name).display = False
        self._look()
        self.set_interval(LOOK_EVERY, self._look)

    # ---------------------------------------------------------------- what is shown

    def _look(self) -> None:
        if not self._reading:
            self._reading = True
            in_background(self.app, self._read, self._take)

    def _take(self, log: Log) -> None:
        self._reading = False
        if log is self._log or not self.is_attached:
            return
        self._log = log
        problem = self.query_one("#log-problem", Static)
        problem.display = bool(log.problem)
        if log.problem:
            where = shown(self._path)
            problem.update(f"{where} cannot be written: {log.problem}; kept until you quit")
        self._draw()

    def _draw(self) -> None:
        log = self._log
        if log is None:
            return
        wanted = self._filter.input.value
        words = wanted.lower().split()
        found = [event for event in log.events if all(word in event.words for word in words)]
        empty = self.query_one("#log-empty", Static)
        empty.display = not found
        if not found:
            matches = f"None of {len(log.events):,} lines matches  /{layout.printable(wanted)}"
            empty.update(matches if log.events else _EMPTY)
        follows = self._scroll.scroll_offset.y >= self._scroll.max_scroll_y
        self._lines.tell(found)
        if follows:
            self._scroll.scroll_end(animate=False)

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one("#log", VerticalScroll)

    # ---------------------------------------------------------------- keys

    def action_scroll(self, lines: int) -> None:
        """A line down, or up."""
        self._scroll.scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """A screen down, or up."""
        self._scroll.scroll_relative(y=pages * (self._scroll.size.height - 1), animate=False)

    def action_first(self) -> None:
        """To the oldest."""
        self._scroll.scroll_home(animate=False)

    def action_last(self) -> None:
        """To the newest, and follow."""
        self._scroll.scroll_end(animate=False)

    def action_filter(self) -> None:
        """Show only lines that have certain words."""
        self._filter.display = True
        self._filter.input.focus()

    def on_input_changed(self) -> None:
        self._draw()
        self._scroll.scroll_end(animate=False)

    def on_input_submitted(self) -> None:
        self._filter.display = bool(self._filter.input.value)
        self.set_focus(None)

    def action_back(self) -> None:
        """End the filter, or close."""
        if not self._filter.display:
            self.action_close()
            return
        self._filter.input.value = ""
        self._filter.display = False
        self.set_focus(None)

    def action_close(self) -> None:
        """Back to the table."""
        self.dismiss(None)


class LogLines(Lines):
    """Events as lines: time, glyph and word, name, text."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "log--dim",
        "log--accent",
        "log--valid",
        "log--expiring",
        "log--expired",
    }

    def __init__(self) -> None:
        super().__init__("log-lines", self._wrap_all)
        self._told: Sequence[Event] = ()

    def tell(self, told: Sequence[Event]) -> None:
        """Show these events, the newest last."""
        self._told = told
        self.redraw()

    def _wrap_all(self, width: int) -> list[Strip]:
        return list(map(Strip, self._draw(self._told, width)))

    def _draw(self, told: Sequence[Event], width: int) -> Iterator[list[Segment]]:
        """The lines for a pane of *width* cells, with a line for each new day. Local time."""
        styles = {name: self._style(name) for name in self.COMPONENT_CLASSES}
        dim = styles["log--dim"]
        clock = "%H:%M:%S" if width >= _WIDE else "%H:%M"
        longest = max((layout.cell_width(event.name) for event in told), default=0)
        name_width = max(8, min(longest, width // 4))
        lead = len(time.strftime(clock)) + 2 + 2 + _WORD + 2
        room = width - lead - name_width - 2
        before: tuple[int, ...] = ()
        for event in told:
            local = time.localtime(event.at)
            if local[:3] != before:
                before = local[:3]
                yield [Segment(layout.fit(_day(local), width), dim)]
            glyph, tone = _MARKS[event.what]
            head = [
                Segment(time.strftime(clock, local) + "  ", dim),
                Segment(layout.fit(f"{glyph} {event.what}", 2 + _WORD), styles[f"log--{tone}"]),
                Segment("  "),
            ]
            text = _text(event)
            if room < _ROOM:
                yield [*head, Segment(layout.fit(event.name, max(1, width - lead)))]
                indent = len(time.strftime(clock)) + 2
                if text:
                    for piece in layout.wrapped(text, width - indent):
                        yield [Segment(" " * indent), Segment(piece, dim)]
                continue
            pieces = layout.wrapped(text, room)
            name = layout.fit(event.name, name_width)
            yield [*head, Segment(name + "  "), Segment(pieces[0], dim)]
            for piece in pieces[1:]:
                yield [Segment(" " * (width - room)), Segment(piece, dim)]

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)


def _text(event: Event) -> str:
    until = f"until {countdown.clock_time(event.until, event.at).text}" if event.until else ""
    return ", ".join(part for part in (event.text, until) if part)


def _day(local: time.struct_time) -> str:
    return f"{time.strftime('%A', local)} {local.tm_mday} {time.strftime('%B %Y', local)}"


_EMPTY: Final = """\
Nothing has happened yet.

Renewals and their failures, sign-ins, what was cleared and brought back, and \
what other programs change in your AWS files will be told here, and kept for \
the next time.\
"""
