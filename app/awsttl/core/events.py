"""What happened: events, their lines in the log, and which of them tell the same.

Any number of dashboards write one log. All of them see a change on disk, and the awsttl that made
the change writes an event too. So that one change is told once, every event has keys, which name
the facts that it tells:

* ``<file> <state>``: what is in a cache file now: its expiry in whole seconds, ``corrupt``, or
  ``gone``. The log knows this fact while it is the last that was told of the file.
* ``config …``, ``credentials …``: an edit. The log knows it for :data:`SAME` seconds;
  ``config *`` stands for every edit in that time.
* ``many …``: a set of facts.

An event holds names, times and texts that are made to be shown, and never the content of a file.
"""

from __future__ import annotations

import enum
import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from awsttl.core.digests import sha256_hex
from awsttl.core.files import CacheEntry, Shape
from awsttl.core.profiles.cache_names import is_entry_name
from awsttl.core.view import json_text, layout

SAME: Final = 5.0
"""Seconds within which two dashboards see one change."""
MANY: Final = 8
"""How many changes of one sort are told one by one; more are told in one line."""
MOST_NAME: Final = 120
MOST_TEXT: Final = 400
"""The most characters of a name and of a text in the log."""
_LATEST: Final = 250_000_000_000.0
"""In the year 9892, in seconds UTC. A later time cannot be shown by a calendar."""

GONE: Final = "gone"
CORRUPT: Final = "corrupt"
ANY: Final = "*"
EDITED_CREDENTIALS: Final = (f"credentials {ANY}",)
"""The keys of an event that wrote into the credentials file."""
EDITED_CONFIG: Final = (f"config {ANY}",)
"""The keys of an event that wrote into the config file."""


class What(enum.StrEnum):
    """The sorts of events. The values are the words in the log."""

    RENEWED = "renewed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """A session has ended, and no other has come in its place."""
    SIGNED_IN = "signed in"
    CLEARED = "cleared"
    RESTORED = "restored"
    KEEP_FAILED = "not kept"
    """A session that was to be kept alive could not be renewed."""
    EDITED = "edited"
    """A person changed config or credentials with awsttl."""
    SERVED = "served"
    """A shell was handed a session that lives on, or asked for it."""
    REFUSED = "refused"
    """A shell asked for a session, and there was none."""
    SETTINGS = "settings"
    MISTAKE = "mistake"
    """awsttl itself failed, and went on."""
    CHANGED = "changed"
    """Another program changed something on disk."""


MAKES_SESSIONS: Final = (What.RENEWED, What.SIGNED_IN)


class Event(NamedTuple):
    """One thing that happened."""

    at: float
    what: What
    name: str
    """The profile, the SSO session or the file that it happened to."""
    text: str = ""
    until: float | None = None
    """When the session ends that was made."""
    keys: tuple[str, ...] = ()
    """The facts that it tells. An event without keys tells the same as no other."""

    @property
    def how_many(self) -> int:
        """How many sessions it tells of: those that end together are one event, ``12 sessions``."""
        number, _, what = self.name.partition(" ")
        digits = number.replace(",", "")
        return int(digits) if what == "sessions" and digits.isdecimal() else 1

    @property
    def words(self) -> str:
        """The words for the log's filter, in lower case."""
        return f"{self.what} {self.name} {self.text}".lower()


def shortened(event: Event) -> Event:
    """An event as it may be kept and shown: each text is one printable line, and not too long.

    More than :data:`MANY` keys are replaced by the one key of their set.
    """
    keys = event.keys if len(event.keys) <= MANY else (many(event.keys),)
    return event._replace(
        name=_line(event.name, MOST_NAME),
        text=_line(event.text, MOST_TEXT),
        keys=tuple(_line(key, MOST_TEXT) for key in keys),
    )


def _line(text: str, most: int) -> str:
    text = layout.printable(" ".join(text[: 4 * most].split()))
    return text if len(text) <= most else text[: most - 1] + "…"


# ---------------------------------------------------------------- keys


def state(entry: CacheEntry) -> str:
    """The key that says what is in a cache file."""
    if entry.shape is Shape.CORRUPT or entry.expires_at is None:
        return f"{entry.name} {CORRUPT}"
    return f"{entry.name} {int(entry.expires_at)}"


