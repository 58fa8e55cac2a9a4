"""The one way from this machine's files and environment to what is seen of them.

A command takes one :class:`Look`. The dashboard's feed keeps one, and looks again at each change.
What the engine's other parts need of whoever looks is :class:`Seen`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from awsttl.core.files import EMPTY, Files, Held
from awsttl.core.model import Environment, Snapshot
from awsttl.core.profiles import environment
from awsttl.core.profiles.resolve import Resolver
from awsttl.disk.locations import Locations
from awsttl.disk.reader import Reader

if TYPE_CHECKING:
    from awsttl.core.view.arrangement import Arrangement
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

    It can be pickled: the first look of the dashboard is taken in another process. With *only*, it
    looks at one profile, and at no file that the profile does not need.
    """

    def __init__(
        self, locations: Locations, environ: Mapping[str, str], only: str | None = None
    ) -> None:
        self.reader = Reader(locations)
        self.resolver = Resolver(only, environment.credential_sources(environ))
        self.environment: Environment | None = environment.read(environ)
        self._is_narrow = only is not None

    @cached_property
    def settings(self) -> SettingsFile:
        """The person's settings; read when they are first asked for."""
        # 10 ms, which a prompt need not wait for.
        from awsttl.disk.own_folders import settings_file
        from awsttl.disk.settings_file import SettingsFile

        return SettingsFile(settings_file())

    def settle(self) -> Files:
        """The files as they are now; waits for those that are half-written."""
        if self._is_narrow:
            known = self.resolver.profiles(self.reader.look_at_settings())
            links = (link for profile in known for link in profile.links)
            self.reader.narrow({name for link in links for name in link.cache_names})
        return self.reader.settle()

    def resolve(self, files: Files, held: Mapping[str, Held] = EMPTY) -> Snapshot:
        """What *files* and the sessions in memory mean, in this environment."""
        seen = files._replace(held=held) if held else files
        return self.resolver.snapshot(seen, self.environment)


class OneLook:
    """What a command sees: files that were read once, and once more whenever it changes them.

    With *only*, it sees one profile and nothing of the others: that is quick however many there
    are. It is enough to look, and to hand out a session that lives; who acts looks at all.
    """

    def __init__(
        self,
        locations: Locations,
        environ: Mapping[str, str],
        clock: Callable[[], float] = time.time,
        *,
        only: str | None = None,
    ) -> None:
        self._look = Look(locations, environ, only)
        self._clock = clock
        self._held: dict[str, Held] = {}
        self._lock = threading.RLock()
        self._files: Files | None = None
        self._snapshot: Snapshot | None = None
        self._latest: Arrangement | None = None

    @property
    def files(self) -> Files:
        """The files as read, again where something has changed them."""
        with self._lock:
            if self._files is None:
                self._files = self._look.settle()
            return self._files

    @property
    def snapshot(self) -> Snapshot:
        """What they say."""
        with self._lock:
            if self._snapshot is None:
                self._snapshot = self._look.resolve(self.files, self._held)
            return self._snapshot

    @property
    def settings(self) -> SettingsFile:
        """The person's settings; read when they are first asked for."""
        return self._look.settings

    @property
    def latest(self) -> Arrangement:
        """All profiles, by the person's threshold, without those that they have hidden."""
        from awsttl.core.view.arrangement import arrange
        from awsttl.core.view.ranking import View

        with self._lock:
            if self._latest is None:
                chosen = self.settings.look().settings
                view = View("", chosen.sort, chosen.threshold, chosen.hidden, keep=chosen.keep)
                arranged = arrange(self.snapshot, view, self._clock())
                self._latest = arranged._replace(settings=chosen)
            return self._latest

    def changed(self) -> None:
        """Read what is new when it is next asked for: fifty renewals are one look."""
        with self._lock:
            self._files = None
        self._forget()

    def hold(self, held: Held) -> None:
        """Keep a session until the command ends."""
        with self._lock:
            self._held[held.profile] = held
        self._forget()

    def release(self, profile: str) -> None:
        """Forget a session that is in memory."""
        with self._lock:
            self._held.pop(profile, None)
        self._forget()

    def _forget(self) -> None:
        with self._lock:
            self._snapshot = self._latest = None
