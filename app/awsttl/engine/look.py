"""The one way from this machine's files and environment to what is seen of them.

A command takes one :class:`Look`. The dashboard's feed keeps one, and looks again at each change.
What the engine's other parts need of whoever looks is :class:`Seen`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from awsttl.core.model import EMPTY, Environment, Files, Held, Snapshot
from awsttl.core.profiles import environment
from awsttl.core.profiles.resolve import Resolver
from awsttl.core.view.arrangement import Arrangement, View, arrange
from awsttl.disk.locations import Locations
from awsttl.disk.own_folders import settings_file
from awsttl.disk.reader import Reader
from awsttl.disk.settings_file import SettingsFile


class Seen(Protocol):
    """What was seen last, and the two things that can be changed about it."""

    @property
    def settings(self) -> SettingsFile:
        """The person's settings."""

    @property
    def files(self) -> Files | None:
        """The files as read; ``None`` before the first look is over."""

    @property
    def latest(self) -> Arrangement | None:
        """What is made of them; ``None`` before the first look is over."""

    def changed(self) -> None:
        """Something on disk has changed: look again. May be called by any thread."""

    def hold(self, held: Held) -> None:
        """Keep a session in memory, as its profile's. May be called by any thread."""

    def release(self, profile: str) -> None:
        """Forget the session that is in memory for a profile."""


class Look:
    """Reads what is new on disk, and resolves it. Not for two threads at once.

    It can be pickled: the first look of the dashboard is taken in another process.
    """

    def __init__(self, locations: Locations, environ: Mapping[str, str]) -> None:
        self.reader = Reader(locations)
        self.resolver = Resolver()
        self.settings = SettingsFile(settings_file())
        self.environment: Environment | None = environment.read(environ)

    def resolve(self, files: Files, held: Mapping[str, Held] = EMPTY) -> Snapshot:
        """What *files* and the sessions in memory mean, in this environment."""
        seen = files._replace(held=held) if held else files
        return self.resolver.snapshot(seen, self.environment)


class OneLook:
    """What a command sees: files that were read once, and once more whenever it changes them."""

    def __init__(
        self,
        locations: Locations,
        environ: Mapping[str, str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._look = Look(locations, environ)
        self._clock = clock
        self._held: dict[str, Held] = {}
        self.files: Files = self._look.reader.settle()
        self.snapshot: Snapshot = self._look.resolve(self.files)
        self._latest: Arrangement | None = None

    @property
    def settings(self) -> SettingsFile:
        """The person's settings; read when they are first asked for."""
        return self._look.settings

    @property
    def latest(self) -> Arrangement:
        """All profiles, by the person's threshold, without those that they have hidden."""
        if self._latest is None:
            chosen = self.settings.look().settings
            view = View("", chosen.sort, chosen.threshold, chosen.hidden)
            arranged = arrange(self.snapshot, view, self._clock())
            self._latest = arranged._replace(settings=chosen)
        return self._latest

    def changed(self) -> None:
        """Read again what is new."""
        self.files = self._look.reader.settle()
        self._resolve()

    def hold(self, held: Held) -> None:
        """Keep a session until the command ends."""
        self._held[held.profile] = held
        self._resolve()

    def release(self, profile: str) -> None:
        """Forget a session that is in memory."""
        self._held.pop(profile, None)
        self._resolve()

    def _resolve(self) -> None:
        self.snapshot = self._look.resolve(self.files, self._held)
        self._latest = None
