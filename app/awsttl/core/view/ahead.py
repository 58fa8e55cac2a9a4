"""The next twelve hours: how long each session lives, and when a person is needed.

A line is a bar from now to the end of the session, and a thinner one from there to the instant from
which a new session needs a person: the end of its sign-in, or of another session that it is got
with. All instants are seconds UTC; the hours are those of the local zone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterable, Iterator
from typing import Final, Literal, NamedTuple

from awsttl.core import countdown, needing
from awsttl.core.countdown import HOUR
from awsttl.core.model import FOREVER, Environment, Hop, Orphan, Renewal, State, Status
from awsttl.core.profiles.kinds import sign_in_of
from awsttl.core.view import rows
from awsttl.core.view.rows import Item, Tone

SPAN: Final = 12 * HOUR
"""Seconds that the picture shows."""
_QUARTER: Final = 900
"""Seconds. All zones of today begin their hours at a multiple of these."""
_STEPS: Final = (1, 2, 3, 4, 6, 12)
"""Hours between two labels; a day has a multiple of each, so midnight always has one."""
_APART: Final = 8
"""Cells from the beginning of a label to that of the next, at least."""


class Life(NamedTuple):
    """A session that lives, and what comes after it."""

    key: str
    """The key of its row."""
    name: str
    glyph: str
    tone: Tone
    ends: float
    """When the session ends; 0: there is none yet, but a sign-in with which it can be got."""
    alone_until: float
    """From this instant on only a person gets a new session; 0: already, ``FOREVER``: never."""
    asks: str
    """What the person is asked for then; empty where nobody is."""

    @property
    def needed_at(self) -> float:
        """When a person is needed, if nothing happens before; ``FOREVER``: never."""
        return max(self.ends, self.alone_until)


class Lives(NamedTuple):
    """The sessions that live, in the order in which they need somebody, and until when."""

    lives: tuple[Life, ...] = ()
    until: float = FOREVER


def lives(
    items: Iterable[Item],
    now: float,
    threshold: float = countdown.THRESHOLD,
    keep: Collection[str] = (),
) -> Lives:
    """The sessions of these rows that live at *now* and have an end.

    A sign-in of which none of them is a session has a line of its own. *keep*: the profiles that
    are kept alive.
    """
    found: list[Life] = []
    until = FOREVER
    others: dict[str, Hop] = {}
    """The sign-ins of profiles that have no session now."""
    shown: set[str] = set()
    for item in items:
        life, changes_at = _life(item, now, threshold, keep)
        until = min(until, changes_at)
        if life is not None:
            found.append(life)
        sign_in = _sign_in(item)
        if life is not None and sign_in is not None:
            shown.add(sign_in.link.name)
        elif sign_in is not None and sign_in.usable(now):
            others[sign_in.link.name] = sign_in
    for name, hop in others.items():
        if name not in shown and hop.usable_until is not None:
            found.append(_of_sign_in(hop, hop.usable_until))
            until = min(until, hop.usable_until)
    found.sort(key=lambda life: (life.needed_at, life.ends, life.name.casefold()))
    return Lives(tuple(found), until)


def _sign_in(item: Item) -> Hop | None:
    """The sign-in with which a profile's sessions are got, directly or along its chain."""
    if not isinstance(item, Status):
        return None
    signed_in = (hop for hop in item.hops[1:] if sign_in_of(hop.link) is not None)
    return next(signed_in, None)


def _of_sign_in(hop: Hop, ends: float) -> Life:
    """A sign-in as a line of its own: until it ends, new sessions need nobody."""
    glyph, asks = rows.GLYPHS[State.NONE], str(Renewal.SIGN_IN)
    return Life(f"sign-in {hop.link.name}", rows.hop_label(hop), glyph, "quiet", 0.0, ends, asks)


def _life(
    item: Item, now: float, threshold: float, keep: Collection[str]
) -> tuple[Life | None, float]:
    match item:
        case Status():
            return _of_profile(item, now, threshold, keep)
        case Environment():
            return _of_environment(item, now, threshold)
        case Orphan():
            return None, FOREVER


def _of_profile(
    status: Status, now: float, threshold: float, keep: Collection[str]
) -> tuple[Life | None, float]:
    ends = countdown.expires_at(status)
    state, until = countdown.standing(status, now, threshold)
    if ends is None or now >= ends or state is State.BROKEN:
        return None, FOREVER
    need = needing.need(status, state, now, keep)
    alone_until = _alone_until(status, now)
    needed_at = max(ends, alone_until)
    life = Life(
        rows.key(status),
        status.name,
        rows.GLYPHS[state],
        rows.tone(state, needs_you=need.is_there),
        ends,
        alone_until,
        "" if needed_at == FOREVER else rows.renews_text(status.needs(needed_at)),
    )
    return life, min(until, need.until, alone_until or FOREVER)


