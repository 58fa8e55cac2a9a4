"""A profile → a new session, written where the AWS CLI looks.

botocore's own credential providers do the work, so that every setting means what it means to
the AWS CLI: ``source_profile``, chains, ``credential_source``, ``external_id``,
``duration_seconds``, ``role_session_name``, MFA, web identity, SSO. awsttl gives them the
CLI's cache folder (:mod:`awsttl.aws.file_cache`), a way to ask the person for an MFA code, and
limits of time. A failed renewal leaves the profile's own session as it was.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from botocore.utils import get_login_token_cache_directory

from awsttl.aws import answers, limits, mfa_session, session_pool
from awsttl.aws.credential_process import ProcessError, Processes, process_loop
from awsttl.aws.file_cache import Cancelled, SessionCache, renewed_since
from awsttl.aws.login_session import Logins
from awsttl.aws.mfa_device import AskMfa, MfaDevice
from awsttl.aws.outcome import Failed, Outcome, Renewed, Wrote, ignored
from awsttl.aws.providers import Sources, check_token_files, credentials
from awsttl.core.model import Status
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.why import causes
from awsttl.disk.locations import Locations
from awsttl.disk.locks import lock

__all__ = ["Failed", "Outcome", "Renewed", "renew"]


def renew(  # noqa: PLR0913 (each is a fact of its own)
    status: Status,
    cache_folder: str,
    ask_mfa: AskMfa,
    cancelled: threading.Event,
    *,
    run_processes: bool | Collection[str] = True,
    pressed_at: float | None = None,
    wrote: Wrote = ignored,
) -> Outcome:
    """Get a new session for a profile and write it to *cache_folder*.

    Hops behind the profile are reused as the AWS CLI would reuse them. A session that somebody
    else has written since *pressed_at* (UTC seconds; now, if not given) is taken as the new one.
    A profile that needs its ``credential_process`` fails with ``needs-you`` where *run_processes*
    is false, or a collection of fingerprints without that of its command. *wrote* hears of each
    file, also of those of the hops behind, whatever comes of the profile itself.

    Blocks until done, half a minute at most for all calls to AWS, apart from *ask_mfa*, from
    processes, and from others whose turn it is. *cancelled* may be set by any thread: then a call
    that is under way ends, and no session is written any more; a refreshed SSO or login token is,
    because the one it replaces is good for nothing. Raises :class:`Cancelled`; anything else is a
    fault.
    """
    with limits.within(limits.RENEWAL, cancelled):
        return _renew(
            status,
            cache_folder,
            _unhurried(ask_mfa),
            cancelled,
            run_processes=run_processes,
            pressed_at=time.time() if pressed_at is None else pressed_at,
            wrote=wrote,
        )


def _unhurried(ask_mfa: AskMfa) -> AskMfa:
    """*ask_mfa*, the time of which does not count: a person looks for a code."""

    def ask(serial: str) -> MfaDevice:
        with limits.paused():
            return ask_mfa(serial)

    return ask


def _renew(  # noqa: PLR0913 (as above)
    status: Status,
    cache_folder: str,
    ask_mfa: AskMfa,
    cancelled: threading.Event,
    *,
    run_processes: bool | Collection[str],
    pressed_at: float,
    wrote: Wrote,
) -> Outcome:
    # Before the lock, which is held by the very process that would be waited for.
    if loop := process_loop(status):
        return Failed(loop)
    if (outcome := mfa_session.before(status, ask_mfa, cancelled, wrote)) is not None:
        return outcome
    own = status.hops[0].link.cache_names
    aliases = {own[0]: own[1:]} if own else {}
    cache = SessionCache(cache_folder, own[:1], aliases, cancelled, wrote)
    renewal_lock = _RenewalLock(status, cache_folder, cancelled, pressed_at)
    sources = _sources(status, cancelled, wrote, run_processes=run_processes)
    try:
        with renewal_lock:
            _resolve(status, cache, renewal_lock.around(ask_mfa), sources)
    except _ByAnotherError as found:
        return Renewed(found.paths, by_another=True)
    except Cancelled:
        raise
    except ProcessError as error:
        return Failed(error.problem)
    except answers.FAULTS as error:
        if cancelled.is_set():
            raise Cancelled from None
        explain = partial(causes.explain_renewal, status=status)
        if status.hops[-1].damaged and not isinstance(error, answers.NotAwsError):
            # botocore stumbles over a damaged token in many ways, before it asks AWS anything.
            return Failed(explain(str(error)))
        return Failed(answers.explained(error, explain))
    if cancelled.is_set() and not cache.written:
        raise Cancelled
    held = tuple(sources.processes.held)
    until = next((each.expires_at for each in held if each.profile == status.name), None)
    return Renewed((*sources.logins.written, *cache.written), held, until=until)


def _sources(
    status: Status,
    cancelled: threading.Event,
    wrote: Wrote,
    *,
    run_processes: bool | Collection[str],
) -> Sources:
    ends = status.session.expires_at if status.session else None
    sign_in = FACTS[status.profile.kind].sign_in
    return Sources(
        Processes(cancelled, allowed=run_processes),
        # A role takes its source's session as the AWS CLI would.
        Logins(
            get_login_token_cache_directory(),
            cancelled,
            seen=ends if sign_in and sign_in.is_session else None,
            wrote=wrote,
        ),
        wrote,
    )


class _ByAnotherError(Exception):
    """Another dashboard has renewed the profile since the person asked for it."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__()
        self.paths = paths


class _RenewalLock:
    """The lock on one cache entry: on this machine, one renewal at a time has it.

    Entering waits for the lock, and raises :class:`_ByAnotherError` where another dashboard has
    renewed the entry meanwhile.
    """

    def __init__(
        self, status: Status, folder: str, cancelled: threading.Event, pressed_at: float
    ) -> None:
        names = status.hops[0].link.cache_names
        self._paths = tuple(str(Path(folder, name)) for name in names)
        config = Locations.of(os.environ).config
        self._name = os.path.realpath(self._paths[0]) if names else f"{config} {status.name}"
        self._known = status.hops[0].entry
        self._pressed_at = pressed_at
        self._cancelled = cancelled
        self._held = ExitStack()

    def __enter__(self) -> None:
        # Waiting ends after a minute and a half: two calls are better than none.
        turn = lock(self._name, self._cancelled, gives_way=True)
        self._held.enter_context(limits.unhurried(turn))
        if self._cancelled.is_set():
            self._held.close()
            raise Cancelled
        if self._paths and all(
            renewed_since(path, self._known, self._pressed_at) for path in self._paths
        ):
            self._held.close()
            raise _ByAnotherError(self._paths)

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def around(self, ask_mfa: AskMfa) -> AskMfa:
        """*ask_mfa*, with the lock released while the person is asked, which may take minutes."""

        def ask(serial: str) -> MfaDevice:
            self._held.close()
            device = ask_mfa(serial)
            self.__enter__()
            return device

        return ask


def _resolve(status: Status, cache: SessionCache, ask_mfa: AskMfa, sources: Sources) -> None:
    """Ask botocore for the profile's credentials, which makes it fill the cache."""
    session = session_pool.session(status.name)
    try:
        check_token_files(session, status.profile.chain)
        found = credentials(session, status.name, cache, ask_mfa, sources)
        # Credentials are lazy: this is where AWS is called.
        found.get_frozen_credentials()
    except answers.FAULTS:
        session.forget_clients()
        raise
