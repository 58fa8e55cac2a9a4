"""Turns, between threads and between processes."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from awsttl.disk.locks import lock
from support.home import Home

HOLDER = """
import sys
from awsttl.disk.locks import lock
with lock("prod") as has_lock:
    print(has_lock, flush=True)
    sys.stdin.read()
"""

IMPATIENT = """
from awsttl.disk.locks import lock
with lock("prod", seconds=0) as has_lock:
    print(has_lock)
"""


@pytest.fixture
def holder() -> Iterator[subprocess.Popen[str]]:
    """Another process that has the turn of "prod"."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_a_second_process_waits_and_may_give_up(holder: subprocess.Popen[str]) -> None:
    with lock("prod", seconds=0) as has_lock:
        assert not has_lock


def test_another_name_is_another_turn(holder: subprocess.Popen[str]) -> None:
    with lock("staging", seconds=0) as has_lock:
        assert has_lock


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_holder_that_is_killed_leaves_its_turn(
    holder: subprocess.Popen[str], how: signal.Signals
) -> None:
    holder.send_signal(how)
    holder.wait()
    with lock("prod", seconds=20) as has_lock:
        assert has_lock


def test_who_is_cancelled_waits_no_longer(holder: subprocess.Popen[str]) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with lock("prod", cancelled) as has_lock:
        assert not has_lock


def test_threads_of_one_process_wait_for_each_other() -> None:
    inside = 0
    most = 0
    counting = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        with lock("prod") as has_lock:
            assert has_lock
            with counting:
                inside += 1
                most = max(most, inside)
            with counting:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_cancelled_holder_keeps_its_turn() -> None:
    """What it does may have to be done to the end."""
    cancelled = threading.Event()
    with lock("prod", cancelled) as first:
        assert first
        cancelled.set()
        with lock("prod", seconds=0) as second:
            assert not second


def test_one_that_gives_way_loses_it_to_another_thread_but_not_to_a_process() -> None:
    """It may hang in a call for half a minute; its process goes on, and holds the others off."""
    cancelled = threading.Event()
    with lock("prod", cancelled, gives_way=True) as first:
        assert first
        with lock("prod", seconds=0) as second:
            assert not second
        cancelled.set()
        with lock("prod", seconds=0) as second:
            assert second
            with subprocess.Popen([sys.executable, "-c", IMPATIENT], stdout=subprocess.PIPE) as run:
                assert run.communicate(timeout=30)[0] == b"False\n"
            with lock("prod", seconds=0) as third:
                assert not third


def test_one_that_gave_way_does_not_end_the_turn_of_the_next() -> None:
    cancelled = threading.Event()
    with lock("prod") as again:
        assert again
    first, second = lock("prod", cancelled, gives_way=True), lock("prod")
    assert first.__enter__()
    cancelled.set()
    assert second.__enter__()
    first.__exit__(None, None, None)
    with lock("prod", seconds=0) as third:
        assert not third
    second.__exit__(None, None, None)
    with lock("prod", seconds=0) as third:
        assert third


def test_where_the_state_folder_cannot_be_written_threads_still_wait_for_each_other(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(home.config("")))
    with lock("prod") as first:
        assert first
        with lock("prod", seconds=0) as second:
            assert not second
        with lock("staging", seconds=0) as other:
            assert other


@pytest.mark.parametrize("failing", ["flock", "close"])
def test_one_that_cannot_be_freed_as_it_should_is_no_failure_and_is_free(
    home: Home, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    """What was done under it is done. NFS says ENOLCK when its server has forgotten the lock."""
    flock, close = fcntl.flock, os.close
    failed: list[str] = []

    def no_locks(descriptor: int, operation: int) -> None:
        if operation == fcntl.LOCK_UN:
            failed.append("flock")
            raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
        flock(descriptor, operation)

    def no_close(descriptor: int) -> None:
        close(descriptor)
        failed.append("close")
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with lock("prod", seconds=0) as has_lock:
        assert has_lock
        if failing == "flock":
            monkeypatch.setattr(fcntl, "flock", no_locks)
        else:
            monkeypatch.setattr(os, "close", no_close)
    monkeypatch.undo()
    assert failed == [failing]
    run = subprocess.run(
        [sys.executable, "-c", IMPATIENT],
        env=home.environ(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "True\n"


def test_a_file_that_was_removed_meanwhile_locks_nobody_out_and_nobody_in(home: Home) -> None:
    """Whoever cleans the state folder up: the next one has a lock again."""
    with lock("prod", seconds=0):
        for path in (home.path / ".local/state/awsttl/locks").iterdir():
            path.unlink()
        with lock("prod", seconds=0) as has_lock:
            assert not has_lock  # in this process it is known
    with lock("prod", seconds=0) as has_lock:
        assert has_lock
