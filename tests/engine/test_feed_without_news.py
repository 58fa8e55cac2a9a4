"""What the feed does while no file changes: it follows the view and the clock, or rests."""

from __future__ import annotations

import threading
import time
from typing import Any, NoReturn

import pytest

from awsttl.core.model import State
from awsttl.core.profiles.resolve import Resolver
from awsttl.core.settings import Sort
from awsttl.core.view.arrangement import Arrangement
from awsttl.core.view.ranking import View
from awsttl.disk.locations import Locations
from awsttl.engine import feed as feed_module
from awsttl.engine.feed import Feed
from support.feeding import (
    ADMIN,
    CONFIG,
    CREDENTIALS,
    DEADLINE,
    DEV,
    FAR,
    NOON,
    Clock,
    Feeding,
    Start,
    counts,
    names,
    profiles,
    truth,
)
from support.home import Home, role_file


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
        assert arranged.counts == {State.NONE: 1}
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
        assert names(feeding.wait_for(counts(VALID=1))) == ["dev"]

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
        # The sign-in of "web" needs somebody; "admin" is renewed silently.
        assert names(expired)[:2] == ["web", "admin"]
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
        home.settings(f"threshold = {expires_at - time.time() - 0.3}")
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
        late.wait_for(counts(VALID=1))

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
