"""What an error of AWS, of botocore or of the network means, and what to do about it.

The errors themselves are in :mod:`awsttl.core.why.errors`; here they meet a profile.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from awsttl.core.model import Hop, Link, Status
from awsttl.core.profiles.kinds import FACTS, SSO, sign_in_of
from awsttl.core.remedies import Act, Problem, Remedy, quoted
from awsttl.core.why.errors import TABLE, find
from awsttl.core.why.errors.rule import Rule, filled, prepared, short
from awsttl.core.why.errors.text import TIME, Message

SIGN_INS: Final = ("never-signed-in", "sign-in", "crt-missing", "aws-login")
"""The causes that a sign-in mends."""


def explain(text: str, name: str) -> Problem:
    """The cause and the remedy for an error that awsttl met with profile *name*.

    An error that no rule knows is given in its own words, cut to a row's length, without the
    values that AWS quotes: one of them may be a token.
    """
    message = Message.of(text)
    found = find(message, own=True)
    if found is not None:
        return problem_of(found.rule, message, name)
    fix = Remedy(f"try: aws sts get-caller-identity --profile {quoted(name)}")
    return Problem("unknown", telling_line(message), fix)


def problem_of(rule: Rule, message: Message, name: str) -> Problem:
    """What a rule says about a message and a profile; *name* is empty where none is known."""
    said = rule.details(message, name) if rule.details else None
    cause, remedy = said or (filled(rule.cause, name), prepared(rule.remedy, name))
    return Problem(rule.code, cause, remedy)


def known(code: str, name: str) -> Problem:
    """The cause and the remedy of an error that the table knows by its code."""
    rule = next(rule for rule in TABLE if rule.code == code)
    return problem_of(rule, Message.of(""), name)._replace(blocks=True)


def for_profile(problem: Problem, status: Status) -> Problem:
    """A problem that a profile met, which may concern the profile or sign-in behind it."""
    end = status.hops[-1] if status.hops else None
    if problem.code in SIGN_INS and end and sign_in_of(end.link):
        return problem._replace(fix=sign_in(status).fix)
    if problem.code == "source-expired" and (sources := status.hops[1:]):
        return problem._replace(fix=_of_sources([hop.link for hop in sources]))
    if problem.code == "role-not-assigned":
        return _of_assignment(problem, status)
    return problem


def explain_profile(text: str, status: Status) -> Problem:
    """The cause of an error that a profile met, which may concern its source."""
    return for_profile(explain(text, status.name), status)


def explain_renewal(text: str, status: Status) -> Problem:
    """The same for an error of a renewal by awsttl, which signs in to SSO itself."""
    problem = explain_profile(text, status)
    end = status.hops[-1] if status.hops else None
    way = sign_in_of(end.link) if end else None
    if end is None or way is None:
        return problem
    if problem.code in ("cache-corrupt", "unknown") and _is_token(text, end):
        if not way.by_awsttl:
            return sign_in(status)._replace(
                code="aws-login", message="the file of its login is damaged"
            )
        return Problem("sign-in", "the file of its SSO token is damaged", _to_sign_in(status))
    if not way.by_awsttl:
        return problem
    if problem.code in ("never-signed-in", "sign-in") and not end.link.fault:
        return problem._replace(fix=_to_sign_in(status))
    return problem


def signs_in(status: Status) -> bool:
    """Whether a profile's sessions come from a sign-in."""
    return any(sign_in_of(hop.link) for hop in status.hops)


def _of_assignment(problem: Problem, status: Status) -> Problem:
    """Which role somebody has to be given, or has written wrong, in the profile behind SSO."""
    link = next((hop.link for hop in status.hops if FACTS[hop.link.kind].sign_in is SSO), None)
    if link is None:
        return problem
    message, profile = problem.message, status.profile
    if link.name == status.name and profile.role and profile.account_id:
        message = f"role {profile.role} of account {profile.account_id} is not assigned to you"
    correct = Remedy(f"correct sso_role_name or sso_account_id of {quoted(link.name)}")
    return problem._replace(message=message, fix=problem.fix._replace(otherwise=correct))


def _of_sources(sources: Sequence[Link]) -> Remedy:
    """What to do where a source has expired: the nearest of those that can."""
    renewed = (each.name for each in sources if each.is_profile and not _is_long_term(each))
    if (name := next(renewed, None)) is not None:
        return Remedy(act=Act.RENEW, profile=name, purpose="first")
    names = " or ".join(each.name for each in sources)
    return Remedy(f"renew its source first: {names}")


