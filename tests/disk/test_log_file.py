"""The log on disk: several writers, killed writers, generations, modes, and no secret."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from awsttl.core import events
from awsttl.core.events import Event, What
from awsttl.disk import log_file as journal_module
from awsttl.disk.locks import lock
from awsttl.disk.log_file import MOST_EVENTS, MOST_SIZE, LogFile
from awsttl.disk.own_folders import state_folder
from support.home import Home, role_file

NOON = 1_795_003_200.0
DEADLINE = 30.0
ROLE = {"role_arn": "arn:aws:iam::111122223333:role/Admin"}
PROD = role_file(ROLE)


def did(name: str, what: What = What.RENEWED, at: float = NOON) -> Event:
    return Event(at, what, name)


def seen(name: str, key: str, at: float = NOON) -> Event:
    return Event(at, What.CHANGED, name, keys=(key,))


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "never came true"
        time.sleep(0.01)


def names() -> list[str]:
    """What somebody who opens the log now reads."""
    return [event.name for event in LogFile().read().events]


def has_written(me: str) -> bool:
    return any(name.startswith(me) for name in names())


def log() -> Path:
    return Path(state_folder()) / "log.jsonl"


@pytest.fixture
def open_log() -> Iterator[Callable[[], LogFile]]:
    """Opens logs, as dashboards do, and closes them."""
    opened: list[LogFile] = []

    def begin() -> LogFile:
        opened.append(LogFile())
        return opened[-1]

    yield begin
    for each in opened:
        each.close(DEADLINE)
        assert each._thread is None or not each._thread.is_alive()


Open = Callable[[], LogFile]


class TestADeed:
    def test_is_read_by_everybody_in_the_order_of_telling(self, open_log: Open) -> None:
        log_file = open_log()
        for number in range(20):
            log_file.record(did(f"p{number}"))
        log_file.close(DEADLINE)
        assert names() == [f"p{number}" for number in range(20)]

    def test_is_written_at_once(self, open_log: Open) -> None:
        open_log().record(did("prod"))
        until(lambda: names() == ["prod"])

    def test_takes_its_end_from_the_file_that_it_wrote(self, home: Home, open_log: Open) -> None:
        path = home.cli_cache(ROLE, expires_at=NOON + 3600)
        token = home.sso_token("corp", expires_at=NOON + 7200)
        login = home.login_token("arn:aws:iam::121212121212:user/ada", expires_at=NOON + 60)
        log_file = open_log()
        log_file.record(did("prod"), [str(path), str(token), str(login)])
        log_file.close(DEADLINE)
        (event,) = LogFile().read().events
        assert event.until == NOON + 3600
        assert event.keys == (
            f"{path.name} {int(NOON + 3600)}",
            f"{token.name} {int(NOON + 7200)}",
            f"{login.name} {int(NOON + 60)}",
        )

    def test_that_two_dashboards_wanted_is_told_once(self, home: Home, open_log: Open) -> None:
        path = home.cli_cache(ROLE, expires_at=NOON + 3600)
        for _ in range(2):
            log_file = open_log()
            log_file.record(did("prod"), [str(path)])
            log_file.close(DEADLINE)
        assert names() == ["prod"]


@pytest.fixture
def short_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "HOLD", 0.05)


class TestAChange:
    def test_that_nobody_tells_of_is_written_after_a_moment(
        self, short_hold: None, open_log: Open
    ) -> None:
        open_log().notice([seen("prod", f"{PROD} gone")])
        until(lambda: names() == ["prod"])

    def test_is_held_back_until_who_made_it_has_told(self, home: Home, open_log: Open) -> None:
        path = home.cli_cache(ROLE, expires_at=NOON)
        mine, other = open_log(), open_log()
        for log_file in (mine, other):
            log_file.notice([seen("by others", f"{PROD} {int(NOON)}")])
        mine.record(did("by me"), [str(path)])
        mine.close(DEADLINE)
        other.close(DEADLINE)
        assert names() == ["by me"]

    def test_is_told_once_by_all_who_saw_it(self, open_log: Open) -> None:
        logs = [open_log() for _ in range(4)]
        for log_file in logs:
            log_file.notice([seen("prod", f"{PROD} 17"), seen("config", "config prod changed")])
        for log_file in logs:
            log_file.close(DEADLINE)
        assert names() == ["prod", "config"]

    def test_in_a_storm_is_one_line_however_many_saw_it(self, open_log: Open) -> None:
        storm = [seen(f"p{number}", f"{number:040}.json 17") for number in range(1000)]
        logs = [open_log(), open_log()]
        for log_file in logs:
            for start in range(0, 1000, 250):
                log_file.notice(storm[start : start + 250])
        for log_file in logs:
            log_file.close(DEADLINE)
        assert names() == ["1,000 files"]

    def test_after_a_clearing_of_many_files_is_the_clearing(
        self, home: Home, open_log: Open
    ) -> None:
        paths = [str(home.cli_folder / f"{number:040}.json") for number in range(50)]
        log_file = open_log()
        log_file.record(did("CLI cache", What.CLEARED), paths)
        log_file.notice([seen("x", events.gone(Path(path).name)) for path in paths])
        log_file.close(DEADLINE)
        assert names() == ["CLI cache"]

    def test_is_written_in_the_end_although_there_is_no_quiet(
        self, monkeypatch: pytest.MonkeyPatch, open_log: Open
    ) -> None:
        monkeypatch.setattr(journal_module, "HOLD", 1000.0)
        monkeypatch.setattr(journal_module, "HOLD_MOST", 0.05)
        open_log().notice([seen("prod", f"{PROD} gone")])
        until(lambda: names() == ["prod"])


WRITER = """
import sys, time
from awsttl.core.events import Event, What
from awsttl.disk import log_file as module
module.MOST_SIZE = int(sys.argv[4])
log_file = module.LogFile()
me = sys.argv[1]
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    log_file.record(Event(1795003200.0, What.CLEARED, f"{me} {number}", "x" * int(sys.argv[3])))
    key = f"config {number}"
    log_file.notice([Event(1795003200.0, What.CHANGED, f"both {number}", keys=(key,))])
    while log_file._recorded:
        time.sleep(0.001)
