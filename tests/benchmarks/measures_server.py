"""Sessions that are served: how long an answer takes, and what shells cost a dashboard at rest."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from . import homes, kernel, programs, serving
from .homes import Home
from .measures_idle import Subject, watch
from .measures_renewal import sts
from .measures_start import rows_are_there
from .pseudo_terminal import MeasureError
from .report import Finding, Group, Settings, Target, median, percent

_ANSWER: Final = Target("an answer to one client after the other", 3, "ms")
_CROWD: Final = Target("an answer, 200 clients that ask each second", 5, "ms")
_WRONG: Final = Target("the same: answers that are none", 0, "")
_MEMORY: Final = Target("the same: memory that it takes", 1, "MB")
_RENEWALS: Final = Target("the same: renewals for each profile", 1, "")
_IDLE: Final = Target("idle CPU, ten shells that ask each minute", 1.1, "×", "no server")
_IDLE_SECONDS: Final = Target("the same, all in seconds", 1.1, "×", "no server")

_CLIENTS: Final = 200
_TIMEOUT: Final = 10
_LONG_AGO: Final = 3000
_PAIRS: Final = 3
"""Dashboards with a server, and as many without, that rest in the same minute."""


class Address(NamedTuple):
    """Where a shell asks."""

    port: int
    path: str
    token: str


def ask(address: Address) -> tuple[float, bool]:
    """Ask as an SDK does. Seconds, and whether there was a session in the answer."""
    text = (
        f"GET {address.path} HTTP/1.1\r\nHost: 127.0.0.1:{address.port}\r\n"
        f"Authorization: {address.token}\r\nAccept: application/json\r\n\r\n"
    ).encode()
    started = time.perf_counter()
    found = b""
    try:
        with socket.create_connection(("127.0.0.1", address.port), timeout=_TIMEOUT) as connection:
            connection.sendall(text)
            while more := connection.recv(65536):
                found += more
    except OSError:
        return time.perf_counter() - started, False
    taken = time.perf_counter() - started
    head, _, body = found.partition(b"\r\n\r\n")
    is_right = head.startswith(b"HTTP/1.1 200 ") and json.loads(body)["AccessKeyId"].startswith("A")
    return taken, is_right


def crowd(addresses: Sequence[Address], seconds: float) -> tuple[list[float], int]:
    """Each asks once a second, in a thread of its own. Seconds, and how many got no session."""
    taken: list[float] = []
    wrong = [0]
    end = time.monotonic() + seconds

    def client(address: Address, place: int) -> None:
        time.sleep(place / len(addresses))
        while time.monotonic() < end:
            begun = time.monotonic()
            time_taken, is_right = ask(address)
            taken.append(time_taken)
            wrong[0] += not is_right
            time.sleep(max(0.0, 1.0 - (time.monotonic() - begun)))

    threads = [
        threading.Thread(target=client, args=(address, place))
        for place, address in enumerate(addresses)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken, wrong[0]


def measure_answers(settings: Settings) -> Sequence[Finding]:
    """Against a server in a process of its own, whose sessions near their end."""
    home = Home(settings.scratch / "server", serving.PROFILES)
    home.write(lambda _dice: 14 * 60)
    for entry in (home.path / ".aws" / "cli" / "cache").iterdir():
        # A session is not renewed as soon as it is there, however short it is.
        os.utime(entry, (entry.stat().st_mtime - _LONG_AGO,) * 2)
    with sts(0.04) as server:
        process = subprocess.Popen(
            programs.part("serving", "alone"),
            cwd=programs.CHECKOUT,
            env=home.environ() | {"AWS_ENDPOINT_URL_STS": server.url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with process:
            try:
                addresses = _addresses(process)
                crowd(addresses, 3)  # they are renewed meanwhile, and boto3 is loaded
                _wait(lambda: server.calls >= serving.PROFILES, "the renewals")
                in_turn = [ask(addresses[0]) for _ in range(100 * settings.runs)]
                before = kernel.memory(process.pid).private
                taken, wrong = crowd(addresses, min(60.0, settings.rest))
                grown = (kernel.memory(process.pid).private - before) / 1e6
                renewals = server.calls / serving.PROFILES
            finally:
                process.kill()
    wrong += sum(not is_right for _, is_right in in_turn)
    alone = [seconds for seconds, _ in in_turn]
    return [
        Finding(_ANSWER, 1000 * median(alone), _figures(alone)),
        Finding(_CROWD, 1000 * median(taken), _figures(taken)),
        Finding(_WRONG, wrong, f"of {len(taken) + len(alone):,}"),
        Finding(_MEMORY, grown, f"from {before / 1e6:.1f} MB"),
        Finding(_RENEWALS, renewals, f"{serving.PROFILES} profiles, {_CLIENTS} clients"),
    ]


def _figures(samples: list[float]) -> str:
    """Seconds → ``0.31 ms (0.22–4.10)``: these are shorter than what the report rounds to."""
    low, middle, high = (1000 * s for s in (min(samples), median(samples), max(samples)))
    return f"{middle:.2f} ms ({low:.2f}–{high:.2f})"


def _addresses(process: subprocess.Popen[str]) -> list[Address]:
    assert process.stdout is not None
    found = []
    while (line := process.stdout.readline()) not in ("", "\n"):
        found.append(Address(*json.loads(line)))
    if len(found) != _CLIENTS:
        raise MeasureError(f"the server gave {len(found)} addresses")
    return found


def _wait(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _TIMEOUT
    while not condition():
        if time.monotonic() > end:
            raise MeasureError(f"{what} did not come")
        time.sleep(0.05)


def measure_served_rest(settings: Settings) -> Sequence[Finding]:
    """Pairs of dashboards at rest in the same minute; ten shells ask one of each, once a minute."""
    dashboard = programs.part("serving", "dashboard")
    screens = {_IDLE: homes.usual, _IDLE_SECONDS: homes.seconds}
    subjects: list[Subject] = []
    files: list[Path] = []
    for target, flavour in screens.items():
        ticks = target is _IDLE_SECONDS
        for pair in range(min(settings.runs, _PAIRS)):
            file = settings.scratch / f"addresses-{ticks}-{pair}"
            files.append(file)
            for name, command in (("rest", dashboard), ("served", [*dashboard, str(file)])):
                home = Home(settings.scratch / f"server-{name}-{ticks}-{pair}", 1000)
                subjects.append(Subject(command, home, flavour, rows_are_there, ticks))
    settings = dataclasses.replace(settings, settle=8.0)
    with ExitStack() as asking:
        answers = [asking.enter_context(_asking(file, 60 / serving.PROFILES)) for file in files]
        cpu = [each.cpu for each in watch(subjects, settings, settings.rest)]
    if not all(got and all(got) for got in answers):
        raise MeasureError(f"the shells got {answers}")
    findings = []
    share = len(cpu) // len(screens)
    for place, target in enumerate(screens):
        its = cpu[place * share : (place + 1) * share]
        without, ours = its[::2], its[1::2]
        figures = f"{percent(ours)}; without {percent(without)}"
        findings.append(Finding(target, median(ours) / median(without), figures))
    return findings


@contextmanager
def _asking(file: Path, every: float) -> Iterator[list[bool]]:
    """As soon as there are addresses, one of them is asked at, then the next; who got a session."""
    answers: list[bool] = []
    is_over = threading.Event()

    def run() -> None:
        while not (file.exists() and file.read_text()):
            if is_over.wait(0.2):
                return
        addresses = [Address(*json.loads(line)) for line in file.read_text().splitlines()]
        # The first question of a shell is told on its row and in the log: not what a minute costs.
        answers.extend(ask(address)[1] for address in addresses)
        while True:
            for address in addresses:
                answers.append(ask(address)[1])
                if is_over.wait(every):
                    return

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield answers
    finally:
        is_over.set()
        thread.join()


GROUPS: Final = (
    Group("server", (_ANSWER, _CROWD, _WRONG, _MEMORY, _RENEWALS), measure_answers),
    Group("server at rest", (_IDLE, _IDLE_SECONDS), measure_served_rest),
)
