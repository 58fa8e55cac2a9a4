"""Long-term keys do not expire: where AWS calls them expired, a request was signed with others."""

from __future__ import annotations

from collections.abc import Mapping

from awsttl.core.model import Status
from awsttl.core.profiles import environment
from awsttl.core.profiles.kinds import FACTS
from awsttl.core.remedies import Act, Problem, Remedy
from awsttl.core.why import obstacles


def called_expired(code: str, status: Status) -> str:
    """The profile whose long-term keys an error calls expired, or nothing where it has none.

    It is the profile itself, or the source of its role, as the *code* of the cause says.
    """
    if code == "session-expired":
        return status.name if FACTS[status.profile.kind].is_long_term else ""
    sources = [hop.link for hop in status.hops[1:]]
    kept = all(each.is_profile and FACTS[each.kind].is_long_term for each in sources)
    return sources[0].name if sources and kept else ""


def instead(
    problem: Problem, keys: str, other: Status | None, environ: Mapping[str, str], now: float
) -> Problem:
    """Which credentials were used instead of those of the profile *keys*.

    *other* is a profile whose session has expired, if there is one.
    """
    message = f"{keys} has long-term keys, which do not expire: other credentials were used"
    held = environment.read(environ)
    if held is not None and held.access_key and FACTS[held.kind].is_temporary:
        message += f", those of the environment (key …{held.access_key})"
        fix = Remedy(act=Act.UNSET)
    elif other is not None:
        message += f", perhaps those of {other.name}, whose session has expired"
        fix = _renewal(other, now)
    else:
        message += ", the program's own or those of another profile"
        fix = Remedy("see which the program uses: its settings, AWS_PROFILE, AWS_ACCESS_KEY_ID")
    return problem._replace(message=message, fix=fix)


def _renewal(status: Status, now: float) -> Remedy:
    """How another profile than the one at hand gets a new session."""
    cannot = obstacles.cannot_renew(status, now)
    if cannot is None:
        return Remedy(act=Act.RENEW, profile=status.name)
    pasted = Remedy(act=Act.PASTE, profile=status.name)
    return pasted if cannot.code == "paste" else cannot.fix
