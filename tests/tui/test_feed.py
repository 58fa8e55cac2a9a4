"""The feed follows the files, the view and the clock; and where nothing happens it does nothing."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest
from watchdog.observers.api import BaseObserver

from awsttl.core.model import Environment, Files, Snapshot, State
from awsttl.core.resolve import Resolver, snapshot
from awsttl.core.rows import Arrangement, Sort, View
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from awsttl.tui import feed as feed_module
from awsttl.tui.feed import Feed
from support.home import START_URL, Home, role_file

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
    monkeypatch.setattr(feed_module, "Reader", Looking)
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


class TestFirstArrangement:
    def test_has_everything_there_is(self, furnished: Home, start: Start) -> None:
        arranged = start().wait_for(counts(VALID=1, NONE=2, LONG_TERM=1))
        assert names(arranged) == ["admin", "dev", "web", "base"]
        assert arranged.snapshot == truth()

    def test_of_an_empty_home_is_empty(self, start: Start) -> None:
        assert start().wait_for(lambda arranged: True).items == ()

    def test_is_handed_to_who_attaches_late(self, furnished: Home, start: Start) -> None:
        feeding = start()
        feeding.settle()
        late: list[Arrangement] = []
        feeding.feed.attach(late.append)
        assert late == [feeding.feed.latest]

    def test_has_the_environments_session(self, furnished: Home, start: Start) -> None:
        environ = {"AWS_ACCESS_KEY_ID": "ASIA", "AWS_SECRET_ACCESS_KEY": "x"}
        arranged = start(environ=environ | {"AWS_SESSION_TOKEN": "t"}).wait_for(counts(VALID=1))
        assert isinstance(arranged.items[0], Environment)


@pytest.mark.usefixtures("either_way")
class TestFollowing:
    def test_an_assume_role_and_its_removal(self, furnished: Home, start: Start) -> None:
        feeding = start()
        feeding.wait_for(counts(VALID=1))
        feeding.settle()
        session = furnished.cli_cache(DEV, expires_at=FAR)
        feeding.wait_for(counts(VALID=2))
        session.unlink()
        feeding.wait_for(counts(VALID=1))

    def test_a_renewal_by_rename(self, furnished: Home, start: Start) -> None:
        feeding = start()
        feeding.settle()
        path = furnished.cli_folder / role_file(ADMIN)
        other = path.with_name("other.tmp")
        other.write_bytes(path.read_bytes().replace(b"SESSION001", b"SESSION999"))
        other.replace(path)
        feeding.wait_for(lambda arranged: "N999" in repr(arranged.snapshot.status("admin")))

    def test_a_login(self, furnished: Home, start: Start) -> None:
        feeding = start()
        feeding.settle()
        furnished.sso_token("corp", expires_at=FAR)

        def signed_in(arranged: Arrangement) -> bool:
            status = arranged.snapshot.status("web")
            return bool(status and status.parent and status.parent.expires_at == FAR)

        feeding.wait_for(signed_in)

    def test_rm_r_of_the_cache_and_what_comes_after(self, furnished: Home, start: Start) -> None:
        feeding = start()
        feeding.wait_for(counts(VALID=1))
        feeding.settle()
        shutil.rmtree(furnished.cli_folder)
        feeding.wait_for(counts(VALID=0))
        furnished.cli_cache(DEV, expires_at=FAR)
        feeding.wait_for(counts(VALID=1))

    def test_an_edit_of_config(self, furnished: Home, start: Start) -> None:
        feeding = start()
        feeding.settle()
        with furnished.config_file.open("a") as file:
            file.write("[profile new]\n")
        feeding.wait_for(lambda arranged: "new" in names(arranged))
        furnished.config_file.rename(furnished.aws / "config~")
        feeding.wait_for(lambda arranged: profiles(arranged) == ["base"])

    def test_an_edit_behind_a_symlink(self, furnished: Home, start: Start) -> None:
        target = furnished.config_file.rename(furnished.path / "dotfile")
        furnished.config_file.symlink_to(target)
        feeding = start()
        feeding.settle()
        target.write_text("[profile elsewhere]\n")
        feeding.wait_for(lambda arranged: "elsewhere" in names(arranged))

    def test_a_home_that_is_furnished_later(self, home: Home, start: Start) -> None:
        feeding = start()
        feeding.settle()
        home.config(CONFIG)
        home.credentials(CREDENTIALS)
        home.cli_cache(ADMIN, expires_at=FAR)
        feeding.wait_for(counts(VALID=1, LONG_TERM=1))
        home.cli_cache(DEV, expires_at=FAR)
        feeding.wait_for(counts(VALID=2))
        home.config("[profile new]\n")
        feeding.wait_for(lambda arranged: "new" in names(arranged))

    def test_a_half_written_session_is_no_news_until_it_stays_so(
        self, furnished: Home, start: Start
    ) -> None:
        feeding = start()
        feeding.wait_for(counts(VALID=1))
        feeding.settle()
        path = furnished.cli_folder / role_file(ADMIN)
        body = path.read_bytes()
        path.write_bytes(body[:50])
        broken = feeding.wait_for(counts(BROKEN=1))
        # Nothing in between: neither a session that vanishes, nor one of another kind.
        assert feeding.received[-2].counts[State.VALID] == 1
        assert "half-written" in repr(broken.snapshot.status("admin"))
        path.write_bytes(body)
        feeding.wait_for(counts(VALID=1, BROKEN=0))

    def test_a_config_that_does_not_parse(self, furnished: Home, start: Start) -> None:
        feeding = start()
        feeding.wait_for(counts(VALID=1))
        feeding.settle()
        furnished.config(CONFIG + "nonsense\n")
        damaged = feeding.wait_for(lambda arranged: bool(arranged.snapshot.problems))
        assert sorted(names(damaged)) == ["admin", "base", "dev", "web"]
        furnished.config(CONFIG)
        feeding.wait_for(lambda arranged: not arranged.snapshot.problems)


@pytest.mark.usefixtures("looking_often")
def test_a_home_that_is_replaced_shows_at_the_next_look(furnished: Home, start: Start) -> None:
    # Nobody watches the folder that holds ~/.aws: people write there all the time.
    feeding = start()
    feeding.settle()
    furnished.aws.rename(furnished.path / "old")
    feeding.wait_for(lambda arranged: arranged.items == ())
    furnished.config("[profile new]\n")
    feeding.wait_for(lambda arranged: profiles(arranged) == ["new"])


@pytest.mark.usefixtures("by_events_alone")
def test_what_changes_before_anybody_watches_is_seen_too(furnished: Home, start: Start) -> None:
    def write_and_filter(feed: Feed) -> None:
        furnished.cli_cache(DEV, expires_at=FAR)
        feed.show(View(filter="dev"))

    arranged = start(after_the_first_look=write_and_filter).wait_for(counts(VALID=2))
    assert names(arranged) == ["dev"]


@pytest.mark.usefixtures("by_events_alone")
def test_a_storm_makes_few_publications_and_ends_in_the_truth(
    home: Home, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "SETTLE", 0.2)
    arns = [f"arn:aws:iam::{number:012}:role/Dev" for number in range(300)]
    home.config(
        "".join(
            f"[profile p{number}]\nrole_arn = {arn}\nsource_profile = base\n"
            for number, arn in enumerate(arns)
        )
    )
    home.credentials(CREDENTIALS)
    for arn in arns:
        home.cli_cache({"role_arn": arn}, expires_at=FAR)
    feeding = start()
    feeding.wait_for(counts(VALID=300))
    feeding.settle()
    before = feeding.feed.published

    began = time.monotonic()
    for round_ in (1, 2, 3):
        for arn in arns:
            home.cli_cache({"role_arn": arn}, expires_at=FAR + round_)

    def all_new(arranged: Arrangement) -> bool:
        sessions = [status.session for status in arranged.snapshot.profiles]
        return sum(bool(session and session.expires_at == FAR + 3) for session in sessions) == 300

    arranged = feeding.wait_for(all_new)
    took = time.monotonic() - began
    assert arranged.snapshot == truth()
    # Between an event and a look there are SETTLE seconds: no more looks fit into the time.
    assert feed_module.SETTLE <= feed_module.SETTLE_MOST
    assert 1 <= feeding.feed.published - before <= 1 + took / feed_module.SETTLE


@pytest.mark.usefixtures("by_events_alone")
class TestView:
    @pytest.fixture
    def feeding(self, furnished: Home, start: Start) -> Feeding:
        feeding = start()
        feeding.settle()
        return feeding

    def test_a_filter_arranges_anew_without_looking(self, feeding: Feeding) -> None:
        looks, opened = feeding.reader.looks, feeding.reader.opened
        before = feeding.received[-1]
        feeding.feed.show(View(filter="dev"))
        arranged = feeding.wait_for(lambda arranged: arranged.view.filter == "dev")
        assert names(arranged) == ["dev"]
        assert arranged.counts == before.counts
        assert arranged.snapshot is before.snapshot
        assert (feeding.reader.looks, feeding.reader.opened) == (looks, opened)

    def test_so_does_an_order(self, feeding: Feeding) -> None:
        looks = feeding.reader.looks
        feeding.feed.show(View(sort=Sort.NAME))
        arranged = feeding.wait_for(lambda arranged: arranged.view.sort is Sort.NAME)
        assert names(arranged) == ["admin", "base", "dev", "web"]
        assert feeding.reader.looks == looks

    def test_of_many_in_a_row_the_last_counts(self, feeding: Feeding) -> None:
        for typed in ("a", "ad", "adm", "admi", "admin"):
            feeding.feed.show(View(filter=typed))
        arranged = feeding.wait_for(lambda arranged: arranged.view.filter == "admin")
        assert names(arranged) == ["admin"]

    def test_it_stays_when_files_change(self, feeding: Feeding, furnished: Home) -> None:
        feeding.feed.show(View(filter="dev"))
        feeding.wait_for(lambda arranged: arranged.view.filter == "dev")
        furnished.cli_cache(DEV, expires_at=FAR)
        assert names(feeding.wait_for(counts(VALID=2))) == ["dev"]

    def test_it_may_be_chosen_before_the_first_look(self, furnished: Home) -> None:
        feed = Feed(Locations.of({}), {})
        feed.show(View(filter="dev"))
        feeding = Feeding(feed)
        feed.start()
        assert names(feeding.wait_for(lambda arranged: True)) == ["dev"]
        feed.stop()
        feed._thread.join(DEADLINE)


class TestTime:
    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> Clock:
        return Clock(NOON - 901)

    @pytest.fixture
    def feeding(self, home: Home, start: Start, clock: Clock) -> Feeding:
        home.config(CONFIG)
        home.credentials(CREDENTIALS)
        home.cli_cache(ADMIN, expires_at=NOON)
        home.cli_cache(DEV, expires_at=NOON + 7200)
        feeding = start(clock)
        feeding.wait_for(counts(VALID=2))
        feeding.settle()
        return feeding

    @pytest.mark.usefixtures("looking_often")
    def test_that_passes_changes_the_arrangement_when_it_is_due_and_not_before(
        self, feeding: Feeding, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feed_module, "JUMP", FAR)
        feeding.wait_for_looks(1)
        published, opened = feeding.feed.published, feeding.reader.opened
        clock.now = NOON - 900.5
        feeding.wait_for_looks(3)
        assert feeding.feed.published == published
        clock.now = NOON - 900
        feeding.wait_for(counts(EXPIRING=1, VALID=1))
        clock.now = NOON
        expired = feeding.wait_for(counts(EXPIRED=1, VALID=1))
        assert names(expired)[0] == "admin"
        feeding.wait_for_looks(3)
        assert feeding.feed.published == published + 2
        assert feeding.reader.opened == opened

    @pytest.mark.usefixtures("by_events_alone")
    def test_a_change_on_disk_finds_the_time_as_it_is_then(
        self, feeding: Feeding, clock: Clock
    ) -> None:
        clock.now = NOON
        feeding.feed.changed()
        feeding.wait_for(counts(EXPIRED=1, VALID=1))

    @pytest.mark.usefixtures("by_events_alone")
    def test_it_wakes_by_itself_when_time_changes_the_arrangement(
        self, home: Home, start: Start
    ) -> None:
        home.config(CONFIG)
        home.credentials(CREDENTIALS)
        expires_at = time.time() // 1 + 3600
        home.cli_cache(ADMIN, expires_at=expires_at)
        feeding = start()
        feeding.wait_for(counts(VALID=1))
        feeding.settle()
        feeding.feed.show(View(threshold=expires_at - time.time() - 0.3))
        feeding.wait_for(counts(EXPIRING=1))

    @pytest.mark.usefixtures("looking_often")
    def test_a_clock_that_is_set_is_published_though_no_text_was_due(
        self, feeding: Feeding, clock: Clock
    ) -> None:
        published = feeding.feed.published
        clock.now -= 86_400
        feeding.wait_for(lambda arranged: feeding.feed.published > published)
        clock.now = NOON + 10
        feeding.wait_for(counts(EXPIRED=1, VALID=1))
        clock.now = NOON - 10
        feeding.wait_for(counts(EXPIRING=1, VALID=1))
        clock.now = NOON - 86_400
        feeding.wait_for(counts(VALID=2))

    @pytest.mark.usefixtures("by_events_alone")
    def test_a_clock_that_is_set_is_noticed_without_a_look(
        self, feeding: Feeding, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feed_module, "CLOCK_EVERY", 0.02)
        looks = feeding.reader.looks
        feeding.feed.show(View(sort=Sort.NAME))  # which ends the sleep that has begun
        feeding.wait_for(lambda arranged: arranged.view.sort is Sort.NAME)
        clock.now = NOON + 10
        feeding.wait_for(counts(EXPIRED=1, VALID=1))
        assert feeding.reader.looks == looks


class TestRest:
    @pytest.mark.usefixtures("looking_often")
    def test_looking_again_and_again_opens_and_publishes_nothing(
        self, furnished: Home, start: Start, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feed_module, "JUMP", FAR)
        feeding = start()
        feeding.wait_for(counts(VALID=1))
        feeding.settle()
        published, opened = feeding.feed.published, feeding.reader.opened
        assert published == 1
        feeding.wait_for_looks(5)
        for path in furnished.aws.rglob("*"):
            if path.is_file():
                path.read_bytes()
        truth()
        feeding.wait_for_looks(5)
        assert (feeding.feed.published, feeding.reader.opened) == (published, opened)

    @pytest.mark.usefixtures("by_events_alone")
    def test_reading_makes_no_look(self, furnished: Home, start: Start) -> None:
        prepared = furnished.cli_cache(DEV, expires_at=FAR).rename(furnished.path / "prepared")
        feeding = start()
        feeding.settle()
        looks = feeding.reader.looks
        for _ in range(50):
            truth()
        # A single event comes after all that those might have made.
        prepared.rename(furnished.cli_folder / role_file(DEV))
        feeding.wait_for(counts(VALID=2))
        assert feeding.reader.looks == looks + 1

    @pytest.mark.usefixtures("by_events_alone")
    def test_once_stopped_it_publishes_no_more(self, furnished: Home, start: Start) -> None:
        feeding = start()
        feeding.settle()
        feeding.feed.stop()
        feeding.feed._thread.join(DEADLINE)
        assert not feeding.feed._thread.is_alive()
        published = feeding.feed.published
        furnished.cli_cache(DEV, expires_at=FAR)
        feeding.feed.show(View(filter="dev"))
        feeding.feed.changed()
        assert feeding.feed.published == published


@pytest.mark.usefixtures("by_events_alone")
class TestHandingOut:
    def test_a_screen_that_is_gone_does_not_end_the_feed(
        self, furnished: Home, start: Start
    ) -> None:
        feeding = start()
        feeding.settle()
        asked = threading.Event()

        def gone(arranged: Arrangement) -> None:
            if arranged.view.filter:
                asked.set()
                raise RuntimeError("the loop is closed")

        feeding.feed.attach(gone)
        feeding.feed.show(View(filter="dev"))
        assert asked.wait(DEADLINE)
        late = Feeding(feeding.feed)
        furnished.cli_cache(DEV, expires_at=FAR)
        late.wait_for(counts(VALID=2))

    def test_an_older_arrangement_never_comes_after_a_newer_one(
        self, furnished: Home, start: Start
    ) -> None:
        feeding = start()
        feed = feeding.feed
        received: list[Arrangement] = []
        both = threading.Event()

        def slow_at_first(arranged: Arrangement) -> None:
            if not arranged.view.filter:
                feed.show(View(filter="dev"))
                # The newer one would come now, if it could.
                both.wait(0.3)
            received.append(arranged)
            if arranged.view.filter:
                both.set()

        feeding.wait_for(lambda arranged: True)
        feed.attach(slow_at_first)
        assert both.wait(DEADLINE)
        assert received[-1].view.filter == "dev"


@pytest.mark.usefixtures("looking_often")
def test_a_failure_is_confessed_without_its_text_and_the_feed_goes_on(
    furnished: Home, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeding = start()
    feeding.wait_for(counts(VALID=1))
    with monkeypatch.context() as broken:

        def fail(*_: Any) -> NoReturn:
            raise ValueError("wJalrXUtnFEMI")

        broken.setattr(Resolver, "snapshot", fail)
        furnished.cli_cache(DEV, expires_at=FAR)
        confessed = feeding.wait_for(lambda arranged: bool(arranged.snapshot.problems))
        assert [problem.code for problem in confessed.snapshot.problems] == ["feed-failed"]
        assert "wJalr" not in repr(confessed)
        assert profiles(confessed) == ["admin", "dev", "web", "base"]
    restored = feeding.wait_for(counts(VALID=2))
    assert restored.snapshot.problems == ()


FROM_A_FIRST_LOOK = """
import os, sys, threading, time
from awsttl.core.resolve import snapshot
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from awsttl.tui import firstlook
from awsttl.tui.feed import Feed

