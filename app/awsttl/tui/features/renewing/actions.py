"""``r`` and ``R``: renewals as the screen shows them. The engine renews."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final, NamedTuple

from awsttl.core.model import Status
from awsttl.core.view import layout
from awsttl.engine.jobs import Job, Phase
from awsttl.tui.host import Host
from awsttl.tui.keymap import key_of
from awsttl.tui.remedies import told
from awsttl.tui.table.paint import Remark

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

DONE_SHOWN: Final = 4.0
"""Seconds for which a row says that its renewal worked."""


class _Follower(NamedTuple):
    """Who waits for a renewal."""

    then: Callable[[str], None]
    """Called with the profile's name once there is a new session."""
    failed: Callable[[str], None] | None
    """Called with the reason where there is none."""


class _Group:
    """Renewals that one key has started: they are told of together, in one message."""

    def __init__(self, names: Collection[str]) -> None:
        self.waiting = set(names)
        self.done = 0
        self.failed: list[tuple[str, str]] = []
        """Profiles with the reason."""

    def hear(self, job: Job) -> bool:
        """Count a renewal that is over. Returns whether it was the last."""
        self.waiting.discard(job.name)
        self.done += job.phase is Phase.DONE
        if job.phase is Phase.FAILED and job.problem:
            self.failed.append((job.name, told(job.problem, job.name)))
        return not self.waiting

    @property
    def outcome(self) -> str:
        """What came of all of them."""
        counts = [f"{self.done} renewed"] * bool(self.done)
        counts += [f"{len(self.failed)} failed"] * bool(self.failed)
        said = ", ".join(counts) or "cancelled"
        if not self.failed:
            return said
        name, why = self.failed[0]
        more = f"\n{key_of('details')} on a row tells more" if len(self.failed) > 1 else ""
        return f"{said}\n{name}: {why}{more}"


class _Failures(NamedTuple):
    """What was said of renewals that failed one by one."""

    names: tuple[str, ...] = ()
    text: str = ""


class Renewals:
    """Starts renewals for its host, and says on their rows how they fare."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._then: dict[str, list[_Follower]] = {}
        self._groups: list[_Group] = []
        self._failures = _Failures()
        self._begun = ""
        """What was said as the latest group began: its outcome takes the place of that."""

    def renew(self) -> None:
        """Renew the profiles that the key acts on."""
        found = [item for item in self._host.chosen if isinstance(item, Status)]
        if len(found) == 1:
            self.start(found[0])
            return
        started = [status.name for status in found if self._host.engine.renewing.start(status)]
        self._follow(started, f"renewing {len(started)} of {len(found)} marked")

    def start(
        self,
        status: Status,
        then: Callable[[str], None] | None = None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Renew one profile; *then* is called with its name once that has worked.

        *failed* is called with the reason where it has not, and tells it in place of a message.
        """
        if then is not None:
            self._then.setdefault(status.name, []).append(_Follower(then, failed))
        if not self._host.engine.renewing.start(status):
            self._host.say(f"{status.name} is being renewed already; {key_of('back')} cancels")

    def renew_all(self) -> None:
        """Renew all that need it and need nobody: of the marked, else of those that are shown."""
        host = self._host
        marked, shown = host.table.marked, host.arrangement
        items = marked or shown.items
        names = [item.name for item in items if isinstance(item, Status)]
        is_part = bool(marked) or len(names) < shown.total
        started = host.engine.renewing.start_all(set(names) if is_part else None)
        which = "marked" if marked else "shown"
        if started:
            self._follow(started, f"renewing {len(started)} of {len(names)} {which}")
            return
        more = "more " if host.engine.renewing.jobs.running else ""
        where = f"of the {len(names)} {which} " if is_part else ""
        by_hand = f"{key_of('renew')} renews a row all the same"
        host.say(f"nothing {more}{where}is expiring or expired that renews without you; {by_hand}")

    def _follow(self, names: Collection[str], begun: str) -> None:
        """Say that renewals have begun, and what came of them once all are over."""
        if names:
            self._begun = begun
            self._groups.append(_Group(names))
            self._host.say(begun)
        else:
            self._host.say("they are being renewed already")

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
        is_told = self._tell_groups(job) or job.is_told_by_keeper
        is_told = self._tell_followers(job) or is_told
        if job.phase is Phase.FAILED and job.problem:
            if not is_told:
                self._tell_failure(job.name, told(job.problem, job.name, "\n"))
            return
        since = job.since

        def fade() -> None:
            known = host.engine.renewing.jobs.of(job.name)
            if known is not None and known.since == since:
                self._forget(job.name)

        host.after(DONE_SHOWN, fade)

    def _tell_followers(self, job: Job) -> bool:
        """Tell those who wait for a renewal that it is over. Returns whether they say why."""
        is_told = False
        for follower in self._then.pop(job.name, []):
            if job.phase is Phase.DONE:
                follower.then(job.name)
            elif follower.failed is not None:
                follower.failed(told(job.problem, job.name) if job.problem else "cancelled")
                is_told = True
        return is_told

    def _tell_failure(self, name: str, why: str) -> None:
        """Say why a renewal failed; one message for all that fail while it is on the screen."""
        before = self._failures
        if not self._host.still_says(before.text):
            before = _Failures()
        names = (*(each for each in before.names if each != name), name)
        text = f"{name}: {why}"
        if len(names) > 1:
            text = f"{len(names)} renewals failed: {layout.listed(names)}; their rows say why"
        self._failures = _Failures(names, text)
        self._host.say(text, "error", 10, instead_of=before.text)

    def _tell_groups(self, job: Job) -> bool:
        """Have the groups count a renewal that is over. Returns whether it belongs to one."""
        found = [group for group in self._groups if job.name in group.waiting]
        for group in found:
            if group.hear(job):
                self._groups.remove(group)
                severity: SeverityLevel = "error" if group.failed else "information"
                self._host.say(group.outcome, severity, 8, instead_of=self._begun)
        return bool(found)


def _remark(job: Job) -> Remark | None:
    match job.phase:
        case Phase.WAITING | Phase.WORKING:
            return Remark(f"⟳ {job.phase.value}…  {key_of('back')} cancels", "working")
        case Phase.ASKING:
            return Remark("⟳ waits for an MFA code", "working")
        case Phase.SIGNING_IN:
            return Remark(f"⟳ waits for aws login  {key_of('back')} cancels", "working")
        case Phase.CONFIRMING:
            return Remark("⟳ waits for the sign-in", "working")
        case Phase.DONE:
            return Remark("✓ renewed", "valid")
        case Phase.CANCELLED:
            return Remark("cancelled; the old session is untouched", "dim")
        case Phase.FAILED:
            assert job.problem is not None
            return Remark(f"✗ {told(job.problem, job.name)}", "expired", job.problem)
