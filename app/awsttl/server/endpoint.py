"""The sockets: one thread that waits for many clients, and that none of them can hold up.

A connection is one request and one answer. Whoever sends half a request, or none, is cut off after
:data:`PATIENCE`; with more connections than :data:`MOST`, the oldest that has said nothing whole
goes first. So a client that says what it wants at once always gets its answer, whatever others do.
"""

from __future__ import annotations

import contextlib
import errno
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from awsttl.core.profiles import container_lead
from awsttl.server import protocol
from awsttl.server.protocol import Refused, Request

PATIENCE: Final = 2.0
"""Seconds for a whole request, and as many to take the answer. An SDK needs a millisecond."""
HOLD: Final = 0.8
"""Seconds for which a client waits for a session that is on its way. The SDK for JavaScript gives
up after one second, botocore after two; both ask three times."""
MOST: Final = 512
"""Connections at once, where the limit of open files allows as many."""
BACKLOG: Final = 256
AT_ONCE: Final = 64
"""Connections that are taken in one turn: a flood leaves turns to those that are here already."""
_FULL: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

Answer = Callable[[Request, bool], "bytes | None"]
"""Answers a request at once, or with ``None`` says that it is to be asked again: at the next
:meth:`Endpoint.wake`, and with ``True`` when the client has waited long enough."""


class _Client:
    """A connection, until when it may last, and what it has said so far."""

    __slots__ = ("connection", "is_answered", "is_watched", "request", "said", "until")

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.until = time.monotonic() + PATIENCE
        self.said = b""
        self.request: Request | None = None
        """What it waits for."""
        self.is_answered = False
        self.is_watched = False
        """Whether the selector watches its connection."""


