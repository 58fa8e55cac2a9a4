"""What an error of AWS, of botocore or of the network means, and what to do about it.

The errors themselves are in :mod:`awsttl.core.why.errors`; here they meet a profile.
"""

from __future__ import annotations

import re

from awsttl.core.model import Hop, Problem, Shape, Status
from awsttl.core.profiles.kinds import FACTS, sign_in_of
from awsttl.core.remedies import Act, Remedy
from awsttl.core.why.errors import TABLE
from awsttl.core.why.errors.rule import quoted, short


def explain(text: str, name: str) -> Problem:
    """The cause and the remedy for an error text about profile *name*.

    An error that is in no table is given in its own first line, cut to a row's length, without
    the values that AWS quotes: one of them may be a token.
    """
    for pattern, code, build in TABLE:
        if re.search(pattern, text, re.MULTILINE):
            return Problem(code, *build(text, name))
    first = next((line.strip() for line in text.splitlines() if line.strip()), "no reason given")
    first = re.sub(
        r"^An error occurred \(([^)]*)\) when calling the \w+ operation[^:]*: ", r"\1: ", first
    )
    first = re.sub(r"Value '.*?' at ", "value at ", first)
    fix = Remedy(f"try: aws sts get-caller-identity --profile {quoted(name)}")
    return Problem("unknown", short(first), fix)


def known(code: str, name: str) -> Problem:
    """The cause and the remedy of an error that the table knows by its code."""
    build = next(build for _, known_code, build in TABLE if known_code == code)
    return Problem(code, *build("", name), blocks=True)


def explain_profile(text: str, status: Status) -> Problem:
    """The same for an error that a profile met, which may concern its source."""
    problem = explain(text, status.name)
    if problem.code in ("never-signed-in", "sign-in", "crt-missing", "aws-login"):
        return problem._replace(fix=sign_in(status).fix)
    if problem.code == "source-expired":
        sources = " or ".join(hop.link.name for hop in status.hops[1:])
        return problem._replace(fix=Remedy(f"renew its source first: {sources}"))
    return problem


def explain_renewal(text: str, status: Status) -> Problem:
    """The same for an error of a renewal by awsttl, which signs in to SSO itself."""
    problem = explain_profile(text, status)
    end = status.hops[-1] if status.hops else None
    way = sign_in_of(end.link) if end else None
    if end is None or way is None or not way.by_awsttl:
        return problem
    if problem.code in ("cache-corrupt", "unknown") and _is_token(text, end):
        return Problem("sign-in", "the file of its SSO token is damaged", _to_sign_in(status))
    if problem.code in ("never-signed-in", "sign-in"):
        return problem._replace(fix=_to_sign_in(status))
    return problem


def _is_token(text: str, token: Hop) -> bool:
    """Whether a text is about the file of an SSO token, which signing in replaces."""
    names = (name.removesuffix(".json") for name in token.link.cache_names)
    if "loading SSO Token" in text or any(name in text for name in names):
        return True
    return token.entry is not None and token.entry.shape is Shape.CORRUPT


def sign_in(status: Status) -> Problem:
    """What to run for a sign-in that has ended, or never was."""
    end = status.hops[-1]
    source = status.hops[-2].link.name if len(status.hops) > 1 else status.name
    way = FACTS[end.link.kind].sign_in
    command = way.command if way else "aws sso login"
    message = "never signed in" if end.expires_at is None else "its sign-in has ended"
    return Problem("sign-in", message, Remedy(f"run: {command} --profile {quoted(source)}"))


def _to_sign_in(status: Status) -> Remedy:
    return Remedy(act=Act.RENEW, profile=status.name, purpose="to sign in")


def sign_in_here(status: Status) -> Problem:
    """The same where awsttl signs in to SSO itself."""
    problem = sign_in(status)
    way = FACTS[status.hops[-1].link.kind].sign_in
    return problem._replace(fix=_to_sign_in(status)) if way and way.by_awsttl else problem
