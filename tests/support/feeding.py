"""A feed at work on a throwaway home, and ways to wait for what it does."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn

import pytest
from watchdog.observers.api import BaseObserver

from awsttl.core.files import Files
from awsttl.core.model import Snapshot, State
from awsttl.core.profiles.resolve import snapshot
from awsttl.core.view.arrangement import Arrangement
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from awsttl.engine import feed as feed_module
from awsttl.engine import look as look_module
from awsttl.engine.feed import Feed
from support.home import START_URL, Home

NOON = 1_795_003_200.0
FAR: Final = 4_000_000_000.0
"""A time that comes after all tests."""
DEADLINE = 30
"""Seconds until what has not happened counts as missing."""
NEVER = 100_000.0
"""Seconds between regular looks, for those who show that events do it."""

ADMIN = {"role_arn": "arn:aws:iam::111122223333:role/Admin", "source_profile": "base"}
DEV = {"role_arn": "arn:aws:iam::444455556666:role/Dev", "source_profile": "base"}
CONFIG = f"""\
[profile admin]
role_arn = {ADMIN["role_arn"]}
source_profile = base
[profile dev]
role_arn = {DEV["role_arn"]}
source_profile = base
[profile web]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = ReadOnly
[sso-session corp]
sso_start_url = {START_URL}
sso_region = us-east-1
"""
CREDENTIALS = "[base]\naws_access_key_id = AKIA\naws_secret_access_key = x\n"

Condition = Callable[[Arrangement], bool]


class Looking(Reader):
    """A reader that counts its looks, so that a test can wait for the next ones."""

    def __init__(self, locations: Locations) -> None:
        super().__init__(locations)
        self.looks = 0
        self.after_the_first: Callable[[], None] = lambda: None
        """What happens between the first look and the watches."""
        self.looked = threading.Condition()

    def look(self) -> Files:
        files = super().look()
        if self.looks == 0:
            self.after_the_first()
        with self.looked:
            self.looks += 1
            self.looked.notify_all()
        return files


class Feeding:
    """A feed at work, and what it has published."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.received: list[Arrangement] = []
        self._news = threading.Condition()
        feed.attach(self._take)

    def _take(self, arrangement: Arrangement) -> None:
        with self._news:
            self.received.append(arrangement)
            self._news.notify()

    def wait_for(self, condition: Condition) -> Arrangement:
        """Until the latest arrangement is such a one."""
        with self._news:
            if not self._news.wait_for(
                lambda: bool(self.received) and condition(self.received[-1]), DEADLINE
            ):
                pytest.fail(
                    f"the last: {[(last.keys, last.counts) for last in self.received[-1:]]}"
                )
            return self.received[-1]

    @property
    def reader(self) -> Looking:
        assert isinstance(self.feed.reader, Looking)
        return self.feed.reader

    def wait_for_looks(self, count: int) -> None:
        """Until it has looked that many times more."""
        with self.reader.looked:
            until = self.reader.looks + count
            assert self.reader.looked.wait_for(lambda: self.reader.looks >= until, DEADLINE)

    def settle(self) -> None:
        """Until the look after the watches stood, which finds nothing new."""
        with self.reader.looked:
            assert self.reader.looked.wait_for(lambda: self.reader.looks >= 2, DEADLINE)
        self.wait_for(lambda arranged: True)


class Clock:
    """A wall clock that a test sets."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def _nothing(feed: Feed) -> None:
    """What mostly happens after a first look."""


Start = Callable[..., Feeding]


@pytest.fixture
def start(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a feed on the home as it is then."""
    monkeypatch.setattr(look_module, "Reader", Looking)
    feeds: list[Feed] = []

    def begin(
        clock: Callable[[], float] = time.time,
        environ: dict[str, str] | None = None,
        after_the_first_look: Callable[[Feed], None] = _nothing,
    ) -> Feeding:
        feed = Feed(Locations.of({}), environ or {}, clock)
        feeds.append(feed)
        feeding = Feeding(feed)
        feeding.reader.after_the_first = lambda: after_the_first_look(feed)
        feed.start()
        return feeding

    yield begin
    for feed in feeds:
        feed.stop()
        feed._thread.join(DEADLINE)
        assert not feed._thread.is_alive()


def look_every(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_OFTEN", "LOOK_SELDOM"):
        monkeypatch.setattr(feed_module, name, seconds)


@pytest.fixture
def by_events_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No regular look: what shows has been told by an event."""
    look_every(NEVER, monkeypatch)


@pytest.fixture
def by_looking_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without events, and a regular look that comes often."""

    def schedule(*_: Any, **__: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    monkeypatch.setattr(BaseObserver, "schedule", schedule)
    look_every(0.02, monkeypatch)


@pytest.fixture
def looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    look_every(0.02, monkeypatch)


@pytest.fixture(params=["by_events_alone", "by_looking_alone"])
def either_way(request: pytest.FixtureRequest) -> None:
    """Each test once with events and without regular looks, and once the other way round."""
    request.getfixturevalue(request.param)


@pytest.fixture
def furnished(home: Home) -> Home:
    home.config(CONFIG)
    home.credentials(CREDENTIALS)
    home.cli_cache(ADMIN, expires_at=FAR)
    return home


def counts(**expected: int) -> Condition:
    """The arrangement has these counts, by state."""
    wanted = {State[name]: count for name, count in expected.items()}
    return lambda arranged: all(
        arranged.counts.get(state, 0) == count for state, count in wanted.items()
    )


def names(arranged: Arrangement) -> list[str]:
    return [key.removeprefix("profile ") for key in arranged.keys]


def profiles(arranged: Arrangement) -> list[str]:
    return [status.name for status in arranged.snapshot.profiles]


def truth() -> Snapshot:
    """What somebody who looks for the first time now finds."""
    return snapshot(Reader(Locations.of({})).settle())
