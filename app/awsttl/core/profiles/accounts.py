"""What the accounts are called, as far as the files say.

No AWS CLI keeps the names of accounts. But aws-sso-util and others write ``sso_account_name``
beside ``sso_account_id``, and whoever makes a profile for each role of an SSO portal, as ``awsttl
populate`` does, calls it by account and role: ``acme-prod-Admin``, ``acme-prod.Admin``. A name that
is not sure is not given: none is better than a wrong one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from awsttl.core.model import Profile
from awsttl.core.profiles.kinds import FACTS, ConsoleWay

_BETWEEN: Final = "-._/:@"
"""What tools put between the name of an account and a role."""

_OF_PORTALS: Final = [kind for kind, each in FACTS.items() if each.console is ConsoleWay.PORTAL]
"""The kinds whose account and role are those of an SSO portal."""


class _Part(NamedTuple):
    """A profile's name without its role."""

    text: str
    pattern: str
    """What stood between the two, and on which side the role was."""


def names(profiles: Iterable[Profile]) -> Mapping[str, str]:
    """Account id → the account's name, for those accounts of which it is known."""
    written: defaultdict[str, set[str]] = defaultdict(set)
    parts: defaultdict[str, set[_Part]] = defaultdict(set)
    roles: defaultdict[str, int] = defaultdict(int)
    for profile in profiles:
        account = profile.account_id
        if not account:
            continue
        if profile.account_name:
            written[account].add(profile.account_name)
        elif profile.kind in _OF_PORTALS and (part := _without_role(profile)):
            parts[account].add(part)
            roles[account] += 1
    # One profile may have such a name by chance. A tool makes several roles or several accounts.
    sure = {account: part for account, (part, *others) in parts.items() if not others}
    patterns = Counter(part.pattern for part in sure.values())
    found = {
        account: part.text
        for account, part in sure.items()
        if roles[account] > 1 or patterns[part.pattern] > 1
    }
    # A name that two accounts would both get is given to neither.
    often = Counter(found.values())
    found = {account: name for account, name in found.items() if often[name] == 1}
    return found | {account: each.pop() for account, each in written.items() if len(each) == 1}


def _without_role(profile: Profile) -> _Part | None:
    """What is left of a profile's name without its role; ``None`` where that is no name."""
    name, role = profile.name, profile.role
    if not role or len(name) < len(role) + 2:
        return None
    if name.endswith(role) and name[-len(role) - 1] in _BETWEEN:
        part = _Part(name[: -len(role) - 1], f"{name[-len(role) - 1]}role")
    elif name.startswith(role) and name[len(role)] in _BETWEEN:
        part = _Part(name[len(role) + 1 :], f"role{name[len(role)]}")
    else:
        return None
    # ``Admin-111122223333`` is what ``aws configure sso`` suggests.
    return None if profile.account_id in part.text else part
