"""What awsttl's two programs with a screen have in common, the dashboard and the picker."""

from __future__ import annotations

import os

from textual.app import ReturnType

from awsttl.tui import theme
from awsttl.tui.driver import TerminalApp


class BaseApp(TerminalApp[ReturnType]):
    """Draws on the terminal, in our themes."""

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(theme.DARK)
        self.register_theme(theme.LIGHT)
        self.theme = theme.default_name(os.environ)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our variables for themes that do not know them."""
        return theme.variables(self.current_theme)
