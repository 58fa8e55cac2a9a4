"""No call takes for ever, brings a flood, or outlives the renewal that made it.

botocore has a time limit for each read and no limit of size: a server that sends a byte a second is
waited for until it is done, and gigabytes are taken into memory. So the connections of botocore's
HTTP are of a class of awsttl's own, here and nowhere else. It also finds addresses in a thread of
its own, because nothing ends the question to a name server that does not answer.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

from botocore import awsrequest
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

T = TypeVar("T")

MOST_BYTES: Final = 1_000_000
"""The longest answer, with its headers. AWS's answers to these calls have a few kilobytes."""
EACH: Final = 20.0
"""Seconds after which an answer is to be there as a whole, whatever has come of it."""
RENEWAL: Final = 30.0
"""Seconds after which all calls of a renewal are over, without the time in which a person types."""

_LOOK_EVERY: Final = 0.1
"""Seconds between two looks whether the renewal was cancelled, while nothing comes."""
_LOOKUPS: Final = threading.BoundedSemaphore(16)
"""How many questions to name servers may hang at once."""


class LimitError(Exception):
    """A call was ended by awsttl. It is no error that botocore would try again after."""


class OutOfTimeError(LimitError):
    """AWS did not answer within the time that the call, or the renewal, has."""

    def __init__(self) -> None:
        super().__init__("AWS does not answer in time")


class TooMuchError(LimitError):
    """The answer is far longer than any of AWS's."""

    def __init__(self) -> None:
        super().__init__("what answers sends far more than AWS would")


class _Limits:
    """The limits of the calls of one thread. *until* is in monotonic seconds."""

    def __init__(self, seconds: float, cancelled: threading.Event | None) -> None:
        self.until = time.monotonic() + seconds
        self.cancelled = cancelled

    def check(self, until: float = float("inf")) -> float:
        """Seconds that are left, of these limits and of *until*. Raises where none are."""
        if self.cancelled is not None and self.cancelled.is_set():
            raise LimitError("cancelled")
        left = min(self.until, until) - time.monotonic()
        if left <= 0:
            raise OutOfTimeError
        return left


class _Thread(threading.local):
    limits: _Limits | None = None


_THREAD: Final = _Thread()


@contextlib.contextmanager
def within(seconds: float, cancelled: threading.Event | None = None) -> Iterator[None]:
    """Have all calls in the block, by this thread, over within so many seconds altogether.

    Where *cancelled* is set meanwhile, the one that is under way ends at once. What botocore raises
    then is an ``HTTPClientError``.
    """
    before, _THREAD.limits = _THREAD.limits, _Limits(seconds, cancelled)
    try:
        yield
    finally:
        _THREAD.limits = before


@contextlib.contextmanager
def paused() -> Iterator[None]:
    """Do not count the time in the block, in which others are waited for."""
    since = time.monotonic()
    try:
        yield
    finally:
        if _THREAD.limits is not None:
            _THREAD.limits.until += time.monotonic() - since


@contextlib.contextmanager
def unstoppable() -> Iterator[None]:
    """Let a call in the block come to its end although the renewal is cancelled.

    For a refresh token is good for nothing once AWS has got it, and the answer has the next one.
    """
    limits = _THREAD.limits
    cancelled = limits.cancelled if limits is not None else None
    if limits is not None:
        limits.cancelled = None
    try:
        yield
    finally:
        if limits is not None:
            limits.cancelled = cancelled


@contextlib.contextmanager
def unhurried(context: contextlib.AbstractContextManager[T]) -> Iterator[T]:
    """A context, the entering of which takes no time: others have the lock."""
    with contextlib.ExitStack() as stack:
        with paused():
            entered = stack.enter_context(context)
        yield entered


def _limits() -> _Limits:
    return _THREAD.limits or _Limits(EACH, None)


# -------------------------------------------------------------------- sockets


class _Watched:
    """What both kinds of sockets do before they read."""

    received = 0
    """Bytes of the present answer."""
    until = float("inf")
    """When that has to be there as a whole."""

    def begin(self) -> None:
        """The next bytes belong to another answer."""
        self.received, self.until = 0, time.monotonic() + EACH

    def wait(self, timeout: float | None) -> None:
        """Wait until something can be read; raises :class:`LimitError`, or ``TimeoutError``."""
        limits, poll = _limits(), select.poll()
        poll.register(self.fileno(), select.POLLIN)  # type: ignore[attr-defined]  # a socket, which the base class does not say
        silent = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not poll.poll(1000 * min(_LOOK_EVERY, limits.check(self.until))):
            if time.monotonic() > silent:
                raise TimeoutError("timed out")

    def count(self, received: int) -> int:
        """Count what was read."""
        self.received += received
        if self.received > MOST_BYTES:
            raise TooMuchError
        return received