log_file.close(60)
"""


def writer(
    home: Home, me: str, count: int, size: int = 10, most: int = MOST_SIZE
) -> subprocess.Popen[str]:
    """Another process that writes events once it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, me, str(count), str(size), str(most)],
        env=home.environ(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


class TestSeveralProcesses:
    def test_lose_no_event_and_tell_none_twice(self, home: Home) -> None:
        count = 60
        processes = [writer(home, me, count) for me in "abc"]
        for process in processes:
            go(process)
        for process in processes:
            assert process.wait(DEADLINE) == 0
            process.communicate()
        found = names()
        for me in "abc":
            mine = [name for name in found if name.startswith(f"{me} ")]
            assert mine == [f"{me} {number}" for number in range(count)]
        both = [name for name in found if name.startswith("both")]
        assert sorted(both) == sorted(f"both {number}" for number in range(count))

    def test_turn_over_one_generation_at_a_time(self, home: Home) -> None:
        most, count = 32_768, 120
        processes = [writer(home, me, count, 390, most) for me in "ab"]
        for process in processes:
            go(process)
        for process in processes:
            assert process.wait(DEADLINE * 2) == 0
            process.communicate()
        older = log().with_name("log.1.jsonl")
        assert most / 2 < older.stat().st_size <= most
        assert log().stat().st_size <= most
        kept = [line for path in (older, log()) for line in path.read_text().splitlines()]
        found = [event.name for event in map(events.from_line, kept) if event]
        assert len(found) == len(kept)
        assert found[0] not in ("a 0", "b 0")
        for me in "ab":
            mine = [name for name in found if name.startswith(f"{me} ")]
            assert mine == [f"{me} {number}" for number in range(count - len(mine), count)]

    def test_killed_while_writing_leave_a_log_that_goes_on(
        self, home: Home, open_log: Open
    ) -> None:
        for round_ in range(6):
            process = writer(home, f"k{round_}", 100_000)
            go(process)
            until(partial(has_written, f"k{round_}"))
            process.kill()
            process.communicate()
        log_file = open_log()
        log_file.record(did("after"))
        log_file.close(DEADLINE)
        assert names()[-1] == "after"
        lines = log().read_text().splitlines()
        assert sum(events.from_line(line) is None for line in lines) <= 6


class TestTheFile:
    def test_is_for_nobody_else_whatever_the_umask(self, open_log: Open) -> None:
        before = os.umask(0)
        try:
            log_file = open_log()
            log_file.record(did("prod"))
            log_file.close(DEADLINE)
        finally:
            os.umask(before)
        assert stat.S_IMODE(log().stat().st_mode) == 0o600
        for folder in (log().parent, log().parent / "locks"):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for path in (log().parent / "locks").iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_that_was_open_to_others_is_closed_to_them(self, open_log: Open) -> None:
        log().parent.mkdir(parents=True)
        log().parent.chmod(0o755)
        log().write_text("")
        log().chmod(0o644)
        log_file = open_log()
        log_file.record(did("prod"))
        log_file.close(DEADLINE)
        assert stat.S_IMODE(log().stat().st_mode) == 0o600
        assert stat.S_IMODE(log().parent.stat().st_mode) == 0o700

    def test_with_a_torn_end_loses_that_line_only(self, open_log: Open) -> None:
        log().parent.mkdir(parents=True)
        whole = events.as_line(did("before"))
        log().write_text(whole + "\n" + events.as_line(did("torn"))[:-9])
        assert names() == ["before"]
        log_file = open_log()
        log_file.record(did("after"))
        log_file.close(DEADLINE)
        assert names() == ["before", "after"]

    def test_of_anything_else_is_skipped(self, open_log: Open) -> None:
        log().parent.mkdir(parents=True)
        log().write_bytes(b"\xff\x00 rubbish\n{}\n[]\n" + b"x" * 300_000 + b"\n")
        log_file = open_log()
        log_file.record(did("prod"))
        log_file.close(DEADLINE)
        assert names() == ["prod"]

    def test_gives_the_last_events_over_two_generations(self, open_log: Open) -> None:
        log().parent.mkdir(parents=True)
        lines = [events.as_line(did(f"p{number}")) + "\n" for number in range(1500)]
        log().with_name("log.1.jsonl").write_text("".join(lines[:800]))
        log().write_text("".join(lines[800:]))
        assert names() == [f"p{number}" for number in range(1500 - MOST_EVENTS, 1500)]

    def test_is_read_again_only_when_it_changed(self, open_log: Open) -> None:
        log_file, other = open_log(), open_log()
        assert log_file.read() is log_file.read()
        other.record(did("prod"))
        other.close(DEADLINE)
        found = log_file.read()
        assert [event.name for event in found.events] == ["prod"]
        assert log_file.read() is found

    def test_removed_while_dashboards_run_begins_anew(self, open_log: Open) -> None:
        log_file = open_log()
        log_file.record(did("one"))
        until(lambda: names() == ["one"])
        log().unlink()
        log_file.record(did("two"))
        until(lambda: names() == ["two"])


class TestWhereItCannotBeWritten:
    @pytest.fixture(params=["folder is a file", "log is a folder", "log is a pipe"])
    def obstacle(self, request: pytest.FixtureRequest) -> Path:
        path = log().parent if request.param == "folder is a file" else log()
        path.parent.mkdir(parents=True)
        if request.param == "log is a pipe":
            os.mkfifo(path)
        elif request.param == "log is a folder":
            path.mkdir()
        else:
            path.write_text("")
        return path

    def test_it_is_kept_in_memory_and_says_why(self, obstacle: Path, open_log: Open) -> None:
        log_file = open_log()
        assert log_file.read().problem == ""
        log_file.record(did("one"))
        log_file.record(did("two"))
        until(lambda: [event.name for event in log_file.read().events] == ["one", "two"])
        assert log_file.read().problem
        assert names() == []

    def test_it_is_written_later_if_that_is_mended(self, obstacle: Path, open_log: Open) -> None:
        log_file = open_log()
        log_file.record(did("one"))
        until(lambda: bool(log_file.read().problem))
        if obstacle.is_dir():
            obstacle.rmdir()
        else:
            obstacle.unlink()
        log_file.record(did("two"))
        log_file.close(DEADLINE)
        assert names() == ["one", "two"]
        assert log_file.read().problem == ""
        assert [event.name for event in log_file.read().events] == ["one", "two"]

    def test_memory_is_bounded(self, obstacle: Path, open_log: Open) -> None:
        log_file = open_log()
        for start in range(0, 2 * MOST_EVENTS, 100):
            for number in range(start, start + 100):
                log_file.record(did(f"p{number}"))
            until(lambda: not log_file._recorded)
        until(lambda: log_file.read().events[-1:] == (did(f"p{2 * MOST_EVENTS - 1}"),))
        assert len(log_file.read().events) == MOST_EVENTS


def test_nobody_waits_while_somebody_else_has_the_turn(open_log: Open) -> None:
    log_file = open_log()
    with lock("log") as has_lock:
        assert has_lock
        log_file.record(did("prod"))
        log_file.notice([seen("x", f"{PROD} gone")])
        until(lambda: not log_file._recorded)
        assert names() == []
    until(lambda: names()[:1] == ["prod"])


def test_a_turn_that_never_comes_is_done_without(
    monkeypatch: pytest.MonkeyPatch, open_log: Open
) -> None:
    monkeypatch.setattr(journal_module, "_PATIENCE", 0.0)
    with lock("log") as has_lock:
        assert has_lock
        open_log().record(did("prod"))
        until(lambda: names() == ["prod"])


def test_a_journal_that_nothing_is_told_has_no_thread_and_no_file(open_log: Open) -> None:
    before = threading.active_count()
    log_file = open_log()
    assert log_file.read().events == ()
    assert threading.active_count() == before
    assert not log().parent.exists()


def test_what_it_fails_of_costs_nothing_that_comes_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has foreseen it: without its thread, nothing would be written any more."""
    log, shortened = LogFile(), events.shortened

    def fail_at_one(event: Event) -> Event:
        if event.name == "odd":
            raise RecursionError
        return shortened(event)

    monkeypatch.setattr(events, "shortened", fail_at_one)
    log.record(did("odd"))
    until(lambda: log.read().problem == "RecursionError")
    log.record(did("next"))
    until(lambda: names() == ["next"])
    assert not log.read().problem
    log.close()
