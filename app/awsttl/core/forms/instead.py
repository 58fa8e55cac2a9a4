"""What a profile could be in the place of pasted keys: a role or an SSO role that renews itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from awsttl.core.files import EMPTY, Files
from awsttl.core.ini.plans import Plan, RemoveSections, SetKeys, Step, Which
from awsttl.core.profiles import timestamps
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.profiles.kinds import STATIC, TOKENS

_ASSUMED: Final = re.compile(
    r"arn:(?P<partition>[\w-]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/.+"
)
_RESERVED: Final = re.compile(r"AWSReservedSSO_(?P<role>.+)_[0-9a-f]{16}")
"""How IAM Identity Center calls the role of a permission set."""
_RECORDED_ROLE: Final = ("x_principal_arn", "assumed_role_arn", "assumed_role", "manager")
_SESSION_KEYS: Final = frozenset({*STATIC, *TOKENS, *timestamps.RECORDED_AS, *_RECORDED_ROLE})
"""What stands in a section only for the sake of pasted keys."""


class Instead(NamedTuple):
    """The way that makes pasting unnecessary."""

    plan: Plan
    words: str
    """What the profile would be: ``role Dev of 111122223333, assumed with base``."""


def of_identity(arn: str, name: str, files: Files, long_term: Sequence[str]) -> Instead | None:
    """What the profile *name* could be, by the ARN that AWS says of its pasted keys.

    *long_term* are the profiles with long-term keys. ``None`` where no source is known, and for
    what is no role's session.
    """
    found = _ASSUMED.fullmatch(arn)
    if found is None:
        return None
    account, role = found["account"], found["role"]
    if reserved := _RESERVED.fullmatch(role):
        return _sso(account, reserved["role"], name, files)
    source = _source_of(account, files) or next((each for each in long_term if each != name), "")
    if not source or source == name:
        return None
    arn_of_role = _known_arn(account, role, files)
    arn_of_role = arn_of_role or f"arn:{found['partition']}:iam::{account}:role/{role}"
    settings = {"role_arn": arn_of_role, "source_profile": source}
    words = f"role {role} of {account}, assumed with {source}"
    return Instead(tuple(steps(name, settings, files)), words)


def _sso(account: str, role: str, name: str, files: Files) -> Instead | None:
    """The SSO session by which the account is reached; the only one there is, if none says."""
    used = [
        session
        for section in files.config.sections.values()
        if text_of(section, "sso_account_id") == account
        and (session := text_of(section, "sso_session"))
    ]
    known = [*dict.fromkeys(used)] or [*files.config.sso_sessions]
    if len(known) != 1:
        return None
    settings = {"sso_session": known[0], "sso_account_id": account, "sso_role_name": role}
    words = f"role {role} of {account}, by the sign-in {known[0]}"
    return Instead(tuple(steps(name, settings, files)), words)


def _source_of(account: str, files: Files) -> str:
    """The profile with which other roles of the account are assumed."""
    for section in files.config.sections.values():
        arn = text_of(section, "role_arn") or ""
        if f"::{account}:role/" in arn and (source := text_of(section, "source_profile")):
            return source
    return ""


def _known_arn(account: str, role: str, files: Files) -> str:
    """The role's ARN as another profile has it: only that has the path before its name."""
    for section in files.config.sections.values():
        arn = text_of(section, "role_arn") or ""
        if f"::{account}:role/" in arn and arn.endswith(f"/{role}"):
            return arn
    return ""


def steps(name: str, settings: Mapping[str, str], files: Files) -> Iterator[Step]:
    """Settings in the place of the pasted keys of a profile, in whichever file these stand."""
    config = files.config.sections.get(name, EMPTY)
    credentials = files.credentials.sections.get(name, EMPTY)
    pasted = dict.fromkeys(key for key in config if key in _SESSION_KEYS)
    yield SetKeys(Which.CONFIG, name, {**pasted, **settings})
    if credentials and _SESSION_KEYS.issuperset(credentials):
        yield RemoveSections(Which.CREDENTIALS, name)
    elif gone := dict.fromkeys(key for key in credentials if key in _SESSION_KEYS):
        yield SetKeys(Which.CREDENTIALS, name, gone)
