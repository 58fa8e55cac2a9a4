"""The address that shells get their sessions from, and clients that say anything to it."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks import kernel
from support.home import Home
from support.odd import config_text
from support.renewing import BASE, role
from support.serving import Serving, request

from .damage import damaged
from .kit import Attack, Effort, Finding

_SECRET: Final = b"cached-secret"
_OF_OTHERS: Final = re.compile(rb"\r\n(?:origin:|host: *x\.example)", re.IGNORECASE)
"""What only a browser says."""
_AT_ONCE: Final = 60
"""Connections that are open at the same time."""


def _run(effort: Effort) -> Sequence[Finding]:
    home, finding = Home(Path.home()), Finding("requests to the address of a shell")
    home.config(config_text({"base": BASE, "dev": role()}))
    home.cli_cache(role(), expires_at=time.time() + 8 * 3600)
    with Serving(os.environ) as serving:
        port, grant = serving.service.endpoint.port, serving.hand_out("dev", at_once=True)
        token = grant.token.reveal().encode()
        whole = request(grant.path, port, grant.token.reveal())
        # From a page in a browser, through another name, without the token, and as it should be.
        seeds = [
            request(grant.path, port, grant.token.reveal(), origin="https://x.example"),
            request(grant.path, port, grant.token.reveal(), host=f"x.example:{port}"),
            request(grant.path, port, "0" * len(token)),
            whole,
        ]
        serving.until(lambda: serving.ask(grant).status == 200)
        time.sleep(1.0)  # so long the feed needs at most to watch the folders
        before, slowest = kernel.open_handles(), 0.0
        texts = damaged(seeds, effort.dice("served"))
        for _ in range(effort.times(10, 200)):
            volley = list(itertools.islice(texts, _AT_ONCE))
            for text, answer in zip(volley, _say(port, volley), strict=True):
                finding.tried += 1
                if _SECRET in answer and (token not in text or _OF_OTHERS.search(text)):
                    finding.count("leaked", repr(text))
            asked = time.monotonic()
            if serving.ask(grant).status != 200:
                finding.count("ended", f"an honest client gets nothing, after {volley[-1]!r}")
            slowest = max(slowest, time.monotonic() - asked)
        end = time.monotonic() + 5
        while kernel.open_handles() > before and time.monotonic() < end:
            time.sleep(0.05)
        if (left := kernel.open_handles() - before) > 0:
            finding.count("leftover", f"{left} handles more")
        finding.note = f"an honest client waits {1000 * slowest:.0f} ms at most"
    return [finding]


def _say(port: int, volley: list[bytes]) -> list[bytes]:
    """Say all of this at the same time, and give what is answered to each."""
    with contextlib.ExitStack() as stack:
        connections = []
        for text in volley:
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), 20))
            connections.append(connection)
            with contextlib.suppress(OSError):  # it was heard enough of
                connection.sendall(text)
                connection.shutdown(socket.SHUT_WR)
        return [_all_of(connection) for connection in connections]


def _all_of(connection: socket.socket) -> bytes:
    found = b""
    with contextlib.suppress(OSError):
        while more := connection.recv(65536):
            found += more
    return found


ATTACKS: Final = (Attack("served", _run),)
