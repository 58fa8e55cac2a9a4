"""Opens connections to a port and says half a request on each: ``flood.py PORT COUNT``.

A program of its own, so that what it spends is not the test's. It holds as many connections as the
system lets it have open, and lets the oldest go for the next. It prints how many it has opened.
"""

from __future__ import annotations

import contextlib
import resource
import socket
import sys
from collections import deque

HALF = b"GET /awsttl/x HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def main(port: int, count: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    held: deque[socket.socket] = deque()
    for _ in range(count):
        if len(held) > hard - 50:
            held.popleft().close()
        held.append(socket.create_connection(("127.0.0.1", port), timeout=60))
        # The server may have thrown this one out already.
        with contextlib.suppress(OSError):
            held[-1].sendall(HALF)
    print(count, flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
