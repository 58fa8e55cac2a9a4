"""Screens that draw what is true, and a cache that lets go of what has left them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

T = TypeVar("T")


class TimelyScreen(Screen[T]):
    """A screen whose frames are true at the moment at which they are drawn, whatever the cause."""

    def out_of_date(self) -> set[Widget]:
        """Have what is no longer true drawn again, and say which widgets that is."""
        return set()

    def _compositor_refresh(self) -> None:
        if self.is_current and (late := self.out_of_date()):
            self._compositor.update_widgets(late)
        super()._compositor_refresh()


@lru_cache(64)
def _backgrounds(base: Color, background: Color) -> tuple[Style, Style]:
    return _inner_outer(None, base, background)


# Textual remembers these styles together with the widget that they were made for: a thousand
# widgets that have left the screen stayed in memory, each with its painted lines.
_inner_outer: Callable[..., tuple[Style, Style]] = StylesCache.get_inner_outer.__wrapped__
StylesCache.get_inner_outer = lambda _, base, background: _backgrounds(base, background)  # type: ignore[method-assign,assignment]  # replaced on purpose
