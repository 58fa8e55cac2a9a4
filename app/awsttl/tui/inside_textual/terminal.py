"""What the screen and its features ask of the terminal, by way of the application's driver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from textual.app import App

from awsttl.tui.inside_textual.driver import TerminalDriver

T = TypeVar("T")


def write(app: App[Any], text: str) -> None:
    """Write control sequences to the terminal, between two frames."""
    driver = app._driver
    if driver is not None:
        driver.write(text)
        driver.flush()


def has_mouse(app: App[Any]) -> bool:
    """Whether the mouse is the program's, and not the terminal's."""
    driver = app._driver
    return driver.has_mouse if isinstance(driver, TerminalDriver) else True


def take_mouse(app: App[Any], *, ours: bool) -> None:
    """Take the mouse, or give it to the terminal, which selects text with it."""
    driver = app._driver
    if isinstance(driver, TerminalDriver):
        driver.take_mouse(ours=ours)


def set_title(app: App[Any], text: str) -> None:
    """Give the terminal a title; an empty text gives it the one back that it had."""
    driver = app._driver
    if isinstance(driver, TerminalDriver):
        driver.set_title(text)


def without_screen(app: App[Any], work: Callable[[], T]) -> T:
    """Take the screen off the terminal, do *work* on it, and put the screen back in any case.

    Blocks the event loop. Without a terminal of ours, as in tests, *work* is done as it is.
    """
    driver = app._driver
    if not isinstance(driver, TerminalDriver):
        return work()
    failure: BaseException | None = None
    driver.lends = True
    try:
        with app.suspend():
            # Textual does not bring the screen back when the block raises.
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 (raised again below)
                failure = error
    finally:
        driver.lends = False
    if failure is not None:
        raise failure
    return result


def take_back(app: App[Any], text: str) -> None:
    """Take a message off the screen, wherever its lines are broken."""
    words = "".join(text.split())
    for message in list(app._notifications):
        if "".join(message.message.split()) == words:
            app._unnotify(message)
