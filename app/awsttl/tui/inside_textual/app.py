"""An application that outlives mistakes, and leaves when it is told to."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Mapping
from typing import Any, ClassVar

from textual import events
from textual.actions import ActionParseResult
from textual.app import App, ReturnType
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen

from awsttl.tui import faults
from awsttl.tui.inside_textual.driver import Listener, TerminalDriver


class TerminalApp(Listener, App[ReturnType]):
    """An application on this driver: once it leaves, it handles nothing that comes after."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Before any dialog or line of input: a person who leaves for the shell means the program.
        Binding("ctrl+z", "suspend_process", show=False, priority=True, id="suspend_process"),
    ]

    def __init__(self) -> None:
        # Tests name a driver that needs no terminal.
        driver = None if os.environ.get("TEXTUAL_DRIVER") else TerminalDriver
        super().__init__(driver_class=driver, watch_css=False)
        self._faults = faults.Faults()

    async def on_event(self, event: events.Event) -> None:
        """Pass an event on, unless it is one of the person's and the program is leaving.

        What was typed ahead, or pasted, behind the key that quits would open dialogs on a screen
        that is being taken down.
        """
        if not (self._exit and isinstance(event, events.InputEvent | events.Paste)):
            await super().on_event(event)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key asks for, unless a key before it has quit the program."""
        if self._exit:
            return False
        return await super().run_action(action, default_namespace, namespaces)

    def action_suspend_process(self) -> None:
        """Stop until ``fg``, as any program of the terminal does, or say why not."""
        driver = self._driver
        if isinstance(driver, TerminalDriver) and driver.can_suspend:
            driver.pause(os.getpgrp())
        else:
            text = "inside $(…) awsttl cannot be suspended: no shell would take over"
            self.notify(text, severity="warning", markup=False)

    # ---------------------------------------------------------------- mistakes

    @property
    def goes_on(self) -> bool:
        """Whether a mistake of awsttl itself is told and not fatal. Tests are to fail of it."""
        return self._dom_ready and isinstance(self._driver, TerminalDriver)

    def tell_fault(self, error: BaseException) -> None:
        """Say that awsttl has made a mistake. What is said of it holds no value."""
        self.notify(faults.words(error), severity="error", timeout=15, markup=False)

    def survive(self, error: Exception, *, of_the_person: bool = False) -> bool:
        """Go on after an exception that nobody handled, if that is of use; else ``False``.

        Work for a widget that has left the screen is not needed any more, and whatever it failed
        of neither. Any other exception is a mistake: it is told, and the dialog in which it
        happened is closed. *of_the_person*: it came of a key, of the mouse or of a paste. No
        number of these ends the program.
        """
        owners = faults.owners(error)
        if any(map(_is_gone, owners)):
            return True
        if not self.goes_on or not (self._faults.may_go_on() or of_the_person):
            return False
        self.call_later(self._after_a_fault, error, owners)
        return True

    def _after_a_fault(self, error: BaseException, owners: list[MessagePump]) -> None:
        """Close the dialog that made a mistake, and tell of it."""
        dialog = self.screen
        if isinstance(dialog, ModalScreen) and any(_is_part(each, dialog) for each in owners):
            # Whoever waits for the dialog's answer gets one: none.
            dialog.dismiss(None)
        self.tell_fault(error)

    def _handle_exception(self, error: Exception) -> None:
        """Where Textual takes every exception that would end the program."""
        if not self.survive(error):
            super()._handle_exception(error)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        before = self._faults.since_a_frame
        super()._display(screen, renderable)
        if self._faults.since_a_frame == before:
            self._faults.has_drawn()

    def watch_others(self) -> None:
        """Have the mistakes of threads and of the event loop told as well.

        Python prints them on stderr, which is the screen. A library's warnings come to nothing.
        """

        def of_thread(failed: threading.ExceptHookArgs) -> None:
            if self._exit:
                threading.__excepthook__(failed)
            elif isinstance(failed.exc_value, Exception):
                self.call_later(self._after_a_fault, failed.exc_value, [])

        def of_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            error = context.get("exception")
            if isinstance(error, Exception) and not self.survive(error):
                self._handle_exception(error)

        logging.getLogger().addHandler(logging.NullHandler())
        threading.excepthook = of_thread
        sys.unraisablehook = lambda _: None
        asyncio.get_running_loop().set_exception_handler(of_loop)

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


def _is_gone(pump: MessagePump) -> bool:
    """Whether a widget has left the screen, or is about to. One that never was there is not."""
    if isinstance(pump, App):
        return pump._exit
    pruned = isinstance(pump, DOMNode) and pump._pruning
    return pruned or pump._closing or pump._closed or (pump._is_mounted and not pump.is_attached)


def _is_part(pump: MessagePump, dialog: Screen[Any]) -> bool:
    return isinstance(pump, DOMNode) and dialog in pump.ancestors_with_self


_OF_THE_TERMINAL = (events.AppFocus, events.AppBlur, events.Resize)
"""What a terminal sends of itself, in any number."""

_dispatch = MessagePump._dispatch_message


async def _dispatch_and_survive(self: MessagePump, message: Message) -> None:
    """Handle a message. A failure ends the program, or else this must return.

    For Textual's loop of messages ends at a failure, and the widget is deaf from then on.
    """
    of_the_person = isinstance(message, events.InputEvent | events.Paste)
    try:
        await _dispatch(self, message)
    except Exception as error:
        app = self.app
        if not isinstance(app, TerminalApp):
            raise
        if not app.survive(error, of_the_person=of_the_person):
            raise
    if isinstance(self, App) and (of_the_person or isinstance(message, _OF_THE_TERMINAL)):
        # A loop of messages lets nothing else run as long as messages are waiting. Nothing would
        # be drawn while a terminal sends more than can be followed.
        await asyncio.sleep(0)


# All widgets are guarded, Textual's own as well, and that in one place.
MessagePump._dispatch_message = _dispatch_and_survive  # type: ignore[method-assign]  # replaced on purpose
