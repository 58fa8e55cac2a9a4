"""What the signs mean, and all keys: each can be run from here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from awsttl.core.model import State
from awsttl.core.view import layout
from awsttl.core.view.rows import GLYPHS, WORDS
from awsttl.tui.actions import ACTIONS
from awsttl.tui.dialog import Dialog
from awsttl.tui.keymap import key_of
from awsttl.tui.table.paint import CHOSEN, HIDDEN, KEPT

_MEANINGS: Final = {
    State.VALID: "alive, and reused",
    State.EXPIRING: "past its reuse point",
    State.EXPIRED: "over",
    State.NONE: "nothing cached yet",
    State.LONG_TERM: "keys without an end",
    State.UNKNOWN: "its end is not known",
    State.BROKEN: "fails until mended",
}
_SIGNS: Final = (
    *((GLYPHS[state], WORDS[state], meaning) for state, meaning in _MEANINGS.items()),
    (KEPT, "kept", "renewed by itself"),
    (HIDDEN, "hidden", "shown all the same"),
    (CHOSEN, "marked", "keys act on it"),
    ("┊┿", "reuse", "a new one from here"),
    ("!", "red", "only what needs you"),
    ("─", "ahead", "needs nobody so far"),
    ("┿", "ahead", "here they need you"),
)
"""Sign, word and meaning."""

_SIGN: Final = 2
"""Cells of a sign, at the least."""
_LEFT: Final = (11, 21)
_RIGHT: Final = (7, 19)
"""Cells of word and meaning in the two columns of the legend."""
_TWO_COLUMNS: Final = 2 * (_SIGN + 2) + sum(_LEFT) + sum(_RIGHT)
"""Cells from which the legend has two columns: a pane of 80 has them."""
_KEY_WIDTH: Final = 7


class HelpScreen(Dialog[str | None]):
    """Dismissed with the name of the action that was chosen, or with ``None``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "close", show=False),
        Binding("j,ctrl+n", "move(1)", show=False),
        Binding("k,ctrl+p", "move(-1)", show=False),
        Binding("space", "page", show=False),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "keys"
            dialog.border_subtitle = "esc close   ↓ ⏎ run"
            yield OptionList(id="help", compact=True)

    def on_mount(self) -> None:
        self._fill()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        if self.is_mounted:
            self._fill()

    @property
    def _list(self) -> OptionList:
        return self.query_one("#help", OptionList)

    def _fill(self) -> None:
        """The legend first, whole at a glance; then every key."""
        listed, known = self._list, self._list.highlighted
        listed.clear_options()
        # As styles/dialogs.tcss has it, without border, padding and the bar for scrolling.
        width = min(90, int(self.app.size.width * 0.96)) - 10
        listed.add_options(Option(line, disabled=True) for line in _legend(width))
        listed.add_option(Option(Text(), disabled=True))
        listed.add_options(
            Option(_line(key_of(action.name), action.description, width), id=action.name)
            for action in ACTIONS
        )
        listed.highlighted = known
        listed.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def action_move(self, steps: int) -> None:
        """Another key."""
        listed = self._list
        if steps < 0:
            listed.action_cursor_up()
        elif listed.highlighted != listed.option_count - 1:
            listed.action_cursor_down()

    def action_page(self) -> None:
        """Show more."""
        self._list.action_page_down()  # type: ignore[no-untyped-call]  # Textual gives it no types

    def action_close(self) -> None:
        """Back to the table."""
        self.dismiss(None)


def _legend(width: int) -> Iterator[Text]:
    """What the signs mean: in two columns where there is room."""
    if width < _TWO_COLUMNS:
        for sign, word, meaning in _SIGNS:
            yield _line(sign, f"{word}: {meaning}", width)
        return
    rows = -(-len(_SIGNS) // 2)
    # The words stand below those of the keys, where there is room for that.
    lead = min(_KEY_WIDTH, width - _TWO_COLUMNS + _SIGN)
    first, second = (lead, *_LEFT), (_SIGN, *_RIGHT)
    for left, right in zip(_SIGNS[:rows], _SIGNS[rows:], strict=True):
        text = Text(no_wrap=True)
        for (sign, word, meaning), widths in ((left, first), (right, second)):
            text.append(f"{sign:>{widths[0]}}  ", "bold")
            text.append(layout.fit(word, widths[1]))
            text.append(layout.fit(meaning, widths[2]), "dim")
        yield text


def _line(key: str, description: str, width: int) -> Text:
    """A key with what it does; the words hang beside the key, however narrow the pane is."""
    text = Text(no_wrap=True)
    lead = f"{key:>{_KEY_WIDTH}}  "
    for number, piece in enumerate(layout.wrapped(description, max(20, width - len(lead)))):
        text.append(("\n" if number else "") + lead, "bold")
        text.append(piece)
        lead = " " * len(lead)
    return text
