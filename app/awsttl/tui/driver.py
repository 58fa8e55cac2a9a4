"""Everything that leans on Textual's private parts, in one place.

Textual draws on stderr, so stdout is free for ``eval "$(awsttl)"``; but its driver asks stdout
for the size of the terminal, and its input thread spins on a terminal that is gone.
Textual is pinned in pyproject.toml for this file's sake.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.actions import ActionParseResult
from textual.app import App, ReturnType
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.drivers.linux_driver import LinuxDriver

T = TypeVar("T")


class TerminalApp(App[ReturnType]):
    """An application on this driver: once it leaves, it handles nothing that comes after."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Before any dialog or line of input: a person who leaves for the shell means the program.
        Binding("ctrl+z", "suspend_process", show=False, priority=True),
    ]

    def __init__(self) -> None:
        # Tests name a driver that needs no terminal.
        driver = None if os.environ.get("TEXTUAL_DRIVER") else TerminalDriver
        super().__init__(driver_class=driver, watch_css=False)

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


class TerminalDriver(LinuxDriver):
    """The Linux and macOS driver, for a program whose stdout may be a pipe."""

    _at_start = _at_stop = ""
    """What gives the terminal its title when it is taken over, and its own one when it is left."""

    _is_on = False
    """Whether the terminal is taken over."""

    lends = False
    """While the terminal is lent to a program that awsttl waits for, whatever stdout is."""

    def _get_terminal_size(self) -> tuple[int, int]:
        """The size of the terminal that is drawn on, whatever stdout is."""
        try:
            size = os.get_terminal_size(sys.__stderr__.fileno() if sys.__stderr__ else 2)
        except (OSError, ValueError):
            return super()._get_terminal_size()
        return (size.columns or 80, size.lines or 24)

    @property
    def can_suspend(self) -> bool:
        """Ctrl+Z only with stdout on the terminal: inside ``$(…)`` no shell would take over."""
        return self.lends or (sys.__stdout__ is not None and sys.__stdout__.isatty())

    def pause(self, whom: int) -> None:
        """Give the terminal back and stop, until the shell lets this process go on.

        *whom*: the process group, which stops as a whole at Ctrl+Z in any program of the terminal:
        ``make run`` waits for awsttl, and must stop with it. 0: this process alone. A group that no
        shell looks after, as in ``tmux new-window awsttl``, does not stop: the kernel sees to that.
        """
        shown = self._is_on
        if shown:
            self.suspend_application_mode()
        numbers = (signal.SIGTSTP, signal.SIGCONT)
        handlers = [signal.signal(number, signal.SIG_DFL) for number in numbers]
        if whom:
            os.killpg(whom, signal.SIGTSTP)
        else:
            os.kill(os.getpid(), signal.SIGTSTP)
        # Here again: after fg, or at once.
        for number, handler in zip(numbers, handlers, strict=True):
            signal.signal(number, handler)
        if shown:
            self._come_back()

    def _come_back(self) -> None:
        """Take the terminal over anew, and draw everything: a shell may have changed both."""
        if self._is_on:
            self.suspend_application_mode()
        self.resume_application_mode()
        self._app.refresh(layout=True)

    def _sigtstp_application(self, *_: Any) -> None:
        """Another process asks to stop; or Ctrl+Z does, on a terminal that is lent."""
        if self.can_suspend:
            self.pause(0)

    def _sigcont_application(self, *_: Any) -> None:
        """Whoever stopped this process without asking lets it go on."""
        if self._auto_restart:
            self._come_back()

    def _request_terminal_sync_mode_support(self) -> None:
        """Mark every frame: a terminal that knows the marks shows it at once or not at all.

        Textual asks first, and the answer comes after the first frame. That frame would be shown
        in pieces, as they arrive. A terminal that does not know the marks passes over them.
        """
        self._app._sync_available = True

    def start_application_mode(self) -> None:
        """Take over the terminal, and leave when it leaves."""
        before = self._writer_thread
        # The application asks here before it is told: COLUMNS of the environment would win else.
        self._size = self._get_terminal_size()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # (Textual's bare def)
        # In the background it is not: then it takes over when the shell brings it to the fore.
        self._is_on = self._writer_thread is not before
        if self._at_start:
            self.write(self._at_start)
        # Killed or hung up, it leaves the terminal as it found it, and its sandbox too.
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._app.exit)
        if not getattr(self, "_hang_up_thread", None):
            self._hang_up_thread = threading.Thread(
                target=self._leave_at_hang_up, name="hang-up", daemon=True
            )
            self._hang_up_thread.start()

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was found: for good, or while another program has it."""
        if self._at_stop:
            self.write(self._at_stop)
        super().stop_application_mode()
        self._is_on = False

    def set_title(self, text: str) -> None:
        """Give the terminal a title; an empty text gives it the one back that it had."""
        from awsttl.terminal import notifications

        if text:
            title = notifications.title(text)
            self.write(title if self._at_stop else notifications.SAVE_TITLE + title)
            self._at_start, self._at_stop = (
                notifications.SAVE_TITLE + title,
                notifications.RESTORE_TITLE,
            )
        elif self._at_stop:
            self.write(self._at_stop)
            self._at_start = self._at_stop = ""
        self.flush()

    def _leave_at_hang_up(self) -> None:
        """End the program when its terminal is closed.

        Most die of SIGHUP then; under ``nohup`` the input thread would read nothing, forever,
        with all of a processor. There is nothing to tidy up: files are written whole or not.
        """
        poll = select.poll()
        poll.register(self.fileno, 0)
        while not self.exit_event.is_set():
            if any(event & select.POLLHUP for _, event in poll.poll(None)):
                os._exit(128 + 1)


def write(app: App[Any], text: str) -> None:
    """Write control sequences to the terminal, between two frames."""
    driver = app._driver
    if driver is not None:
        driver.write(text)
        driver.flush()


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
            # Textual leaves the screen away when the block raises.
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
