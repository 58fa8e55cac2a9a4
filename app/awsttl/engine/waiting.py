"""Where renewals wait for a person: queues for MFA codes and for SSO sign-ins.

A renewal waits in its own thread. The engine is told when one begins to wait, asks the person, and
gives the answer to all renewals that wait for the same.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from awsttl.core.model import Link, Status
from awsttl.core.profiles.kinds import sign_in_of
from awsttl.core.remedies import Problem
from awsttl.core.secret import Secret

if TYPE_CHECKING:
    from awsttl.aws.mfa_device import MfaDevice

_HELPS: Final = ("sign-in", "never-signed-in")
"""Codes of the problems that a sign-in solves."""


def sso_link(status: Status) -> Link | None:
    """The SSO sign-in that a profile, or the source of its chain, depends on."""
    end = status.hops[-1].link if status.hops else None
    sign_in = sign_in_of(end) if end else None
    return end if sign_in and sign_in.by_awsttl else None


def token_of(status: Status) -> str:
    """The name of the token file that a profile depends on; empty where there is none."""
    link = sso_link(status)
    return link.cache_names[0] if link else ""


def mfa_seconds(status: Status) -> int:
    """How long an MFA session that renewing gets is to last; 0 where none is kept."""
    session = status.mfa_session(time.time())
    return session.seconds if session else 0


@dataclass(slots=True)
class _Code:
    names: set[str] = field(default_factory=set)
    seconds: int = 0
    device: MfaDevice | None = None


class CodeQueue:
    """Where renewals wait for an MFA code, device by device.

    AWS takes a code only once, so one code serves all roles that wait for one device. *wanted* is
    called with the device's serial number when a renewal begins to wait for its code.
    """

    def __init__(self, wanted: Callable[[str], None]) -> None:
        self._wanted = wanted
        self._news = threading.Condition()
        self._requests: dict[str, _Code] = {}
        self._granted: dict[tuple[str, str], MfaDevice] = {}
        self._complaints: dict[str, str] = {}
        """Profile → what was wrong with the last code that it got."""

    def ask(
        self, serial: str, name: str, cancelled: threading.Event, seconds: int = 0
    ) -> MfaDevice | None:
        """Wait for a code of that device; ``None`` when cancelled.

        *seconds*: how long the session lasts for which the code is exchanged, if it is kept.
        """
        with self._news:
            # A request that is put in after its withdrawal would open a dialog for nobody.
            if cancelled.is_set():
                return None
            if device := self._granted.pop((serial, name), None):
                return device
            request = self._requests.setdefault(serial, _Code())
            request.names.add(name)
            request.seconds = max(request.seconds, seconds)
        self._wanted(serial)
        with self._news:
            while request.device is None and not cancelled.is_set():
                self._news.wait()
            return None if cancelled.is_set() else request.device

    def waiting(self, serial: str) -> tuple[str, ...]:
        """The profiles that wait for that device."""
        with self._news:
            request = self._requests.get(serial)
            return tuple(sorted(request.names)) if request else ()

    def answer(self, serial: str, code: Secret, also: Iterable[str] = (), seconds: int = 0) -> None:
        """Hand the code to all who wait, and to *also*, who are about to, with their *seconds*."""
        from awsttl.aws.mfa_device import ENOUGH_FOR_ROLES, MfaDevice

        with self._news:
            request = self._requests.pop(serial, _Code())
            others = set(also) - request.names
            device = MfaDevice(
                serial,
                code,
                shared=len(request.names) + len(others) > 1,
                seconds=max(request.seconds, seconds, ENOUGH_FOR_ROLES),
            )
            request.device = device
            self._granted.update({(serial, name): device for name in others})
            for name in (*request.names, *others):
                self._complaints.pop(name, None)
            self._news.notify_all()

    def withdraw(self, name: str) -> None:
        """A profile waits no longer, and a code that it was granted is forgotten."""
        with self._news:
            self._complaints.pop(name, None)
            for key in [key for key in self._granted if key[1] == name]:
                del self._granted[key]
            for serial, request in list(self._requests.items()):
                request.names.discard(name)
                if not request.names:
                    del self._requests[serial]
            self._news.notify_all()

    def complain(self, name: str, message: str) -> None:
        """The code that a profile got was wrong; its next dialog says so."""
        with self._news:
            self._complaints[name] = message

    def complaint(self, names: Iterable[str]) -> str:
        """What was wrong with the last code that one of these profiles got."""
        with self._news:
            return next((self._complaints[name] for name in names if name in self._complaints), "")


@dataclass(slots=True)
class _SignIn:
    waiting: dict[str, Status] = field(default_factory=dict)
    is_over: bool = False
    problem: Problem | None = None


class SignInQueue:
    """Where renewals wait for a sign-in, SSO session by SSO session.

    *wanted* is called with the name of a token file when a renewal begins to wait for it.
    """

    def __init__(self, folder: str, wanted: Callable[[str], None]) -> None:
        self.folder = folder
        """``~/.aws/sso/cache``."""
        self._wanted = wanted
        self._news = threading.Condition()
        self._requests: dict[str, _SignIn] = {}

    @staticmethod
    def serves(status: Status, problem: Problem) -> bool:
        """Whether signing in is what this failure asks for."""
        return problem.code in _HELPS and sso_link(status) is not None

    def seen(self, status: Status) -> tuple[int, ...]:
        """A mark of the token file as it is now, which differs after every sign-in."""
        if not (token := token_of(status)):
            return ()
        try:
            found = Path(self.folder, token).stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_ino, found.st_size

    def sign_in(self, status: Status, cancelled: threading.Event) -> Problem | None:
        """Wait for the sign-in of that profile. Tells why that did not work."""
        token = token_of(status)
        with self._news:
            # A request that is put in after its withdrawal would open a dialog for nobody.
            if cancelled.is_set():
                return None
            request = self._requests.setdefault(token, _SignIn())
            request.waiting[status.name] = status
        self._wanted(token)
        with self._news:
            while not request.is_over and not cancelled.is_set():
                self._news.wait()
            return request.problem

    def waiting(self, token: str) -> tuple[Status, ...]:
        """The profiles that wait for that sign-in, by name."""
        with self._news:
            request = self._requests.get(token)
            return (
                tuple(request.waiting[name] for name in sorted(request.waiting)) if request else ()
            )

    def tokens(self) -> tuple[str, ...]:
        """The sign-ins that somebody waits for."""
        with self._news:
            return tuple(self._requests)

    def answer(self, token: str, problem: Problem | None = None) -> None:
        """Tell all who wait that it is done, or why it failed."""
        with self._news:
            if request := self._requests.pop(token, None):
                request.is_over, request.problem = True, problem
                self._news.notify_all()

    def withdraw(self, name: str) -> None:
        """A profile waits no longer."""
        with self._news:
            for token, request in list(self._requests.items()):
                request.waiting.pop(name, None)
                if not request.waiting:
                    del self._requests[token]
            self._news.notify_all()
