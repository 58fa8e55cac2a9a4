"""Small pieces of work off the event loop: read a file, talk to tmux."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from textual.app import App

T = TypeVar("T")


def in_background(app: App[Any], work: Callable[[], T], then: Callable[[T], None]) -> None:
    """Run *work* in a daemon thread and hand its result to *then* on the event loop.

    Not a Textual worker: quitting waits for those that run in threads. *work* must not raise;
    it returns what went wrong as a value.
    """

    def run() -> None:
        result = work()
        if app.is_running:
            app.call_later(then, result)

    threading.Thread(target=run, name="background", daemon=True).start()
