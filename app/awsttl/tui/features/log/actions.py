"""``l``: what happened, as the features tell it and as the feed sees it."""

from __future__ import annotations

from collections.abc import Iterable

from awsttl.core.events import Event, What, subject
from awsttl.disk.log_file import Journal
from awsttl.engine.jobs import Job, Phase
from awsttl.tui.host import Host


class Logbook:
    """Hands events to the journal for its host, and shows the log."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.journal = Journal()
        self._signed_in: set[str] = set()
        """What was told of SSO tokens: these were not renewed on the way to a session."""

    def record(self, event: Event, wrote: Iterable[str] = ()) -> None:
        """Tell what awsttl did."""
        if event.what is What.SIGNED_IN:
            self._signed_in.update(event.keys)
        self.journal.record(event, wrote)

    def notice(self, changes: list[Event], jobs: Iterable[Job]) -> None:
        """Tell what changed on disk. What *jobs* wrote there is nobody else's doing.

        Sessions behind the one that is renewed are told by themselves: it may have to wait for an
        MFA code before it is over and can say so itself, or fail, or be cancelled.
        """
        written = {key: job for job in jobs if job.phase is not Phase.DONE for key in job.wrote}
        others = []
        for change in changes:
            job = written.get(change.keys[0])
            if job is None or change.until is None or change.keys[0] in self._signed_in:
                others.append(change)
            elif subject(change.keys[0]) not in job.status.hops[0].link.cache_names:
                self.record(change._replace(what=What.RENEWED, text=f"on the way to {job.name}"))
            elif job.phase.over:
                # Cancelled a moment too late.
                self.record(change._replace(what=What.RENEWED, text=""))
            else:
                others.append(change)  # it is about to say so itself
        if others:
            self.journal.notice(others)

    def show(self) -> None:
        """Open the log."""
        from awsttl.tui.features.log.dialog import LogDialog

        self._host.open(LogDialog(self.journal.path, self.journal.read), _nothing)

    def close(self) -> None:
        """Write what is still held back: the program ends."""
        self.journal.close()


def _nothing(_answer: None) -> None:
    """The log is looked at; it answers nothing."""
