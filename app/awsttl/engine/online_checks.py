"""The checks that run a program or ask the network, each told as its result comes.

They come from threads, and what has not answered after five seconds is given up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from awsttl.aws import probes
from awsttl.core.model import Status
from awsttl.core.profiles import start_urls
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.profiles.container_lead import FULL_URI, HOST, lead
from awsttl.core.profiles.kinds import FACTS, SSO, sign_in_of
from awsttl.core.remedies import Act, Remedy
from awsttl.core.why.checks import Context
from awsttl.core.why.checks.case import case
from awsttl.core.why.findings import Check, Finding, Result, Severity, Tell
from awsttl.disk import identities, session_keys
from awsttl.disk.locations import Locations, shown
from awsttl.terminal import aws_clis


def check_online(
    statuses: Sequence[Status],
    context: Context,
    environ: Mapping[str, str],
    tell: Tell,
    *,
    verify: Locations | None = None,
) -> None:
    """What programs and the network say. Blocks for five seconds at most.

    With *verify*, the place of the keys, AWS is asked whose they are: for each profile that has
    some on this machine. *tell* is called from any thread, one call at a time.
    """
    asked: dict[Hashable, Callable[[], Sequence[Result]]] = {
        Check.CLI: lambda: _cli(statuses, environ)
    }
    served: defaultdict[Hashable, list[str]] = defaultdict(list)
    for status in statuses:
        key = probes.endpoint_key(case(status, context).section)
        served[key].append(status.name)
        if verify is not None:
            asked[Check.IDENTITY, status.name] = _identity_of(status, verify, context.now)
    for key, names in served.items():
        asked[Check.ENDPOINT, key] = _endpoint_of(names)
    if (led := lead(environ)) is not None and led.profile:
        asked[Check.SERVER] = _server_of(led.profile, context, environ)
    for url, behind in _start_urls(statuses, context).items():
        names = served[url] = [status.name for status in behind]
        asked[Check.PORTAL, url] = _portal_of(behind, url, context)

    def answered(_: Hashable, results: Sequence[Result]) -> None:
        for result in results:
            tell(result)

    for late in probes.together(asked, answered):
        for result in _late(late, served):
            tell(result)


def _cli(statuses: Sequence[Status], environ: Mapping[str, str]) -> Sequence[Result]:
    found = aws_clis.installed(environ)
    text = f"{found[0].text} at {shown(found[0].path)}" if found else ""
    around = Result(Check.CLI, "", tuple(aws_clis.findings(found)), text)
    old = tuple(aws_clis.too_old(found, tuple(status.profile for status in statuses)))
    if not old:
        return [around]
    one = statuses[0].name if len(statuses) == 1 else ""
    return [around, Result(Check.CLI, one, old)]


def _endpoint_of(names: Sequence[str]) -> Callable[[], Sequence[Result]]:
    def ask() -> Sequence[Result]:
        found = probes.reach(names[0])
        one = names[0] if len(names) == 1 else ""
        if isinstance(found, probes.Unreached):
            return [Result(Check.ENDPOINT, one, (_for_all(found.finding, names),))]
        text = f"{found.endpoint} answers in {1000 * found.seconds:.0f} ms"
        skew = probes.clock(found.skew)
        right = "" if found.skew is None else f"within {max(1, round(abs(found.skew)))} s of AWS's"
        return [
            Result(Check.ENDPOINT, one, (), text),
            Result(Check.CLOCK, "", (skew,) if skew else (), right),
        ]

    return ask


def _server_of(
    profile: str, context: Context, environ: Mapping[str, str]
) -> Callable[[], Sequence[Result]]:
    """Whether somebody listens where the container variables lead: nothing is asked there."""
    port = urlsplit(environ[FULL_URI]).port or 80
    held = context.snapshot.environment
    severity = Severity.CAUSE if held is not None and held.leads_to else Severity.WARNING

    def ask() -> Sequence[Result]:
        if not probes.listens(HOST, port):
            message = f"the awsttl that served {profile} to this shell has ended: "
            message += f"{FULL_URI} leads nowhere"
            ended = Finding(Check.SERVER, severity, "served-no-more", message, _UNSET)
            return [Result(Check.SERVER, "", (ended,))]
        text = f"an awsttl that serves {profile} is there, on port {port}"
        return [Result(Check.SERVER, "", (), text)]

    return ask


def _start_urls(statuses: Sequence[Status], context: Context) -> dict[str, list[Status]]:
    """The start URLs that are not AWS's own, and who signs in there."""
    found: defaultdict[str, list[Status]] = defaultdict(list)
    for status in statuses:
        url, _ = _sign_in_settings(status, context)
        if url and not start_urls.is_awss(url) and not status.hops[-1].link.fault:
            found[url].append(status)
    return found


