"""The person's choices that outlast a restart, as frozen values."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from awsttl.core import countdown
from awsttl.core.countdown import THRESHOLD
from awsttl.core.files import EMPTY
from awsttl.core.named_tuples import NamedTuple
from awsttl.core.remedies import Problem, Remedy


class Sort(enum.StrEnum):
    """The orders of the table."""

    URGENCY = "urgency"
    NAME = "name"
    ACCOUNT = "account"

    def following(self) -> Sort:
        """The order after this one; after the last comes the first."""
        orders = list(Sort)
        return orders[(orders.index(self) + 1) % len(orders)]


class ColumnSet(enum.StrEnum):
    """The sets of columns that the table may have."""

    ALL = "all"
    """As many as the pane has room for."""
    TIME = "time"
    """When it ends, and what comes then."""
    IDENTITY = "identity"
    """Whose it is: account, role, where it comes from."""

    def following(self) -> ColumnSet:
        """The set after this one; after the last comes the first."""
        sets = list(ColumnSet)
        return sets[(sets.index(self) + 1) % len(sets)]


class Warn(NamedTuple):
    """The ways in which the person is warned of a session's end; each can be switched off."""

    toast: bool = True
    """A message on the line of the keys."""
    bell: bool = True
    title: bool = True
    """The terminal's title: ``awsttl: prod 4m``."""
    desktop: bool = True
    """A notification by the terminal's own sequences, OSC 9 and OSC 777."""
    auto: bool = True
    """Whether to warn also of sessions that the AWS CLI replaces by itself."""


class Settings(NamedTuple):
    """What ``settings.toml`` holds. The defaults count where a key is missing or makes no sense."""

    threshold: float = THRESHOLD
    """Seconds before its end from which a session counts as expiring."""
    theme: str = ""
    """A theme's name; empty: the one that suits the terminal."""
    shell: str = ""
    """The shell for which snippets are written; empty: the one that awsttl was started from."""
    sort: Sort = Sort.URGENCY
    hidden: frozenset[str] = frozenset()
    """Profiles that the table leaves out."""
    keep: frozenset[str] = frozenset()
    """Profiles that are kept alive."""
    allowed_processes: Mapping[str, str] = EMPTY
    """Profile → fingerprint of the ``credential_process`` that may run unasked."""
    warn: Warn = Warn()
    keys: Mapping[str, tuple[str, ...]] = EMPTY
    """Action → the keys that it has instead of its own, as the person wrote them."""
    forget_copied: float = 0.0
    """Seconds after which what was copied is removed from tmux's buffers; 0: it stays."""
    ahead: bool = True
    """Whether the next twelve hours are shown below the rows, where there is room."""
    mouse: bool = True
    """Whether the mouse is awsttl's; else it is the terminal's, which selects text with it."""
    columns: ColumnSet | tuple[str, ...] = ColumnSet.ALL
    """A set of the table's columns, or the names of some."""


Edit = Callable[[Settings], Settings]
"""A change of the settings, as a function of the settings in the file when it is applied."""


def parse(found: Mapping[str, object]) -> tuple[Settings, Mapping[str, Problem]]:
    """The settings in a parsed TOML file, and what is wrong with it, key by key.

    Where a value makes no sense, its key counts as missing and the other keys are read. Of a list
    or a table, those parts count that make sense.
    """
    values: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    for key, value in found.items():
        reader = _READERS.get(key)
        if reader is None:
            problems[key] = _unknown(key, Settings._fields)
            continue
        read, remedy = reader(value)
        if read is not None:
            values[key] = read
        if remedy:
            problems[key] = _wrong(key, remedy)
    return Settings(**values), problems


Read = tuple[Any, str]
"""A value as read (``None``: it makes no sense), and what it should be where it is not right."""


def _span(value: object) -> Read:
    seconds = math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        # A greater integer may be no float, and would make no sense either.
        seconds = float(value) if abs(value) < 1e12 else math.inf
    elif isinstance(value, str) and (said := countdown.span(value)) is not None:
        seconds = said
    if math.isfinite(seconds) and seconds >= 0:
        return seconds, ""
    return None, 'seconds, or a text like "15m" or "1h"'


