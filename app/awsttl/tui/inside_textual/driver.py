"""How the dashboard reads a terminal, writes to it, and gives it back.

Textual draws on stderr, so stdout is free for ``eval "$(awsttl)"``; but its driver asks stdout
for the size of the terminal, and its input thread spins on a terminal that is gone.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.messages import InBandWindowResize

from awsttl.tui import incoming
from awsttl.tui.incoming import Answered, Incoming, Pasted, Piece
from awsttl.tui.outgoing import Terminal
from awsttl.tui.terminal_background import Background


class Listener:
    """What an application hears from its driver."""

    def watch_others(self) -> None:
        """The terminal is the program's from now on, stderr with it."""

    def background_is(self, *, light: bool) -> None:
        """The terminal has said how its background is, in answer to the driver's question."""

    def came_back(self) -> None:
        """The program goes on, after any time in which it stood still."""


class TerminalDriver(LinuxDriver):
    """The Linux and macOS driver, for a program whose stdout may be a pipe."""

    _at_start = _at_stop = ""
    """What gives the terminal its title when it is taken over, and its own one when it is left."""

    _is_on = False
    """Whether the terminal is taken over."""

    _gives_mouse_away = False
    """Whether the mouse is the terminal's, which selects text with it."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        if sys.__stderr__ is not None:
            self._file = Terminal(sys.__stderr__)  # type: ignore[assignment]  # has what the driver uses of a file
        self._leaves = False
        """Whether the thread that reads is to come to its end."""
        self._wakes = os.pipe()
        """What wakes that thread."""
        self._signals = os.pipe()
        """What tells another thread of the signals that ask to leave."""
        os.set_blocking(self._signals[1], False)
        self._background = Background(os.environ)

    lends = False
    """While the terminal is lent to a program that awsttl waits for, whatever stdout is."""

    def _get_terminal_size(self) -> tuple[int, int]:
        """The size of the terminal that is drawn on, whatever stdout is."""
        try:
            size = os.get_terminal_size(sys.__stderr__.fileno() if sys.__stderr__ else 2)
        except (OSError, ValueError):
            return super()._get_terminal_size()
        columns, lines = size.columns or 80, size.lines or 24
        return (min(columns, incoming.MOST_COLUMNS), min(lines, incoming.MOST_LINES))

    # ---------------------------------------------------------------- what the terminal sends

    def run_input_thread(self) -> None:
        """Read keys, pastes, the mouse and reports of the terminal, until the program leaves.

        Whatever the bytes are, this goes on, because without this thread no key would be heard. A
        sequence of which Textual's parser fails is lost, as are the bytes during which awsttl
        itself makes a mistake.
        """
        source, self._parser = Incoming(), XTermParser(self._debug)
        while not self.exit_event.is_set():
            data = self._read(self._patience(source))
            try:
                self._hear(source, data)
            except Exception as error:  # noqa: BLE001 (told where all mistakes are)
                source, self._parser = Incoming(), XTermParser(self._debug)
                self._loop.call_soon_threadsafe(self._app._handle_exception, error)
            self._wait_for_the_program()

    def _hear(self, source: Incoming, data: bytes) -> None:
        now = time.monotonic()
        pieces = source.feed(data, now) if data else source.tick(now)
        # The empty text at the end makes Textual's parser decide about an Escape that it holds.
        found = list(self._made_of([*pieces, ""]))
        for event in found:
            # Of the moves of the mouse only the last one counts: buttons and wheel tell their place
            # themselves.
            if event is found[-1] or not isinstance(event, events.MouseMove):
                self._take_in(event)

    def _patience(self, source: Incoming) -> float | None:
        """Seconds to wait for the terminal; ``None``: until it sends something.

        Textual wakes ten times a second, which is nearly all that an idle pane costs.
        """
        if self._leaves:
            return 0.01
        if source.patience is not None:
            return source.patience
        # Only time tells whether an Escape is a key or the beginning of a sequence.
        return None if self._parser._timeout_time is None else 0.02

    def disable_input(self) -> None:
        """Have the thread that reads come to its end, and wait for it."""
        if self._is_on:
            self._background.let_come()
        self._leaves = True
        os.write(self._wakes[1], b".")
        super().disable_input()

    def _read(self, patience: float | None) -> bytes:
        """What the terminal has sent; nothing after so many seconds."""
        try:
            ready = select.select([self.fileno, self._wakes[0]], [], [], patience)[0]
            if self._wakes[0] in ready:
                os.read(self._wakes[0], 64)
            if self.fileno not in ready:
                return b""
            data = os.read(self.fileno, 4096)
        except OSError:
            data = b""
        if not data:
            # The terminal is gone, or belongs to others for a moment.
            self.exit_event.wait(0.1)
        return data

    def _made_of(self, pieces: list[Piece]) -> Iterator[Message]:
        """The events that Textual's parser makes of what was sent."""
        for piece in pieces:
            if isinstance(piece, Answered):
                self._take_answer(piece)
                continue
            try:
                found = list(_events(self._parser, piece))
            except Exception:  # noqa: BLE001 (whatever a parser fails of)
                self._parser = XTermParser(self._debug)
                continue
            for event in found:
                if isinstance(event, events.Resize | InBandWindowResize):
                    # The parser would take the mouse's places for pixels from now on.
                    self._parser = XTermParser(self._debug)
                else:
                    yield event

    def _take_answer(self, answer: Answered) -> None:
        light = self._background.take(answer.colour)
        if light is not None and isinstance(self._app, Listener):
            self._app.call_later(partial(self._app.background_is, light=light))

    def _take_in(self, event: Message) -> None:
        """Hand on an event that makes sense: no place off any screen, no half of a character."""
        if isinstance(event, events.MouseEvent):
            if not incoming.is_sane(event.screen_x, event.screen_y):
                return
        elif isinstance(event, events.Key) and not incoming.is_text(event.character):
            return
        elif isinstance(event, events.AppFocus):
            self._ask(self._background.question_again())
        self.process_message(event)

    def _ask(self, question: str) -> None:
        """Write a question to the terminal, unless it is empty."""
        if question:
            self.write(question)
            self.flush()

    @property
    def has_mouse(self) -> bool:
        """Whether the mouse is the program's, and not the terminal's."""
        return not self._gives_mouse_away

    def take_mouse(self, *, ours: bool) -> None:
        """Take the mouse, or give it to the terminal, which selects text with it."""
        self._gives_mouse_away = not ours
        # While another program has the terminal, nothing is written. The driver does it when it
        # takes the terminal back.
        if self._is_on and ours:
            self._enable_mouse_support()
        elif self._is_on:
            self._disable_mouse_support()
        self.flush()

    def _enable_mouse_support(self) -> None:
        """Ask for the mouse, unless it was given away; so it stays away after a suspend, too."""
        if not self._gives_mouse_away:
            super()._enable_mouse_support()

    def _query_in_band_window_resize(self) -> None:
        """Do not ask for the size among the keys: the kernel knows it, and tells no nonsense."""

    def _wait_for_the_program(self) -> None:
        """Read no more than it can follow: then a terminal that floods it has to wait."""
        while self._app._message_queue.qsize() > _MOST_WAITING and not self.exit_event.wait(0.01):
            pass

    # ---------------------------------------------------------------- the size, and leaving

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
        if isinstance(self._app, Listener):
            self._app.came_back()

    def _sigtstp_application(self, *_: Any) -> None:
        """Another process asks to stop; or Ctrl+Z does, on a terminal that is lent."""
        if self.can_suspend:
            self._between_two_turns(lambda: self.pause(0))

    def _sigcont_application(self, *_: Any) -> None:
        """Whoever stopped this process without asking lets it go on."""
        if self._auto_restart:
            self._between_two_turns(self._come_back)

    def _between_two_turns(self, call: Callable[[], None]) -> None:
        """Have the event loop do what a signal asks for, which comes in the middle of anything.

        In the middle of a write it would wait for a lock that nobody gives back. While the terminal
        is lent, the loop waits for the program that has it, and nothing is written.
        """

        def later() -> None:
            if not self._app._exit:
                call()

        if self.lends and not self._is_on:
            call()
        else:
            self._loop.call_soon_threadsafe(later)

    def _request_terminal_sync_mode_support(self) -> None:
        """Mark every frame: a terminal that knows the marks shows it at once or not at all.

        Textual asks first, and the answer comes after the first frame. That frame would be shown
        in pieces, as they arrive. A terminal that does not know the marks passes over them.
        """
        self._app._sync_available = True

    def start_application_mode(self) -> None:
        """Take over the terminal, and leave when it leaves."""
        self._leaves = False
        before = self._writer_thread
        # The application asks here before it is told: COLUMNS of the environment would win else.
        self._size = self._get_terminal_size()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # (Textual's bare def)
        # In the background it is not: then it takes over when the shell brings it to the fore.
        self._is_on = self._writer_thread is not before
        if self._at_start:
            self.write(self._at_start)
        if self._is_on:
            self._ask(self._background.question())
        # Killed or hung up, it leaves the terminal as it found it, and its sandbox too.
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(number, self._asked_to_leave)
        if isinstance(self._app, Listener):
            self._app.watch_others()
        if not getattr(self, "_hang_up_thread", None):
            self._hang_up_thread = threading.Thread(
                target=self._watch_for_the_end, name="hang-up", daemon=True
            )
            self._hang_up_thread.start()

    def _asked_to_leave(self, number: int, _frame: object) -> None:
        """A signal's handler. It comes in the middle of anything, so it only tells the thread."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._signals[1], bytes([number]))

    def _leave_by(self, number: int) -> None:
        """Leave at a signal, with the exit code that shells give for it: 143 for SIGTERM."""
        self._app.exit(return_code=128 + number)

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

    def _watch_for_the_end(self) -> None:
        """End the program when its terminal is closed, and at a signal.

        Most programs die of SIGHUP when it is closed. Under ``nohup`` nobody sends that: the input
        thread would read nothing, forever, with all of a processor. There is nothing to tidy up:
        files are written whole or not at all.
        """
        poll = select.poll()
        poll.register(self.fileno, 0)
        poll.register(self._signals[0], select.POLLIN)
        while True:
            for descriptor, event in poll.poll(None):
                if descriptor == self._signals[0]:
                    self._leave_in_time(os.read(descriptor, 64)[-1])
                elif event & select.POLLHUP:
                    os._exit(128 + 1)

    def _leave_in_time(self, number: int) -> None:
        """Leave at a signal, also where the terminal takes nothing and keeps the event loop."""
        try:
            self._loop.call_soon_threadsafe(self._leave_by, number)
        except RuntimeError:  # the loop has ended already
            os._exit(128 + number)
        until = time.monotonic() + _LAST_PATIENCE
        while time.monotonic() < until:
            if select.select([], [self.fileno], [], 0)[1]:
                return  # the terminal takes output, so the event loop goes on and ends
            time.sleep(_LAST_PATIENCE / 30)
        if self.attrs_before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        os._exit(128 + number)


_LAST_PATIENCE = 3.0
"""Seconds for which the program, as it leaves, waits for a terminal that takes no output."""
_MOST_WAITING = 64
"""Messages that may wait in the application before its driver stops reading."""


def _events(parser: XTermParser, piece: str | Pasted) -> Iterable[Message]:
    """The events of a piece of what the terminal sent; of none, those that were waited for."""
    if isinstance(piece, Pasted):
        return [events.Paste(piece.text)]
    return parser.feed(piece) if piece else parser.tick()
