"""``r`` and ``R``: renewals as the screen shows them. The engine renews."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from awsttl.core.model import Status
from awsttl.engine.jobs import Job, Phase
from awsttl.tui.host import Host
from awsttl.tui.remedies import told
from awsttl.tui.table.paint import Remark

DONE_SHOWN: Final = 4.0
"""Seconds for which a row says that its renewal worked."""


class Renewals:
    """Starts renewals for its host, and says on their rows how they fare."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._then: dict[str, Callable[[str], None]] = {}

    def renew(self) -> None:
        """Renew the profile under the cursor."""
        if isinstance(status := self._host.item, Status):
            self.start(status)

    def start(self, status: Status, then: Callable[[str], None] | None = None) -> None:
        """Renew one profile; *then* is called with its name once that has worked."""
        if then is not None:
            self._then[status.name] = then
        if not self._host.engine.renewing.start(status):
            self._host.say(f"{status.name} is being renewed already")

    def renew_all(self) -> None:
        """Renew all that need it and need nobody."""
        renewing = self._host.engine.renewing
        count = renewing.start_all()
        if count:
            self._host.say(f"renewing {count} session" + ("s" if count > 1 else ""))
        else:
            more = "more " if renewing.jobs.running else ""
            self._host.say(f"nothing {more}is expiring or expired that renews without you")

    def back(self, name: str) -> bool:
        """Cancel the renewal of that profile, or dismiss what the last one said."""
        jobs = self._host.engine.renewing.jobs
        job = jobs.of(name)
        if job is None:
            return False
        if job.phase.over:
            self._forget(name)
        else:
            jobs.cancel(name)
        return True

    def forget_all(self) -> None:
        """Dismiss what all renewals that are over have said."""
        for name in self._host.engine.renewing.jobs.over():
            self._forget(name)

    def _forget(self, name: str) -> None:
        self._host.engine.renewing.jobs.forget(name)
        self._host.remark(name, None)

    def show(self, job: Job) -> None:
        """Put the phase of a renewal on its row."""
        host = self._host
        host.remark(job.name, _remark(job))
        if not job.phase.over:
            return
        then = self._then.pop(job.name, None)
        if job.phase is Phase.FAILED and job.problem:
            if not job.is_told_by_keeper:
                why = told(job.problem, job.name, "\n")
                host.say(f"{job.name}: {why}", "error", 10)
            return
        if job.phase is Phase.DONE and then is not None:
            then(job.name)
        since = job.since

        def fade() -> None:
            known = host.engine.renewing.jobs.of(job.name)
            if known is not None and known.since == since:
                self._forget(job.name)

        host.after(DONE_SHOWN, fade)


def _remark(job: Job) -> Remark | None:
    match job.phase:
        case Phase.WAITING | Phase.WORKING:
            return Remark(f"⟳ {job.phase.value}…  esc cancels", "working")
        case Phase.ASKING:
            return Remark("⟳ waits for an MFA code", "working")
        case Phase.SIGNING_IN:
            return Remark("⟳ waits for aws login  esc cancels", "working")
        case Phase.CONFIRMING:
            return Remark("⟳ waits for the sign-in", "working")
        case Phase.DONE:
            return Remark("✓ renewed", "valid")
        case Phase.CANCELLED:
            return Remark("cancelled; the old session is untouched", "dim")
        case Phase.FAILED:
            assert job.problem is not None
            return Remark(f"✗ {told(job.problem, job.name)}", "expired", job.problem)