def gone(name: str) -> str:
    """The key that says that a cache file is not there."""
    return f"{name} {GONE}"


def many(keys: Iterable[str]) -> str:
    """The key of a set of keys."""
    digest = sha256_hex("\n".join(sorted(keys)).encode("utf-8", "replace"))
    return f"many {digest[:24]}"


def subject(key: str) -> str:
    """What a key is about: a file's name, without its folder."""
    return key.partition(" ")[0]


def _is_state(key: str) -> bool:
    return is_entry_name(subject(key))


class ToldEvents:
    """The facts that the log knows, by which it is decided whether another event is news."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._times: dict[str, float] = {}
        self._last: dict[str, str] = {}
        """Cache file → the last key about it."""
        self._by: defaultdict[str, set[tuple[What, str]]] = defaultdict(set)
        """The last key about a cache file → the sort and name of the events that told it."""
        for each in events:
            self.add(each)

    def add(self, event: Event) -> None:
        """Note what an event tells."""
        for key in event.keys:
            self._times[key] = event.at
            if _is_state(key):
                before = self._last.get(subject(key))
                if before is not None and before != key:
                    self._by.pop(before, None)
                self._last[subject(key)] = key
                self._by[key].add((event.what, event.name))

    def knows_change(self, event: Event) -> bool:
        """Whether a change on disk was told: by the awsttl that made it, or by one that saw it."""
        return bool(event.keys) and all(self._knows(key, event.at) for key in event.keys)

    def _knows(self, key: str, at: float) -> bool:
        if self._last.get(subject(key)) == key:
            return True
        times = (self._times.get(key), self._times.get(f"{subject(key)} {ANY}"))
        return any(time is not None and abs(time - at) <= SAME for time in times)

    def knows_renewal(self, event: Event) -> bool:
        """Whether another dashboard, which wanted the same session, has told that it was made."""
        return (
            event.what in MAKES_SESSIONS
            and bool(event.keys)
            and all((event.what, event.name) in self._by.get(key, ()) for key in event.keys)
        )


def summed_up(events: Iterable[Event]) -> list[Event]:
    """The same changes; more than :data:`MANY` of one sort become one event.

    When another program rewrites a thousand files at once, that is one thing that happened.
    """
    sorts: defaultdict[str, list[Event]] = defaultdict(list)
    for each in events:
        sorts[_sort(each)].append(each)
    found = []
    for sort, alike in sorts.items():
        if len(alike) <= MANY or not sort:
            found.extend(alike)
            continue
        keys = tuple(key for each in alike for key in each.keys)
        names = ", ".join(each.name for each in alike[:3])
        text = f"{names} and {len(alike) - 3:,} more {sort}"
        summary = Event(alike[0].at, What.CHANGED, f"{len(alike):,} files", text, keys=keys)
        found.append(shortened(summary))
    return sorted(found, key=lambda each: each.at)


def _sort(change: Event) -> str:
    """The words for many changes of this one's sort; empty where each is told by itself."""
    if len(change.keys) != 1 or not _is_state(change.keys[0]):
        return ""
    said = change.keys[0].partition(" ")[2]
    if said == CORRUPT:
        return "cannot be read"
    return "removed by another program" if said == GONE else "written by another program"


# ---------------------------------------------------------------- lines


def as_line(event: Event) -> str:
    """One line of JSON, without its end."""
    fields = {name: value for name, value in event._asdict().items() if value not in ("", (), None)}
    return json_text.escaped(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))


def from_line(line: str | bytes) -> Event | None:
    """The event in a line; ``None`` where the line is no event of awsttl's, or not a whole one."""
    try:
        fields = json.loads(line)
        if not isinstance(fields, dict):
            return None
        event = Event(
            _instant(fields["at"]),
            What(fields["what"]),
            _text(fields.get("name", "")),
            _text(fields.get("text", "")),
            None if fields.get("until") is None else _instant(fields["until"]),
            tuple(_text(key) for key in fields.get("keys", [])[:MANY]),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return shortened(event)


def _instant(value: Any) -> float:
    # An integer may be greater than every float; what is no number at all is in no range.
    if type(value) not in (int, float) or not 0 <= value < _LATEST:
        raise ValueError("no time")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
