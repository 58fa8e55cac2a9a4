"""A program in a pseudo-terminal of its own, and what a person would see there.

A thread reads the program's bytes the moment they come and notes when that was, so that a slow
terminal emulator never makes a program look slow. The emulator follows in the caller's thread.

The terminal says that it knows synchronised output (mode 2026), as most of today's do. Textual
then puts each frame between two marks; a frame is shown, and counted, when it is complete.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import queue
import signal
import struct
import sys
import termios
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyte

COLUMNS: Final = 120
LINES: Final = 40

PATIENCE: Final = 20.0
"""Seconds after which what has not come is not waited for any longer."""

_ASKS_FOR_SYNC: Final = b"\x1b[?2026$p"
_KNOWS_SYNC: Final = b"\x1b[?2026;2$y"
_CURSOR_DOWN: Final = "\x1b[B"
_FRAME_BEGINS: Final = b"\x1b[?2026h"
_FRAME_ENDS: Final = b"\x1b[?2026l"

# The reader gets the interpreter within this many seconds, whatever the emulator is at.
sys.setswitchinterval(0.0005)


class MeasureError(Exception):
    """Something was not measured. There is no figure then, and never a 0."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One complete update of the screen."""

    arrived: float
    """When its last byte was read, on the monotonic clock."""
    touched: frozenset[int]
    """The lines that were written to, whether or not they look different now."""


Condition = Callable[["Terminal"], bool]
Picture = tuple[tuple[Any, ...], ...]
"""Lines of cells; a cell is a ``pyte.screens.Char``: a character and how it looks."""


