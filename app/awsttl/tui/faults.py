"""What is to be done about an exception that nobody handled.

The dashboard is open for days, so a mistake in one corner of it must not cost the rest. The driver
asks here, for every exception that would else end the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from types import CodeType, FrameType
from typing import Final

from textual.message_pump import MessagePump

MOST: Final = 20
"""So many mistakes without one frame between them: the screen is frozen, the program ends."""

MOST_PLACES: Final = 6
"""Places that the log has of a mistake."""


class Faults:
    """Counts mistakes, so that a program that can no longer draw ends and says why."""

    def __init__(self) -> None:
        self.since_a_frame = 0
        """How many there were since the last frame that came through."""

    def has_drawn(self) -> None:
        """A frame has come through."""
        self.since_a_frame = 0

    def may_go_on(self) -> bool:
        """Count a mistake, and tell whether the program is still of use."""
        self.since_a_frame += 1
        return self.since_a_frame < MOST


def owners(error: BaseException) -> list[MessagePump]:
    """The widgets, screens and so on whose code failed, the innermost last."""
    found = [frame.f_locals.get("self") for frame in _frames(error)]
    return [each for each in found if isinstance(each, MessagePump)]


def words(error: BaseException) -> str:
    """What went wrong and where, without any value: a secret may be among these."""
    where = "".join(f" in {place}" for place in _own(error)[:1])
    return f"a mistake of awsttl itself: {type(error).__name__}{where}"


def trail(error: BaseException) -> str:
    """The same for the log, with the calls that led there."""
    return " < ".join((type(error).__name__, *_own(error)[:MOST_PLACES]))


def _own(error: BaseException) -> list[str]:
    """The places in awsttl's own code, the innermost first; a library's where there are none."""
    places = [(PurePath(code.co_filename), line) for code, line in _places(error)]
    # The guards that stand around everything say nothing about the place of a mistake.
    own = [
        (path, line)
        for path, line in places
        if "awsttl" in path.parts and path.parent.name != "inside_textual"
    ]
    return [f"{path.name}, line {line}" for path, line in reversed(own or places[-1:])]


def _places(error: BaseException) -> Iterator[tuple[CodeType, int]]:
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code, trace.tb_lineno
        trace = trace.tb_next


def _frames(error: BaseException) -> Iterator[FrameType]:
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next
