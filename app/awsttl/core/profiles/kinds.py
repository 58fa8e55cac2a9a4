"""config + credentials → which of the AWS CLI's providers takes a profile.

The order is botocore's (``create_credential_resolver`` of botocore 1.44): the first provider that
finds its settings takes the profile, whatever else stands there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from awsttl.core.model import IniFile, Kind, Link, Secret, Section
from awsttl.core.profiles.cache_names import secret_of, text_of

TOKENS: Final = ("aws_security_token", "aws_session_token")
"""Settings that make keys temporary."""
_STATIC: Final = ("aws_access_key_id", "aws_secret_access_key")


class Settings(NamedTuple):
    """The two files merged as the AWS CLI merges them."""

    merged: Mapping[str, Section]
    config: Mapping[str, Section]
    credentials: Mapping[str, Section]
    sso_sessions: Mapping[str, Section]
    web_tokens: Mapping[str, Secret]
    ends: dict[str, tuple[Link, ...]]
    """Ends of chains that were found before: thousands of roles share a few sources."""
    kinds: dict[tuple[str, bool], Kind]
    """Kinds that were found before, by name and whether as a source."""


def merge(
    config: IniFile, credentials: IniFile, web_tokens: Mapping[str, Secret] | None = None
) -> Settings:
    """Config profiles first, then each credentials section over them, key by key."""
    merged: dict[str, Section] = dict(config.sections)
    for name, section in credentials.sections.items():
        below = merged.get(name)
        merged[name] = {**below, **section} if below else section
    return Settings(
        merged, config.sections, credentials.sections, config.sso_sessions, web_tokens or {}, {}, {}
    )


def kind_of(settings: Settings, name: str, *, as_source: bool = False) -> Kind:
    """Which provider takes the profile.

    *as_source*: a source profile that has static keys uses them and ignores its own
    ``role_arn``; one without them and with a ``role_arn`` is a hop of its own.
    """
    known = settings.kinds.get((name, as_source))
    if known is None:
        known = settings.kinds[name, as_source] = _find_kind(settings, name, as_source=as_source)
    return known


def _find_kind(settings: Settings, name: str, *, as_source: bool) -> Kind:
    section = settings.merged[name]
    if _assumes_a_role(section) and not (as_source and has_static_keys(section)):
        return Kind.ROLE
    if text_of(section, "web_identity_token_file"):
        return Kind.WEB_IDENTITY
    if "sso_role_name" in section or "sso_account_id" in section:
        return Kind.SSO
    if "aws_access_key_id" in settings.credentials.get(name, {}):
        return _kind_of_keys(settings.credentials[name])
    if "login_session" in section:
        return Kind.LOGIN
    if "credential_process" in section:
        return Kind.PROCESS
    if "aws_access_key_id" in settings.config.get(name, {}):
        return _kind_of_keys(settings.config[name])
    return Kind.INCOMPLETE


def _assumes_a_role(section: Section) -> bool:
    return "role_arn" in section and "web_identity_token_file" not in section


def has_static_keys(section: Section) -> bool:
    """Whether a section has static keys, or one half of them."""
    return any(key in section for key in _STATIC)


def _kind_of_keys(section: Section) -> Kind:
    return Kind.TEMPORARY if any(secret_of(section, key) for key in TOKENS) else Kind.LONG_TERM


def keys_section(settings: Settings, name: str) -> Section:
    """The section whose static keys win: the credentials file's, else the config's."""
    written = settings.credentials.get(name, {})
    return written if "aws_access_key_id" in written else settings.config.get(name, {})
