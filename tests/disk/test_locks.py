"""Turns, between threads and between processes."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from awsttl.disk.locks import turn
from support.home import Home

HOLDER = """
import sys
from awsttl.disk.locks import turn
with turn("prod") as has_turn:
    print(has_turn, flush=True)
    sys.stdin.read()
"""

IMPATIENT = """
from awsttl.disk.locks import turn
with turn("prod", seconds=0) as has_turn:
    print(has_turn)
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
    with turn("prod", seconds=0) as has_turn:
        assert not has_turn


def test_another_name_is_another_turn(holder: subprocess.Popen[str]) -> None:
    with turn("staging", seconds=0) as has_turn:
        assert has_turn


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_holder_that_is_killed_leaves_its_turn(
    holder: subprocess.Popen[str], how: signal.Signals
) -> None:
    holder.send_signal(how)
    holder.wait()
    with turn("prod", seconds=20) as has_turn:
        assert has_turn


def test_who_is_cancelled_waits_no_longer(holder: subprocess.Popen[str]) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with turn("prod", cancelled) as has_turn:
        assert not has_turn


def test_threads_of_one_process_wait_for_each_other() -> None:
    inside = 0
    most = 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        with turn("prod") as has_turn:
            assert has_turn
            with lock:
                inside += 1
                most = max(most, inside)
            with lock:
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
    with turn("prod", cancelled) as first:
        assert first
        cancelled.set()
        with turn("prod", seconds=0) as second:
            assert not second


def test_one_that_gives_way_loses_it_to_another_thread_but_not_to_a_process() -> None:
    """It may hang in a call for half a minute; its process goes on, and holds the others off."""
    cancelled = threading.Event()
    with turn("prod", cancelled, gives_way=True) as first:
        assert first
        with turn("prod", seconds=0) as second:
            assert not second
        cancelled.set()
        with turn("prod", seconds=0) as second:
            assert second
            with subprocess.Popen([sys.executable, "-c", IMPATIENT], stdout=subprocess.PIPE) as run:
                assert run.communicate(timeout=30)[0] == b"False\n"
            with turn("prod", seconds=0) as third:
                assert not third


def test_one_that_gave_way_does_not_end_the_turn_of_the_next() -> None:
    cancelled = threading.Event()
    with turn("prod") as again:
        assert again
    first, second = turn("prod", cancelled, gives_way=True), turn("prod")
    assert first.__enter__()
    cancelled.set()
    assert second.__enter__()
    first.__exit__(None, None, None)
    with turn("prod", seconds=0) as third:
        assert not third
    second.__exit__(None, None, None)
    with turn("prod", seconds=0) as third:
        assert third


def test_where_the_state_folder_cannot_be_written_threads_still_wait_for_each_other(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(home.config("")))
    with turn("prod") as first:
        assert first
        with turn("prod", seconds=0) as second:
            assert not second
        with turn("staging", seconds=0) as other:
            assert other
