"""Asks for an MFA code, once for all roles that wait for the device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Checkbox, Input, Static

from awsttl.core.model import Secret
from awsttl.core.view import layout
from awsttl.tui.dialog import Dialog


@dataclass(frozen=True, slots=True)
class Answer:
    """The code, and whether the other roles that wait are to be renewed with it too."""

    code: Secret
    others_too: bool


class MfaDialog(Dialog[Answer | None]):
    """Six digits. ``None`` when the person pressed Escape."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "cancel", "Cancel")]

    def __init__(
        self, serial: str, names: tuple[str, ...], others: tuple[str, ...], complaint: str
    ) -> None:
        super().__init__()
        self._serial, self._names, self._others = serial, names, others
        self._complaint = complaint

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "MFA code"
            dialog.border_subtitle = "⏎ renew   esc cancel"
            yield Static(f"for {_listed(self._names)}", markup=False, classes="lead")
            serial = layout.printable(self._serial) or "(empty mfa_serial)"
            yield Static(serial, markup=False, classes="dim")
            yield Static(self._complaint, markup=False, id="complaint")
            code = Input(placeholder="6 digits", max_length=16, id="code", select_on_focus=False)
            code.cursor_blink = False
            yield code
            if self._others:
                yield Checkbox(Content(f"also {_listed(self._others)}"), value=True, id="others")
                yield Static("one code serves all roles of this device", classes="dim")

    def on_mount(self) -> None:
        self.query_one("#complaint").display = bool(self._complaint)
        self.query_one("#code", Input).focus()

    def on_input_changed(self) -> None:
        self.query_one("#complaint").display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        code = event.value.replace(" ", "")
        if not code.isdecimal() or not 6 <= len(code) <= 8:
            complaint = self.query_one("#complaint", Static)
            complaint.update("a code is six digits")
            complaint.display = True
            return
        others = self.query("#others")
        too = bool(others) and self.query_one("#others", Checkbox).value
        self.dismiss(Answer(Secret(code), too))

    def action_cancel(self) -> None:
        """Renew nothing."""
        self.dismiss(None)


def _listed(names: tuple[str, ...]) -> str:
    shown = layout.printable(", ".join(names[:3]))
    return shown + (f" and {len(names) - 3} more" if len(names) > 3 else "")
