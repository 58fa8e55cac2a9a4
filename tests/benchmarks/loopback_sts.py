"""An STS that answers any AssumeRole, after a delay: ``loopback_sts SECONDS``.

In a process of its own, so that it takes no time from those who ask. Prints its address, then,
for each line that it reads, how many calls have come so far. Ends with its stdin.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from awsttl.core.profiles import timestamps

_ANSWER: Final = """\
<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>\
<AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:me</AssumedRoleId>\
<Arn>arn:aws:sts::111122223333:assumed-role/Developer/me</Arn></AssumedRoleUser>\
<Credentials><AccessKeyId>ASIA{number:016}</AccessKeyId>\
<SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{token}</SessionToken>\
<Expiration>{expires}</Expiration></Credentials></AssumeRoleResult>\
<ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata>\
</AssumeRoleResponse>"""


class _Sts(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Else the head of an answer waits for the client's delayed acknowledgement, 40 ms.
    disable_nagle_algorithm = True
    delay = 0.0
    numbers = itertools.count(1)
    calls = 0
    lock = threading.Lock()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.lock:
            _Sts.calls += 1
            number = next(self.numbers)
        time.sleep(self.delay)
        body = _ANSWER.format(
            number=number,
            secret="x" * 40,
            token="x" * 800,
            expires=timestamps.iso_utc(time.time() + 3600),
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        """Nothing: stderr is for faults."""


def main() -> None:
    """Serve until stdin ends."""
    _Sts.delay = float(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Sts)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    for _ in sys.stdin:
        print(_Sts.calls, flush=True)


if __name__ == "__main__":
    main()
