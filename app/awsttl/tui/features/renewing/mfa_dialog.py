"""Asks for an MFA code, once for all roles that wait for the device."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from awsttl.core.secret import Secret
from awsttl.core.view import layout
from awsttl.engine.person import CodeAnswer, CodeRequest
from awsttl.tui.dialog import Dialog
from awsttl.tui.tick import Tick


class MfaDialog(Dialog[CodeAnswer | None]):
    """Six digits. ``None`` when the person pressed Escape."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "cancel", "Cancel")]

    def __init__(self, request: CodeRequest) -> None:
        super().__init__()
        self._request = request

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "MFA code"
            dialog.border_subtitle = "⏎ renew   esc cancel"
            yield Static(
                f"for {layout.printable(layout.listed(self._request.waiting))}",
                markup=False,
                classes="lead",
            )
            serial = layout.printable(self._request.serial) or "(empty mfa_serial)"
            yield Static(serial, markup=False, classes="dim")
            yield Static(self._request.complaint, markup=False, id="complaint")
            code = Input(placeholder="6 digits", max_length=16, id="code", select_on_focus=False)
            code.cursor_blink = False
            yield code
            if self._request.others:
                yield Tick(
                    Content(f"also {layout.printable(layout.listed(self._request.others))}"),
                    value=True,
                    id="others",
                )
                yield Static("one code serves all roles of this device", classes="dim")

    def on_mount(self) -> None:
        self.query_one("#complaint").display = bool(self._request.complaint)
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
        too = bool(others) and self.query_one("#others", Tick).value
        self.dismiss(CodeAnswer(Secret(code), too))

    def action_cancel(self) -> None:
        """Renew nothing."""
        self.dismiss(None)
