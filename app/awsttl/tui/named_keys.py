"""The keys that a dialog names at its bottom, as the mouse finds them: ``esc close  c copy``."""

from __future__ import annotations

import re
from typing import Final

_NAMED: Final = {
    "esc": "escape", "⏎": "enter", "⇥": "tab", "↓": "down", "↑": "up", "→": "right", "/": "slash",
}  # fmt: skip
"""How dialogs write a key → what Textual calls it."""

_PART: Final = re.compile(r"\S+(?: \S+)*")
"""A key and its words; between two of them are two blanks at least."""


def keys_at(line: str, x: int) -> tuple[str, ...]:
    """The key under the cell *x* of such a line, by all its names in Textual; empty for none."""
    for part in _PART.finditer(line):
        if part.start() <= x < part.end():
            return _names(part[0].partition(" ")[0])
    return ()


def _names(written: str) -> tuple[str, ...]:
    if written in _NAMED:
        return (_NAMED[written],)
    if len(written) == 2 and written[0] == "^":
        return (f"ctrl+{written[1]}",)
    if len(written) != 1 or not written.isalnum():
        return ()
    return (written, f"shift+{written.lower()}") if written.isupper() else (written,)
