"""Why does this fail: what matters of all checks of one profile, as the results come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import ClassVar, Final

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static

from awsttl.core.remedies import Act
from awsttl.core.view import layout
from awsttl.core.why.findings import Check, Finding, Result, Tell
from awsttl.tui.actions import BY_NAME
from awsttl.tui.dialog import Dialog
from awsttl.tui.features.diagnosing.report import Report
from awsttl.tui.keymap import key_of

_OFFERED: Final = (Act.MEND, Act.RENEW, Act.CLEAR, Act.UNSET)
"""What the dialog carries out: what mends something, rather than looks at it."""
_FOR_ALL: Final = (Act.UNSET, Act.MEND)
"""What may concern no profile, and is done in the dialog of any."""


class DiagnosisDialog(Dialog[str | None]):
    """Dismissed with the name of the action that the person chose as the remedy, or ``None``.

    *examine* runs in a thread of its own as soon as the dialog is there, and hands over each
    result as it comes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q,d", "close", "Close"),
        ("enter", "unfold", "Every check"),
        # By the names of the actions, so that other keys for these are keys for them here, too.
        *(
            Binding(",".join(BY_NAME[act].keys), f"act('{act}')", act.capitalize(), id=act)
            for act in _OFFERED
        ),
        ("down,j,ctrl+n", "scroll(1)", "Down"),
        ("up,k,ctrl+p", "scroll(-1)", "Up"),
        ("pagedown,space,ctrl+d,ctrl+f,ctrl+v", "scroll(10)", "Page down"),
        ("pageup,ctrl+u,ctrl+b,alt+v", "scroll(-10)", "Page up"),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "diagnosis--cause",
        "diagnosis--warning",
        "diagnosis--note",
        "diagnosis--right",
        "diagnosis--fix",
        "diagnosis--dim",
    }

    class Came(Message):
        """A check has its result; ``None``: all have."""

        def __init__(self, result: Result | None) -> None:
            super().__init__()
            self.result = result

    def __init__(self, profile: str, examine: Callable[[Tell], None]) -> None:
        super().__init__()
        self._profile, self._examine = profile, examine
        self._results: dict[tuple[bool, Check], Result] = {}
        """By whether it is about the profile itself, and by its check."""
        self._is_over = False
        self._is_full = False
        """Whether every check is shown with its evidence, rather than what matters."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = f"why: {layout.printable(self._profile)}".replace("[", r"\[")
            with VerticalScroll(id="findings", can_focus=False):
                yield Static(id="text")

    def on_mount(self) -> None:
        threading.Thread(target=self._run, name="diagnosis", daemon=True).start()
        self._draw()

    def _run(self) -> None:
        try:
            self._examine(self._hand_over)
        finally:
            self._hand_over(None)

    def _hand_over(self, result: Result | None) -> None:
        if self.is_running:
            self.post_message(self.Came(result))

    def on_diagnosis_dialog_came(self, message: Came) -> None:
        result = message.result
        if result is None:
            self._is_over = True
        else:
            self._results[bool(result.profile), result.check] = result
        self._draw()

    # ---------------------------------------------------------------- drawing

    def _draw(self) -> None:
        report = Report(self._profile, self._results, self._is_over, self._width, self._tone)
        lines = report.in_full() if self._is_full else report.in_short()
        self.query_one("#text", Static).update(Text("\n").join(lines))
        keys = [f"{key_of(act)} {act}" for act in self._offered()]
        more = "⏎ in short  j k scroll" if self._is_full else "⏎ every check"
        dialog = self.query_one(".dialog")
        dialog.border_subtitle = "  ".join(["esc close", *keys, more])

    @property
    def _width(self) -> int:
        return self.query_one("#findings").scrollable_content_region.width or 76

    def _tone(self, name: str) -> Style:
        return self.get_component_rich_style(f"diagnosis--{name}", partial=True)

    def on_resize(self, _event: events.Resize) -> None:
        if self.is_mounted:
            self.call_after_refresh(self._draw)

    # ---------------------------------------------------------------- keys

    def _offered(self) -> list[Act]:
        """The acts that would mend something, those for the worst finding first."""
        found = [finding for result in self._results.values() for finding in result.findings]
        found.sort(key=lambda finding: -finding.severity)
        return list(dict.fromkeys(act for finding in found for act in self._acts(finding)))

    def _acts(self, finding: Finding) -> Iterator[Act]:
        """Those of a finding that this dialog can carry out, which is about one profile."""
        for act, profile in finding.fix.acts():
            if act in _OFFERED and (profile == self._profile or act in _FOR_ALL):
                yield act

    def action_act(self, name: str) -> None:
        """Close, and have the act carried out."""
        if name in self._offered():
            self.dismiss(name)

    def action_unfold(self) -> None:
        """Show every check, or what matters again."""
        self._is_full = not self._is_full
        self._draw()
        self.query_one("#findings").scroll_to(y=0, animate=False)

    def action_scroll(self, lines: int) -> None:
        """Show more of it."""
        self.query_one("#findings").scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """Back to the table."""
        self.dismiss(None)
