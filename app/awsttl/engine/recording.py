"""The log: what awsttl did, and what it sees others do.

Whoever acts tells of it here, whichever face has asked for it: the dashboards beside it read the
same log, and so take nothing that awsttl did for another program's doing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from awsttl.core.events import Event, What, subject
from awsttl.disk.log_file import LogFile
from awsttl.engine.jobs import Job, Phase


class Recorder:
    """Hands events to the log file. *jobs* gives the renewals that this process knows of."""

    def __init__(self, jobs: Callable[[], Iterable[Job]] = tuple) -> None:
        self.log_file = LogFile()
        self._jobs = jobs
        self._signed_in: set[str] = set()
        """What was told of SSO tokens: these were not renewed on the way to a session."""

    def record(self, event: Event, wrote: Iterable[str] = ()) -> None:
        """Tell what awsttl did; *wrote* are the cache files that it wrote or removed.

        Waits for nothing. No secret: a problem's text, names, times.
        """
        if event.what is What.SIGNED_IN:
            self._signed_in.update(event.keys)
        self.log_file.record(event, wrote)

    def notice(self, changes: list[Event]) -> None:
        """Tell what changed on disk. What a renewal of this process wrote is nobody else's doing.

        Sessions behind the one that is renewed are told by themselves: it may have to wait for an
        MFA code before it is over and can say so itself, or fail, or be cancelled.
        """
        jobs = self._jobs()
        written = {key: job for job in jobs if job.phase is not Phase.DONE for key in job.wrote}
        others = []
        for change in changes:
            job = written.get(change.keys[0])
            if job is None or change.until is None or change.keys[0] in self._signed_in:
                others.append(change)
            elif subject(change.keys[0]) not in job.status.hops[0].link.cache_names:
                self.record(change._replace(what=What.RENEWED, text=f"on the way to {job.name}"))
            elif job.phase.over:
                # It was cancelled a moment too late: the session is there.
                self.record(change._replace(what=What.RENEWED, text=""))
            else:
                others.append(change)  # the renewal is about to say so itself
        if others:
            self.log_file.notice(others)

    def close(self) -> None:
        """Write what is still held back: the program ends."""
        self.log_file.close()
