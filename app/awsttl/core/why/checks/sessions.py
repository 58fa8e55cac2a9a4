"""Checks of a session's end, and of the sources from which a new session would come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from awsttl.core.model import REUSE_MARGIN, Hop, Renewal, Session
from awsttl.core.profiles import start_urls
from awsttl.core.profiles.cache_names import duration_seconds, text_of
from awsttl.core.profiles.kinds import FACTS, SignIn, sign_in_of
from awsttl.core.remedies import Act, Problem, Remedy, quoted
from awsttl.core.view.rows import renews_text
from awsttl.core.why.checks.case import Case, moment, of_problem
from awsttl.core.why.findings import Check, Finding, Severity

CHAIN_SECONDS: Final = 3600
"""Seconds that a session lasts at most which is got with another role's session (AWS's limit)."""


def check_session(examined: Case) -> Iterator[Finding]:
    """Whether the session has ended or is past its reuse point, and what makes it useless."""
    yield from _duration(examined)
    status, now = examined.status, examined.now
    session = status.session
    if session is None or session.expires_at is None or examined.facts.is_temporary:
        return
    yield from _end(examined, session, session.expires_at)
    parent = status.parent
    ends = parent.expires_at if parent and not parent.refreshable else None
    is_used = now < (session.expires_at if session.reuse_until is None else session.reuse_until)
    if parent and ends is not None and is_used and ends < session.expires_at:
        what = "sign-in" if FACTS[parent.kind].sign_in else "source"
        first = f'its {what} "{parent.name}" {"ends" if now < ends else "ended"} before it'
        yield Finding(
            Check.SESSION,
            Severity.NOTE,
            "parent-ends-first",
            f"{first}: this session lives on, but no new one comes by itself",
            Remedy("renew what it comes from first"),
            (moment(ends),),
        )


def _end(examined: Case, session: Session, expires_at: float) -> Iterator[Finding]:
    """The session has ended, is past its reuse point, or ends soon."""
    status, now = examined.status, examined.now
    needs = status.needs(now)
    silent = needs == (Renewal.SILENT,)
    renews = f"renews: {renews_text(needs)}"
    fix = renewing(examined)
    if now >= expires_at:
        yield Finding(
            Check.SESSION,
            Severity.NOTE if silent else Severity.CAUSE,
            "session-expired",
            "its session has expired" + ("; the AWS CLI gets a new one at next use" * silent),
            fix,
            (moment(expires_at), renews),
        )
    elif session.reuse_until is not None and now >= session.reuse_until:
        yield Finding(
            Check.SESSION,
            Severity.NOTE if silent else Severity.WARNING,
            "past-reuse-point",
            "past its reuse point: the AWS CLI does not use this session any more"
            + ("" if silent else f", the next command needs {needed(needs)}"),
            fix,
            (f"reused until {moment(session.reuse_until)}", renews),
        )
    elif expires_at - now < REUSE_MARGIN:
        yield Finding(
            Check.SESSION,
            Severity.NOTE,
            "ends-soon",
            "its session ends soon",
            fix,
            (moment(expires_at), renews),
        )


_NEEDED: Final = {
    Renewal.MFA: "an MFA code",
    Renewal.PROCESS: "its credential_process",
    Renewal.SIGN_IN: "a sign-in",
    Renewal.PASTE: "new keys",
}


def needed(needs: Iterable[Renewal]) -> str:
    """What the next command needs of the person, in words; empty where it is nothing."""
    return " and ".join(_NEEDED[need] for need in needs if need in _NEEDED)


def hindrance(examined: Case) -> Problem | None:
    """Why a renewal does not help; ``None`` where it does."""
    # Brings the table of all errors along, which a row's finding need not wait for.
    from awsttl.core.why import obstacles

    return obstacles.cannot_renew(examined.status, examined.now)


def renewing(examined: Case) -> Remedy:
    """How the profile gets a new session: by a renewal, or as what hinders that has it."""
    cannot = hindrance(examined)
    return cannot.fix if cannot else Remedy(act=Act.RENEW, profile=examined.name)


def _duration(examined: Case) -> Iterator[Finding]:
    if not examined.facts.is_assumed:
        return
    seconds = duration_seconds(examined.section)
    if seconds is None:
        return
    if seconds == REUSE_MARGIN:
        yield Finding(
            Check.SESSION,
            Severity.WARNING,
            "duration-useless",
            f"duration_seconds = {seconds} makes the cache useless: the AWS CLI reuses a session "
            "until 15 minutes before its end only",
            Remedy("set duration_seconds to 3600 or remove it"),
            keys=("duration_seconds",),
        )
    behind = examined.status.hops[1:2]
    if seconds > CHAIN_SECONDS and any(FACTS[hop.link.kind].is_role for hop in behind):
        yield Finding(
            Check.SESSION,
            Severity.CAUSE,
            "chain-cap",
            f"duration_seconds = {seconds} exceeds the hour that AWS grants a role which is "
            "assumed with a role's session",
            Remedy(f"set duration_seconds = {CHAIN_SECONDS} for {quoted(examined.name)}"),
            keys=("duration_seconds",),
        )


def check_source(examined: Case) -> Iterator[Finding]:
    """Problems of the chain, and sources whose session has ended."""
    own = examined.facts.has_keys or not examined.facts.methods
    for problem in examined.status.problems:
        # These two have checks of their own.
        if problem.code not in ("cache-corrupt", "expiry-unknown"):
            yield of_problem(Check.CREDENTIALS if own else Check.SOURCE, problem)
    status, now = examined.status, examined.now
    used = status.session is not None and (status.session.reuse_until or 0.0) > now
    for hop in status.hops[1:]:
        link = hop.link
        if link.expires_at is not None and now >= link.expires_at:
            place = f"into {quoted(link.name)}" if link.is_profile else "into the environment"
            yield Finding(
                Check.SOURCE,
                Severity.WARNING if used else Severity.CAUSE,
                "source-expired",
                f"the temporary keys of its source {link.name} have expired",
                Remedy(f"paste new keys {place}"),
                (moment(link.expires_at),),
                ("source_profile", "credential_source"),
            )
        sign_in = sign_in_of(link)
        # A token that is damaged is told by itself. A login is read at once, needed or not.
        if sign_in and not hop.damaged and (link.at_once or not used):
            yield from _sign_in(examined, sign_in, hop)
    yield from _mfa(examined)


def _sign_in(examined: Case, sign_in: SignIn, token: Hop) -> Iterator[Finding]:
    expires_at = token.expires_at
    if token.usable(examined.now):
        return
    has_session = examined.status.session is not None
    never = expires_at is None
    if sign_in.is_session and (not never or examined.status.broken):
        return  # This clock is the session's own, or the row says that it is missing.
    source = examined.status.hops[-2].link.name
    fix = (
        token.link.fault.fix
        if token.link.fault
        else Remedy(
            act=Act.RENEW,
            profile=examined.name,
            purpose="to sign in",
            otherwise=Remedy(f"run: {sign_in.command} --profile {quoted(source)}"),
        )
    )
    what = f"to {sign_in.label.upper()}" if sign_in.label else f"by {sign_in.command}"
    yield Finding(
        Check.SOURCE,
        Severity.WARNING if never and not has_session else Severity.CAUSE,
        "never-signed-in" if never else "sign-in",
        f"not signed in {what} yet" if never else "its sign-in has ended",
        fix,
        (
            *(() if expires_at is None else (moment(expires_at),)),
            *_of_its_url(examined, sign_in, token),
        ),
        ("sso_session", "sso_start_url", "login_session"),
    )


def _of_its_url(examined: Case, sign_in: SignIn, token: Hop) -> Iterator[str]:
    """What is to be known of a start URL: whose it is, and whether another sign-in to it lives.

    Tools that know no ``sso-session`` leave their token under the name of the URL.
    """
    url: str | None = token.link.name
    if token.link.refreshes:
        section = examined.context.files.config.sso_sessions.get(token.link.name, {})
        url = text_of(section, "sso_start_url")
    if sign_in.is_session or not url or token.link.fault:
        return
    if not start_urls.is_awss(url):
        yield f"{url} is not AWS's: the AWS CLI takes it only if it redirects to AWS (from 2.35.13)"
    if not token.link.refreshes:
        return
    for orphan in examined.context.snapshot.orphans:
        entry = orphan.entry
        if entry.owner == url and entry.expires_at and examined.now < entry.expires_at:
            yield f"a sign-in to {url} lives, but not by the name of this sso-session: {entry.path}"


def _mfa(examined: Case) -> Iterator[Finding]:
    """Whether the source's keys have an MFA device that the role does not name."""
    hops = examined.status.hops
    if not examined.facts.is_assumed or len(hops) < 2 or hops[0].link.mfa_serial is not None:
        return
    source = hops[1].link
    if not FACTS[source.kind].is_long_term:
        return
    files = examined.context.files
    sections = (files.config.sections.get(source.name), files.credentials.sections.get(source.name))
    serial = next((text_of(each, "mfa_serial") for each in sections if each), None)
    if serial:
        yield Finding(
            Check.SOURCE,
            Severity.NOTE,
            "mfa-not-named",
            f"{source.name} has an mfa_serial, this role has none: AWS refuses if the role "
            "asks for MFA",
            Remedy(f"add mfa_serial = {serial} to {quoted(examined.name)}"),
            keys=("source_profile",),
            text=f"mfa_serial = {serial}",
        )
