"""Why does this fail: every check of one profile, with its result as it comes."""

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
from awsttl.core.view.doctor import AROUND, GLYPHS, RIGHT
from awsttl.core.why.findings import Check, Finding, Result, Severity, Tell, headline
from awsttl.tui.actions import BY_NAME
from awsttl.tui.dialog import Dialog
from awsttl.tui.keymap import key_of
from awsttl.tui.remedies import said

_WIDTH: Final = max(len(check) for check in Check) + 4

_SECTIONS: Final = {
    True: (
        Check.ENDPOINT,
        Check.CREDENTIALS,
        Check.ENVIRONMENT,
        Check.SESSION,
        Check.SOURCE,
        Check.CACHE,
        Check.PASTED,
        Check.IDENTITY,
    ),
    False: (Check.CLI, Check.CLOCK, Check.FILES, Check.ENVIRONMENT, Check.CACHE),
}
"""The checks to wait for: of the profile itself, and of what concerns all profiles alike."""


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
        # By the names of the actions, so that other keys for these are keys for them here, too.
        *(
            Binding(",".join(BY_NAME[act].keys), f"act('{act}')", act.capitalize(), id=act)
            for act in _OFFERED
        ),
        ("down,j", "scroll(1)", "Down"),
        ("up,k", "scroll(-1)", "Up"),
        ("pagedown,space", "scroll(10)", "Page down"),
        ("pageup", "scroll(-10)", "Page up"),
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
        text = Text("\n").join(self._lines())
        self.query_one("#text", Static).update(text)
        keys = [f"{key_of(act)} {act}" for act in self._offered()]
        dialog = self.query_one(".dialog")
        dialog.border_subtitle = "  ".join(["esc close", *keys, "j k scroll"])

    def _answer(self) -> Iterator[Text]:
        """What the title asks: what is wrong with the profile, before all that was looked at."""
        found = headline(self._results.values())
        if found.own is not None:
            yield from self._worst(found.own, "")
        elif self._is_over:
            words = f"{RIGHT} nothing is wrong with {self._profile}"
            yield self._wrapped(words, self._tone("right"))
        else:
            yield self._wrapped("… looking", self._tone("dim"))
        if found.around is not None:
            yield from self._worst(found.around, f"{AROUND}: ")
        yield Text()

    def _worst(self, found: Finding, where: str) -> Iterator[Text]:
        tone = self._tone(found.severity.word)
        yield self._wrapped(f"{GLYPHS[found.severity]} {where}{found.message}", tone)
        yield self._wrapped(f"  → {said(found.fix, self._profile)}", self._tone("fix"))

    def _wrapped(self, words: str, tone: Style) -> Text:
        return Text("\n  ".join(layout.wrapped(words, max(20, self._width - 2))), tone)

    def _lines(self) -> Iterator[Text]:
        yield from self._answer()
        yield from self._section(own=True)
        yield Text()
        yield Text(AROUND, self._tone("dim"))
        yield from self._section(own=False)

    def _section(self, *, own: bool) -> Iterator[Text]:
        for check in Check:
            result = self._results.get((own, check))
            if result is None:
                if check in _SECTIONS[own] and not self._is_over:
                    yield self._line("…", check, "", self._tone("dim"))
                continue
            if result.is_right:
                yield self._line(RIGHT, check, result.text, self._tone("right"))
            elif not result.findings:
                glyph = GLYPHS[Severity.NOTE]
                yield self._line(glyph, check, result.text, self._tone("dim"))
            for finding in result.findings:
                yield from self._finding(finding)
            for line in result.lines:
                yield self._below(line, self._tone("dim"))

    def _finding(self, finding: Finding) -> Iterator[Text]:
        tone = self._tone(finding.severity.word)
        yield self._line(GLYPHS[finding.severity], finding.check, finding.message, tone)
        for evidence in finding.evidence:
            yield self._below(evidence, self._tone("dim"))
        yield self._below(f"→ {said(finding.fix, self._profile)}", self._tone("fix"))
        for line in finding.text.splitlines():
            yield self._below(f"  {line}", Style())

    def _line(self, glyph: str, check: Check, words: str, tone: Style) -> Text:
        pieces = layout.wrapped(words, max(20, self._width - _WIDTH))
        text = Text(f"{glyph} {check:{_WIDTH - 2}}", tone)
        text.append(pieces[0], "" if glyph == RIGHT else tone)
        for piece in pieces[1:]:
            text.append("\n" + " " * _WIDTH + piece)
        return text

    def _below(self, words: str, style: Style) -> Text:
        pieces = layout.wrapped(words, max(20, self._width - _WIDTH))
        return Text("\n".join(" " * _WIDTH + piece for piece in pieces), style)

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

    def action_scroll(self, lines: int) -> None:
        """Show more of it."""
        self.query_one("#findings").scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """Back to the table."""
        self.dismiss(None)
