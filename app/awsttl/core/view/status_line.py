"""``awsttl status``: one session in a few words, for a prompt or a status bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from awsttl.core import countdown
from awsttl.core.model import Environment, Renewal, Snapshot, State, Status
from awsttl.core.named_tuples import NamedTuple

ENVIRONMENT: Final = "environment"
"""What a session is called that is in the environment, and has no profile's name."""
MISSING: Final = "missing"
"""What is said of a profile that does not exist."""

_TMUX_COLOURS: Final[Mapping[State | None, str]] = {
    State.EXPIRING: "yellow",
    State.EXPIRED: "red",
    State.BROKEN: "red",
    None: "red",
}
_GAP: Final = " "


class Said(NamedTuple):
    """What there is to say of one session. Without *words* there is nothing."""

    name: str = ""
    words: str = ""
    """The time left, or what is wrong."""
    state: State | None = None
    """``None`` for a profile that does not exist."""
    expires_at: float | None = None
    renewal: Renewal = Renewal.NOTHING


NOTHING: Final = Said()


def of_profile(status: Status, now: float) -> Said:
    """What there is to say of a profile.

    Keys that do not end, and a session that the AWS CLI gets anew by itself, are no news.
    """
    state = countdown.standing(status, now).state
    renewal = status.renewal(now)
    instant = countdown.expires_at(status)
    words = ""
    if state in (State.VALID, State.EXPIRING) and instant is not None:
        words = countdown.coarse(instant, now).text
    elif state is State.BROKEN or (state is State.EXPIRED and renewal is not Renewal.SILENT):
        words = str(state)
    return Said(status.name, words, state, instant, renewal)


def of_environment(environment: Environment, now: float) -> Said:
    """The same of the session that the environment's variables hold."""
    state = countdown.environment_standing(environment, now).state
    instant = environment.expires_at
    words = countdown.coarse(instant, now).text if instant is not None else ""
    if state is State.BROKEN:
        words = str(state)
    return Said(ENVIRONMENT, words, state, instant)


def missing(name: str) -> Said:
    """The same of a profile that does not exist."""
    return Said(name, MISSING)


def next_to_end(seen: Snapshot, now: float, *, silent: bool = True) -> Said:
    """What ends next of all that lives. Without *silent*, of what needs a person afterwards."""
    found = [of_profile(status, now) for status in seen.profiles]
    if seen.environment is not None and not seen.environment.leads_to:
        found.append(of_environment(seen.environment, now))
    living = [
        said
        for said in found
        if said.expires_at is not None
        and said.expires_at > now
        and said.words
        and (silent or said.renewal is not Renewal.SILENT)
    ]
    return min(living, key=lambda said: (said.expires_at or 0.0, said.name), default=NOTHING)


def line(said: Said, width: int = 0) -> str:
    """One line of plain text, in at most *width* cells if there is a width; the time stays."""
    if not said.words:
        return ""
    if not width and said.name.isascii() and said.name.isprintable():
        return f"{said.name}{_GAP}{said.words}"
    # 2 ms, and a prompt is drawn often.
    from awsttl.core.view import layout

    room = width - len(said.words) - len(_GAP) if width else 0
    name = layout.printable(said.name)
    if width and layout.cell_width(name) > room:
        name = layout.fit(name, room) if room > 1 else ""
    return f"{name}{_GAP}{said.words}" if name else said.words


def tmux_line(said: Said, width: int = 0) -> str:
    """The same for tmux's ``#()``, coloured by state.

    tmux expands the output once more, so each ``#`` of a name is doubled.
    """
    text = line(said, width).replace("#", "##")
    colour = _TMUX_COLOURS.get(said.state, "")
    return f"#[fg={colour}]{text}#[default]" if text and colour else text
