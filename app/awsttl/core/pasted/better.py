"""A profile that gets the pasted session by itself, where the files know a way to it.

``GetCallerIdentity`` names the role of a session. A role of IAM Identity Center can be had through
an ``sso-session``, another one with the credentials of a source profile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from awsttl.core.files import EMPTY, Files, Section
from awsttl.core.ini.plans import Plan, SetKeys, Which
from awsttl.core.pasted.keys import account_of_key
from awsttl.core.profiles.cache_names import text_of
from awsttl.core.profiles.kinds import FACTS, kind_of, merge

_ROLE: Final = re.compile(r"arn:([\w-]+):sts::(\d{12}):assumed-role/([\w+=,.@-]+)/.+")
_OF_SSO: Final = re.compile(r"AWSReservedSSO_(.+)_[0-9a-f]{16}")
"""How IAM Identity Center calls the role of a permission set."""


class Better(NamedTuple):
    """A way to sessions of the same role without pasting."""

    words: str
    """What it is made of, in a few words."""
    settings: tuple[tuple[str, str], ...]
    there: str = ""
    """The profile that is just that already."""

    def plan(self, name: str) -> Plan:
        """The plan that makes the profile."""
        return (SetKeys(Which.CONFIG, name, dict(self.settings)),)


def better(arn: str, files: Files, region: str = "") -> Better | None:
    """The way to the role of *arn*; ``None`` where the files know none, or it is no role's."""
    match = _ROLE.fullmatch(arn)
    if match is None:
        return None
    partition, account, role = match.groups()
    extra = (("region", region),) if region else ()
    if of_sso := _OF_SSO.fullmatch(role):
        return _through_sso(account, of_sso[1], files, extra)
    return _with_source(f"arn:{partition}:iam::{account}:role/{role}", account, files, extra)


def _through_sso(
    account: str, role: str, files: Files, extra: tuple[tuple[str, str], ...]
) -> Better | None:
    sections = files.config.sections
    for name, section in sections.items():
        if (text_of(section, "sso_account_id"), text_of(section, "sso_role_name")) == (
            account,
            role,
        ):
            return Better(f"{name} gets it by SSO", (), name)
    sessions = {
        text_of(section, "sso_session")
        for section in sections.values()
        if text_of(section, "sso_account_id") == account
    } & files.config.sso_sessions.keys()
    known = sessions or set(files.config.sso_sessions)
    if len(known) != 1:
        return None
    (session,) = known
    settings = (("sso_session", str(session)), ("sso_account_id", account), ("sso_role_name", role))
    return Better(f"by the SSO session {session}", settings + extra)


def _with_source(
    arn: str, account: str, files: Files, extra: tuple[tuple[str, str], ...]
) -> Better | None:
    for name, section in files.config.sections.items():
        if _without_path(text_of(section, "role_arn") or "") == arn:
            return Better(f"{name} assumes it", (), name)
    source = next(_sources(account, files), None)
    if source is None:
        return None
    return Better(f"assumed with {source}", (("role_arn", arn), ("source_profile", source), *extra))


def _without_path(arn: str) -> str:
    """The ARN of a role as the session's ARN tells it: without a path."""
    return re.sub(r":role/(?:[^/]+/)*", ":role/", arn)


def _sources(account: str, files: Files) -> Iterator[str]:
    """Profiles that may assume a role of that account: first those that do it already."""
    for section in files.config.sections.values():
        if f"::{account}:role/" in (text_of(section, "role_arn") or ""):
            source = text_of(section, "source_profile") or ""
            if _section(source, files):
                yield source
    settings = merge(files.config, files.credentials)
    for name, section in settings.merged.items():
        key = text_of(section, "aws_access_key_id") or ""
        is_long_term = FACTS[kind_of(settings, name)].is_long_term
        if is_long_term and account_of_key(key) == account:
            yield name


def _section(name: str, files: Files) -> Section:
    return {
        **files.config.sections.get(name, EMPTY),
        **files.credentials.sections.get(name, EMPTY),
    }