def _text(value: object) -> Read:
    return (value, "") if isinstance(value, str) else (None, "a text in quotes")


def _switch(value: object) -> Read:
    return (value, "") if isinstance(value, bool) else (None, "true or false")


def _shell(value: object) -> Read:
    # 3 ms, and few have this key.
    from awsttl.core.snippets import Shell

    shells = [str(shell) for shell in Shell]
    if value == "":
        return value, ""
    for shell in shells if isinstance(value, str) else ():
        # "bash" is "bash/zsh", and "powershell" is "PowerShell".
        if str(value).lower() in (shell.lower(), *shell.lower().split("/")):
            return shell, ""
    return None, f"one of {_quoted(shells)}"


def _sort(value: object) -> Read:
    orders = [str(sort) for sort in Sort]
    return (Sort(str(value)), "") if value in orders else (None, f"one of {_quoted(orders)}")


def _columns(value: object) -> Read:
    if isinstance(value, str) and value in list(ColumnSet):
        return ColumnSet(value), ""
    # Imported here: few people have this key, and what reads the files needs no columns.
    from awsttl.core.view.layout import NAMED

    remedy = f"{_quoted(list(ColumnSet))} or a list of: {', '.join(NAMED)}"
    if not isinstance(value, list) or not value:
        return None, remedy
    known = [name for name in value if name in list(NAMED)]
    if strange := [name for name in value if name not in list(NAMED)]:
        remedy = f"{remedy}; {_quoted(list(map(str, strange)))} is none of them"
    return tuple(known) or None, remedy if strange else ""


def _names(value: object) -> Read:
    remedy = 'a list of profiles: ["one", "two"]'
    if not isinstance(value, list):
        return None, remedy
    names = frozenset(name for name in value if isinstance(name, str))
    return names, "" if all(isinstance(name, str) for name in value) else remedy


def _processes(value: object) -> Read:
    remedy = "a table of texts, as awsttl itself writes it"
    if not isinstance(value, dict):
        return None, remedy
    texts = {key: text for key, text in value.items() if isinstance(text, str)}
    return texts, "" if len(texts) == len(value) else remedy


def _warn(value: object) -> Read:
    """The ways of warning; ``auto`` was called ``silent`` once, and may still be."""
    remedy = f"a table of {', '.join(Warn._fields)}, each true or false"
    if not isinstance(value, dict):
        return None, remedy
    named = {"auto" if key == "silent" else key: switch for key, switch in value.items()}
    sound = {
        key: switch
        for key, switch in named.items()
        if key in Warn._fields and isinstance(switch, bool)
    }
    return Warn(**sound), "" if len(sound) == len(value) else remedy


def _keys(value: object) -> Read:
    remedy = 'a table of keys by action: renew = "r", hide = ["x", "ctrl+h"]'
    if not isinstance(value, dict):
        return None, remedy
    found = {}
    for name, keys in value.items():
        listed = [keys] if isinstance(keys, str) else keys
        if isinstance(listed, list) and all(isinstance(key, str) for key in listed):
            found[name] = tuple(listed)
    return found, "" if len(found) == len(value) else remedy


_READERS: Final[Mapping[str, Callable[[object], Read]]] = {
    "threshold": _span,
    "theme": _text,
    "shell": _shell,
    "sort": _sort,
    "columns": _columns,
    "hidden": _names,
    "keep": _names,
    "allowed_processes": _processes,
    "warn": _warn,
    "forget_copied": _span,
    "ahead": _switch,
    "mouse": _switch,
    "keys": _keys,
}


def _quoted(texts: list[str]) -> str:
    return ", ".join(f'"{text}"' for text in texts)


def _wrong(key: str, right: str) -> Problem:
    fix = Remedy(f"mend {key} in the file")
    return Problem("setting", f"settings.toml: {key} should be {right}", fix)


def _unknown(key: str, known: tuple[str, ...]) -> Problem:
    from difflib import get_close_matches

    near = get_close_matches(key, known, 1, cutoff=0.7)
    meant = f"; {near[0]} is" if near else ""
    return Problem(
        "setting",
        f'settings.toml: "{key}" is no setting{meant}',
        Remedy("remove it, or see awsttl's README for all settings"),
    )
