"""What was understood of a pasted session, and where it is to go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from awsttl.core import countdown
from awsttl.core.files import Files
from awsttl.core.pasted.model import Pasted
from awsttl.core.view import layout
from awsttl.engine import pasting
from awsttl.engine.pasting import Answer, Which, Whose
from awsttl.tui.background import in_background
from awsttl.tui.dialog import Dialog
from awsttl.tui.remedies import told

_LABEL = 9
"""Columns of the labels."""


class PasteDialog(Dialog[Answer | None]):
    """Dismissed with where the session is to go, or with ``None``. It shows no secret.

    *name* is the profile to begin with. *clock* is the wall clock, in seconds UTC.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False, priority=True),
        Binding("down", "go(1)", show=False, priority=True),
        Binding("up", "go(-1)", show=False, priority=True),
        Binding("ctrl+f", "turn", show=False, priority=True),
        Binding("ctrl+o", "ask", show=False, priority=True),
        Binding("ctrl+b", "better", show=False, priority=True),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "paste--label",
        "paste--warning",
        "paste--wrong",
        "paste--better",
    }

    def __init__(
        self, session: Pasted, name: str, files: Files, clock: Callable[[], float]
    ) -> None:
        super().__init__()
        self._session, self._files, self._clock = session, files, clock
        self._profile, self._which = name, Which.CREDENTIALS
        self._whose = Whose("^o asks AWS (GetCallerIdentity)")
        self._asks_how_long = session.is_temporary and session.expires_at is None

    def compose(self) -> ComposeResult:
        names = (*self._files.config.sections, *self._files.credentials.sections)
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "paste a session"
            dialog.border_subtitle = "⏎ look at the lines   ↓ ↑ field   ^f file   esc cancel"
            yield Static(id="understood")
            yield self._field("profile", self._profile, "its name, or a new one", tuple(names))
            if self._asks_how_long:
                yield self._field("lasts", "", "how long it lasts: 1h, 8h; empty: not known", ())
            yield Static(id="consequence")
            yield Static(id="complaint", markup=False)

    def _field(self, key: str, value: str, hint: str, choices: tuple[str, ...]) -> Horizontal:
        label = Static(key, markup=False)
        label.styles.width = _LABEL
        shown = Input(
            value,
            placeholder=hint,
            id=key,
            compact=True,
            # So that typing another name takes the place of this one.
            select_on_focus=True,
            suggester=SuggestFromList(dict.fromkeys(choices)) if choices else None,
        )
        shown.cursor_blink = False
        return Horizontal(label, shown, classes="field")

    def on_mount(self) -> None:
        self.query_one("#complaint").display = False
        self.query_one("#profile", Input).focus()
        self._draw()

    # ---------------------------------------------------------------- drawing

    def _draw(self) -> None:
        self.query_one("#understood", Static).update(Text("\n").join(self._understood()))
        self.query_one("#consequence", Static).update(Text("\n").join(self._consequences()))

    def _understood(self) -> Iterator[Text]:
        for label, words in pasting.understood(self._session, self._clock()):
            yield self._line(label, words)
        yield self._line("whose", self._whose.words)
        if (way := self._whose.better) is not None:
            words = way.words if way.there else f"^b makes a profile that renews: {way.words}"
            yield self._line("better", words, "paste--better")
        yield Text("")

    def _consequences(self) -> Iterator[Text]:
        yield self._line("file", f"{self._which}")
        answer = self._answer
        if not answer.name:
            return
        placed = pasting.place(self._session, answer, self._files, self._clock())
        if placed.problem is not None:
            yield self._line("", told(placed.problem), "paste--wrong")
        elif placed.replaces_long_term:
            yield self._line("", f"takes the place of {placed.replaces}", "paste--wrong")
        elif placed.replaces:
            yield self._line("", f"takes the place of {placed.replaces}")
        elif placed.is_new:
            yield self._line("", "a new profile")
        ends, now = self._session.expires_at, self._clock()
        if ends is not None and ends <= now:
            yield self._line("", "this session has expired already", "paste--warning")

    def _line(self, label: str, words: str, tone: str = "") -> Text:
        style = self._tone(tone) if tone else ""
        text = Text.assemble((f"{label:{_LABEL}}", self._tone("paste--label")))
        return text.append(layout.printable(words), style)

    def _tone(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)

    # ---------------------------------------------------------------- the answer

    @property
    def _answer(self) -> Answer:
        name = self.query_one("#profile", Input).value.strip()
        lasts = None
        if self._asks_how_long:
            lasts = _seconds(self.query_one("#lasts", Input).value)
        return Answer(name, self._which, lasts)

    def on_input_changed(self, _event: Input.Changed) -> None:
        if self.is_mounted:
            self.query_one("#complaint").display = False
            self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        answer = self._answer
        if complaint := self._complaint(answer):
            self._complain(complaint)
        else:
            self.dismiss(answer)

    def _complain(self, complaint: str) -> None:
        shown = self.query_one("#complaint", Static)
        shown.update(layout.printable(complaint))
        shown.display = True

    def _complaint(self, answer: Answer) -> str:
        if not answer.name:
            return "name a profile"
        if self._asks_how_long and answer.lasts is None:
            typed = self.query_one("#lasts", Input).value.strip()
            if typed:
                return f'"{typed}" is no span of time, as 45m or 1h30m is'
        problem = pasting.place(self._session, answer, self._files, self._clock()).problem
        return told(problem) if problem is not None else ""

    # ---------------------------------------------------------------- keys

    def action_go(self, steps: int) -> None:
        """The other field."""
        fields = list(self.query(Input))
        place = next((n for n, each in enumerate(fields) if each.has_focus), 0)
        fields[(place + steps) % len(fields)].focus()

    def action_turn(self) -> None:
        """The other file."""
        other = {Which.CREDENTIALS: Which.CONFIG, Which.CONFIG: Which.CREDENTIALS}
        self._which = other[self._which]
        self._draw()

    def action_ask(self) -> None:
        """Ask AWS whose the keys are."""
        self._whose = Whose("asking AWS …")
        self._draw()
        session, name, files = self._session, self._answer.name, self._files
        in_background(self.app, lambda: pasting.whose(session, name, files), self._told)

    def _told(self, whose: Whose) -> None:
        if self.is_current:
            self._whose = whose
            self._draw()

    def action_better(self) -> None:
        """Make a profile that gets such sessions by itself."""
        way, name = self._whose.better, self._answer.name
        if way is None or way.there:
            return
        if not name or self._is_known(name):
            self._complain("type a new name for the profile that renews")
        else:
            self.dismiss(self._answer._replace(better=way))

    def _is_known(self, name: str) -> bool:
        files = self._files
        return name in files.config.sections or name in files.credentials.sections

    def action_cancel(self) -> None:
        """Write nothing."""
        self.dismiss(None)


def _seconds(text: str) -> float | None:
    """Seconds of ``45m`` or of a bare number; ``None`` for anything else."""
    text = text.strip()
    return countdown.span(f"{text}s" if text.isdecimal() else text) if text else None