def _is_long_term(link: Link) -> bool:
    return FACTS[link.kind].is_long_term


def _is_token(text: str, token: Hop) -> bool:
    """Whether a text is about the file of an SSO token, which signing in replaces."""
    names = (name.removesuffix(".json") for name in token.link.cache_names)
    if "loading SSO Token" in text or any(name in text for name in names):
        return True
    return token.damaged


def sign_in(status: Status) -> Problem:
    """What to run for a sign-in that has ended, or never was."""
    end = status.hops[-1]
    source = status.hops[-2].link.name if len(status.hops) > 1 else status.name
    way = FACTS[end.link.kind].sign_in
    command = way.command if way else "aws sso login"
    message = "never signed in" if end.expires_at is None else "its sign-in has ended"
    if fault := end.link.fault:
        return Problem("sign-in", f"{message}; {fault.message}", fault.fix)
    return Problem("sign-in", message, Remedy(f"run: {command} --profile {quoted(source)}"))


def _to_sign_in(status: Status) -> Remedy:
    return Remedy(act=Act.RENEW, profile=status.name, purpose="to sign in")


def sign_in_here(status: Status) -> Problem:
    """The same where awsttl signs in to SSO itself."""
    problem = sign_in(status)
    end = status.hops[-1].link
    way = FACTS[end.kind].sign_in
    can = way and way.by_awsttl and not end.fault
    return problem._replace(fix=_to_sign_in(status)) if can else problem


# --- an error that no rule knows ---

_FRAME: Final = re.compile(
    r"\s{0,200}(?:Traceback \(most recent|File \"|at [\w.$<>/@(\[]|\^\^|~~|\.\.\. \d|---|\+ |"
    r"During handling of|The above exception|At line:|Line \||Stack trace|stack:|in <module>)"
    r"|[\s\W]{0,200}$"
)
"""A line that tells where an error happened, or nothing at all."""
_RAISED: Final = re.compile(r"[\w.$]{0,200}(?:Error|Exception|Fault|Failure):? ")
_TELLING: Final = re.compile(
    r"error|fail|denied|refused|fatal|cannot|can't|could not|couldn't|unable|not found|invalid"
    r"|expired|unauthorized|forbidden|missing|must ",
    re.IGNORECASE,
)
_DRESSING: Final = re.compile(
    r"(?:aws: \[ERROR\]: )?An error occurred \(([^)\n]{1,100})\) when calling the "
    r"\w{1,80} operation(?: \([^)\n]{0,40}\))?: "
)
_LOGGED: Final = re.compile(
    rf"(?:{TIME})(?:[ \t]{{0,9}}(?:\[[^\]\n]{{0,90}}\]|\{{[^}}\n]{{0,90}}\}}|-"
    r"|TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)(?=[\s:]):?){0,8}[ \t]{1,9}(?=\S)"
)
"""What a logger writes before its message: the time, who logs, how grave it is."""
_MOST_LINES: Final = 500
"""Lines, at the end of a text, among which the one that carries the message is looked for."""
_LONGEST: Final = 4096
"""Characters of one of them that are looked at."""


def telling_line(message: Message) -> str:
    """The line of a text that carries the message: not where it happened, but what."""
    ends = (line[:_LONGEST] for line in message.lines[-_MOST_LINES:])
    lines = [line for line in ends if not _FRAME.match(line)]
    told = next((line for line in reversed(lines) if _RAISED.match(line)), None)
    if told is None:
        told = next((line for line in lines if _TELLING.search(line)), None)
    told = told or next(iter(lines or message.lines), "")[:_LONGEST]
    told = told.strip(" \t│|╷╵")
    if logged := _LOGGED.match(told):
        told = told[logged.end() :]
    told = _DRESSING.sub(r"\1: ", told, count=1)
    return short(_without_values(told)) or "no reason given"


def _without_values(line: str) -> str:
    """A line without what AWS quotes of a request: one of its values may be a token."""
    start = line.find("Value '")
    if start < 0:
        return line
    end = line.rfind("' at '")
    return line[:start] + "value" + (line[end + 1 :] if end > start else " …")
