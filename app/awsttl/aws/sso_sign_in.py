"""Signing in to an SSO session, by the device-code flow of IAM Identity Center.

AWS gives a code; the person confirms it in a browser, on any machine; meanwhile awsttl asks AWS
every few seconds whether the code was confirmed. So it works over SSH. The token and the client
registration are written under the names and in the form of AWS CLI v2 (its ``SSOTokenFetcher``,
2.9 to 2.36), which uses the token, and refreshes it, as one of its own.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

from awsttl.aws import answers, limits, session_pool, sso_registration, start_url
from awsttl.aws.answers import NotAwsError
from awsttl.aws.file_cache import Cancelled
from awsttl.aws.outcome import Failed
from awsttl.aws.sso_registration import Registration, SsoSession, is_refused_for_now
from awsttl.core.files import Shape
from awsttl.core.model import Status
from awsttl.core.profiles import cache_entries, timestamps
from awsttl.core.remedies import Act, Problem, Remedy
from awsttl.core.secret import Secret
from awsttl.core.why import causes
from awsttl.disk import plain_files
from awsttl.disk.locks import lock

_DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_INTERVAL: Final = 5.0
"""Seconds between two polls where AWS names none (RFC 8628, 3.2)."""
_SLOWER: Final = 5.0
"""Seconds that each ``slow_down`` adds to the interval (RFC 8628, 3.5)."""
_LEAST: Final = 0.1
"""Seconds between two polls, at least, whatever AWS says."""
_LONGEST: Final = 30.0
"""Seconds between two polls, at most, while AWS cannot be reached."""
_LOOK_EVERY: Final = 1.0
"""Seconds between two looks at the token file: another program may have signed in."""


class Pace:
    """The clock between two polls. It is monotonic: setting the wall clock changes no interval."""

    def __init__(self, cancelled: threading.Event) -> None:
        self._cancelled = cancelled

    def now(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Wait, or return at once when cancelled."""
        self._cancelled.wait(seconds)


@dataclass(frozen=True, slots=True)
class _Grant:
    """What only :func:`finish` needs of a code."""

    client: Any
    what: SsoSession
    region: str
    """``sso_region`` as the files have it."""
    status: Status
    registration: Registration
    device_code: Secret
    token_path: str
    before: Secret
    """The access token that was on disk and that AWS refuses; empty where there was none."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code that the person is to confirm in a browser."""

    user_code: str
    url: str
    """The page with the code filled in."""
    expires_at: float
    """When the code expires, in seconds UTC by this machine's clock."""
    lifetime: float
    """Seconds for which the code was good when AWS gave it."""
    interval: float
    """Seconds to wait between two polls."""
    grant: _Grant = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The sign-in worked: there is a valid token on disk."""

    path: str
    expires_at: float = 0.0
    """When it ends, in seconds UTC."""
    by_another: bool = False
    """Whether another program signed in meanwhile, and the token is that one's."""
    region: str = ""
    """The region of the portal, where ``sso_region`` is another; else empty."""


CODE_EXPIRED: Final = Problem(
    "code-expired",
    "the code has run out before it was confirmed",
    Remedy(act=Act.RENEW, purpose="for a new one"),
)


# -------------------------------------------------------------------- getting a code


def begin(status: Status, sso_folder: str) -> Code | Failed:
    """Ask AWS for a code with which to sign in to what *status* comes from.

    *sso_folder* is ``~/.aws/sso/cache``, where the client registration is kept. Blocks for half a
    minute at most.
    """
    try:
        with limits.within(limits.RENEWAL):
            return _begin(status, sso_folder)
    except start_url.RefusedError as refused:
        return Failed(refused.problem)
    except answers.FAULTS as error:
        return Failed(_explain(error, status))


def _begin(status: Status, sso_folder: str) -> Code | Failed:
    # The settings of the SSO profile count (proxy, endpoint, certificates), not those of a role
    # that has it as its source.
    profile = status.hops[-2].link.name
    session = session_pool.session(profile)
    try:
        if profile in session.full_config["profiles"]:
            what = sso_registration.configured(session, profile)
        else:
            # No profile uses the session yet: a person wants to know which there could be.
            what = sso_registration.named(session, status.hops[-1].link.name)
            session = session_pool.session(None)
    except KeyError:
        message = "its SSO settings are not what they were"
        return Failed(Problem("sso-incomplete", message, Remedy("look at the row again")))
    try:
        return _begin_with(session, what, status, sso_folder)
    except answers.FAULTS:
        session.forget_clients()
        raise


def _begin_with(
    session: session_pool.Session, what: SsoSession, status: Status, sso_folder: str
) -> Code:
    configured = what.region
    found = start_url.resolve(what.start_url, configured, session)
    what = replace(what, region=found.region, portal=found.url)
    client = sso_registration.make_client(session, what.region, attempts=3)
    path = str(Path(sso_folder) / what.registration_file)
    known = sso_registration.kept(path, what) or sso_registration.register(client, what, path)
    try:
        answer = _authorize(client, what, known)
    except client.exceptions.InvalidClientException:
        # AWS does not know the registration any more, whatever its expiry says.
        known = sso_registration.register(client, what, path)
        answer = _authorize(client, what, known)
    token_path = str(Path(sso_folder) / what.token_file)
    lifetime = float(answer["expiresIn"])
    return Code(
        user_code=answer["userCode"],
        url=answer.get("verificationUriComplete") or answer["verificationUri"],
        expires_at=time.time() + lifetime,
        lifetime=lifetime,
        interval=float(answer.get("interval", _INTERVAL)),
        grant=_Grant(
            # A poll that is repeated by itself would come faster than AWS has asked for.
            client=sso_registration.make_client(session, what.region, attempts=1),
            what=what,
            region=configured,
            status=status,
            registration=known,
            device_code=Secret(answer["deviceCode"]),
            token_path=token_path,
            before=_access_token(token_path)[0],
        ),
    )


