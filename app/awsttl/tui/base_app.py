"""What awsttl's two programs with a screen have in common, the dashboard and the picker."""

from __future__ import annotations

import os
from collections.abc import Sequence

from textual.app import ReturnType
from textual.filter import LineFilter

from awsttl.tui import sixteen, theme
from awsttl.tui.inside_textual.app import TerminalApp


class BaseApp(TerminalApp[ReturnType]):
    """Draws on the terminal, in our themes."""

    def __init__(self) -> None:
        super().__init__()
        for each in (*theme.ours(os.environ), sixteen.DARK, sixteen.LIGHT):
            self.register_theme(each)
        self._suiting = self.theme = theme.default_name(os.environ)

    def background_is(self, *, light: bool) -> None:
        """Take the theme for the background that the terminal has told."""
        self._suiting = theme.default_name(os.environ, light=light)
        self.suit_the_terminal()

    @property
    def suits_itself(self) -> bool:
        """Whether the theme is to follow the terminal: nobody has chosen one."""
        return True

    def suit_the_terminal(self) -> None:
        """Take the theme for this terminal, unless another one was chosen."""
        if self.suits_itself and self.theme != self._suiting:
            self.theme = self._suiting

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What each line goes through before it is drawn."""
        if self.native_ansi_color:
            return sixteen.WITHOUT_COLOURS if self.no_color else sixteen.FILTERS
        return super().get_line_filters()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our variables for themes that do not know them."""
        return theme.variables(self.current_theme)
