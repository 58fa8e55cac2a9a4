"""Renewals as the screen sees them: remarks on rows, dialogs, what comes after."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from awsttl.core import countdown
from awsttl.core.events import EDITED_CREDENTIALS, Event, What
from awsttl.core.model import Renewal, Snapshot, State, Status
from awsttl.core.view.arrangement import STALE
from awsttl.core.why import obstacles
from awsttl.disk.cache_store import chain_paths
from awsttl.engine.aws_login import LoginDesk, LoginRequest
from awsttl.engine.jobs import Job, Jobs, Phase
from awsttl.engine.waiting import SignInDesk, mfa_seconds
from awsttl.tui.features.signing_in.actions import SignIns
from awsttl.tui.host import Host
from awsttl.tui.messages import JobChanged, LoginWanted, MfaWanted, SignInWanted
from awsttl.tui.table.paint import Remark

if TYPE_CHECKING:
    from awsttl.tui.features.renewing.mfa_dialog import Answer

DONE_SHOWN: Final = 4.0
"""Seconds for which a row says that its renewal worked."""


_ENDS: Final = {
    Phase.DONE: What.RENEWED,
    Phase.FAILED: What.FAILED,
    Phase.CANCELLED: What.CANCELLED,
}


class Renewals:
    """Starts renewals for its host, and shows how they fare."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.sign_ins = SignInDesk(
            host.locations.sso_cache, lambda token: host.tell(SignInWanted(token))
        )
        self.jobs = Jobs(
            host.locations.cli_cache,
            changed=self._changed,
            wanted=lambda serial: host.tell(MfaWanted(serial)),
            hold=host.hold,
            logins=LoginDesk(lambda request: host.tell(LoginWanted(request))),
            sign_ins=self.sign_ins,
        )
        self._sign_ins = SignIns(host, self.jobs, self.sign_ins)
        self.ended: Callable[[Job], None] | None = None
        """Hears, in any thread, of each renewal that is over; must not wait."""
        self._then: dict[str, Callable[[str], None]] = {}
        self._dialog_open = False

    def _changed(self, job: Job) -> None:
        if self.ended is not None and job.phase.over:
            self.ended(job)
        self._host.tell(JobChanged(job))

    def start(self, status: Status, then: Callable[[str], None] | None = None) -> None:
        """Renew one profile; *then* is called with its name once that has worked."""
        if then is not None:
            self._then[status.name] = then
        if not self.jobs.start(status):
            self._host.say(f"{status.name} is being renewed already")

    def start_all(self, snapshot: Snapshot, now: float) -> int:
        """Renew all that are expiring or expired and need nobody. Returns how many.

        Profiles that share a cache entry are renewed by one call. Those that are hidden are left
        out while they are.
        """
        entries: set[str] = set()
        count = 0
        view = self._host.arrangement.view
        threshold, left_out = view.threshold, view.left_out
        for status in snapshot.profiles:
            if status.name in left_out:
                continue
            state = countdown.standing(status, now, threshold).state
            if state not in (State.EXPIRING, State.EXPIRED):
                continue
            if status.renewal(now) is not Renewal.SILENT or obstacles.cannot_renew(status, now):
                continue
            if LoginDesk.is_behind(status) and LoginDesk.is_needed_always():
                continue
            name = next(iter(status.hops[0].link.cache_names), status.name)
            if name not in entries:
                entries.add(name)
                count += self.jobs.start(status, quiet=True)
        return count

    def back(self, name: str) -> bool:
        """Cancel the renewal of that profile, or dismiss what the last one said."""
        job = self.jobs.of(name)
        if job is None:
            return False
        if job.phase.over:
            self._forget(name)
        else:
            self.jobs.cancel(name)
        return True

    def forget_all(self) -> None:
        """Dismiss what all renewals that are over have said."""
        for name in self.jobs.over():
            self._forget(name)

    def _forget(self, name: str) -> None:
        self.jobs.forget(name)
        self._host.remark(name, None)

    # ---------------------------------------------------------------- how they fare

    def show(self, job: Job) -> None:
        """Put the phase of a renewal on its row."""
        self._host.remark(job.name, _remark(job))
        if not job.phase.over:
            return
        # Whoever keeps a session says, and logs, once that it failed; not if a key has joined.
        is_told = job.kept and job.quiet and job.phase is Phase.FAILED
        if not is_told:
            self._record(job)
        then = self._then.pop(job.name, None)
        if job.phase is Phase.FAILED and job.problem:
            if not is_told:
                text = f"{job.name}: {job.problem.message}\n{job.problem.fix}"
                self._host.say(text, "error", 10)
            return
        self._host.files_changed()
        if job.phase is Phase.DONE and then is not None:
            then(job.name)
        since = job.since

        def fade() -> None:
            known = self.jobs.of(job.name)
            if known is not None and known.since == since:
                self._forget(job.name)

        self._host.after(DONE_SHOWN, fade)

    def _record(self, job: Job) -> None:
        """Tell how it ended, and of what it wrote.

        The cache files of a renewal that did not work are left to the logbook, which tells of
        each by its own name.
        """
        now = self._host.clock()
        done = job.phase is Phase.DONE
        text = ""
        if job.problem:
            text = f"{job.problem.message}; {job.problem.fix}"
        elif done and (session := job.status.mfa_session(now)):
            text = f"MFA session in profile {session.profile}"
        wrote = tuple(key for key in job.wrote if done or key in EDITED_CREDENTIALS)
        own = chain_paths(job.status, self._host.locations)[:1] if done else ()
        event = Event(now, _ENDS[job.phase], job.name, text, job.until, wrote)
        self._host.record(event, own)

    def ask(self, serial: str) -> None:
        """Open the dialog for a device, unless one is open: then that one's turn comes first."""
        from awsttl.tui.features.renewing.mfa_dialog import MfaDialog

        waiting = self.jobs.desk.waiting(serial)
        if self._dialog_open or not waiting:
            return
        self._dialog_open = True
        others = self._others(serial, waiting)

        def answered(answer: Answer | None) -> None:
            self._dialog_open = False
            present = self.jobs.desk.waiting(serial)
            if answer is None:
                for name in present:
                    self.jobs.cancel(name)
            else:
                also = others if answer.others_too else ()
                seconds = max(map(mfa_seconds, also), default=0)
                names = [status.name for status in also]
                self.jobs.desk.answer(serial, answer.code, names, seconds)
                for status in also:
                    self.jobs.start(status)
            self._ask_on()

        dialog = MfaDialog(
            serial,
            waiting,
            tuple(status.name for status in others),
            self.jobs.desk.complaint(waiting),
        )
        self._host.open(dialog, answered)

    def ask_sign_in(self, token: str) -> None:
        """Open the dialog for an SSO sign-in, unless another dialog is open."""
        if self._dialog_open:
            self._sign_ins.another(token)
            return

        def closed() -> None:
            self._dialog_open = False
            self._ask_on()

        self._dialog_open = self._sign_ins.ask(token, closed)

    def _ask_on(self) -> None:
        """Open the next dialog that somebody waits for."""
        for serial in self.jobs.desk.serials():
            self.ask(serial)
        for token in self.sign_ins.tokens():
            self.ask_sign_in(token)

    def sign_in(self, request: LoginRequest) -> None:
        """Lend the terminal to ``aws login``. The renewal that waits for it goes on by itself."""
        self._host.without_screen(request.run)
        self._host.files_changed()

    def _others(self, serial: str, waiting: tuple[str, ...]) -> tuple[Status, ...]:
        """Other profiles of the device that somebody was just working with; no hidden ones."""
        now = self._host.clock()
        view = self._host.arrangement.view
        found = []
        for status in self._host.arrangement.snapshot.profiles:
            session = status.profile.mfa_session
            device = session.serial if session else status.profile.mfa_serial
            if device != serial or status.name in waiting or status.name in view.left_out:
                continue
            if session and session.source in waiting:
                continue  # its other row is at work already
            if status.renewal(now) is not Renewal.MFA or obstacles.cannot_renew(status, now):
                continue
            state = countdown.standing(status, now, view.threshold).state
            ends = countdown.expires_at(status) or 0.0
            if state is State.EXPIRING or (state is State.EXPIRED and now - ends < STALE):
                found.append(status)
        return tuple(found)


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
            text = f"✗ {job.problem.message}; {job.problem.fix}"
            return Remark(text, "expired", job.problem)
