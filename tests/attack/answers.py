"""Servers in the place of AWS that answer with damaged bodies, floods, drips and silence."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import resource
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from awsttl.aws import limits, probes, sso_sign_in
from awsttl.aws.outcome import Failed
from awsttl.aws.renewal import renew
from awsttl.aws.sso_sign_in import Code, SignedIn
from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials
from awsttl.core.why.findings import Finding
from awsttl.engine.jobs import MOST_THREADS, Jobs
from support.home import Home
from support.hostile import ODD_ANSWERS, Hostile, answer, drip, silent, sts
from support.looking import status
from support.odd import config_text
from support.renewing import BASE, CORP, SSO, nobody, role
from support.signing import Time

from .damage import damaged
from .kit import Attack, Effort
from .kit import Finding as Found

_SECRET: Final = "answered-secret-4711"
_KEYS: Final = Credentials("AKIAEXAMPLE", Secret(_SECRET), None, None, "us-east-1")
_STS: Final = sts(
    "AssumeRole",
    Credentials="<AccessKeyId>ASIA</AccessKeyId>"
    f"<SecretAccessKey>{_SECRET}</SecretAccessKey><SessionToken>{_SECRET}</SessionToken>"
    "<Expiration>2036-11-20T21:00:00Z</Expiration>",
)
_IDENTITY: Final = sts("GetCallerIdentity", Account="1", Arn="arn:aws:iam::1:user/x", UserId="A")
_ROLE: Final = {
    "roleCredentials": {
        "accessKeyId": "ASIA",
        "secretAccessKey": _SECRET,
        "sessionToken": _SECRET,
        "expiration": 2_110_914_000_000,
    }
}
_OIDC: Final = {
    "clientId": "i",
    "clientSecret": _SECRET,
    "clientSecretExpiresAt": 2_110_914_000,
    "deviceCode": _SECRET,
    "userCode": "ABCD-EFGH",
    "verificationUri": "https://device.example/",
    "expiresIn": 600,
    "interval": 1,
}
_TOKEN: Final = {"accessToken": _SECRET, "expiresIn": 3600, "refreshToken": _SECRET}

Ask = Callable[[Home], str]
"""Asks AWS, and gives what is told of it; it raises nothing."""


def _renewal(home: Home, profile: str) -> str:
    outcome = renew(status(home, profile), str(home.cli_folder), nobody, threading.Event())
    return outcome.problem.message if isinstance(outcome, Failed) else ""


def _role(home: Home) -> str:
    return _renewal(home, "dev")


def _sso_role(home: Home) -> str:
    home.sso_token("corp", expires_at=4e9)
    return _renewal(home, "sso")


def _code(home: Home) -> str:
    for path in home.sso_folder.glob("*.json"):
        path.unlink()
    outcome = sso_sign_in.begin(status(home, "sso"), str(home.sso_folder))
    return outcome.problem.message if isinstance(outcome, Failed) else outcome.user_code


def _token(code: Code) -> str:
    told: list[str] = []
    outcome = sso_sign_in.finish(code, threading.Event(), told.append, Time())
    if isinstance(outcome, SignedIn):
        Path(outcome.path).unlink()
        return ""
    return " ".join([*told[-1:], outcome.problem.message])


def _identity(_home: Home) -> str:
    found = probes.who("base", _KEYS)
    return found.message if isinstance(found, Finding) else f"{found.arn} {found.account}"


_BODIES: Final[tuple[tuple[str, Ask, list[bytes], str, int], ...]] = (
    ("damaged answers of STS", _role, [_STS], "text/xml", 2_500),
    ("damaged identities", _identity, [_IDENTITY], "text/xml", 500),
    ("damaged answers of the portal", _sso_role, [json.dumps(_ROLE).encode()], "json", 2_500),
    ("damaged codes", _code, [json.dumps(_OIDC).encode()], "json", 1_500),
)


@contextlib.contextmanager
def _place(effort: Effort) -> Iterator[tuple[Home, Hostile]]:
    """A home, and a server to which all its calls go."""
    home = Home(Path.home())
    roles = {f"r{number}": role(number=number + 10) for number in range(30)}
    home.config(config_text({"base": BASE, "dev": role(), "sso": SSO, **roles}, CORP))
    with Hostile(answer(b"")) as server:
        more = server.environ() | {"AWS_DEFAULT_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1"}
        before = {name: os.environ.get(name) for name in more}
        os.environ.update(more)
        try:
            yield home, server
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


def _judge(found: Found, ask: Callable[[], str], body: bytes) -> None:
    """Ask once, and see what is told."""
    found.tried += 1
    try:
        told = ask()
    except Exception as error:  # noqa: BLE001 (that is what is looked for)
        found.count("ended", f"{type(error).__name__}: {error} of {body[:200]!r}")
        return
    if _SECRET in told:
        found.count("leaked", told[:200])
    elif "unexpected" in told or "Traceback" in told or len(told) > 1_000:
        found.count("wrong", f"{told[:200]!r} of {body[:200]!r}")


def _damaged(effort: Effort) -> Sequence[Found]:
    findings = []
    with _place(effort) as (home, server):
        for what, ask, seeds, kind, many in _BODIES:
            found = Found(what)
            bodies = damaged(seeds, effort.dice(what))
            for body in itertools.islice(bodies, effort.times(40, many)):
                server.play = answer(body, kind=f"application/{kind}")
                _judge(found, lambda ask=ask: ask(home), body)  # type: ignore[misc]  # mypy does not see the type of a bound default
                for path in home.cli_folder.glob("*.json"):
                    if status(home, "dev").hops[0].entry is None and "dev" in what:
                        found.count("torn", str(path))
                    path.unlink()
            findings.append(found)
        findings.append(_tokens(effort, home, server))
    return findings


def _tokens(effort: Effort, home: Home, server: Hostile) -> Found:
    found = Found("damaged tokens")
    server.play = answer(json.dumps(_OIDC).encode(), kind="application/json")
    code = sso_sign_in.begin(status(home, "sso"), str(home.sso_folder))
    assert isinstance(code, Code), code
    bodies = damaged([json.dumps(_TOKEN).encode()], effort.dice("tokens"))
    for body in itertools.islice(bodies, effort.times(5, 100)):
        server.play = answer(body, kind="application/json")
        _judge(found, lambda: _token(code), body)
    return found


def _floods(effort: Effort) -> Sequence[Found]:
    found = Found("pages, floods, redirects, halves, to each call")
    before = _memory()
    with _place(effort) as (home, server):
        for _ in range(effort.times(1, 5)):
            for what, play in ODD_ANSWERS.items():
                server.play = play
                for ask in (_role, _sso_role, _code, _identity):
                    _judge(found, lambda ask=ask: ask(home), what.encode())  # type: ignore[misc]  # mypy does not see the type of a bound default
    grown = _memory() - before
    found.note = f"most memory {grown:.0f} MB more"
    if grown > 100:
        found.count("wrong", found.note)
    return [found]


def _slow(effort: Effort) -> Sequence[Found]:
    """Calls that would take for ever end in time, and those of cancelled renewals at once."""
    slow, cancelled = Found("a byte a second, and silence"), Found("r and Escape, again and again")
    with _place(effort) as (home, server):
        longest = 0.0
        for play in (drip(1.0), silent):
            server.play = play
            began = time.monotonic()
            _judge(slow, lambda: _role(home), b"")
            longest = max(longest, time.monotonic() - began)
        slow.note = f"at most {longest:.0f} s"
        if longest > limits.RENEWAL + 5:
            slow.count("late", slow.note)
        server.play, server.requests = silent, 0
        jobs = Jobs(str(home.cli_folder), lambda _: None, lambda _: None)
        most = 0
        for number in range(effort.times(40, 117)):
            cancelled.tried += 1
            jobs.start(status(home, f"r{number % 30}"))
            most = max(most, sum(each.name == "renewal" for each in threading.enumerate()))
            time.sleep(0.01)
            jobs.cancel(f"r{number % 30}")
        end = time.monotonic() + 10
        while server.open and time.monotonic() < end:
            time.sleep(0.05)
        cancelled.note = f"at most {most} threads; {server.requests} requests"
        if most > MOST_THREADS or server.open:
            cancelled.count("leftover", f"{cancelled.note}, {server.open} connections stay open")
    return [slow, cancelled]


def _memory() -> float:
    """The most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


ATTACKS: Final = (
    Attack("answers", _damaged),
    Attack("floods", _floods),
    Attack("slow servers", _slow),
)
