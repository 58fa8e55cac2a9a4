"""Checks that need the network: is AWS reached, is this machine's clock right, do the keys work.

A probe changes nothing, and runs only when the person asks for it. Endpoints and settings are
found by botocore, so that a proxy, a certificate bundle, ``AWS_ENDPOINT_URL_STS``, a ``services``
section or another partition means what it means to the AWS CLI.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    InvalidRegionError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

from awsttl.aws import answers, limits, start_url
from awsttl.aws.session_pool import unpooled
from awsttl.core.files import Section
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.remedies import Problem, Remedy, quoted
from awsttl.core.snippets import Credentials
from awsttl.core.why import causes
from awsttl.core.why.findings import Check, Finding, Severity

EACH: Final = 4.0
"""Seconds that a probe waits for a connection, and as many for an answer."""
ALL: Final = 5.0
"""Seconds after which all probes of a diagnosis are over, answered or not."""

SKEW_WARNING: Final = 60.0
SKEW_CAUSE: Final = 300.0
"""Seconds between AWS's clock and this machine's from which to warn, and from which AWS refuses."""

_ANY_REGION: Final = "us-east-1"
"""For keys of which nobody knows the region: STS answers there for all of AWS's first partition."""

_LIMITS: Final = Config(
    connect_timeout=EACH, read_timeout=EACH, retries={"total_max_attempts": 1, "mode": "standard"}
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reached:
    """An endpoint answered."""

    endpoint: str
    seconds: float
    """How long the answer took."""
    skew: float | None
    """Seconds by which AWS's clock is ahead of this machine's; ``None`` where AWS did not say."""


@dataclass(frozen=True, slots=True)
class Unreached:
    """An endpoint did not answer; *finding* says why."""

    endpoint: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of some credentials, as AWS says."""

    account: str
    arn: str
    user_id: str


def endpoint_key(section: Section) -> Hashable:
    """A key that is equal for profiles with the same STS endpoint: one probe serves them."""
    return tuple(text_of(section, key) for key in _DECIDES_ENDPOINT)


_DECIDES_ENDPOINT: Final = (
    "region",
    "services",
    "endpoint_url",
    "ignore_configured_endpoint_urls",
    "sts_regional_endpoints",
    "use_fips_endpoint",
    "use_dualstack_endpoint",
    "ca_bundle",
)


def reach(profile: str) -> Reached | Unreached:
    """Call the profile's own STS endpoint without credentials: any answer will do. Blocks."""
    endpoint = ""
    headers: list[Mapping[str, str]] = []

    def heard(response_dict: Mapping[str, Any], **_: Any) -> None:
        headers.append(response_dict["headers"])

    started = time.monotonic()
    try:
        client = _client(profile, config=Config(signature_version=UNSIGNED))
        endpoint = client.meta.endpoint_url
        # AWS refuses this call ("Missing Authentication Token"), and so is reached.
        client.meta.events.register("before-parse.sts", heard)
        started = time.monotonic()
        client.get_caller_identity()
    except ClientError:
        pass
    except Exception as error:  # noqa: BLE001 (whatever is wrong, it is told)
        # An emulator of AWS may answer an unsigned call in another service's words.
        if not (headers and "x-amzn-requestid" in headers[0]):
            return Unreached(endpoint, _unreached(error, endpoint, profile))
    took = time.monotonic() - started
    return Reached(endpoint, took, _skew(headers[0].get("date") if headers else None, took))


def who(profile: str, keys: Credentials) -> Identity | Finding:
    """``GetCallerIdentity`` with *keys*, at the profile's endpoint. Blocks.

    Without a *profile* it is the endpoint of the region that comes with the keys.
    """
    try:
        client = _client(
            profile,
            **({} if profile else {"region_name": keys.region or _ANY_REGION}),
            aws_access_key_id=keys.access_key_id,
            aws_secret_access_key=keys.secret_access_key.reveal(),
            aws_session_token=keys.session_token.reveal() if keys.session_token else None,
        )
        answer = client.get_caller_identity()
    except Exception as error:  # noqa: BLE001 (whatever is wrong, it is told)
        problem = _problem(error, profile)
        fix = problem.fix
        if fix.purpose == "again":
            fix = Remedy(fix.words)  # a renewal, and nothing was renewed here
        return Finding(Check.IDENTITY, Severity.CAUSE, problem.code, problem.message, fix)
    return Identity(answer["Account"], answer["Arn"], answer["UserId"])


def lead(profile: str, url: str, region: str, severity: Severity) -> str | Finding:
    """Where a start URL leads that is none of AWS's, in words; or why it leads nowhere. Blocks.

    *region* is the profile's ``sso_region``; *severity* is how much it matters.
    """
    session = unpooled(profile)
    try:
        portal = start_url.resolve(url, region, session, EACH)
    except start_url.RefusedError as refused:
        found = refused.problem
        # A renewal would not try again what the files still say.
        return Finding(Check.PORTAL, severity, found.code, found.message, Remedy(found.fix.words))
    except answers.FAULTS as error:
        host = urlsplit(url).hostname or ""
        code, message, fix = _why(error, host, profile)
        return Finding(Check.PORTAL, severity, code, message, fix, (url, *_proxies()))
    if portal.region == region:
        return f"{url} leads to {portal.url}"
    message = f'sso_region is "{region}", and its start URL leads to {portal.region}'
    line = f"sso_region = {portal.region}"
    fix = Remedy(f"write {line}, as the next sign-in does")
    code = "sso-region-differs"
    return Finding(Check.PORTAL, severity, code, message, fix, (portal.url,), text=line)


def listens(host: str, port: int) -> bool:
    """Whether a program of this machine takes connections there. Nothing is said to it."""
    try:
        socket.create_connection((host, port), timeout=ALL).close()
    except OSError:
        return False
    return True


def clock(skew: float | None) -> Finding | None:
    """The finding for a difference of clocks; ``None`` where it does not matter."""
    if skew is None or abs(skew) < SKEW_WARNING:
        return None
    which = "behind" if skew > 0 else "ahead of"
    return Finding(
        Check.CLOCK,
        Severity.CAUSE if abs(skew) >= SKEW_CAUSE else Severity.WARNING,
        "clock-skew",
        f"this machine's clock is {_span(abs(skew))} {which} AWS's"
        + ("; AWS refuses from 5 minutes on" if abs(skew) < SKEW_CAUSE else ""),
        Remedy("set the clock (timedatectl set-ntp true)"),
        ("the Date header of AWS's answer",),
    )


def together(
    probes: Mapping[Hashable, Callable[[], T]],
    tell: Callable[[Hashable, T], None],
    seconds: float = ALL,
) -> Sequence[Hashable]:
    """Run all probes at once, and *tell* each result as it comes, from any thread.

    Returns after *seconds* at most, with the names of the probes that have not answered, or have
    failed. They run in daemon threads, so that a name server that hangs does not keep awsttl from
    ending.
    """
    open_ones = dict.fromkeys(probes)
    lock = threading.Lock()
    threads = []
    over = False

    def run(name: Hashable, probe: Callable[[], T]) -> None:
        with limits.within(seconds):
            try:
                result = probe()
            except Exception:  # noqa: BLE001 (it is told as one that has no answer)
                return
        with lock:
            if not over:
                open_ones.pop(name)
                tell(name, result)

    for name, probe in probes.items():
        thread = threading.Thread(target=run, args=(name, probe), name="probe", daemon=True)
        thread.start()
        threads.append(thread)
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    with lock:
        over = True
        return tuple(open_ones)


def _client(profile: str, config: Config | None = None, **keys: Any) -> Any:
    session = unpooled(profile)
    # Without this botocore looks for credentials, and may run a process or call the metadata.
    session.register_component("credential_provider", _NoCredentials())
    settings = _LIMITS if config is None else _LIMITS.merge(config)
    return session.create_client("sts", config=settings, **keys)


class _NoCredentials:
    def load_credentials(self) -> None:
        return None


def _unreached(error: Exception, endpoint: str, profile: str) -> Finding:
    host = urlsplit(endpoint).hostname or ""
    code, message, fix = _why(error, host, profile)
    evidence = (endpoint, *_proxies()) if endpoint else _proxies()
    return Finding(Check.ENDPOINT, Severity.CAUSE, code, message, fix, evidence)


def _why(error: Exception, host: str, profile: str) -> tuple[str, str, Remedy]:
    network = Remedy("check network, VPN and proxy")
    match error:
        case ProxyConnectionError():
            fix = Remedy("check HTTPS_PROXY, or unset it")
            return "proxy", "the proxy does not answer", fix
        case SSLError():
            fix = Remedy("set AWS_CA_BUNDLE to the file with your company's certificates")
            return "tls", f"the certificate of {host} is not trusted here", fix
        case ConnectTimeoutError() | ReadTimeoutError():
            return "timeout", f"{host} does not answer within {EACH:.0f} s", network
        case EndpointConnectionError() if not _has_address(host):
            fix = Remedy(f"is the region spelled right? {network.words}")
            return "dns", f"no name server knows {host}", fix
        case EndpointConnectionError():
            return "unreachable", f"{host} refuses the connection", network
        case InvalidRegionError():
            fix = Remedy(f"correct the region of {quoted(profile)}")
            return "region", "what is set as its region is not the name of one", fix
        case _:
            problem = _problem(error, profile)
            return problem.code, problem.message, problem.fix


def _problem(error: Exception, profile: str) -> Problem:
    """What went wrong, with a fix that is no renewal: what is asked here are keys of any kind."""
    problem = answers.explained(error, lambda text: causes.explain(text, profile))
    own = (answers.WEB_PAGE, answers.TOO_MUCH, answers.TIMEOUT)
    if problem in own or problem.code == answers.NOT_AWS.code:
        return problem._replace(fix=Remedy(problem.fix.words))
    return problem


def _has_address(host: str) -> bool:
    try:
        return bool(socket.getaddrinfo(host, None))
    except OSError:
        return False


def _proxies() -> tuple[str, ...]:
    """The proxy variables that are set, by host: a URL may hold a password."""
    found = []
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        value = os.environ.get(name)
        if value:
            parts = urlsplit(value if "//" in value else f"//{value}")
            shown = value if name.lower() == "no_proxy" else f"{parts.hostname}:{parts.port}"
            found.append(f"{name}={shown}")
    return tuple(found)


def _skew(date: str | None, took: float) -> float | None:
    """Seconds by which AWS's clock, in its ``Date`` header, is ahead of this machine's.

    *took* is how long the call took, in seconds; half of it is taken for the way back.
    """
    try:
        theirs = parsedate_to_datetime(date or "").timestamp()
    except (TypeError, ValueError):
        return None
    # The header has whole seconds.
    return theirs + 0.5 - (time.time() - took / 2)


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    if seconds < 7200:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.0f} hours"
