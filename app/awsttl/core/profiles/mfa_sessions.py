"""Which long-term keys can get an MFA session, and which profile keeps it.

``GetSessionToken`` turns long-term keys and an MFA code into keys that prove the MFA for half a
day. awsttl keeps them as aws-mfa does, so that each of the two tools can read what the other wrote:
the long-term keys stand in the credentials file under ``X-long-term``, the session under ``X``. The
session of keys under any other name ``base`` stands under ``base-mfa``.
"""

from __future__ import annotations

from typing import Final

from awsttl.core.files import Section
from awsttl.core.model import MfaSession
from awsttl.core.profiles import timestamps
from awsttl.core.profiles.cache_names import duration_seconds, secret_of, text_of
from awsttl.core.profiles.kinds import FACTS, Settings, kind_of
from awsttl.core.remedies import Problem, Remedy

_LONG_TERM: Final = "-long-term"
_SESSION: Final = "-mfa"

_LASTS: Final = 43200
"""Seconds that a session lasts, unless ``duration_seconds`` says otherwise: AWS's own default."""
_SHORTEST: Final = 900
_LONGEST: Final = 129600

MANAGER: Final = "awsttl"
"""What the ``manager`` of a section is that awsttl keeps: ``awsume --clean`` removes every section
with an ``expiration`` in the past that names no other tool."""

STALE_KEYS: Final = tuple(key for key in timestamps.RECORDED_AS if key != "expiration")
"""Expiries that other tools recorded for the keys that a new session replaces."""


def of_keys(settings: Settings, name: str) -> MfaSession | None:
    """The MFA session of the long-term keys of *name*; ``None`` where they have no MFA device."""
    section = settings.merged[name]
    serial = _serial(section)
    if not serial:
        return None
    profile = _kept_in(name)
    recorded = None
    if profile in settings.credentials:
        recorded = timestamps.recorded_expiry(settings.merged[profile])
    return MfaSession(
        name,
        profile,
        serial,
        max(_SHORTEST, min(duration_seconds(section) or _LASTS, _LONGEST)),
        recorded[1] if recorded else None,
        _refusal(settings, name, profile),
    )


def of_session(settings: Settings, name: str) -> MfaSession | None:
    """The MFA session that temporary keys are; ``None`` where no long-term keys can renew it."""
    source = _source_of(settings, name)
    session = of_keys(settings, source) if source else None
    return session if session and session.problem is None else None


def _serial(section: Section) -> str:
    """The serial number of the MFA device: the AWS CLI's key, or aws-mfa's."""
    return text_of(section, "mfa_serial") or text_of(section, "aws_mfa_device") or ""


def _kept_in(name: str) -> str:
    stem = name.removesuffix(_LONG_TERM)
    return stem if stem and stem != name else name + _SESSION


def _source_of(settings: Settings, profile: str) -> str | None:
    """The profile with the long-term keys whose session is kept in *profile*; aws-mfa's first."""
    candidates = [profile + _LONG_TERM]
    if profile.endswith(_SESSION):
        candidates.append(profile.removesuffix(_SESSION))
    for name in candidates:
        section = settings.merged.get(name)
        if section is None or not FACTS[kind_of(settings, name)].is_long_term:
            continue
        if _serial(section) and secret_of(section, "aws_secret_access_key"):
            return name
    return None


def _refusal(settings: Settings, name: str, profile: str) -> Problem | None:
    """Why the session of *name* cannot be kept in *profile*: it would overwrite something else."""
    if text_of(settings.merged[name], "assume_role"):
        return Problem(
            "mfa-role",
            "aws-mfa assumes a role with these keys (assume_role)",
            Remedy(f'write a profile with role_arn and source_profile = "{name}"'),
        )
    why = ""
    section = settings.credentials.get(profile, {})
    owner = _source_of(settings, profile)
    if owner not in (None, name):
        why = f'keeps the session of "{owner}"'
    elif profile in settings.merged:
        occupied = FACTS[kind_of(settings, profile)].occupied
        why = occupied or _kept_by(settings.merged[profile], section)
    if not why:
        return None
    return Problem(
        "mfa-destination",
        f'its session would be kept in "{profile}", which {why}',
        Remedy(f'rename or remove "{profile}"'),
    )


def _kept_by(merged: Section, section: Section) -> str:
    """Why a profile of temporary keys, or of settings only, must not be overwritten, in words."""
    if "aws_access_key_id" in merged and "aws_access_key_id" not in section:
        return "has its keys in config"
    if "aws_secret_access_key" in merged and "aws_access_key_id" not in merged:
        return "holds half of an access key"
    if text_of(merged, "assumed_role_arn"):
        return "holds the session of a role, assumed by aws-mfa"
    if text_of(merged, "manager") not in (None, "", MANAGER) or "autoawsume" in merged:
        return "is kept by another tool"
    return ""
