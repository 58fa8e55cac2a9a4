"""Where renewals wait for ``aws login``: one at a time, since there is one terminal."""

from __future__ import annotations

import importlib.util
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from awsttl.core.model import Status
from awsttl.core.profiles import cache_names
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.profiles.kinds import merge, sign_in_of
from awsttl.core.remedies import Act, Problem, Remedy, quoted
from awsttl.disk import ini_files
from awsttl.terminal import aws_clis, aws_login

if TYPE_CHECKING:
    from awsttl.disk.locations import Locations

_POLL: Final = 0.1
"""Seconds between two looks at whether the renewal was cancelled."""


_HELPS: Final = ("aws-login", "never-signed-in", "crt-missing")
"""Codes of the problems that ``aws login`` solves."""


class LoginRequest:
    """A renewal that waits for the terminal, to run ``aws login`` on it."""

    def __init__(
        self, path: str, profile: str, cancelled: threading.Event, *, remote: bool = False
    ) -> None:
        self.path, self.profile, self.remote = path, profile, remote
        """The AWS CLI, and the profile that has the ``login_session``."""
        self._cancelled = cancelled
        self._done = threading.Event()
        self._code: int | None = None

    def run(self, *, pause: bool = True) -> None:
        """Run it, unless nobody waits for it any more. On the main thread, without a screen.

        *pause*: whether a screen comes back that would hide why it failed.
        """
        if not self._cancelled.is_set():
            self._code = aws_login.run(self.path, self.profile, remote=self.remote, pause=pause)
        self._done.set()

    def wait(self) -> int | None:
        """Its exit code; ``None`` when the renewal was cancelled, and so nothing was run."""
        while not self._done.wait(_POLL):
            if self._cancelled.is_set():
                return None
        return self._code


class LoginQueue:
    """Gives the terminal to one renewal after the other.

    *wanted* is called with each request, in the renewal's thread. *mark* tells the token that a
    profile signs in with, as the files are at that moment; it differs after each sign-in.
    """

    def __init__(
        self,
        wanted: Callable[[LoginRequest], None],
        mark: Callable[[str], object] = lambda _profile: object(),
    ) -> None:
        self._wanted, self._mark = wanted, mark
        self._terminal = threading.Lock()
        """There is one terminal: one sign-in at a time."""
        self._signed_in: dict[str, float] = {}
        """Login session → when it was signed in here last, in monotonic seconds."""

    @staticmethod
    def is_needed_always() -> bool:
        """Whether awsttl cannot refresh a login session itself: the ``login`` extra is missing."""
        return importlib.util.find_spec("awscrt") is None

    @staticmethod
    def serves(status: Status, problem: Problem) -> bool:
        """Whether signing in is what this failure asks for."""
        return problem.code in _HELPS and LoginQueue.is_behind(status)

    @staticmethod
    def is_behind(status: Status) -> bool:
        """Whether the profile's sessions come from a sign-in that needs the terminal."""
        sign_in = sign_in_of(status.hops[-1].link) if status.hops else None
        return sign_in is not None and not sign_in.by_awsttl

    def sign_in(
        self,
        status: Status,
        problem: Problem,
        cancelled: threading.Event,
        *,
        remote: bool = False,
    ) -> Problem | None:
        """Have the person sign in, because of *problem*. Tells why that did not work.

        *remote*: the browser is on another machine. One sign-in serves all that wait for the same
        session.
        """
        end, profile = status.hops[-1].link, status.hops[-2].link.name
        session = end.name
        asked_at = time.monotonic()
        with self._terminal:
            if self._signed_in.get(session, 0.0) > asked_at or cancelled.is_set():
                return None
            found = aws_clis.installed(os.environ)
            able = next((cli.path for cli in found if cli.knows(end.kind)), None)
            if able is None:
                return _to_install(found, status, lacks_awscrt=problem.code == "crt-missing")
            request, before = (
                LoginRequest(able, profile, cancelled, remote=remote),
                self._mark(profile),
            )
            self._wanted(request)
            code = request.wait()
            if code is not None and (how := self._failure(profile, code, before)):
                fix = Remedy(
                    act=Act.RENEW,
                    profile=status.name,
                    purpose="again",
                    otherwise=Remedy(f"run: aws login --profile {quoted(profile)}"),
                )
                return Problem("aws-login-failed", f"aws login {how}", fix)
            if code is not None:
                self._signed_in[session] = time.monotonic()
            return None

    def _failure(self, profile: str, code: int, before: object) -> str:
        """How ``aws login`` failed, by its exit code and its token; empty where it did not."""
        if code:
            interrupted = aws_login.was_interrupted(code)
            return "was interrupted" if interrupted else f"did not work (exit code {code})"
        # Where the person refuses another identity, it exits with 0, and there is no token.
        return "ended without signing in" if self._mark(profile) == before else ""


def token_mark(locations: Locations, profile: str) -> object:
    """A mark of the token that a profile signs in with; it differs after each sign-in."""
    config = ini_files.read_config(locations.config)
    credentials = ini_files.read_credentials(locations.credentials)
    session = text_of(merge(config, credentials).merged.get(profile, {}), "login_session")
    try:
        found = Path(locations.login_cache, cache_names.login_token_name(session or "")).stat()
    except OSError:
        return session
    return session, found.st_mtime_ns, found.st_ino, found.st_size


def _to_install(found: tuple[aws_clis.Cli, ...], status: Status, *, lacks_awscrt: bool) -> Problem:
    message = "aws login needs the AWS CLI, 2.32 or newer"
    if found:
        message += f"; here is {', '.join(cli.text for cli in found[:3])}"
    fix = Remedy(
        "install AWS CLI 2.32 or newer",
        Act.RENEW,
        status.name,
        "again",
        Remedy('run: pip install "awsttl[login]"') if lacks_awscrt else None,
    )
    return Problem("aws-cli-old", message, fix)