class Endpoint:
    """Listens on a port of the loopback address; 0 is any that is free.

    Raises ``OSError`` where the port is taken.
    """

    def __init__(self, answer: Answer, port: int = 0) -> None:
        self._answer = answer
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            # Else a port that was served a minute ago cannot be chosen again.
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind((container_lead.HOST, port))
            self._listener.listen(BACKLOG)
        except OSError:
            self._listener.close()
            raise
        self._listener.settimeout(0)
        self.port: int = self._listener.getsockname()[1]
        self.answered = 0
        """How many requests have been answered with a session or a refusal; for tests."""
        self._most = min(MOST, _open_files() // 2)
        self._bell, self._rope = socket.socketpair()
        self._bell.settimeout(0)
        self._rope.settimeout(0)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._clients: dict[int, _Client] = {}
        """By their file descriptors, the oldest first."""
        self._waiting: deque[_Client] = deque()
        self._deaf_until = 0.0
        """Monotonic seconds until which nobody is taken: there are no more file descriptors."""
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="server", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection."""
        self._stopped = True
        self.wake()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(PATIENCE)

    def wake(self) -> None:
        """Ask again for those that wait. May be called by any thread, and does not wait."""
        # A bell that is ringing already, or that has been taken down.
        with contextlib.suppress(OSError):
            self._rope.send(b"!")

    # ---------------------------------------------------------------- the thread

    def _run(self) -> None:
        while not self._stopped:
            try:
                self._turn()
            except Exception:  # noqa: BLE001 (whoever asks next is answered all the same)
                time.sleep(PATIENCE / 40)  # a fault that never ends must not take the processor
        for client in list(self._clients.values()):
            self._drop(client)
        for each in (self._listener, self._bell, self._rope, self._selector):
            each.close()

    def _turn(self) -> None:
        for key, _ in self._selector.select(self._patience()):
            if key.fileobj is self._listener:
                self._take()
            elif key.fileobj is self._bell:
                self._hear()
            elif (client := self._clients.get(key.fd)) is not None:
                self._read(client)
        self._look_at_the_clock()

    def _patience(self) -> float | None:
        """Seconds until the next deadline; ``None`` where nobody is here."""
        instants = [self._deaf_until] if self._deaf_until else []
        if self._clients:
            instants.append(min(client.until for client in self._clients.values()))
        return max(0.0, min(instants) - time.monotonic()) if instants else None

    def _look_at_the_clock(self) -> None:
        if not (self._clients or self._deaf_until):
            return
        now = time.monotonic()
        for client in [each for each in self._clients.values() if each.until <= now]:
            if client.request is None:
                self._drop(client)
            else:
                self._waiting.remove(client)
                self._serve(client, client.request, is_last=True)
        if self._deaf_until and now >= self._deaf_until:
            self._deaf_until = 0.0
            self._selector.register(self._listener, selectors.EVENT_READ)

    def _take(self) -> None:
        """Let clients in; the oldest that say nothing make room."""
        came: list[_Client] = []
        for _ in range(AT_ONCE):
            try:
                connection, _ = self._listener.accept()
            except OSError as error:
                if error.errno in _FULL:
                    # Or the listener would be ready, and this thread busy, without an end.
                    self._selector.unregister(self._listener)
                    self._deaf_until = time.monotonic() + PATIENCE / 10
                break  # no other client waits, or this one has gone already
            while len(self._clients) >= self._most:
                self._drop(self._least_wanted())
            connection.settimeout(0)
            client = _Client(connection)
            self._clients[connection.fileno()] = client
            came.append(client)
        for client in came:
            # Most clients have sent their whole request by now, and need not be watched.
            if client.connection.fileno() in self._clients:
                self._read(client)
            if client.connection.fileno() in self._clients:
                client.is_watched = True
                self._selector.register(client.connection, selectors.EVENT_READ)

    def _least_wanted(self) -> _Client:
        """The oldest that waits for nothing, else the oldest."""
        clients = self._clients.values()
        return next((each for each in clients if each.request is None), next(iter(clients)))

    def _hear(self) -> None:
        with contextlib.suppress(OSError):
            self._bell.recv(4096)
        for _ in range(len(self._waiting)):
            client = self._waiting.popleft()
            if client.request is not None:
                self._serve(client, client.request, is_last=False)

    def _read(self, client: _Client) -> None:
        try:
            more = client.connection.recv(protocol.MOST_HEAD)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        if not more:
            self._drop(client)
        elif not client.is_answered and client.request is None:
            self._listen(client, more)
        # What comes behind a request nobody listens to.

    def _listen(self, client: _Client, more: bytes) -> None:
        client.said += more
        if len(client.said) > protocol.MOST_HEAD:
            self._send(client, protocol.TOO_LARGE.reply)
        elif protocol.END in client.said:
            try:
                request = protocol.read(client.said, self.port)
            except Refused as error:
                self._send(client, error.refusal.reply)
            else:
                self._serve(client, request, is_last=False)

    def _serve(self, client: _Client, request: Request, *, is_last: bool) -> None:
        try:
            found = self._answer(request, is_last)
        except Refused as error:
            found = error.refusal.reply
        except Exception:  # noqa: BLE001 (one client's misfortune must not end the thread of all)
            found = protocol.UNEXPECTED.reply
        if found is not None:
            self._send(client, found, hang_up=True)
        elif not is_last:
            if client.request is None:
                client.request = request
                client.until = time.monotonic() + HOLD
            self._waiting.append(client)
        else:
            self._drop(client)

    def _send(self, client: _Client, text: bytes, *, hang_up: bool = False) -> None:
        """Send an answer. *hang_up*: close the connection, else the client has a moment to do it.

        A client of which not all was read must hang up itself: else the system resets the
        connection, and the answer may be lost with it.
        """
        client.request, client.is_answered = None, True
        self.answered += 1
        try:
            # An answer has less than the 16 KB that every system's buffer takes.
            sent = client.connection.send(text)
            if not hang_up:
                client.connection.shutdown(socket.SHUT_WR)
        except OSError:
            sent = 0
        if hang_up or sent < len(text):
            self._drop(client)
        else:
            client.until = time.monotonic() + PATIENCE

    def _drop(self, client: _Client) -> None:
        client.request = None
        is_here = self._clients.pop(client.connection.fileno(), None) is not None
        if is_here and client.is_watched:
            self._selector.unregister(client.connection)
        client.connection.close()


def _open_files() -> int:
    """How many files this process may have open."""
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 2 * MOST if soft == resource.RLIM_INFINITY else max(16, soft)
