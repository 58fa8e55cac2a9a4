"""The feed follows the files, whatever happens to them, and goes on from a first look."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from awsttl.core.files import Files
from awsttl.core.model import Environment, Session, State
from awsttl.core.view.arrangement import Arrangement
from awsttl.core.view.ranking import View
from awsttl.disk.locations import Locations
from awsttl.disk.watcher import Watcher
from awsttl.engine import feed as feed_module
from awsttl.engine.feed import Feed
from support.feeding import (
    ADMIN,
    CONFIG,
    CREDENTIALS,
    DEV,
    FAR,
    Looking,
    Start,
    counts,
    names,
    profiles,
    truth,
)
from support.home import Home, role_file
from support.programs import loaded_by


class TestFirstArrangement:
    def test_has_everything_there_is(self, furnished: Home, start: Start) -> None:
        arranged = start().wait_for(counts(VALID=1, NONE=2, LONG_TERM=1))
        assert names(arranged) == ["web", "admin", "dev", "base"]
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


PASTED = (
    "[dev]\naws_access_key_id = {}\naws_secret_access_key = s\naws_session_token = t\n"
    "expiration = 2020-01-01 00:00:00\n"
)


def test_the_feed_remembers_whose_end_is_recorded(home: Home, start: Start) -> None:
    home.credentials(PASTED.format("ASIAOLD"))
    os.utime(home.credentials_file, (1000, 1000))
    feeding = start()
    feeding.wait_for(counts(EXPIRED=1))
    feeding.settle()
    home.credentials(PASTED.format("ASIANEW"))
    feeding.wait_for(counts(UNKNOWN=1))
    assert truth().profiles[0].session == Session(None)


@pytest.mark.usefixtures("either_way")
class TestSettings:
    def test_a_file_in_a_folder_that_was_not_there_and_each_change_and_its_removal(
        self, furnished: Home, start: Start
    ) -> None:
        feeding = start()
        feeding.settle()
        furnished.settings('hidden = ["dev"]')
        arranged = feeding.wait_for(lambda arranged: names(arranged) == ["web", "admin", "base"])
        assert arranged.hidden == 1
        assert arranged.settings.hidden == {"dev"}
        assert profiles(arranged) == ["admin", "dev", "web", "base"]
        furnished.settings("hidden = [")
        arranged = feeding.wait_for(lambda arranged: bool(arranged.snapshot.problems))
        assert names(arranged) == ["web", "admin", "base"]
        furnished.settings_file.unlink()
        arranged = feeding.wait_for(lambda arranged: len(names(arranged)) == 4)
        assert arranged.snapshot.problems == ()

    def test_what_changes_nothing_is_no_news(self, furnished: Home, start: Start) -> None:
        furnished.settings("keep = []")
        feeding = start()
        feeding.settle()
        published = feeding.feed.published
        furnished.settings("# a comment\nkeep = []")
        furnished.cli_cache(DEV, expires_at=FAR)
        feeding.wait_for(counts(VALID=2))
        assert feeding.feed.published == published + 1


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

    arranged = start(after_the_first_look=write_and_filter).wait_for(counts(VALID=1))
    assert names(arranged) == ["dev"]


@pytest.mark.usefixtures("by_events_alone")
def test_it_watches_before_it_looks_so_that_nothing_falls_between(
    furnished: Home, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    rearm, look = Watcher.rearm, Looking.look

    def noted_rearm(watcher: Watcher) -> None:
        steps.append("watch")
        rearm(watcher)

    def noted_look(reader: Looking) -> Files:
        steps.append("look")
        return look(reader)

    monkeypatch.setattr(Watcher, "rearm", noted_rearm)
    monkeypatch.setattr(Looking, "look", noted_look)
    feeding = start()
    feeding.settle()
    furnished.cli_cache(DEV, expires_at=FAR)
    feeding.wait_for(counts(VALID=2))
    # The very first look waits for nothing, and is followed by another.
    before = [steps[place - 1] for place, step in enumerate(steps) if step == "look" and place]
    assert len(before) >= 2
    assert set(before) == {"watch"}


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


FROM_A_FIRST_LOOK = """
import os, sys, threading, time
from awsttl.core.profiles.resolve import snapshot
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader
from awsttl.engine import prefetch
from awsttl.engine.feed import Feed

locations = Locations.of(os.environ)
first = prefetch.begin(locations, os.environ)
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


@pytest.mark.heavy
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
    assert not {"textual", "boto3"} & loaded_by("import awsttl.engine.feed")


def test_its_files_are_those_of_this_home(home: Home) -> None:
    assert Path(Feed(Locations.of({}), {}).reader.locations.config) == home.config_file