class _Socket(_Watched, socket.socket):
    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        self.wait(self.gettimeout())
        return self.count(super().recv_into(buffer, nbytes, flags))

    def reach(self, place: Any, until: float) -> None:
        """Connect, or raise ``OSError``; until then the socket does not block."""
        self.settimeout(0)
        code = self.connect_ex(place)
        poll = select.poll()
        poll.register(self, select.POLLOUT)
        while code in (errno.EINPROGRESS, errno.EWOULDBLOCK):
            if poll.poll(1000 * min(_LOOK_EVERY, _limits().check())):
                code = self.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                break
            if time.monotonic() > until:
                raise TimeoutError("timed out")
        if code:
            raise OSError(code, os.strerror(code))


class _TlsSocket(_Watched, ssl.SSLSocket):
    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        if not self.pending():
            self.wait(self.gettimeout())
        return self.count(super().recv_into(buffer, nbytes, flags))


# -------------------------------------------------------------------- connections


class _Connection:
    """What both kinds of connections do otherwise than urllib3's."""

    sock: Any
    host: str
    port: int
    timeout: Any
    source_address: Any
    socket_options: Any

    def request(self, *arguments: Any, **options: Any) -> Any:
        """Send a request, the answer to which is bounded by itself."""
        _limits().check()
        if isinstance(self.sock, _Watched):
            self.sock.begin()
        return super().request(*arguments, **options)  # type: ignore[misc]  # a mixin: the base comes with the class

    def _new_conn(self) -> socket.socket:
        """Connect to the first address that answers, which is tried for its share of the time."""
        timeout = self.timeout if isinstance(self.timeout, int | float) else EACH
        until = time.monotonic() + timeout
        text = f"Connection to {self.host} timed out. (connect timeout={timeout})"
        failed: OSError | None = None
        try:
            addresses = _resolved(self.host.strip("[]"), self.port, until)
            for number, address in enumerate(addresses):
                share = (until - time.monotonic()) / (len(addresses) - number)
                try:
                    return self._connected(address, time.monotonic() + share, timeout)
                except OSError as error:
                    failed = error
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error  # type: ignore[arg-type]  # urllib3's own classes pass it so
        except TimeoutError as error:
            failed = error
        if isinstance(failed, TimeoutError):
            raise ConnectTimeoutError(self, text) from failed
        text = f"Failed to establish a new connection: {failed}"
        raise NewConnectionError(self, text) from failed  # type: ignore[arg-type]  # urllib3's own classes pass it so

    def _connected(self, address: Any, until: float, timeout: float) -> socket.socket:
        family, kind, protocol, _, place = address
        sock = _Socket(family, kind, protocol)
        try:
            for option in self.socket_options or ():
                sock.setsockopt(*option)
            if self.source_address:
                sock.bind(self.source_address)
            sock.reach(place, until)
            sock.settimeout(timeout)
            sock.begin()
        except BaseException:
            sock.close()
            raise
        return sock


class _Http(_Connection, awsrequest.AWSHTTPConnection):
    """A connection without TLS: to a proxy, or to a loopback AWS."""


class _Https(_Connection, awsrequest.AWSHTTPSConnection):
    """A connection with TLS."""

    def connect(self) -> None:
        """Connect, and have the TLS of it watched as well."""
        if self.ssl_context is not None:
            self.ssl_context.sslsocket_class = _TlsSocket
        super().connect()
        if isinstance(self.sock, _Watched):
            self.sock.begin()


def install() -> None:
    """Have botocore's HTTP use these connections, in this process."""
    awsrequest.AWSHTTPConnectionPool.ConnectionCls = _Http
    awsrequest.AWSHTTPSConnectionPool.ConnectionCls = _Https


# -------------------------------------------------------------------- names


def _resolved(host: str, port: int, until: float) -> list[Any]:
    """The addresses of a host. Raises ``gaierror``, ``TimeoutError`` and :class:`LimitError`."""
    with contextlib.suppress(socket.gaierror):
        return socket.getaddrinfo(
            host, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        )
    if not _LOOKUPS.acquire(blocking=False):
        raise TimeoutError("name servers do not answer")
    answers: SimpleQueue[list[Any] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else socket.gaierror(str(error)))
        finally:
            _LOOKUPS.release()

    threading.Thread(target=ask, name="name server", daemon=True).start()
    while True:
        try:
            answer = answers.get(timeout=min(_LOOK_EVERY, _limits().check(until + _LOOK_EVERY)))
        except Empty:
            if time.monotonic() > until:
                raise TimeoutError("timed out") from None
            continue
        if isinstance(answer, OSError):
            raise answer
        return answer
