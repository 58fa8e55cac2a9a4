"""What a pane costs that nobody touches: processor time, and bytes to the terminal."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from . import homes, kernel, programs
from .homes import Flavour, Home
from .measures_start import rows_are_there, wait_for_rows
from .pseudo_terminal import Condition, MeasureError, Terminal
from .report import Finding, Group, Settings, Target, median, per_second, percent

_CPU: Final = Target("idle CPU, 1,000 profiles, all in seconds", 0.5, "×", "the DataTable")
_BYTES: Final = Target("bytes to the terminal, same screen", 0.2, "×", "the DataTable")
_CPU_5000: Final = Target("idle CPU, 5,000 profiles, all in seconds", 1.2, "×", "1,000 profiles")
_BYTES_5000: Final = Target("bytes to the terminal, same screen", 1.2, "×", "1,000 profiles")
_USUAL: Final = Target("idle CPU, 1,000 profiles, usual mix", 1.3, "×", "the bare app at rest")

_ROUNDS: Final = 3
"""Windows of each program. They differ by a few hundredths."""


@dataclass(frozen=True, slots=True)
class Idle:
    """A window in the life of a program that nobody touches."""

    cpu: float
    """The share of one processor that it took."""
    bytes: float
    """What it wrote to the terminal, per second."""
    texts: int
    """How many different texts its first row has shown."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A program to watch, in a home of its own."""

    command: Sequence[str]
    home: Home
    flavour: Flavour
    shown: Condition
    ticks: bool
    """Whether its rows must change every second; else it would be cheap for being broken."""


def data_table_is_there(terminal: Terminal) -> bool:
    """Whether the DataTable shows profiles."""
    return any(homes.NAME.search(line) for line in terminal.lines)


def first_row(terminal: Terminal) -> str:
    """The topmost line with a profile's name."""
    return next((line for line in terminal.lines if homes.NAME.search(line)), "")


def watch(subjects: Sequence[Subject], settings: Settings, window: float) -> list[Idle]:
    """Start programs, let them come to rest, and watch them for the same window."""
    for subject in subjects:
        subject.home.write(subject.flavour)
    with ExitStack() as running:
        terminals = [
            running.enter_context(Terminal(subject.command, subject.home.environ()))
            for subject in subjects
        ]
        for subject, terminal in zip(subjects, terminals, strict=True):
            terminal.wait_until(subject.shown, "the first rows")
        terminals[0].watch(settings.settle)
        before = [(kernel.cpu_seconds(each.pid), each.received) for each in terminals]
        time.sleep(window)
        after = [(kernel.cpu_seconds(each.pid), each.received) for each in terminals]
        # Emulated only now: in the window the machine is the programs' alone.
        return [
            Idle(
                (cpu - cpu_before) / window,
                (received - received_before) / window,
                _texts(subject, terminal, window),
            )
            for subject, terminal, (cpu_before, received_before), (cpu, received) in zip(
                subjects, terminals, before, after, strict=True
            )
        ]


def _texts(subject: Subject, terminal: Terminal, window: float) -> int:
    """How many texts its first row has shown; raises an error if it was idle for being broken."""
    texts = len({first_row(terminal) for _ in terminal.follow(0)})
    terminal.check_answers()
    if not subject.shown(terminal):
        raise MeasureError(f"{terminal.name} has lost its rows")
    if subject.ticks and texts < 0.8 * window:
        raise MeasureError(
            f"{terminal.name}: the first row showed {texts} texts in {window:g} s of "
            "counting seconds"
        )
    return texts


def visible_rows(home: Home) -> int:
    """How many rows of its table awsttl has on the screen."""
    home.write(homes.seconds)
    with Terminal(programs.AWSTTL, home.environ()) as terminal:
        wait_for_rows(terminal)
        terminal.wait_until_quiet(0.3)
        return len(homes.table(terminal.lines))


def _at_rest(home: Home) -> tuple[Subject, Subject]:
    """Awsttl with the usual mix of sessions, and the bare app."""
    bare, is_there = programs.BARE_APP, programs.bare_app_is_there
    return (
        Subject(programs.AWSTTL, home, homes.usual, rows_are_there, ticks=False),
        Subject(bare, home, homes.usual, is_there, ticks=False),
    )


def measure_idle(settings: Settings) -> Sequence[Finding]:
    """What is compared is watched in the same seconds, so that it finds the same machine.

    Together they take 4 % of a processor, and wait for each other hardly ever. At rest it is a
    minute, in which each row's countdown changes once.
    """
    small = Home(settings.scratch / "idle-1000", 1000)
    large = Home(settings.scratch / "idle-5000", 5000)
    table = programs.data_table(visible_rows(small))
    seconds = homes.seconds
    subjects = {
        "table": Subject(table, small, seconds, data_table_is_there, ticks=True),
        "seconds": Subject(programs.AWSTTL, small, seconds, rows_are_there, ticks=True),
        "many": Subject(programs.AWSTTL, large, seconds, rows_are_there, ticks=True),
    }
    rounds = min(settings.runs, _ROUNDS)
    windows: dict[str, list[Idle]] = {name: [] for name in subjects}
    for _ in range(rounds):
        busy = watch([*subjects.values()], settings, settings.window)
        for name, watched in zip(subjects, busy, strict=True):
            windows[name].append(watched)
    pairs = [_at_rest(Home(settings.scratch / f"rest-{place}", 1000)) for place in range(rounds)]
    at_rest = watch([each for pair in pairs for each in pair], settings, settings.rest)
    windows["usual"], windows["bare"] = at_rest[::2], at_rest[1::2]
    cpu = {name: [window.cpu for window in watched] for name, watched in windows.items()}
    written = {name: [window.bytes for window in watched] for name, watched in windows.items()}

    def finding(target: Target, ours: str, theirs: str, label: str) -> Finding:
        is_cpu = target.what.startswith("idle")
        samples, words = (cpu, percent) if is_cpu else (written, per_second)
        return Finding(
            target,
            median(samples[ours]) / median(samples[theirs]),
            f"{words(samples[ours])}; {label} {words(samples[theirs])}",
        )

    return [
        finding(_CPU, "seconds", "table", "DataTable"),
        finding(_BYTES, "seconds", "table", "DataTable"),
        finding(_CPU_5000, "many", "seconds", "1,000"),
        finding(_BYTES_5000, "many", "seconds", "1,000"),
        finding(_USUAL, "usual", "bare", "bare app"),
    ]


GROUPS: Final = (Group("idle", (_CPU, _BYTES, _CPU_5000, _BYTES_5000, _USUAL), measure_idle),)
