"""A screen in the terminal's own sixteen colours, or in none.

What recedes is not drawn in "bright black", which a palette may have close to its background
(Solarized has the very same), but in the usual colour with the terminal's own dimming.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import BUILTIN_THEMES

DARK: Final = replace(BUILTIN_THEMES["ansi-dark"], accent="ansi_cyan", secondary="ansi_cyan")
LIGHT: Final = replace(BUILTIN_THEMES["ansi-light"], accent="ansi_blue", warning="ansi_magenta")
"""Both are Textual's own themes, with an accent that is the colour of no state. In the light one
the warning is magenta: Textual's would be a second red."""

VARIABLES: Final = {
    "dim": "ansi_bright_black",
    "faint": "ansi_bright_black",
    "calm": "ansi_green",
    "cursor-line": "ansi_default",
}
"""Our own variables. "Bright black" only names what recedes: see :class:`Receding`."""

_BRIGHT_BLACK: Final = 8
_RECEDES: Final = Style(color="default", dim=True)
_STANDS_OUT: Final = Style(color="default", bgcolor="default", dim=False, reverse=True)
_PLAIN: Final = Style(color="default", bgcolor="default")


class Receding(LineFilter):
    """Dims what is "bright black", and reverses what stands on it: the chosen line of a list."""

    def apply(
        self,
        segments: list[Segment],
        background: Color,  # noqa: ARG002 (Textual's own signature)
    ) -> list[Segment]:
        """The same line, as the terminal dims and reverses."""
        return _restyled(segments, _receding)


class Colourless(LineFilter):
    """Takes all colours away, and reverses what has a ground of its own."""

    def apply(
        self,
        segments: list[Segment],
        background: Color,  # noqa: ARG002 (Textual's own signature)
    ) -> list[Segment]:
        """The same line in the terminal's usual colours."""
        return _restyled(segments, _colourless)


def _restyled(segments: list[Segment], change: Callable[[Style], Style]) -> list[Segment]:
    """The same texts, each in what *change* makes of its style."""
    return [
        Segment(text, change(style) if style is not None else None, control)
        for text, style, control in segments
    ]


@lru_cache(1024)
def _receding(style: Style) -> Style:
    colour, ground = style.color, style.bgcolor
    if ground is not None and ground.number == _BRIGHT_BLACK:
        return style + _STANDS_OUT
    if colour is not None and colour.number == _BRIGHT_BLACK and _is_usual(ground):
        return style + _RECEDES
    return style


@lru_cache(1024)
def _colourless(style: Style) -> Style:
    return style + (_PLAIN if _is_usual(style.bgcolor) else _STANDS_OUT)


def _is_usual(ground: RichColor | None) -> bool:
    return ground is None or ground.is_default


FILTERS: Final[Sequence[LineFilter]] = (Receding(),)
WITHOUT_COLOURS: Final[Sequence[LineFilter]] = (Receding(), Colourless())
"""What a line goes through in place of Textual's filters, which are made for true colour."""
