"""Opening a page whose address is a secret: no program's command line shows it.

A browser is told its page as an argument, which every user of the machine can read. So it is told
a page on this machine instead, good once, which sends it on.
"""

from __future__ import annotations

import secrets
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Final

from awsttl.core.secret import Secret
from awsttl.terminal import browser

PATIENCE: Final = 30.0
"""Seconds that the browser has to come."""


def open_secret(url: Secret) -> str:
    """Hand a secret page to the browser. Returns a complaint, or the empty text.

    Blocks until the browser has come for it, half a minute at most.
    """
    came = threading.Event()
    path = f"/{secrets.token_urlsafe(32)}"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers.get("Host", "")
            right = secrets.compare_digest(self.path.encode(), path.encode())
            # By a name that leads here, a page of somebody else's could ask.
            if not right or came.is_set() or host.partition(":")[0] != "127.0.0.1":
                self.send_error(404)
                return
            came.set()
            self.send_response(302)
            self.send_header("Location", url.reveal())
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
            """Nothing: stderr is the person's."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        complaints: list[str] = []

        def open_it() -> None:
            address = f"http://127.0.0.1:{server.server_address[1]}{path}"
            if complaint := browser.open_page(address):
                complaints.append(complaint)
                came.set()

        # The opener may be the browser itself, and end with it only.
        threading.Thread(target=open_it, name="browser", daemon=True).start()
        has_come = came.wait(PATIENCE)
        server.shutdown()
    if complaints:
        return complaints[0]
    return "" if has_come else f"the browser did not come within {PATIENCE:.0f} seconds"
