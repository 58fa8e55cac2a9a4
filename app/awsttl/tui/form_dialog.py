"""A form: some settings to fill in, each with what exists to choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from awsttl.core.forms.fields import Field
from awsttl.core.view import layout
from awsttl.tui.dialog import Dialog

Check = Callable[[Mapping[str, str]], Mapping[str, str]]
"""What stands in the fields → key of a field → what is wrong with it."""

_MOST_CHOICES = 6


class FormDialog(Dialog[dict[str, str] | None]):
    """Dismissed with what stands in each field, or with ``None``.

    *check* says what is wrong; as long as anything is, Enter goes to the first such field.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False, priority=True),
        Binding("down,tab", "go(1)", show=False, priority=True),
        Binding("up,shift+tab", "go(-1)", show=False, priority=True),
        Binding("ctrl+n", "choose(1)", show=False, priority=True),
        Binding("ctrl+p", "choose(-1)", show=False, priority=True),
    ]

    def __init__(
        self, title: str, fields: Sequence[Field], check: Check, *, lead: str = ""
    ) -> None:
        super().__init__()
        self._title, self._fields, self._check, self._lead = title, tuple(fields), check, lead
        self._complaints: Mapping[str, str] = {}
        self._width = max((len(field.key) for field in fields), default=0) + 3

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = layout.printable(self._title).replace("[", r"\[")
            dialog.border_subtitle = "⏎ look at the lines   ↓ ↑ field   ^n ^p choose   esc cancel"
            if self._lead:
                yield Static(layout.printable(self._lead), markup=False, classes="lead")
            with VerticalScroll(id="fields", can_focus=False):
                for place, field in enumerate(self._fields):
                    with Horizontal(classes="field"):
                        mark = " *" if field.needed else ""
                        label = Static(f"{layout.printable(field.key)}{mark}", markup=False)
                        label.styles.width = self._width
                        yield label
                        yield self._input(place, field)
            yield Static(id="hint", markup=False, classes="dim")
            yield Static(id="complaint", markup=False)

    def _input(self, place: int, field: Field) -> Input:
        made = Input(
            field.value,
            password=field.is_secret,
            id=f"field-{place}",
            compact=True,
            select_on_focus=False,
            suggester=SuggestFromList(field.choices) if field.choices else None,
        )
        made.cursor_blink = False
        return made

    def on_mount(self) -> None:
        if self._fields:
            self.set_focus(self._inputs[0])
        self._tell()

    @property
    def _inputs(self) -> list[Input]:
        return [self.query_one(f"#field-{place}", Input) for place in range(len(self._fields))]

    @property
    def _place(self) -> int:
        # ``has_focus`` of a widget is true only once it has heard of it.
        return next((n for n, each in enumerate(self._inputs) if each is self.focused), 0)

    @property
    def filled(self) -> dict[str, str]:
        """What stands in the fields, without blanks around."""
        pairs = zip(self._fields, self._inputs, strict=True)
        return {field.key: shown.value.strip() for field, shown in pairs}

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        self._tell()

    def on_input_changed(self, _event: Input.Changed) -> None:
        field = self._fields[self._place]
        if field.key in self._complaints:
            left = {key: each for key, each in self._complaints.items() if key != field.key}
            self._complaints = left
        self._tell()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        filled = self.filled
        self._complaints = self._check(filled)
        wrong = [n for n, field in enumerate(self._fields) if field.key in self._complaints]
        if wrong:
            self.set_focus(self._inputs[wrong[0]])
            self._tell()
        else:
            self.dismiss(filled)

    def _tell(self) -> None:
        """What is to be known of the field with the cursor, and what is wrong with it."""
        if not self._fields:
            return
        field = self._fields[self._place]
        parts = [field.hint, f"now at {field.place}" if field.place else ""]
        if field.choices:
            shown = ", ".join(field.choices[:_MOST_CHOICES])
            parts.append(f"{shown}, …" if len(field.choices) > _MOST_CHOICES else shown)
        hint = "\n".join(layout.printable(part) for part in parts if part)
        self.query_one("#hint", Static).update(hint or " ")
        complaint = self._complaints.get(field.key, "")
        self.query_one("#complaint", Static).update(layout.printable(complaint))
        self.query_one("#complaint").display = bool(complaint)

    def action_go(self, steps: int) -> None:
        """The next field, or the one before.

        At once, and not when Textual comes to it: what is typed next belongs there, and may be a
        secret.
        """
        self.set_focus(self._inputs[(self._place + steps) % len(self._fields)])

    def action_choose(self, steps: int) -> None:
        """The next of the choices, or the one before."""
        place = self._place
        choices = self._fields[place].choices
        if not choices:
            return
        shown = self._inputs[place]
        now = choices.index(shown.value) if shown.value in choices else -1 if steps > 0 else 0
        shown.value = choices[(now + steps) % len(choices)]
        shown.cursor_position = len(shown.value)

    def action_cancel(self) -> None:
        """Make nothing of it."""
        self.dismiss(None)