def _sign_in_settings(status: Status, context: Context) -> tuple[str, str]:
    """Start URL and region of the SSO sign-in behind a profile; empty where there is none."""
    end = status.hops[-1] if status.hops else None
    if end is None or sign_in_of(end.link) is not SSO:
        return "", ""
    name = status.hops[-2].link.name
    section = {} if (of := context.snapshot.status(name)) is None else case(of, context).section
    session = context.files.config.sso_sessions.get(text_of(section, "sso_session") or "", section)
    return text_of(session, "sso_start_url") or "", text_of(session, "sso_region") or ""


def _portal_of(
    statuses: Sequence[Status], url: str, context: Context
) -> Callable[[], Sequence[Result]]:
    names = [status.name for status in statuses]
    one = names[0] if len(names) == 1 else ""
    is_needed = any(not status.hops[-1].usable(context.now) for status in statuses)

    def ask() -> Sequence[Result]:
        _, region = _sign_in_settings(statuses[0], context)
        profile = statuses[0].hops[-2].link.name
        severity = Severity.CAUSE if is_needed else Severity.WARNING
        found = probes.lead(profile, url, region, severity)
        if isinstance(found, Finding):
            return [Result(Check.PORTAL, one, (_for_all(found, names),))]
        return [Result(Check.PORTAL, one, text=found)]

    return ask


def _for_all(finding: Finding, names: Sequence[str]) -> Finding:
    if len(names) == 1:
        return finding
    some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return finding._replace(evidence=(*finding.evidence, f"for {some}"))


def _identity_of(
    status: Status, locations: Locations, now: float
) -> Callable[[], Sequence[Result]]:
    return lambda: [check_identity(status, locations, now)]


def check_identity(status: Status, locations: Locations, now: float) -> Result:
    """Ask AWS whose the keys are that the profile has on this machine. Blocks; renews nothing.

    *now* is the wall clock, in seconds UTC.
    """
    name = status.name
    try:
        keys = session_keys.read(status, locations)
    except session_keys.NoKeysError as none:
        return Result(Check.IDENTITY, name, text=f"not asked: {none}", looked=False)
    ends = keys.expires_at
    if ends is not None and ends <= now and not FACTS[status.profile.kind].has_keys:
        # AWS would say the same. Keys in a file are asked for all the same: another program
        # recorded their end, which may be wrong.
        return Result(Check.IDENTITY, name, text="not asked: its session has expired", looked=False)
    answer = probes.who(name, keys)
    if isinstance(answer, Finding):
        return Result(Check.IDENTITY, name, (answer,))
    before = identities.remember(name, answer.account)
    text = f"{answer.arn} ({answer.user_id})"
    if before and before != answer.account:
        changed = Finding(
            Check.IDENTITY,
            Severity.WARNING,
            "account-changed",
            f"these are keys of account {answer.account}; last time it was {before}",
            Remedy("make sure that this is meant"),
            (answer.arn,),
        )
        return Result(Check.IDENTITY, name, (changed,), text)
    return Result(Check.IDENTITY, name, (), text)


_NETWORK: Final = Remedy("check network, VPN and proxy")
_UNSET: Final = Remedy(act=Act.UNSET)
_LATE: Final = {
    Check.ENDPOINT: (Severity.CAUSE, "AWS does not answer", _NETWORK),
    Check.PORTAL: (Severity.WARNING, "the host of the start URL does not answer", _NETWORK),
    Check.IDENTITY: (Severity.WARNING, "AWS does not say whose session this is", _NETWORK),
    Check.SERVER: (Severity.WARNING, "the awsttl that serves this shell does not answer", _UNSET),
    # A program, not the network: the machine may be busy.
    Check.CLI: (Severity.NOTE, "aws --version does not end", Remedy("run it by hand to see why")),
}


def _late(name: Hashable, served: Mapping[Hashable, Sequence[str]]) -> Sequence[Result]:
    """What did not answer in time."""
    check, rest = name if isinstance(name, tuple) else (name, None)
    assert isinstance(check, Check)
    names: Sequence[str] = ()
    if check in (Check.ENDPOINT, Check.PORTAL):
        names = served[rest]
    elif check is Check.IDENTITY:
        names = (str(rest),)
    severity, message, fix = _LATE[check]
    finding = Finding(check, severity, "timeout", f"{message} within {probes.ALL:.0f} s", fix)
    one = names[0] if len(names) == 1 else ""
    return [Result(check, one, (_for_all(finding, names) if names else finding,))]
