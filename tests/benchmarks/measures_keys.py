"""From a key to its effect, with five thousand profiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from . import homes, programs
from .homes import Home
from .measures_changes import cursor_on
from .measures_start import wait_for_rows
from .pseudo_terminal import Condition, Terminal
from .report import Finding, Group, Settings, Target, median, milliseconds

_KEY: Final = Target("key → its effect, 5,000 profiles, the slowest key", 50, "ms")

_REST: Final = 0.3
"""Seconds without a frame before a key is pressed."""


def cursor_moves(terminal: Terminal) -> Condition:
    """Whether the cursor is on another profile than now."""
    before = cursor_on(terminal)
    return lambda terminal: cursor_on(terminal) not in ("", before)


def order_changes(head: str) -> Callable[[Terminal], Condition]:
    """Whether other rows than now are shown, and the head of a column says why."""

    def condition_from(terminal: Terminal) -> Condition:
        before = list(homes.table(terminal.lines))
        return lambda terminal: (
            f"{head} ▾" in terminal.line(1) and list(homes.table(terminal.lines)) != before
        )

    return condition_from


def filter_opens(_: Terminal) -> Condition:
    """Whether the filter waits for words."""
    return lambda terminal: any("words of a row" in line for line in terminal.lines[-3:])


def only_matching_rows(_: Terminal) -> Condition:
    """Whether the table shows profiles with a ``z``, and no others."""

    def fulfilled(terminal: Terminal) -> bool:
        rows = homes.table(terminal.lines)
        return len(rows) > 1 and all("z" in name for name in rows)

    return fulfilled


_KEYS: Final = (
    ("j", cursor_moves, "the cursor on another row"),
    ("s", order_changes("PROFILE"), "rows by name"),
    ("s", order_changes("ACCOUNT"), "rows by account"),
    ("s", order_changes("LEFT"), "rows by urgency"),
    ("/", filter_opens, "the open filter"),
    ("z", only_matching_rows, "the rows with a z, and no others"),
)
"""In the order in which they are pressed, each with what it does."""


def press_each(home: Home) -> list[float]:
    """Seconds from each key to its effect, in a fresh process."""
    home.write(homes.seconds)
    with Terminal(programs.AWSTTL, home.environ()) as terminal:
        wait_for_rows(terminal)
        waits = []
        for key, effect, what in _KEYS:
            terminal.wait_until_quiet(_REST)
            waits.append(terminal.effect_of(key, effect(terminal), what))
        return waits


def measure_keys(settings: Settings) -> Sequence[Finding]:
    """Every key in each of several processes; the slowest key by its median."""
    home = Home(settings.scratch / "keys", 5000)
    runs = [press_each(home) for _ in range(settings.runs)]
    by_key = list(zip(*runs, strict=True))
    medians = [median(samples) for samples in by_key]
    slowest = medians.index(max(medians))
    key, _, what = _KEYS[slowest]
    all_keys = ", ".join(
        f"{key} {1000 * middle:.0f}" for (key, _, _), middle in zip(_KEYS, medians, strict=True)
    )
    figures = f"{key} ({what}) {milliseconds(by_key[slowest])}; all: {all_keys} ms"
    return [Finding(_KEY, 1000 * medians[slowest], figures)]


GROUPS: Final = (Group("keys", (_KEY,), measure_keys),)
