"""What awsttl's two programs with a screen have in common, the dashboard and the picker."""

from __future__ import annotations

import os
import sys

from textual.app import App, ReturnType

from awsttl.tui import theme


class BaseApp(App[ReturnType]):
    """Draws on stderr with our driver and our themes; its tracebacks hold no values."""

    def __init__(self) -> None:
        super().__init__(driver_class=_driver_class(), watch_css=False)
        self.register_theme(theme.DARK)
        self.register_theme(theme.LIGHT)
        self.theme = theme.default_name(os.environ)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our variables for themes that do not know them."""
        return theme.variables(self.current_theme)

    def _fatal_error(self) -> None:
        """A traceback without the values of variables: a secret may be among them."""
        from rich.segment import Segments
        from rich.traceback import Traceback

        self.bell()
        traceback = Traceback(show_locals=False, width=None)
        self._exit_renderables.append(
            Segments(self.console.render(traceback, self.console.options))
        )
        self._close_messages_no_wait()


def _driver_class() -> type | None:
    """Our own driver on POSIX; Textual's choice in tests and elsewhere."""
    if os.environ.get("TEXTUAL_DRIVER") or sys.platform == "win32":
        return None
    from awsttl.tui.driver import TerminalDriver

    return TerminalDriver