def _authorize(client: Any, what: SsoSession, known: Registration) -> Any:
    return client.start_device_authorization(
        **known.arguments, startUrl=what.portal or what.start_url
    )


# -------------------------------------------------------------------- waiting for the person


def finish(
    code: Code,
    cancelled: threading.Event,
    tell: Callable[[str], None] = lambda _trouble: None,
    pace: Pace | None = None,
) -> SignedIn | Failed:
    """Wait until the code is confirmed, and write the token.

    Also ends when another dashboard or ``aws sso login`` signs in meanwhile. While AWS cannot be
    reached it tries again until the code has run out; *tell* is called with the reason, and with an
    empty text when AWS answers again. AWS says when a code has run out; where it does not, the
    clock of *pace* ends the wait. Raises :class:`Cancelled` once *cancelled* is set, and then
    nothing is written any more.
    """
    try:
        return _finish(code, cancelled, tell, pace or Pace(cancelled))
    except answers.FAULTS as error:
        return Failed(_explain(error, code.grant.status))


def _finish(
    code: Code, cancelled: threading.Event, tell: Callable[[str], None], pace: Pace
) -> SignedIn | Failed:
    grant, end = code.grant, pace.now() + code.lifetime
    interval, longer = max(code.interval, _LEAST), 1.0
    while True:
        next_poll = pace.now() + min(max(interval, _LONGEST), interval * longer)
        while (left := min(next_poll, end) - pace.now()) > 0:
            pace.wait(min(left, _LOOK_EVERY))
            if cancelled.is_set():
                raise Cancelled
            if found := _signed_in_by_another(grant):
                return found
        if pace.now() >= end:
            return Failed(CODE_EXPIRED)
        try:
            with limits.within(limits.EACH, cancelled):
                answer = _poll(grant)
        except _PollFailed as failed:
            tell(failed.problem.message)
            longer *= 2
            continue
        except grant.client.exceptions.SlowDownException:
            interval += _SLOWER
        except grant.client.exceptions.AuthorizationPendingException:
            pass
        else:
            return _write_token(grant, answer, cancelled)
        tell("")
        longer = 1.0


class _PollFailed(Exception):  # noqa: N818 (an outcome: the next poll may work)
    """AWS did not answer one poll, for a reason that has nothing to do with the code."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _poll(grant: _Grant) -> Mapping[str, Any]:
    """Ask AWS once. Raises :class:`_PollFailed` for what has nothing to do with the code."""
    try:
        answer: Mapping[str, Any] = grant.client.create_token(
            **grant.registration.arguments,
            grantType=_DEVICE_GRANT,
            deviceCode=grant.device_code.reveal(),
        )
    except (NoConnectionError, HTTPClientError, ResponseParserError, NotAwsError) as error:
        raise _PollFailed(_explain(error, grant.status)) from None
    except grant.client.exceptions.SlowDownException:
        raise
    except ClientError as error:
        if is_refused_for_now(error):
            raise _PollFailed(_explain(error, grant.status)) from None
        raise
    return answer


# -------------------------------------------------------------------- files


def _write_token(grant: _Grant, answer: Mapping[str, Any], cancelled: threading.Event) -> SignedIn:
    """Write the token, unless another program has just written a valid one."""
    what, ends = grant.what, (time.time() + answer["expiresIn"]) // 1
    token = {
        "startUrl": what.start_url,
        "region": what.region,
        "accessToken": answer["accessToken"],
        "expiresAt": timestamps.iso_utc(ends),
        **grant.registration.arguments,
        "registrationExpiresAt": grant.registration.expires_at,
        **({"refreshToken": answer["refreshToken"]} if answer.get("refreshToken") else {}),
    }
    # The lock that awsttl.aws.providers takes to refresh the token.
    with lock(os.path.realpath(grant.token_path), cancelled):
        if cancelled.is_set():
            raise Cancelled
        if found := _signed_in_by_another(grant):
            return found
        sso_registration.write(grant.token_path, token)
    return SignedIn(
        grant.token_path, ends, region=what.region if what.region != grant.region else ""
    )


def _signed_in_by_another(grant: _Grant) -> SignedIn | None:
    """The token on disk, where it is valid and not the one that AWS refuses; else ``None``."""
    token, expires_at = _access_token(grant.token_path)
    if not token or token == grant.before or expires_at <= time.time():
        return None
    return SignedIn(grant.token_path, expires_at, by_another=True)


def _access_token(path: str) -> tuple[Secret, float]:
    """The access token in a file and its expiry in seconds UTC; empty where there is none."""
    try:
        raw = plain_files.read(path)
    except OSError:
        return Secret(""), 0.0
    entry = cache_entries.sso_entry(path, Path(path).name, raw)
    if entry is None or entry.shape is not Shape.SSO_TOKEN:
        return Secret(""), 0.0
    return Secret(str(json.loads(raw)["accessToken"])), entry.expires_at or 0.0


def _explain(error: BaseException, status: Status) -> Problem:
    return answers.explained(error, partial(causes.explain_renewal, status=status))
