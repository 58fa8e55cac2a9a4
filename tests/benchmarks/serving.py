"""A server of sessions in a home: ``serving alone`` or ``serving dashboard [FILE]``.

Alone, it prints the addresses it has handed out; as a dashboard, which needs the terminal, it
writes them into the file, and serves nothing without one. Each address is a line of JSON: port,
path, token. It ends with stdin, or with ``q``.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Final

from awsttl.core.model import Status
from awsttl.core.profiles.container_lead import FULL_URI, TOKEN
from awsttl.disk.locations import Locations
from awsttl.engine import exporting
from awsttl.engine.engine import Engine
from awsttl.engine.feed import Feed
from awsttl.engine.person import Nobody
from awsttl.server.service import Service
from awsttl.tui.app import Dashboard
from awsttl.tui.features.serving.actions import Offer, Serving

from .homes import NAME

PROFILES: Final = 10
SHELLS: Final = 20
"""For each profile, where it serves alone."""


class _Face:
    """Hears nothing."""

    def renewal(self, _job: object) -> None: ...

    def not_kept(self, _names: object, _problem: object) -> None: ...

    def warned(self, _notice: object, _title: object) -> None: ...


def alone() -> None:
    """Serve the first profiles, without a screen."""
    locations = Locations.of(os.environ)
    feed = Feed(locations, os.environ)
    engine = Engine(feed, locations, Nobody(), _Face())
    service = Service(engine, lambda _name: None, str, dict)
    feed.start()
    feed.attach(service.show)
    while feed.latest is None:
        time.sleep(0.01)
    for status in first(feed.latest.snapshot.profiles):
        credentials = exporting.credentials(status, locations)
        assert not isinstance(credentials, str), credentials
        for _ in range(SHELLS):
            grant = service.hand_out(status, credentials)
            address = (service.endpoint.port, grant.path, grant.token.reveal())
            print(json.dumps(address))
    print(flush=True)
    for _ in sys.stdin:
        pass


def first(profiles: tuple[Status, ...]) -> list[Status]:
    """The profiles that are served."""
    return [status for status in profiles if NAME.fullmatch(status.name)][:PROFILES]


def dashboard(file: Path | None) -> None:
    """A dashboard that has given ten shells an address, if there is a file for these."""
    locations = Locations.of(os.environ)
    feed = Feed(locations, os.environ)
    app = Dashboard(feed, locations)
    lines: list[str] = []

    def hand_out() -> None:
        for status in first(app.main.arrangement.snapshot.profiles):
            credentials = exporting.credentials(status, locations)
            assert not isinstance(credentials, str), credentials
            app.main.feature(Serving).offer(status, credentials, take)

    def take(offer: Offer | str) -> None:
        assert not isinstance(offer, str), offer
        offer.taken()
        uri, token = (offer.variables.values[name].reveal() for name in (FULL_URI, TOKEN))
        where, slash, path = uri.partition("//")[2].partition("/")
        lines.append(json.dumps((int(where.partition(":")[2]), slash + path, token)))
        if file is not None and len(lines) == PROFILES:
            file.write_text("\n".join(lines))

    feed.start()
    if file is not None:
        app.call_later(lambda: app.set_timer(2, hand_out))
    app.run()
    feed.stop()


if __name__ == "__main__":
    if sys.argv[1] == "alone":
        alone()
    else:
        dashboard(Path(sys.argv[2]) if sys.argv[2:] else None)
