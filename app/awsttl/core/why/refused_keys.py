"""AWS refuses a key: where it stands, so that a person knows where another one has to go."""

from __future__ import annotations

from typing import Final

from awsttl.core.model import Environment, Status
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.remedies import Act, Problem, Remedy, quoted
from awsttl.core.why import obstacles

CODES: Final = ("key-invalid", "secret-wrong", "token-malformed")
"""What AWS says of a key, its secret or its token, other than that they have expired."""

_INTO: Final = {
    "key-invalid": "put a valid key into {}",
    "secret-wrong": "put the secret of that key into {}",
    "token-malformed": "put key, secret and session token, all three from one place, into {}",
}


def of_environment(problem: Problem, held: Environment) -> Problem:
    """The same where the environment has credentials, which go before those of all profiles."""
    message = f"{problem.message}; it is the environment's (key …{held.access_key})"
    fix = problem.fix._replace(otherwise=Remedy(act=Act.UNSET))
    return problem._replace(message=message, fix=fix)


def of_profile(problem: Problem, status: Status, now: float) -> Problem:
    """The same for a profile, whose key may be its source's, or nobody's."""
    links = (hop.link for hop in status.hops if hop.link.is_profile)
    keeper = next((link for link in links if FACTS[link.kind].has_keys), None)
    if keeper is not None:
        whose = "" if keeper.name == status.name else f" of {keeper.name}"
        message = f"{problem.message} (key …{keeper.access_key}{whose})"
        # A session's keys belong together: no one of them is put right alone.
        code = "token-malformed" if FACTS[keeper.kind].is_temporary else problem.code
        fix = Remedy(_INTO[code].format(quoted(keeper.name)))
        return problem._replace(message=message, fix=fix)
    message = f"{problem.message}; {status.name} has no key of its own"
    fix = Remedy("see which keys the program uses: its settings, AWS_ACCESS_KEY_ID")
    if obstacles.cannot_renew(status, now) is None:
        fix = Remedy(act=Act.RENEW, profile=status.name, otherwise=fix)
    return problem._replace(message=message, fix=fix)