locations = Locations.of(os.environ)
first = firstlook.begin(locations, os.environ)
assert first is not None
feed = Feed(locations, os.environ, first=first)
came = threading.Condition()
def publish(arranged):
    with came:
        came.notify()
def wait_for(condition):
    with came:
        assert came.wait_for(lambda: feed.latest and condition(feed.latest), 30), feed.latest
feed.attach(publish)
feed.start()
count = int(sys.argv[1])
wait_for(lambda arranged: len(arranged.snapshot.profiles) == count)
assert feed.latest.snapshot == snapshot(Reader(locations).look())
assert feed.reader.opened == 2
with open(locations.config, "a") as file:
    file.write("[profile late]\\n")
wait_for(lambda arranged: arranged.snapshot.status("late"))
assert feed.reader.opened == 3
feed.stop()
"""


@pytest.mark.parametrize("count", [3, 300])
def test_it_goes_on_from_a_first_look_without_reading_again(count: int, home: Home) -> None:
    home.config("".join(f"[profile p{number}]\nregion = x\n" for number in range(count)))
    home.credentials("[p1]\naws_access_key_id = AKIA\naws_secret_access_key = x\n")
    run = subprocess.run(
        [sys.executable, "-c", FROM_A_FIRST_LOOK, str(count)],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_it_knows_no_textual() -> None:
    script = "import sys, awsttl.tui.feed; assert not {'textual', 'boto3'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_its_files_are_those_of_this_home(home: Home) -> None:
    assert Path(Feed(Locations.of({}), {}).reader.locations.config) == home.config_file
