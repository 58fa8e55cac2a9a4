"""Everything that awsttl does, for whichever face: the parts, and how they work together.

A part is made, and its module imported, when it is first asked for: the first paint waits for none
of them (20 ms), and a command loads only what it needs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from awsttl.core.alarms import Notice
    from awsttl.core.events import Event
    from awsttl.core.remedies import Problem
    from awsttl.core.view.arrangement import Arrangement
    from awsttl.disk.locations import Locations
    from awsttl.engine.choices import Choices
    from awsttl.engine.clearing import Clearing
    from awsttl.engine.editing import Editing
    from awsttl.engine.jobs import Job
    from awsttl.engine.keeping import Keeper
    from awsttl.engine.look import Seen
    from awsttl.engine.person import Person
    from awsttl.engine.recording import Recorder
    from awsttl.engine.renewing import Renewing
    from awsttl.engine.signing_out import SigningOut
    from awsttl.engine.warning import Warner


class Face(Protocol):
    """What hears of that which happens by itself. Any thread may call; nothing may wait."""

    def renewal(self, job: Job) -> None:
        """A renewal has come further."""

    def not_kept(self, names: tuple[str, ...], problem: Problem) -> None:
        """Kept profiles could not be renewed; *problem* is the first one's."""

    def warned(self, notice: Notice | None, title: str) -> None:
        """A session is about to end, or has; *title* is what the terminal's title is to say."""


class Engine:
    """Acts on the files of *locations* as they were *seen*; asks *person*, and tells *face*.

    *clock* is the wall clock, in seconds UTC.
    """

    def __init__(
        self,
        seen: Seen,
        locations: Locations,
        person: Person,
        face: Face,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.seen, self.locations, self.clock = seen, locations, clock
        self._person, self._face = person, face
        self._keeper: Keeper | None = None

    # ---------------------------------------------------------------- parts

    @cached_property
    def recorder(self) -> Recorder:
        """The log of what happened."""
        from awsttl.engine.recording import Recorder

        return Recorder(self._known_jobs)

    @cached_property
    def renewing(self) -> Renewing:
        """New sessions."""
        from awsttl.engine.renewing import Renewing

        return Renewing(
            self.seen,
            self._person,
            self.locations,
            self.recorder,
            self.clock,
            heard=self._face.renewal,
        )

    @cached_property
    def clearing(self) -> Clearing:
        """Cache entries that go, and come back."""
        from awsttl.engine.clearing import Clearing

        return Clearing(self.seen, self.recorder, self.clock)

    @cached_property
    def editing(self) -> Editing:
        """Changes of config and credentials, and the way back."""
        from awsttl.engine.editing import Editing

        return Editing(self.seen, self.locations, self.recorder, self.clock)

    @cached_property
    def signing_out(self) -> SigningOut:
        """The end of a sign-in before its time."""
        from awsttl.engine.signing_out import SigningOut

        return SigningOut(self.seen, self.locations, self.recorder, self.clock)

    @cached_property
    def choices(self) -> Choices:
        """What a person chooses for good."""
        from awsttl.engine.choices import Choices

        return Choices(self.seen, self.recorder, self.clock)

    @cached_property
    def warner(self) -> Warner:
        """What is announced before sessions end, and told when they have."""
        from awsttl.engine.warning import Warner

        return Warner(self.clock, self._face.warned, self.recorder.record)

    @property
    def keeper(self) -> Keeper | None:
        """What keeps sessions alive; ``None`` until something is to be kept."""
        return self._keeper

    # ---------------------------------------------------------------- following

    def keep_alive(self, arrangement: Arrangement) -> None:
        """Keep alive what the settings of an arrangement say. Waits for nothing."""
        # The first rows, which come ahead at start, have no profiles in their snapshot.
        if len(arrangement.snapshot.profiles) != arrangement.total:
            return
        if self._keeper is None and arrangement.settings.keep:
            from awsttl.engine.keeping import Keeper

            self._keeper = Keeper(
                self.seen, self.renewing.jobs, self.recorder, self.clock, self._face.not_kept
            )
            self.renewing.also_hear.append(self._keeper.ended)
        if self._keeper is not None:
            self._keeper.show(arrangement)

    def notice(self, changes: list[Event]) -> None:
        """Tell the log what changed on disk. Any thread may call; waits for nothing."""
        self.recorder.notice(changes)

    def close(self) -> None:
        """Stop what goes on by itself, and write what is still to be told. Waits half a second."""
        if self._keeper is not None:
            self._keeper.stop()
        if "warner" in self.__dict__:
            self.warner.stop()
        if "recorder" in self.__dict__:
            self.recorder.close()

    def _known_jobs(self) -> tuple[Job, ...]:
        return self.renewing.jobs.known if "renewing" in self.__dict__ else ()
