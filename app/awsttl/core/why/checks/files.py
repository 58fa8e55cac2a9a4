"""Checks of cache files, and of keys that were pasted into a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from awsttl.core import countdown
from awsttl.core.model import State
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.remedies import Act, Remedy, quoted
from awsttl.core.why.checks.case import KEY_ID, Case, moment, of_problem
from awsttl.core.why.checks.sessions import hindrance, renewing
from awsttl.core.why.findings import Check, Finding, Severity


def check_cache(examined: Case) -> Iterator[Finding]:
    """Corrupt cache files, files that other users may read, and files that no profile needs now."""
    status = examined.status
    for problem in status.problems:
        if problem.code == "cache-corrupt":
            found = of_problem(Check.CACHE, problem)
            if cannot := hindrance(examined):
                found = found._replace(fix=problem.fix.otherwise or cannot.fix)
            yield found
    for hop in status.hops:
        entry = hop.entry
        if entry is not None and entry.open_to_others:
            yield Finding(
                Check.CACHE,
                Severity.WARNING,
                "open-to-others",
                f"cache file {entry.name[:8]}… can be read by other users of this machine",
                Remedy(f"chmod 600 {entry.path}"),
                (entry.path,),
            )
    profile = status.profile
    left = examined.context.leftovers.get((profile.account_id, profile.role), ())
    if left and examined.facts.is_assumed:
        yield Finding(
            Check.CACHE,
            Severity.NOTE,
            "left-over",
            f"{len(left)} cache file{'s' * (len(left) > 1)} of the same role, got with other "
            "arguments: left over from before the profile was changed",
            Remedy("remove them, or clear them on their own rows in the dashboard"),
            tuple(orphan.entry.path for orphan in left),
        )


_ROLE_SAID_BY: Final = ("x_principal_arn", "assumed_role_arn")
"""The keys under which saml2aws and aws-mfa record the role whose session they wrote."""


def check_pasted(examined: Case) -> Iterator[Finding]:
    """Temporary keys in the credentials file that have ended, or have no recorded end."""
    if not examined.facts.is_temporary:
        return
    state = countdown.standing(examined.status, examined.now).state
    text = _instead(examined)
    better = Remedy("replace them by the settings below") if text else None
    if state is State.UNKNOWN:
        yield _without_an_end(examined, text, better)
    elif state is State.EXPIRING:
        ends = examined.status.session.expires_at if examined.status.session else None
        yield Finding(
            Check.PASTED,
            Severity.NOTE,
            "ends-soon",
            "its keys end soon",
            renewing(examined),
            () if ends is None else (moment(ends),),
            (examined.status.profile.expiry_key,),
        )
    elif state is State.EXPIRED:
        ended = examined.status.session.expires_at if examined.status.session else None
        fix = _without_keys(examined) or renewing(examined)
        is_mfa = examined.status.profile.mfa_session is not None
        yield Finding(
            Check.PASTED,
            Severity.CAUSE,
            "pasted-expired",
            "its MFA session has expired" if is_mfa else "its pasted keys have expired",
            fix._replace(otherwise=better or fix.otherwise),
            () if ended is None else (moment(ended),),
            (examined.status.profile.expiry_key,),
            text=text,
        )


def _without_an_end(examined: Case, text: str, better: Remedy | None) -> Finding:
    """Nobody recorded when the keys end."""
    problems = (each for each in examined.status.problems if each.code == "expiry-unknown")
    problem = next(problems, None)
    record = examined.context.files.outdated.get(examined.name)
    return Finding(
        Check.PASTED,
        Severity.WARNING,
        "expiry-unknown",
        problem.message if problem else "pasted keys of which nobody recorded the end",
        Remedy(
            problem.fix.words if problem else "",
            act=Act.VERIFY,
            profile=examined.name,
            purpose="to ask AWS whether they work",
            otherwise=better,
        ),
        keys=(KEY_ID, record) if record else (KEY_ID,),
        text=text,
    )


def _without_keys(examined: Case) -> Remedy | None:
    """What to do about keys that hide another way to credentials: they are in its way."""
    hidden = next((facts for facts in FACTS.values() if facts.setting in examined.config), None)
    if hidden is None:
        return None
    return Remedy(f"remove its keys: then {hidden.setting} is asked")


def _instead(examined: Case) -> str:
    """The settings that make pasting unnecessary; empty where no tool recorded the role."""
    if not examined.context.long_term:
        return ""
    section = examined.section
    said = (text_of(section, key) for key in _ROLE_SAID_BY)
    arn = next((_role_arn(each) for each in said if each), "")
    if not arn:
        return ""
    return (
        f"[profile {quoted(examined.name)}]\nrole_arn = {arn}\n"
        f"source_profile = {examined.context.long_term[0]}"
    )


def _role_arn(arn: str) -> str:
    """The ARN of a role, from its own ARN or from that of one of its sessions; else empty."""
    parts = arn.split(":")
    if len(parts) != 6 or parts[2] not in ("sts", "iam"):
        return ""
    kind, _, rest = parts[5].partition("/")
    if kind == "role":
        return arn
    if kind != "assumed-role":
        return ""
    return f"arn:{parts[1]}:iam::{parts[4]}:role/{rest.partition('/')[0]}"