class Terminal:
    """A running program and its screen. Use it in a ``with``: at the end nothing is left."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        size: tuple[int, int] = (COLUMNS, LINES),
        answers: Mapping[bytes, bytes] | None = None,
    ) -> None:
        """*answers*: what it says besides to what a program asks of it."""
        self._answers = {_ASKS_FOR_SYNC: _KNOWS_SYNC, **(answers or {})}
        self.command = tuple(command)
        self.received = 0
        """How many bytes the program has written so far."""
        self.frames: list[Frame] = []
        """All updates of the screen so far."""
        self.synchronised = False
        """Whether the program marks its frames; until it does, each read counts as one."""
        self._ending: str | None = None
        self._texts: dict[int, str] = {}
        self._columns, self._lines = size
        self._screen = pyte.Screen(self._columns, self._lines)
        self._stream = pyte.ByteStream(self._screen)
        self._half_frame = b""
        self._updates: deque[tuple[float, bytes]] = deque()
        self._chunks: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        self.started = time.monotonic()
        """The moment of ``exec``, on the monotonic clock."""
        self.pid, self._descriptor = _spawn(self.command, environ, size)
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()

    def kill(self) -> None:
        """End the program and all that it started, and wait until it is gone."""
        # Even if it has ended itself: what it started may run on.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        if self._ending is None:
            self._ending = _ending(self.pid, wait=True)
        # The other end is closed now, so the reader comes to the end of its file.
        self._reader.join(PATIENCE)
        with contextlib.suppress(OSError):
            os.close(self._descriptor)

    def check_alive(self) -> None:
        """Raises an error if the program has ended, whatever its last screen looks like."""
        if self._ending is None:
            self._ending = _ending(self.pid, wait=False)
        if self._ending is not None:
            raise MeasureError(f"{self.name} ended\n{self._evidence()}")

    @property
    def name(self) -> str:
        """The command, without folders."""
        return " ".join(Path(word).name for word in self.command)

    # ---------------------------------------------------------------- the screen

    def line(self, number: int) -> str:
        """The text of a line of the screen; 0 is the top."""
        text = self._texts.get(number)
        if text is None:
            cells = self._screen.buffer[number]
            text = "".join(cells[column].data for column in range(self._columns))
            self._texts[number] = text
        return text

    @property
    def lines(self) -> list[str]:
        """The whole screen as text."""
        return [self.line(number) for number in range(self._lines)]

    @property
    def picture(self) -> Picture:
        """The whole screen as a person sees it, colours included."""
        cells = self._screen.buffer
        return tuple(
            tuple(cells[line][column] for column in range(self._columns))
            for line in range(self._lines)
        )

    # ---------------------------------------------------------------- waiting

    def wait_until(self, condition: Condition, what: str, patience: float = PATIENCE) -> float:
        """Wait for a screen that fulfils *condition*; returns the moment at which it came.

        *what* is that condition in words, for the error if it never comes.
        """
        if condition(self) and self.frames:
            return self.frames[-1].arrived
        deadline = time.monotonic() + patience
        while (left := deadline - time.monotonic()) > 0:
            if self._take(left) and condition(self):
                return self.frames[-1].arrived
        raise MeasureError(f"{self.name}, not within {patience:g} s: {what}\n{self._evidence()}")

    def press(self, keys: str) -> float:
        """Type *keys*; returns the moment."""
        moment = time.monotonic()
        os.write(self._descriptor, keys.encode())
        return moment

    def send(self, data: bytes) -> None:
        """Send the program what a terminal might: bytes of any sort. Waits until it takes them."""
        while data:
            data = data[os.write(self._descriptor, data) :]

    def resize(self, columns: int, lines: int) -> float:
        """Give the terminal another size, of which the kernel tells the program.

        Returns the moment. Until the program draws, the screen shows what it did, cut to size.
        """
        self._columns, self._lines = columns, lines
        self._screen.resize(lines, columns)
        self._texts.clear()
        moment = time.monotonic()
        _set_size(self._descriptor, columns, lines)
        return moment

    def effect_of(self, keys: str, condition: Condition, what: str) -> float:
        """Seconds from a key press until the screen fulfils a *condition* that it did not."""
        self.catch_up()
        if condition(self):
            raise MeasureError(
                f"{self.name}, before {keys!r} was pressed: {what}\n{self._evidence()}"
            )
        pressed = self.press(keys)
        return self.wait_until(condition, f"{what}, after {keys!r}") - pressed

    def check_answers(self, patience: float = PATIENCE) -> None:
        """Raises an error if a cursor key makes the program draw nothing: it hangs then."""
        self.catch_up()
        frames = len(self.frames)
        self.press(_CURSOR_DOWN)
        self.wait_until(lambda _: len(self.frames) > frames, "an answer to a cursor key", patience)

    def follow(self, seconds: float) -> Iterator[Frame]:
        """Each update of the screen within that time, while it is what is shown."""
        deadline = time.monotonic() + seconds
        while self._take(max(0, deadline - time.monotonic())):
            yield self.frames[-1]
        self.check_alive()

    def watch(self, seconds: float) -> None:
        """Follow the screen for that long."""
        for _ in self.follow(seconds):
            pass

    def catch_up(self) -> None:
        """Show everything that has been read by now."""
        self.watch(0)

    def wait_until_quiet(self, seconds: float) -> None:
        """Wait until nothing has been drawn for that long."""
        for _ in self.until_quiet(seconds):
            pass

    def until_quiet(self, seconds: float) -> Iterator[Frame]:
        """Each update of the screen, while it is what is shown, until none comes for that long."""
        deadline = time.monotonic() + PATIENCE
        while self._take(seconds):
            yield self.frames[-1]
            if time.monotonic() > deadline:
                raise MeasureError(f"{self.name}: no {seconds:g} s of rest\n{self._evidence()}")
        self.check_alive()

    def _take(self, patience: float) -> bool:
        """Show the next update of the screen; false when none came in time."""
        deadline = time.monotonic() + patience
        while not self._updates:
            left = deadline - time.monotonic()
            try:
                arrived, chunk = self._chunks.get(left > 0, max(0, left))
            except queue.Empty:
                return False
            if not chunk:
                self._chunks.put((arrived, chunk))  # the end stays the end
                self._ending = self._ending or _ending(self.pid, wait=True)
                raise MeasureError(f"{self.name} ended\n{self._evidence()}")
            self._split(arrived, chunk)
        self._show(*self._updates.popleft())
        return True

    def _split(self, arrived: float, chunk: bytes) -> None:
        """Complete frames become updates; half a frame waits for its end, as in a terminal."""
        *whole, rest = (self._half_frame + chunk).split(_FRAME_ENDS)
        self._updates.extend((arrived, frame + _FRAME_ENDS) for frame in whole)
        self.synchronised = self.synchronised or bool(whole) or _FRAME_BEGINS in rest
        if rest and not self.synchronised:
            self._updates.append((arrived, rest))
            rest = b""
        self._half_frame = rest

    def _show(self, arrived: float, update: bytes) -> None:
        self._screen.dirty.clear()
        self._stream.feed(update)
        touched = frozenset(self._screen.dirty)
        for number in touched:
            self._texts.pop(number, None)
        self.frames.append(Frame(arrived, touched))

    def _evidence(self) -> str:
        """How the program ended, if it has, and its last screen."""
        ending = f"({self._ending})\n" if self._ending else ""
        shown = "\n".join(f"  | {line.rstrip()}" for line in self.lines if line.strip())
        return ending + (shown or "  (an empty screen)")

    # ---------------------------------------------------------------- the reader's thread

    def _read(self) -> None:
        tail = b""
        while True:
            try:
                chunk = os.read(self._descriptor, 65536)
            except OSError:  # the program's end of the terminal is closed
                chunk = b""
            self._chunks.put((time.monotonic(), chunk))
            if not chunk:
                return
            self.received += len(chunk)
            tail += chunk
            for question, answer in self._answers.items():
                if question in tail:
                    os.write(self._descriptor, answer)
                    tail = tail.replace(question, b"")
            tail = tail[-max(map(len, self._answers)) :]


def _spawn(
    command: Sequence[str], environ: Mapping[str, str], size: tuple[int, int]
) -> tuple[int, int]:
    """Start *command* as the leader of a session with a terminal of its own."""
    pid, descriptor = pty.fork()
    if pid == 0:
        try:
            _set_size(0, *size)
            os.execvpe(command[0], list(command), environ)
        finally:
            os._exit(127)
    return pid, descriptor


def _set_size(descriptor: int, columns: int, lines: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def _ending(pid: int, *, wait: bool) -> str | None:
    """How a child ended, in words; ``None`` while it runs. Ask once only."""
    gone, status = os.waitpid(pid, 0 if wait else os.WNOHANG)
    if not gone:
        return None
    code = os.waitstatus_to_exitcode(status)
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