def _alone_until(status: Status, now: float) -> float:
    """From when on a new session needs a person; 0 where it does already."""
    if not needing.asks_a_person(status):
        return FOREVER
    instant = now
    while instant < FOREVER:
        # What is asked only grows: a hop whose session has ended does not begin to live again.
        needs, changes_at = countdown.needs(status, instant)
        if not needing.OF_A_PERSON.isdisjoint(needs):
            return instant if instant > now else 0.0
        instant = changes_at
    return FOREVER


def _of_environment(
    environment: Environment, now: float, threshold: float
) -> tuple[Life | None, float]:
    ends = environment.expires_at
    state, until = countdown.environment_standing(environment, now, threshold)
    if ends is None or now >= ends or state is State.BROKEN:
        return None, FOREVER
    tone = rows.tone(state, needs_you=needing.environment_need(state))
    key, name = rows.ENVIRONMENT_KEY, rows.ENVIRONMENT_NAME
    life = Life(key, name, rows.GLYPHS[state], tone, ends, 0.0, str(Renewal.PASTE))
    return life, until


class Scale(NamedTuple):
    """Instants → cells. One scale serves for as many seconds as a cell stands for."""

    origin: float
    """The instant at the left edge: now, or up to a cell before."""
    cell: float
    """Seconds that a cell stands for."""
    width: int

    @classmethod
    def of(cls, now: float, width: int) -> Scale:
        """The next twelve hours in *width* cells."""
        cell = SPAN / width
        return cls(math.floor(now / cell) * cell, cell, width)

    @property
    def until(self) -> float:
        """When a new scale is due."""
        return self.origin + self.cell

    @property
    def end(self) -> float:
        """The instant at the right edge."""
        return self.origin + self.cell * self.width

    def halves(self, instant: float) -> int:
        """How many half cells an instant is from the left edge, within the picture."""
        if instant >= self.end:
            return 2 * self.width
        return max(0, min(2 * self.width, math.ceil(2 * (instant - self.origin) / self.cell)))


class Hour(NamedTuple):
    """A label on the axis."""

    x: int
    text: str


def hours(scale: Scale) -> tuple[Hour, ...]:
    """The local hours that have room for their labels; midnight is called by its day.

    Where clocks are set back or forward, an hour is there twice or not at all, as on the wall.
    """
    per_hour = HOUR / scale.cell
    step = next((step for step in _STEPS if step * per_hour >= _APART), _STEPS[-1])
    found = []
    free_from = 0
    instant = math.ceil(scale.origin / _QUARTER) * _QUARTER
    while instant < scale.end:
        local = time.localtime(instant)
        x = int((instant - scale.origin) / scale.cell)
        if not local.tm_min and not local.tm_hour % step and x >= free_from:
            text = time.strftime("%H:%M" if local.tm_hour else "%a", local)
            if x + len(text) <= scale.width:
                found.append(Hour(x, text))
                free_from = x + len(text) + 1
        instant += _QUARTER
    return tuple(found)


Part = Literal["bar", "tail", "grid", "words"]
"""What cells stand for: a session, the time after it that needs nobody, an hour, a text."""

ON: Final = "▸"
"""The end is later than the picture's."""
TURN: Final = "┿"
"""From here on, before the session ends, a new one would need a person."""
_CELLS: Final = {"bb": "━", "b ": "╸", "bt": "╾", "tt": "─", "t ": "╴"}
"""What the halves of a cell show: bar, tail, nothing."""


def line(life: Life, scale: Scale, at: Collection[int]) -> Iterator[tuple[str, Part]]:
    """A life as pieces of text, together as wide as the scale. *at*: the cells of the hours."""
    bar, whole = scale.halves(life.ends), scale.halves(life.needed_at)
    halves = ("b" * bar + "t" * (whole - bar)).ljust(2 * scale.width)
    cells = [_CELLS.get(halves[x : x + 2], " ") for x in range(0, len(halves), 2)]
    if life.needed_at >= scale.end:
        cells[-1] = ON
    if 0 < life.alone_until < min(life.ends, scale.end):
        cells[int((life.alone_until - scale.origin) / scale.cell)] = TURN
    used = (whole + 1) // 2
    words = _words(life, scale.width - used) if life.needed_at < scale.end else ""
    rest = ["┊" if x in at else " " for x in range(used + len(words), scale.width)]
    border = (bar + 1) // 2
    pieces: tuple[tuple[str, Part], ...] = (
        ("".join(cells[:border]), "bar"),
        ("".join(cells[border:used]), "tail"),
        (words, "words"),
        ("".join(rest), "grid"),
    )
    return (piece for piece in pieces if piece[0])


def _words(life: Life, room: int) -> str:
    """When somebody is needed, and what for, as far as there is room for that behind the bar."""
    at = time.strftime("%H:%M", time.localtime(life.needed_at))
    for text in (f" {at} {life.asks} ", f" {at} "):
        if len(text) <= room:
            return text
    return ""
