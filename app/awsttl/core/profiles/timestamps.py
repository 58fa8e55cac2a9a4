"""Every form of expiry that AWS's tools write → one instant, in seconds UTC.

botocore ignores the expiry of pasted temporary keys. Each tool that pastes them records it under a
key and in a form of its own; :data:`RECORDED_AS` lists these keys.
"""

from __future__ import annotations

import functools
import time
from datetime import UTC, datetime
from typing import Final, Literal

from awsttl.core.files import Section
from awsttl.core.patterns import late
from awsttl.core.profiles.cache_names import text_of

Zone = Literal["utc", "local"]

RECORDED_AS: Final = (
    "x_security_token_expires",  # saml2aws, gimme-aws-creds, okta-aws-cli: RFC 3339
    "aws_session_expiration",  # yawsso, aws-google-auth: …+0000, …+00:00+0000
    "aws_expiration",  # aws-azure-login, clisso: ISO 8601 with ms, RFC 3339
    "aws_credential_expiration",  # aws-vault: ISO 8601
    "expiration",  # aws-mfa: naive UTC; awsume: naive local time
)
"""Keys under which a section records the expiry of its keys, each with the tools that write it."""

ENVIRONMENT_RECORDED_AS: Final = (
    "AWS_CREDENTIAL_EXPIRATION",  # the AWS CLI's export-credentials, aws-vault, granted
    "AWS_SESSION_EXPIRATION",  # aws-vault before 7, yawsso
    "AWS_SSO_SESSION_EXPIRATION",  # aws-sso-cli
    "AWSUME_EXPIRATION",  # awsume: naive local time
    "AWS_CREDENTIALS_EXPIRATION",  # aws-sso-util run-as
)
"""The same for environment variables; botocore itself reads the first."""

_TWICE_OFFSET: Final = late(r"([+-]\d\d:?\d\d)[+-]\d\d:?\d\d$")
_LAX: Final = late(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?"
    r"\s*(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?"
)


def parse(text: str, *, naive: Zone | None = None) -> float:
    """The instant that *text* names, in whole seconds.

    A fraction of a second is dropped, so that no session looks longer than it is and all countdowns
    of the dashboard change at the same moment. *naive* says what a time without an offset means;
    without it such a time is an error, as it is for the AWS CLI. Raises ``ValueError`` for anything
    that is not a date and a time.

    >>> parse("2026-11-20T21:00:00Z") == parse("2026-11-20T22:00:00.000+01:00")
    True
    """
    try:
        # The common forms, read in C: this is called once for each cache file.
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _parse_lax(text)
    if len(text) < len("2026-11-20T21"):
        raise ValueError("a date without a time")
    # Dropped here and not from the float, which would round up for times centuries ahead.
    if moment.microsecond:
        moment = moment.replace(microsecond=0)
    if moment.tzinfo is not None:
        return moment.timestamp()
    if naive is None:
        raise ValueError("a time without an offset")
    if naive == "utc":
        return moment.replace(tzinfo=UTC).timestamp()
    return _local_instant(moment)


def _parse_lax(text: str) -> datetime:
    """Forms beyond ISO 8601: ``…UTC``, ``…+00:00+0000``, spaces, a comma."""
    match = _LAX.fullmatch(_TWICE_OFFSET.sub(r"\1", text.strip()))
    if match is None:
        raise ValueError(f"not a time: {text[:40]!r}")
    date, clock, fraction, zone = match.groups()
    iso = f"{date}T{clock}"
    if fraction:
        iso += "." + fraction[:6].ljust(6, "0")
    if zone:
        iso += "+00:00" if zone.upper() in ("Z", "UTC", "GMT") else zone
    return datetime.fromisoformat(iso)


def _local_instant(moment: datetime) -> float:
    """A local time as an instant; where clocks are set back and it comes twice, the first."""
    # 80 ms to import, and only awsume writes local times.
    import pendulum

    local = pendulum.instance(moment.replace(fold=0), tz="local")
    return float(local.timestamp())


def recorded_expiry(section: Section) -> tuple[str, float] | None:
    """The key and the instant at which a section's temporary keys end, if it says so.

    Where several tools wrote to one section, the earliest counts: it is better to warn too early
    than too late.
    """
    found = []
    for key in RECORDED_AS:
        text = text_of(section, key)
        if not text:
            continue
        try:
            found.append((parse(text, naive=_zone_of(section)), key))
        except (ValueError, OverflowError, OSError):
            continue
    if not found:
        return None
    instant, key = min(found)
    return key, instant


def _zone_of(section: Section) -> Zone:
    """What a time without an offset means: local time for awsume, UTC for all other tools."""
    written_by = text_of(section, "manager") or ""
    return "local" if "awsume" in written_by or "autoawsume" in section else "utc"


def iso_utc(instant: float) -> str:
    """``2026-11-20T21:00:00Z``; parts of a second are dropped, as a clock drops them."""
    minute, second = divmod(int(instant // 1), 60)
    return f"{_minute(minute)}:{second:02}Z"


@functools.lru_cache(maxsize=1024)
def _minute(minute: int) -> str:
    """The minute *minute* since the epoch. Thousands of sessions end within a few hundred."""
    year, month, day, hour, minute, *_ = time.gmtime(minute * 60)
    # Four digits even for year 1, which is how Go's tools write "never": strftime gives one.
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}"
